"""`llm_calls`: the cost ledger of every call to a model, written before the call."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from db.base import Base, Identified, OfAccount, Recorded
from db.states import CallState
from trading.replies import FinishState, Purpose


class LlmCallRow(Base, Identified, OfAccount, Recorded):
    """One call: what was reserved for it, and what it cost once that is known.

    Money in USD. What a call counts against the budget is its cost, or its reservation as long as
    there is no cost. Both are empty when nobody knows the price. `slot`, `symbol` and `arm` name
    the decision it was made for; a probe has none. `sends` is how often the request went out and
    `pictures` how many it showed, also where no rule says what they cost in `image_tokens`.
    """

    __tablename__ = "llm_calls"

    slot: Mapped[datetime | None]
    symbol: Mapped[str | None]
    arm: Mapped[str | None]
    attempt: Mapped[int]
    purpose: Mapped[Purpose]
    prompt_fingerprint: Mapped[str | None]
    host: Mapped[str]
    model_requested: Mapped[str]
    model_returned: Mapped[str | None]
    request_id: Mapped[str | None]
    estimated_input_tokens: Mapped[int]
    image_tokens: Mapped[int]
    pictures: Mapped[int]
    max_output_tokens: Mapped[int]
    input_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    reasoning_tokens: Mapped[int | None]
    price_version: Mapped[str | None]
    reserved_usd: Mapped[Decimal | None]
    cost_usd: Mapped[Decimal | None]
    state: Mapped[CallState]
    sends: Mapped[int | None]
    latency: Mapped[timedelta | None]
    first_byte: Mapped[timedelta | None]
    finish: Mapped[FinishState | None]
    error_code: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("host <> '' AND model_requested <> ''", name="names_whom_it_asks"),
        CheckConstraint("attempt >= 1", name="attempt_counts_from_one"),
        CheckConstraint(
            "slot IS NULL OR (symbol IS NOT NULL AND arm IS NOT NULL)", name="decision_is_whole"
        ),
        CheckConstraint(
            "estimated_input_tokens >= image_tokens AND image_tokens >= 0"
            " AND max_output_tokens > 0",
            name="estimate_possible",
        ),
        CheckConstraint(
            "input_tokens >= 0 AND cached_tokens >= 0 AND output_tokens >= 0"
            " AND reasoning_tokens >= 0",
            name="usage_not_negative",
        ),
        CheckConstraint(
            "num_nulls(input_tokens, cached_tokens, output_tokens, reasoning_tokens) IN (0, 4)",
            name="usage_is_whole",
        ),
        CheckConstraint("pictures >= 0", name="pictures_not_negative"),
        CheckConstraint("reserved_usd >= 0 AND cost_usd >= 0", name="money_not_negative"),
        CheckConstraint(
            "(price_version IS NULL) = (reserved_usd IS NULL)", name="reserved_at_a_price"
        ),
        CheckConstraint(
            "(cost_usd IS NOT NULL) = (state = 'settled' AND reserved_usd IS NOT NULL)",
            name="settled_has_cost",
        ),
        CheckConstraint("(state = 'reserved') = (ended_at IS NULL)", name="ended_unless_reserved"),
        CheckConstraint("state <> 'kept' OR error_code <> ''", name="kept_has_error"),
        CheckConstraint("sends >= 0 AND latency >= interval '0'", name="sending_not_negative"),
        CheckConstraint(
            "first_byte BETWEEN interval '0' AND latency", name="first_byte_within_latency"
        ),
        Index(None, "environment", "account", "created_at"),
        Index(
            "ix_llm_calls_unsettled",
            "environment",
            "account",
            "created_at",
            postgresql_where="state <> 'settled'",
        ),
    )
