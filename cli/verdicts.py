"""What the desk would make of a model's answer, judged apart from any call or cycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adapters.answers.reading import read_answer
from trading.analysis import Action
from trading.arms import Arm
from trading.chart import VISIBLE_CANDLES
from trading.failures import Failure, FailureCode, Remedy
from trading.grounding import Grounded, GroundingRules, GroundingView, ground
from trading.reasons import Reason, Refused
from trading.replies import ModelReply
from trading.signals import SignalRules, validate
from trading.snapshot import MarketSnapshot
from trading.snapshot_masking import as_meant, as_shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is about and how it was shown. Without a picture there is no chart code."""

    snapshot: MarketSnapshot
    arm: Arm
    chart_code: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer: `decided` with an action, or `abstained` with a code.

    A decision with a code is kept and labelled, and nothing is sent for it.
    """

    status: str
    code: FailureCode | None
    action: str | None
    details: tuple[str, ...]


def judge_reply(asked: Asked, reply: ModelReply, *, strict: bool) -> Verdict:
    """The verdict on any reply, as if it had come at the moment of the snapshot. Never raises.

    A masked answer is held against what was shown, in its rebased prices, and what it decides
    against the market itself.
    """
    answer = read_answer(reply, strict=strict)
    if isinstance(answer, Failure):
        return _abstained(answer)
    grounded = ground(answer, _view(asked, reply))
    return _abstained(grounded) if isinstance(grounded, Failure) else _decided(grounded, asked)


def _view(asked: Asked, reply: ModelReply) -> GroundingView:
    shown = as_shown(asked.snapshot, asked.arm)
    drawn = shown.candles[-VISIBLE_CANDLES:]
    return GroundingView(
        snapshot=shown,
        chart_code=asked.chart_code,
        drawn_low=min(candle.low for candle in drawn),
        drawn_high=max(candle.high for candle in drawn),
        answered_at=shown.taken_at,
        rules=GroundingRules(),
        analyst=reply.model,
        version="",
    )


_CODES: Mapping[Reason, FailureCode] = MappingProxyType(
    {
        Reason.SIGNAL_STOP_SIDE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_STOP_DISTANCE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_TARGET_DISTANCE: FailureCode.PRICE_INSANE,
        Reason.SIGNAL_NOT_ALLOWED: FailureCode.SCHEMA,
        Reason.SIGNAL_PROBABILITIES: FailureCode.PROB_INCOHERENT,
    }
)


def _decided(grounded: Grounded, asked: Asked) -> Verdict:
    adjustments, failures = grounded.adjustments, list(grounded.flags)
    analysis = as_meant(grounded.analysis, asked.snapshot, asked.arm)
    if analysis.action is not Action.FLAT:
        signal = validate(analysis, asked.snapshot, SignalRules())
        if isinstance(signal, Refused):
            failures.append(Failure(_CODES[signal.reason], signal.detail))
        else:
            adjustments += signal.adjustments
    for failure in failures:
        if failure.remedy is not Remedy.SHADOW:
            return _abstained(failure)
    flags = tuple(f"shadow only, {failure.code}: {failure.detail}" for failure in failures)
    code = failures[0].code if failures else None
    return Verdict("decided", code, analysis.action.name, flags + adjustments + analysis.reasons)


def _abstained(failure: Failure) -> Verdict:
    return Verdict("abstained", failure.code, None, failure.problems or (failure.detail,))
