"""Ask the analyst, then hold the answer against the market."""

from dataclasses import dataclass

from tasks.resources import Desk, Resources
from trading.analysis import Abstention, Action, Analysis
from trading.calibration import Calibrations, no_calibration
from trading.chart import ChartImage
from trading.confidence import Confidence, assess, check_gate
from trading.reasons import Reason, Refused
from trading.signals import Signal, validate
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was made of an answer: a signal with its chances, or the reason why there is none.

    A signal can be refused too, by the gate: both are then set.
    """

    signal: Signal | None = None
    confidence: Confidence | None = None
    refused: Refused | None = None


# No step of its own: a model's answer costs money, and the analyst itself retries.
def ask_analyst(
    resources: Resources, snapshot: MarketSnapshot, chart: ChartImage
) -> Analysis | Abstention:
    """The analyst's opinion of the snapshot and its picture, or that there is none."""
    return resources.analyst(snapshot, chart)


def judge(
    desk: Desk,
    snapshot: MarketSnapshot,
    answer: Analysis | Abstention,
    calibration_of: Calibrations = no_calibration,
) -> Judgement:
    """Validate the answer against the market, weigh its chances, and pass it through the gate.

    `calibration_of` is what labelled outcomes taught about each arm: nothing, until there are any.
    """
    if isinstance(answer, Abstention):
        return Judgement(
            refused=Refused(Reason.ANALYST_ABSTAINED, f"{answer.code}: {answer.detail}")
        )
    if answer.action is Action.FLAT:
        said = "; ".join(answer.reasons)
        return Judgement(refused=Refused(Reason.ANALYST_FLAT, f"{answer.flat_reason}: {said}"))
    signal = validate(answer, snapshot, desk.signals)
    if isinstance(signal, Refused):
        return Judgement(refused=signal)
    confidence = assess(
        signal,
        answer,
        snapshot=snapshot,
        costs=desk.risk.costs,
        calibration_of=calibration_of,
    )
    refused = _check_doubts(answer) or check_gate(confidence, desk.confidence)
    return Judgement(signal, confidence, refused)


def _check_doubts(answer: Analysis) -> Refused | None:
    """An answer that does not hold together is labelled like any other and never traded."""
    if not answer.doubts:
        return None
    return Refused(Reason.CONFIDENCE_SHADOW, f"recorded only: {'; '.join(answer.doubts)}")
