"""Where a decision comes from: the arm that it is kept under, and what the owner is told of it."""

from db.repositories.decisions import MAIN
from trading.analysis import Abstention, Analysis
from trading.arms import ImageArm
from trading.proposals import OrderSource

_FROM_UPLOAD = "from an uploaded chart, which nobody can prove to show this market"


def arm_of(source: OrderSource) -> str:
    """The arm of decisions from `source`: an upload is labelled and judged apart."""
    return ImageArm.UPLOADED.value if source is OrderSource.UPLOADED_CHART else MAIN


def reasons_of(source: OrderSource, answer: Analysis | Abstention | None) -> str:
    """Why the analyst would trade, for the owner; first of all that it saw an uploaded picture."""
    said = answer.reasons if isinstance(answer, Analysis) else ()
    is_uploaded = source is OrderSource.UPLOADED_CHART
    return "; ".join((_FROM_UPLOAD, *said) if is_uploaded else said)
