"""Study one symbol from its candles to a judged signal; nothing is sent and nothing stored."""

from dataclasses import dataclass
from typing import Final

from tasks.analysis import Judgement, ask_analyst, judge
from tasks.charts import draw_chart
from tasks.market import look_at_market
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import part_of_step, step
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.arms import Arm, ImageArm
from trading.chart import ChartImage
from trading.errors import ExchangeError
from trading.instruments import Instrument
from trading.positions import Position
from trading.question_plan import USUAL_PLAN, QuestionPlan
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot

_FOR_PEOPLE: Final = Arm(ImageArm.NONE)


@dataclass(frozen=True, slots=True)
class Study:
    """What became of one symbol before any limit was asked. What is missing was not reached.

    `chart` is the picture that people look at; it says what the analyst was shown. `plan` is how
    the analyst was asked.
    """

    symbol: str
    judgement: Judgement
    snapshot: MarketSnapshot | None = None
    chart: ChartImage | None = None
    answer: Analysis | Abstention | None = None
    plan: QuestionPlan = USUAL_PLAN


@step(name="study-symbol", task_run_name="study {instrument.symbol}", **AT_MOST_ONCE)
def study_symbol(resources: Resources, instrument: Instrument, position: Position | None) -> Study:
    """Look, draw, ask and judge. The look alone may be repeated by itself."""
    symbol = instrument.symbol
    try:
        snapshot = part_of_step(look_at_market, resources, instrument, position)
    except ExchangeError as error:
        return _unseen(symbol, Refused(Reason.DATA_EXCHANGE, str(error)))
    if isinstance(snapshot, Refused):
        return _unseen(symbol, snapshot)
    plan = resources.plan(snapshot)
    chart = draw_chart(resources, snapshot, _FOR_PEOPLE if plan.is_left_out else plan.arm)
    answer = _answer(resources, plan, snapshot, chart)
    judgement = judge(resources.desk, snapshot, answer)
    return Study(symbol, judgement, snapshot, chart, answer, plan)


def _answer(
    resources: Resources, plan: QuestionPlan, snapshot: MarketSnapshot, chart: ChartImage
) -> Analysis | Abstention:
    if plan.is_left_out:
        return Abstention(AbstentionCode.BUDGET, plan.saving)
    return ask_analyst(resources, snapshot, chart)


def _unseen(symbol: str, refused: Refused) -> Study:
    return Study(symbol, Judgement(refused=refused))
