"""From a server's reply to a well-formed answer, or one failure of the closed list (§3.5).

Finish state, refusal, content, JSON, schema: in this order, because a reasoning model that ran
out of room leaves no content, and that is not an empty answer.
"""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.answers.document import read_document
from adapters.answers.fields import BAD_NUMBER
from adapters.answers.limits import LARGEST_ANSWER_BYTES
from adapters.answers.percentages import to_whole
from adapters.answers.unwrapping import unwrapped
from adapters.answers.wire import WireAnswer
from trading.analysis import Action, Probabilities
from trading.failures import Failure, FailureCode
from trading.model_answer import Evidence, ModelAnswer, Pattern, Readback
from trading.replies import FinishState, ModelReply

_MOST_PROBLEMS = 20
_SHOWN = 40


def read_answer(reply: ModelReply, *, strict: bool) -> ModelAnswer | Failure:
    """The answer in `reply`, or what is wrong with it. Takes any text and never raises.

    With `strict` (the server promised the schema) nothing is taken off the text. Otherwise unseen
    characters, thinking and one code fence are; what remains must be one JSON object.
    """
    text = reply.text or ""
    unreadable = _check_finish(reply) or _check_size(text)
    if unreadable is not None:
        return unreadable
    text = text if strict else unwrapped(text)
    if not text.strip():
        return Failure(FailureCode.EMPTY, "the reply has no content")
    document = read_document(text)
    if isinstance(document, Failure):
        return document
    wire = _validate(document)
    return wire if isinstance(wire, Failure) else _answer(wire)


def _check_finish(reply: ModelReply) -> Failure | None:
    if reply.finish is FinishState.TRUNCATED:
        return Failure(FailureCode.TRUNCATED, "the model ran out of room before the answer ended")
    if reply.finish is FinishState.FILTERED:
        return Failure(FailureCode.REFUSAL, "the server's content filter stopped the answer")
    if reply.refusal:
        return Failure(FailureCode.REFUSAL, f"the model refused: {reply.refusal[:200]}")
    return None


def _check_size(text: str) -> Failure | None:
    # Before anything looks at it: every later step costs time by its length.
    if len(text.encode(errors="replace")) <= LARGEST_ANSWER_BYTES:
        return None
    return _failure(
        FailureCode.SCHEMA, [f"the answer has over {LARGEST_ANSWER_BYTES} bytes; say less"]
    )


def _validate(document: Mapping[str, object]) -> WireAnswer | Failure:
    try:
        wire = WireAnswer.model_validate(document)
    except ValidationError as error:
        return _invalid(error.errors(include_url=False, include_context=False))
    problems = _at_odds(wire)
    return _failure(FailureCode.SCHEMA, problems) if problems else wire


def _invalid(errors: list[ErrorDetails]) -> Failure:
    is_number = any(error["type"] == BAD_NUMBER for error in errors)
    code = FailureCode.BAD_NUMBER if is_number else FailureCode.SCHEMA
    problems = [f"{_pointer(error['loc'])}: {error['msg']}" for error in errors]
    return _failure(code, problems[:_MOST_PROBLEMS])


def _failure(code: FailureCode, problems: list[str]) -> Failure:
    return Failure(code, "; ".join(problems)[:500], tuple(problems))


def _pointer(path: tuple[int | str, ...]) -> str:
    """JSON pointer (RFC 6901). A key may be the model's own: it is cut and shown in ASCII."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{ascii(part[:_SHOWN])[1:-1]}" for part in parts)


def _at_odds(wire: WireAnswer) -> list[str]:
    """Parts that are there or missing against the action. Prices are judged by grounding."""
    if wire.action is Action.FLAT:
        return ["/flat_reason: FLAT needs a reason"] if wire.flat_reason is None else []
    problems = [] if wire.flat_reason is None else ["/flat_reason: is for FLAT; write null"]
    missing = [name for name in ("horizon_bars", "probabilities") if getattr(wire, name) is None]
    return problems + [
        f"/{name}: null is for FLAT; {wire.action.name} needs it" for name in missing
    ]


def _answer(wire: WireAnswer) -> ModelAnswer | Failure:
    if wire.probabilities is None:
        return _mapped(wire, None)
    probabilities = to_whole(wire.probabilities)
    if probabilities is None:
        return _failure(
            FailureCode.PROB_INCOHERENT, ["/probabilities: the three percents must sum to 100"]
        )
    return _mapped(wire, probabilities)


def _mapped(wire: WireAnswer, probabilities: Probabilities | None) -> ModelAnswer:
    seen = wire.chart_readback
    return ModelAnswer(
        chart_code=wire.chart_code,
        readback=Readback(seen.last_candle, seen.visible_high, seen.visible_low),
        regime=wire.regime,
        patterns=tuple(Pattern(p.name, p.stage, p.bias, p.note) for p in wire.patterns),
        support=tuple(wire.levels.support),
        resistance=tuple(wire.levels.resistance),
        evidence=tuple(Evidence(e.claim, e.field, e.value, e.supports) for e in wire.evidence),
        bull_case=wire.bull_case,
        bear_case=wire.bear_case,
        invalidation=wire.invalidation,
        p_up=wire.p_up,
        action=wire.action,
        entry_type=wire.entry.type,
        entry_price=wire.entry.price,
        stop_loss=wire.stop_loss,
        take_profit=wire.take_profit,
        horizon_bars=wire.horizon_bars,
        probabilities=probabilities,
        flat_reason=wire.flat_reason,
        summary=wire.summary,
    )
