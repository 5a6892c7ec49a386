"""Study one symbol from its candles to a judged signal; nothing is sent and nothing stored."""

from dataclasses import dataclass

from tasks.analysis import Judgement, ask_analyst, judge
from tasks.charts import draw_chart
from tasks.market import look_at_market
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from trading.analysis import Abstention, Analysis
from trading.chart import ChartImage
from trading.errors import ExchangeError
from trading.instruments import Instrument
from trading.positions import Position
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class Study:
    """What became of one symbol before any limit was asked. What is missing was not reached."""

    symbol: str
    judgement: Judgement
    snapshot: MarketSnapshot | None = None
    chart: ChartImage | None = None
    answer: Analysis | Abstention | None = None


@step(name="study-symbol", task_run_name="study {instrument.symbol}", **AT_MOST_ONCE)
def study_symbol(resources: Resources, instrument: Instrument, position: Position | None) -> Study:
    """Look, draw, ask and judge. Each step retries by its own policy; this one does not."""
    symbol = instrument.symbol
    try:
        snapshot = look_at_market(resources, instrument, position)
    except ExchangeError as error:
        return _unseen(symbol, Refused(Reason.DATA_EXCHANGE, str(error)))
    if isinstance(snapshot, Refused):
        return _unseen(symbol, snapshot)
    chart = draw_chart(resources, snapshot)
    answer = ask_analyst(resources, snapshot, chart)
    judgement = judge(resources.desk, snapshot, answer)
    return Study(symbol, judgement, snapshot, chart, answer)


def _unseen(symbol: str, refused: Refused) -> Study:
    return Study(symbol, Judgement(refused=refused))
