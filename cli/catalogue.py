"""Every command by name, with the line of help that stands for it until it is typed."""

from dataclasses import dataclass
from enum import StrEnum


class Panel(StrEnum):
    """The heading under which `autotrader --help` shows a command."""

    RUN = "Run the desk"
    TRADE = "Trade"
    LOOK = "Look"
    PAST = "Learn from the past"
    MODEL = "Ask the model"
    KEEP = "Keep it in order"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is not imported yet.

    `place` is where it is found, as MODULE:NAME in `cli.commands`, and `help` the line its own
    help begins with. One that `takes_all` gets every word behind its name, --help among them.
    """

    name: str
    place: str
    panel: Panel
    help: str
    takes_all: bool = False


# A table: two lines a row, in the order in which a newcomer meets them and docs/commands.md goes.
# fmt: off
COMMANDS = (
    Entry("demo", "demo:demo", Panel.RUN,
          "Trade hours of market history in about a minute, then audit every cent."),
    Entry("cycle", "runs:cycle", Panel.TRADE,
          "Run one trading cycle for the slot that is due now."),
    Entry("sync", "runs:sync", Panel.TRADE,
          "Make the database equal to the exchange, and every position protected."),
    Entry("trade", "trade:trade", Panel.TRADE,
          "Open a position at the market, its stop and target with it."),
    Entry("close", "trade:close", Panel.TRADE,
          "Close the whole position of a symbol at the market."),
    Entry("halt", "halting:halt", Panel.TRADE,
          "Stop all entries until somebody resumes; entry orders are cancelled, stops stay."),
    Entry("resume", "halting:resume", Panel.TRADE,
          "Let the account trade again after a halt, whoever pulled it."),
    Entry("replay", "replay:replay", Panel.PAST,
          "Decide again what was decided before, from what is stored, and show what"
          " would differ."),
    Entry("backtest", "backtest:backtest", Panel.PAST,
          "Trade the past with a strategy, and say how far the answer may be believed."),
    Entry("sweep", "sweep:sweep", Panel.PAST,
          "Try many combinations of parameters and judge the best by how many were tried."),
    Entry("parity", "parity:parity", Panel.PAST,
          "Trade the same candles twice: by the whole desk on a simulated exchange, and in a"
          " backtest."),
    Entry("analyse", "analyse:analyse", Panel.MODEL,
          "Show the model a chart picture of yours beside today's numbers of its symbol."),
    Entry("approve", "approve:approve", Panel.TRADE,
          "Send an order that waits for your word, after all limits were asked once more."),
    Entry("reject", "approve:reject", Panel.TRADE,
          "Say no to an order that waits for your word; its decision ends there."),
    Entry("approvals", "approve:approvals", Panel.TRADE,
          "The newest orders that waited for your word, and what became of them."),
    Entry("positions", "account:positions", Panel.LOOK,
          "Show open positions with their stop, target and P&L."),
    Entry("balance", "account:balance", Panel.LOOK,
          "Show equity, wallet balance, margin, and what fees and funding did to them."),
    Entry("bench", "bench:bench", Panel.KEEP,
          "Measure the trading cycle, the simulated exchange and the demo; takes some minutes."),
    Entry("faults", "faults:faults", Panel.KEEP,
          "Inject every fault of the catalogue while the desk trades, and check what must hold."),
    Entry("up", "up:up", Panel.RUN,
          "Run the whole desk: database, exchange, monitor, Prefect with its schedules,"
          " a worker."),
    Entry("monitor", "monitor:monitor", Panel.RUN,
          "Record orders, fills, positions and prices the moment the exchange tells of them."),
    Entry("telegram", "telegram:telegram", Panel.RUN,
          "Answer the owner's phone and deliver what the desk has to tell, until Ctrl-C."),
    Entry("web", "web:web", Panel.RUN,
          "Offer the desk to programs until Ctrl-C: proposals, halts and uploaded charts."),
    Entry("doctor", "doctor:doctor", Panel.LOOK,
          "Check settings, disk, database, exchange, key, monitor, Telegram, Prefect"
          " and schedules."),
    Entry("sim", "simulator:sim", Panel.RUN,
          "Run the simulated Bybit alone, until Ctrl-C; any V5 client can trade on it.",
          takes_all=True),
    Entry("inbox", "inbox:app", Panel.LOOK,
          "Show the differences that are open, those first that wait for a human."),
    Entry("analysis", "analysis:app", Panel.MODEL,
          "Answers of models, asked for and judged by hand."),
    Entry("llm", "llm:app", Panel.MODEL,
          "The model that reads the charts."),
    Entry("prompts", "prompts:app", Panel.MODEL,
          "What the model is asked."),
    Entry("data", "data:app", Panel.PAST,
          "Market data: the past that backtests trade on."),
    Entry("db", "database:app", Panel.KEEP,
          "The schema of the database."),
    Entry("token", "token:app", Panel.KEEP,
          "Tokens of the API: who may use it, and how far."),
    Entry("config", "config:app", Panel.KEEP,
          "The settings."),
)
# fmt: on
