"""What models cost, how often they failed, and whether their tokens are counted as we think."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Date, Integer, Text, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.keys import AccountKey
from db.models import LlmAnswerRow, LlmCallRow
from db.repositories.rows import belongs_to
from db.states import CallState
from trading.replies import Purpose


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """The calls of one UTC day, model and purpose.

    `open_usd` is reserved for calls whose cost is not known (yet); `unpriced_calls` have no price
    and count as nothing. Tokens are the billed ones.
    """

    day: date
    model: str
    purpose: Purpose
    calls: int
    unpriced_calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: Decimal
    open_usd: Decimal


@dataclass(frozen=True, slots=True)
class FailureLine:
    """How often a model failed a prompt in one way, of all the times it was asked it.

    `code` is a failure of the answer or, when there was none, of the call.
    """

    model: str
    prompt_fingerprint: str | None
    code: str
    count: int
    asked: int

    @property
    def fraction(self) -> Decimal:
        """Failures of this kind per question, 0 to 1."""
        return Decimal(self.count) / self.asked


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """Estimated against billed input tokens of a model, over the calls that were billed."""

    model: str
    calls: int
    estimated_tokens: int
    billed_tokens: int


def spending(
    session: Session, key: AccountKey, *, since: datetime, until: datetime
) -> list[SpendingLine]:
    """Totals by day, model and purpose of the calls reserved in [since, until)."""
    group = (_DAY, LlmCallRow.model_requested, LlmCallRow.purpose)
    statement = (
        select(
            *group,
            func.count(),
            func.count().filter(LlmCallRow.price_version.is_(None)),
            _total(LlmCallRow.input_tokens),
            _total(LlmCallRow.cached_tokens),
            _total(LlmCallRow.output_tokens),
            _total(LlmCallRow.reasoning_tokens),
            _total_usd(LlmCallRow.cost_usd),
            _total_usd(_OPEN_USD),
        )
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.created_at >= since,
            LlmCallRow.created_at < until,
        )
        .group_by(*group)
        .order_by(*group)
    )
    return [SpendingLine(*row) for row in session.execute(statement)]


def failures(session: Session, key: AccountKey, *, since: datetime) -> list[FailureLine]:
    """Failures of answers and of calls by model, prompt and code; the most frequent first."""
    # As text: the codes of calls are not in the closed set of the answers' ones.
    code = func.coalesce(cast(LlmAnswerRow.failure, Text), LlmCallRow.error_code)
    prompt = (LlmCallRow.model_requested, LlmCallRow.prompt_fingerprint)
    asked = func.sum(func.count()).over(partition_by=prompt)
    statement = (
        select(*prompt, code, func.count(), cast(asked, Integer))
        .select_from(LlmCallRow)
        .outerjoin(LlmAnswerRow, LlmAnswerRow.call_id == LlmCallRow.id)
        .where(belongs_to(LlmCallRow, key), LlmCallRow.created_at >= since)
        .group_by(*prompt, code)
        .order_by(func.count().desc(), *prompt, code)
    )
    return [
        FailureLine(model, fingerprint, failed_as, count, total)
        for model, fingerprint, failed_as, count, total in session.execute(statement)
        if failed_as is not None
    ]


def estimates(session: Session, key: AccountKey, *, since: datetime) -> list[EstimateLine]:
    """Per model, how the estimate of input tokens compares with the bill.

    Only of calls that cost something: without a price nothing says how pictures are counted, and
    no money hangs on it. A doctor's questions are too short to tell.
    """
    statement = (
        select(
            LlmCallRow.model_requested,
            func.count(),
            _total(LlmCallRow.estimated_input_tokens),
            _total(LlmCallRow.input_tokens),
        )
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.created_at >= since,
            LlmCallRow.input_tokens > 0,
            LlmCallRow.reserved_usd > Decimal(0),
            LlmCallRow.purpose != Purpose.PROBE,
        )
        .group_by(LlmCallRow.model_requested)
        .order_by(LlmCallRow.model_requested)
    )
    return [EstimateLine(*row) for row in session.execute(statement)]


_DAY = cast(func.timezone("UTC", LlmCallRow.created_at), Date)
_OPEN_USD = case((LlmCallRow.state != CallState.SETTLED, LlmCallRow.reserved_usd))


def _total(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _total_usd(
    column: InstrumentedAttribute[Decimal | None] | ColumnElement[Decimal | None],
) -> ColumnElement[Decimal]:
    return func.coalesce(func.sum(column), Decimal(0))
