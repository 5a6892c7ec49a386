"""From a well-formed answer to an analysis of this market, or what is wrong with it."""

from dataclasses import dataclass, replace
from datetime import datetime

from trading.analysis import Analysis
from trading.chart import ChartImage
from trading.failures import Failure
from trading.grounding import Grounded, GroundingRules, GroundingView, ground
from trading.model_answer import ModelAnswer
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class Told:
    """Who answered, when, by which rules it is judged, and whether the picture went along.

    `version` is that of the prompt.
    """

    model: str
    version: str
    answered_at: datetime
    saw_picture: bool
    rules: GroundingRules


def believe(
    answer: ModelAnswer | Failure, told: Told, snapshot: MarketSnapshot, chart: ChartImage
) -> Grounded | Failure:
    """What the answer says of this market, or the failure that ends it.

    A picture whose code is empty, such as an uploaded one, proves nothing and is not asked for.
    """
    if isinstance(answer, Failure):
        return answer
    view = GroundingView(
        snapshot=snapshot,
        chart_code=(chart.code or None) if told.saw_picture else None,
        drawn_low=chart.drawn_low if told.saw_picture else None,
        drawn_high=chart.drawn_high if told.saw_picture else None,
        answered_at=told.answered_at,
        rules=told.rules,
        analyst=told.model,
        version=told.version,
    )
    return ground(answer, view)


def doubted(grounded: Grounded) -> Analysis:
    """The analysis with what speaks against acting on it."""
    doubts = tuple(f"{flag.code}: {flag.detail}" for flag in grounded.flags)
    return replace(grounded.analysis, doubts=doubts)
