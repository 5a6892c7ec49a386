"""What the ledger and the decisions say of one model, for the alarms of `trading.model_alarms`."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import DecisionRow, LlmCallRow
from db.queries import llm
from db.queries.first_looks import standing_fault
from db.queries.recent_calls import recent_calls
from db.repositories import llm_calls
from db.repositories.rows import belongs_to
from trading.analysis import AbstentionCode
from trading.budget import Limit, day_start
from trading.call_outcomes import breakers_after
from trading.failures import FailureCode
from trading.model_alarms import SAME_FORECASTS, WATCHED, Forecast, ModelRecord
from trading.model_breaker import ModelBreakers
from trading.replies import Purpose

_OLDEST_FORECAST = timedelta(days=30)
"""A model that was asked nothing for so long is not searched for through years of decisions."""


def model_record(session: Session, key: AccountKey, model: str, *, now: datetime) -> ModelRecord:
    """What is known of the model in this account at `now`."""
    since = now - WATCHED
    billed = [one for one in llm.estimates(session, key, since=since) if one.model == model]
    asked, refused = _refusals(session, key, model, since)
    return ModelRecord(
        forecasts=_forecasts(session, key, model, now),
        asked=asked,
        refused=refused,
        billed_calls=sum(one.calls for one in billed),
        estimated_tokens=sum(one.estimated_tokens for one in billed),
        billed_tokens=sum(one.billed_tokens for one in billed),
        breakers=_breakers(session, key, model, now),
        spent_usd=_spent(session, key, now),
        over_budget=_abstained(session, key, since, AbstentionCode.BUDGET),
        unfit=standing_fault(session, key, model, now=now),
        refused_by_server=_abstained(session, key, since, AbstentionCode.REFUSED_BY_SERVER),
        answered_as=_answered_as(session, key, model, since),
    )


def _forecasts(
    session: Session, key: AccountKey, model: str, now: datetime
) -> tuple[Forecast, ...]:
    stated = DecisionRow.analysis
    newest = (
        select(DecisionRow.action, stated["p_up"].as_integer(), stated["probabilities"])
        .where(
            belongs_to(DecisionRow, key),
            DecisionRow.action.is_not(None),
            stated["analyst"].astext == model,
            DecisionRow.slot >= now - _OLDEST_FORECAST,
        )
        .order_by(DecisionRow.slot.desc(), DecisionRow.decided_at.desc(), DecisionRow.id.desc())
        .limit(SAME_FORECASTS)
    )
    return tuple(
        Forecast(action, p_up, _percents(chances))
        for action, p_up, chances in session.execute(newest)
        if action is not None
    )


def _percents(stated: object) -> tuple[int, int, int] | None:
    match stated:
        case {"tp_first": int(won), "sl_first": int(lost), "neither": int(neither)}:
            return won, lost, neither
        case _:
            return None


def _refusals(session: Session, key: AccountKey, model: str, since: datetime) -> tuple[int, int]:
    asked = select(func.count()).where(
        belongs_to(LlmCallRow, key),
        LlmCallRow.model_requested == model,
        LlmCallRow.created_at >= since,
        LlmCallRow.purpose != Purpose.PROBE,
    )
    refused = sum(
        line.count
        for line in llm.failures(session, key, since=since)
        if line.model == model and line.code == FailureCode.REFUSAL
    )
    return session.scalars(asked).one(), refused


def _breakers(session: Session, key: AccountKey, model: str, now: datetime) -> ModelBreakers:
    """Those of the server that was asked last: an address that was changed is asked no more."""
    newest = (
        select(LlmCallRow.host)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.model_requested == model,
            LlmCallRow.purpose != Purpose.PROBE,
        )
        .order_by(LlmCallRow.created_at.desc(), LlmCallRow.id.desc())
        .limit(1)
    )
    host = session.scalar(newest)
    if host is None:
        return {}
    return breakers_after(recent_calls(session, key, host, model, now=now))


def _spent(session: Session, key: AccountKey, now: datetime) -> dict[Limit, Decimal]:
    """What counts against each limit that adds up: of the dearest symbol, of all, of the month."""
    of_symbol = func.sum(func.coalesce(LlmCallRow.cost_usd, LlmCallRow.reserved_usd))
    dearest = (
        select(of_symbol)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.created_at >= day_start(now),
            LlmCallRow.symbol.is_not(None),
        )
        .group_by(LlmCallRow.symbol)
        .order_by(of_symbol.desc().nulls_last())
        .limit(1)
    )
    spent = llm_calls.spent(session, key, None, now=now)
    return {
        Limit.PER_SYMBOL_DAY: session.scalar(dearest) or Decimal(0),
        Limit.PER_DAY: spent.day,
        Limit.PER_MONTH: spent.month,
    }


def _abstained(session: Session, key: AccountKey, since: datetime, code: AbstentionCode) -> str:
    """Why the newest cycle abstained with `code`, "" if it did not.

    From the decisions, because a call that no money was left for is no row in the ledger, and
    what to do about a refusal stands here alone.
    """
    slot = select(func.max(DecisionRow.slot)).where(
        belongs_to(DecisionRow, key), DecisionRow.slot >= since
    )
    why = (
        select(DecisionRow.analysis["detail"].astext)
        .where(
            belongs_to(DecisionRow, key),
            DecisionRow.slot == slot.scalar_subquery(),
            DecisionRow.analysis["code"].astext == code,
        )
        .order_by(DecisionRow.symbol)
        .limit(1)
    )
    return session.scalar(why) or ""


def _answered_as(session: Session, key: AccountKey, model: str, since: datetime) -> str:
    """What the newest answer calls the model that gave it."""
    newest = (
        select(LlmCallRow.model_returned)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.model_requested == model,
            LlmCallRow.created_at >= since,
            LlmCallRow.model_returned.is_not(None),
        )
        .order_by(LlmCallRow.created_at.desc(), LlmCallRow.id.desc())
        .limit(1)
    )
    return session.scalar(newest) or ""
