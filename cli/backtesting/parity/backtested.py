"""What the backtest does with the same candles, by the same limits."""

from dataclasses import replace
from datetime import datetime

from adapters.candle_files.folder import FolderCandles
from cli.backtesting.parity.stage import ParityOptions, Stage
from tasks.backtesting.case import Case
from tasks.backtesting.live_desk import LiveDesk
from tasks.backtesting.loading import load
from tasks.backtesting.questions import TECHNICAL, FinerCandles, Question
from tasks.backtesting.strategies import source_of
from tasks.resources import Desk
from trading.backtest.exit_rules import InsideBar
from trading.backtest.market import Filters
from trading.backtest.records import Backtest
from trading.backtest.rules import Rules
from trading.backtest.run import run
from trading.technical_analyst import TechnicalRules

_FEE = 0.00055  # the simulated exchange's, for takers


def run_backtest(stage: Stage, options: ParityOptions) -> Backtest:
    """The backtest a user would run of the slots of the desk, but for how the exchange fills."""
    case = _case(stage, options)
    strategy = case.source.build(case.question.parameters)
    signals = [strategy.signals(one) for one in case.market.series]
    return run(case.market, signals, filled_by_the_simulator(case.rules))


def question_of(desk: Desk, options: ParityOptions, first: datetime) -> Question:
    """What a user would ask to see what the desk does in the slots from `first` on.

    The simulated exchange charges fees and no slippage.
    """
    since = first - desk.snapshots.bars * options.interval.length
    costs = {"entry_slippage_bps": 0.0, "exit_slippage_bps": 0.0}
    return Question(
        strategy=TECHNICAL,
        rules={
            "equity_usdt": float(options.opening_usdt),
            "taker_fraction": _FEE,
            "maker_fraction": _FEE,
            **costs,
        },
        symbols=options.symbols,
        interval=options.interval,
        since=since,
        until=first + options.slots * options.interval.length,
        folder=options.data,
        finer=FinerCandles(options.finer.value),
    )


def filled_by_the_simulator(rules: Rules) -> Rules:
    """The same rules where the book stands one tick around the last price.

    The simulated exchange walks a candle to the nearer extreme first.
    """
    return replace(
        rules,
        exits=replace(rules.exits, inside_bar=InsideBar.NEARER_FIRST),
        costs=replace(rules.costs, half_spread_ticks=1),
    )


def live_desk_of(desk: Desk, options: ParityOptions) -> LiveDesk:
    """How this desk trades; its analyst is the technical one."""
    horizon = TechnicalRules().horizon_bars * options.interval.length
    return LiveDesk(desk.risk, desk.trailing, desk.snapshots.bars, horizon)


def _case(stage: Stage, options: ParityOptions) -> Case:
    desk, live = stage.resources.desk, live_desk_of(stage.resources.desk, options)
    question = live.completed(question_of(desk, options, stage.first))
    known = stage.resources.gateway.instruments(options.symbols)
    filters = {one.symbol: Filters.of(one) for one in known}
    loaded = load(question, FolderCandles(options.data), filters, now=question.until)
    source = source_of(question.strategy, loaded.market)
    return Case(question, loaded, source, live.policy(question), desk.code_version)
