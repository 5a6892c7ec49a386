"""From a well-formed answer to an analysis of this market, or what is wrong with it."""

from dataclasses import dataclass, replace
from datetime import datetime

from trading.analysis import Analysis
from trading.arms import PLACEBO, Arm
from trading.chart import ChartImage
from trading.failures import Failure
from trading.grounding import Grounded, GroundingRules, GroundingView, ground
from trading.model_answer import ModelAnswer
from trading.snapshot import MarketSnapshot
from trading.snapshot_masking import as_meant, as_shown


@dataclass(frozen=True, slots=True)
class Told:
    """Who answered, when, by which rules it is judged, and whether the picture went along.

    `version` is that of the prompt, with the arm where it is not the usual one.
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

    It is held against what was shown: where the arm hides the market, in its rebased prices, so
    that a failure told to the model gives nothing away. A picture whose code is empty, such as an
    uploaded one, proves nothing and is not asked for.
    """
    if isinstance(answer, Failure):
        return answer
    view = GroundingView(
        snapshot=as_shown(snapshot, chart.arm),
        chart_code=(chart.code or None) if told.saw_picture else None,
        drawn_low=chart.drawn_low if told.saw_picture else None,
        drawn_high=chart.drawn_high if told.saw_picture else None,
        drawn_last=chart.drawn_last,
        answered_at=told.answered_at,
        rules=told.rules,
        analyst=told.model,
        version=told.version,
    )
    found = ground(answer, view)
    if isinstance(found, Failure):
        return found
    return replace(found, analysis=as_meant(found.analysis, snapshot, chart.arm))


def doubted(grounded: Grounded, arm: Arm) -> Analysis:
    """The analysis with what speaks against acting on it; a wrong picture always does."""
    doubts = [f"{flag.code}: {flag.detail}" for flag in grounded.flags]
    if arm.is_placebo:
        doubts.append(f"{PLACEBO}: the picture was wrong on purpose")
    return replace(grounded.analysis, doubts=tuple(doubts))
