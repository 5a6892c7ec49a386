"""From a reply to an analysis, or what is wrong with it."""

from dataclasses import replace
from datetime import datetime

from tasks.model_analyst.desk import ModelDesk
from trading.analysis import Analysis
from trading.chart import ChartImage
from trading.failures import Failure
from trading.grounding import Grounded, GroundingView, ground
from trading.replies import ModelReply
from trading.snapshot import MarketSnapshot


def believe(
    desk: ModelDesk,
    reply: ModelReply,
    snapshot: MarketSnapshot,
    chart: ChartImage,
    answered_at: datetime,
    *,
    version: str,
) -> Grounded | Failure:
    """What the reply says of this market, or the failure that ends it."""
    answer = desk.model.read(reply)
    if isinstance(answer, Failure):
        return answer
    is_seen = desk.sends_picture
    view = GroundingView(
        snapshot=snapshot,
        chart_code=(chart.code or None) if is_seen else None,
        drawn_low=chart.drawn_low if is_seen else None,
        drawn_high=chart.drawn_high if is_seen else None,
        answered_at=answered_at,
        rules=desk.grounding,
        analyst=desk.model.identity.model,
        version=version,
    )
    return ground(answer, view)


def doubted(grounded: Grounded) -> Analysis:
    """The analysis with what speaks against acting on it."""
    doubts = tuple(f"{flag.code}: {flag.detail}" for flag in grounded.flags)
    return replace(grounded.analysis, doubts=doubts)
