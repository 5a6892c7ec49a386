"""The model's opinion of a snapshot: one question, at most one more, then an abstention."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from db.repositories import prompts
from db.repositories.llm_answers import QuestionInFlightError
from db.unit_of_work import read_session
from tasks.model_analyst.asking import TooLateError, ask, judge
from tasks.model_analyst.believing import Told, believe, doubted
from tasks.model_analyst.booking import Booking, BudgetExhaustedError
from tasks.model_analyst.breaking import LeftAloneError
from tasks.model_analyst.desk import ModelDesk
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.chart import ChartImage
from trading.errors import AutotraderError, MisconfiguredError
from trading.failures import Failure, FailureCode, Remedy
from trading.grounding import Grounded
from trading.model_errors import ModelRefusedError, ModelUnavailableError
from trading.prompts import PromptVersion, prompt_fingerprint
from trading.replies import ModelRequest, Purpose
from trading.snapshot import SNAPSHOT_VERSION, MarketSnapshot

RULES = "rules.v2"
"""Changes when the same answer would be judged otherwise."""

_BAR_SHARE = 4
_NOT_USABLE = "Your last answer could not be used."
_AGAIN = "Answer the question above again, whole, by the schema."


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is asked about. `until` is when all answers must be there, in seconds of `elapsed`."""

    snapshot: MarketSnapshot
    chart: ChartImage
    version: PromptVersion
    fingerprint: str
    until: float


def ask_model(
    desk: ModelDesk, snapshot: MarketSnapshot, chart: ChartImage
) -> Analysis | Abstention:
    """The model's analysis of the snapshot and its pictures, or why there is none.

    `chart` says how the model is shown the market, whatever the desk's settings wish for: the
    budget may have left a picture out, or a person may have given one.

    Raises:
        MisconfiguredError: the prompt does not exist or cannot be filled.
    """
    desk = replace(desk, arm=chart.arm)
    version = _prompt(desk)
    fingerprint = _fingerprint(desk, version, chart)
    until = desk.elapsed() + _longest(desk, snapshot)
    subject = _Subject(snapshot, chart, version, fingerprint, until)
    try:
        return _converse(desk, subject, _first(desk, subject))
    except tuple(_WITHOUT_ANSWER) as error:
        return Abstention(_WITHOUT_ANSWER[_kind_of(error)], str(error))


_WITHOUT_ANSWER: Mapping[type[AutotraderError], AbstentionCode] = MappingProxyType(
    {
        LeftAloneError: AbstentionCode.SAFE_MODE,
        BudgetExhaustedError: AbstentionCode.BUDGET,
        TooLateError: AbstentionCode.STALE,
        ModelUnavailableError: AbstentionCode.UNAVAILABLE,
        ModelRefusedError: AbstentionCode.REFUSED_BY_SERVER,
        QuestionInFlightError: AbstentionCode.IN_FLIGHT,
    }
)


def _kind_of(error: AutotraderError) -> type[AutotraderError]:
    return next(kind for kind in _WITHOUT_ANSWER if isinstance(error, kind))


def _converse(desk: ModelDesk, subject: _Subject, request: ModelRequest) -> Analysis | Abstention:
    booking = _booking(desk, subject, attempt=1)
    verdict = _verdict(desk, subject, request, booking)
    if isinstance(verdict, Failure):
        again = next_request(request, verdict, described=booking.described)
        if again is None or (left := _left(desk, subject)) <= timedelta(0):
            return abstention_of(verdict)
        booking = _booking(desk, subject, attempt=2)
        verdict = _verdict(desk, subject, replace(again, deadline=left), booking)
    return abstention_of(verdict) if isinstance(verdict, Failure) else doubted(verdict, desk.arm)


def _booking(desk: ModelDesk, subject: _Subject, *, attempt: int) -> Booking:
    return Booking(desk, subject.snapshot, subject.fingerprint, attempt)


def _verdict(
    desk: ModelDesk, subject: _Subject, request: ModelRequest, booking: Booking
) -> Grounded | Failure:
    with ask(desk, request, booking) as asked:
        told = Told(
            model=desk.model.identity.model,
            version=desk.arm.label(str(subject.version.reference)),
            answered_at=asked.answered_at,
            saw_picture=desk.sends_picture,
            rules=desk.grounding,
        )
        found = believe(desk.model.read(asked.reply), told, subject.snapshot, subject.chart)
        judge(desk, asked, _failure_in(found))
    return found


def _failure_in(found: Grounded | Failure) -> Failure | None:
    """What the audit keeps: what ended the answer, or the first doubt about it."""
    if isinstance(found, Failure):
        return found
    return next(iter(found.flags), None)


def next_request(
    request: ModelRequest, failure: Failure, *, described: str = ""
) -> ModelRequest | None:
    """What is asked after a failure, None if nothing is.

    Pictures that were `described` for the first answer are not described again, unless it showed
    that they were not seen.
    """
    if failure.code is not FailureCode.VISION_NOT_SEEN:
        request = replace(request, described=described)
    match failure.remedy:
        case Remedy.REPAIR:
            problems = "\n".join(f"- {one}" for one in (failure.detail, *failure.problems))
            told = f"{request.user}\n\n{_NOT_USABLE}\n{problems}\n{_AGAIN}"
            return replace(request, purpose=Purpose.REPAIR, user=told)
        case Remedy.RETRY:
            return request
        case Remedy.RETRY_LONGER:
            return replace(request, max_output_tokens=2 * request.max_output_tokens)
        case Remedy.ABSTAIN | Remedy.SHADOW:
            return None


def _first(desk: ModelDesk, subject: _Subject) -> ModelRequest:
    prompt = desk.model.phrase(subject.version.texts, subject.snapshot, desk.arm)
    return ModelRequest(
        purpose=Purpose.ANALYSE,
        system=prompt.system,
        user=prompt.user,
        images=tuple(picture.png for picture in subject.chart.shown),
        schema=desk.model.schema,
        max_output_tokens=desk.model.identity.options.max_output_tokens,
        deadline=_left(desk, subject),
    )


def _prompt(desk: ModelDesk) -> PromptVersion:
    wanted = desk.prompt
    with read_session(desk.sessions) as session:
        if wanted.number is None:
            found = prompts.active(session, wanted.name)
        else:
            found = prompts.get(session, wanted)
    if found is None:
        message = f"there is no prompt {wanted}; `autotrader prompts list` names those there are"
        raise MisconfiguredError(message)
    return found


def _fingerprint(desk: ModelDesk, version: PromptVersion, chart: ChartImage) -> str:
    return prompt_fingerprint(
        version.texts.system,
        version.texts.user,
        response_schema=desk.model.schema,
        snapshot_version=SNAPSHOT_VERSION,
        renderer=chart.renderer,
        image_arm=str(desk.arm),
        mode=desk.model.identity.mode,
        rule_set=RULES,
    )


def _longest(desk: ModelDesk, snapshot: MarketSnapshot) -> float:
    longest = min(desk.longest, snapshot.interval.length / _BAR_SHARE)
    return longest.total_seconds()


def _left(desk: ModelDesk, subject: _Subject) -> timedelta:
    return timedelta(seconds=subject.until - desk.elapsed())


def abstention_of(failure: Failure) -> Abstention:
    """What a failure that is not asked about again ends in."""
    problems = f" ({'; '.join(failure.problems)})" if failure.problems else ""
    return Abstention(AbstentionCode(failure.code.value), f"{failure.detail}{problems}")
