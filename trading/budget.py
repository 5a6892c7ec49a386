"""Whether the desk may pay for one more call to a model, and where to save before it may not.

analysis.md §3.9. Money is reserved before a call at its worst case, so all limits hold even when
every call costs the most it can. Orders that protect a position never depend on any of this.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from trading.checks import require, require_not_negative, require_utc

SOFT_FRACTION = Decimal("0.8")
LATE_FRACTION = Decimal("0.9")


class Limit(StrEnum):
    """The limits the owner may set."""

    PER_CALL = "per_call"
    PER_SYMBOL_DAY = "per_symbol_day"
    PER_DAY = "per_day"
    PER_MONTH = "per_month"


class Measure(StrEnum):
    """How to spend less before a limit stops everything, mildest first."""

    DROP_HTF_IMAGE = "drop_htf_image"
    """From 80 % of a limit on: send one picture, not the one of the higher time frame."""
    LENGTHEN_CADENCE = "lengthen_cadence"
    """From 90 % on: ask less often as well."""


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """USD that calls may cost; None is no limit. Days and months are of UTC.

    A symbol may cost `per_symbol_day` a day, everything together `per_day` and `per_month`. A
    limit of 0 allows only what is free, such as a model of one's own with a price of 0.
    """

    per_call: Decimal | None = None
    per_symbol_day: Decimal | None = None
    per_day: Decimal | None = None
    per_month: Decimal | None = None

    def __post_init__(self) -> None:
        for limit in Limit:
            value = self.of(limit)
            if value is not None:
                require_not_negative(f"budget limit {limit}", value)

    def of(self, limit: Limit) -> Decimal | None:
        """The limit's amount."""
        amount: Decimal | None = getattr(self, limit)
        return amount

    @property
    def is_set(self) -> bool:
        """Whether there is any limit to keep."""
        return any(self.of(limit) is not None for limit in Limit)


@dataclass(frozen=True, slots=True)
class Spent:
    """USD spent or reserved since 00:00 UTC on this symbol and on all, and in this month."""

    symbol_day: Decimal = Decimal(0)
    day: Decimal = Decimal(0)
    month: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        for name in ("symbol_day", "day", "month"):
            require_not_negative(f"spent {name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Granted:
    """The call may be made."""


@dataclass(frozen=True, slots=True)
class Soft:
    """The call may be made, and the next ones should cost less."""

    measures: tuple[Measure, ...]
    detail: str

    def __post_init__(self) -> None:
        require(bool(self.measures), "a soft limit without a measure")


@dataclass(frozen=True, slots=True)
class Refused:
    """The call may not be made. `limit` is what stopped it, None when its price is unknown."""

    limit: Limit | None
    detail: str


Verdict: TypeAlias = Granted | Soft | Refused


def decide(limits: BudgetLimits, spent: Spent, reservation: Decimal | None) -> Verdict:
    """Whether a call that costs `reservation` USD at most fits what is left.

    A reservation of None is a price nobody knows: refused as soon as there is any limit, because
    a limit on an unknown sum is none.
    """
    if reservation is None:
        return _without_price(limits)
    require_not_negative("reservation", reservation)
    after = _after(spent, reservation)
    for limit, total in after.items():
        allowed = limits.of(limit)
        if allowed is not None and total > allowed:
            return Refused(
                limit,
                f"the call may cost {reservation} USD, {limit} would be {total} of {allowed} USD; "
                "wait or raise the limit",
            )
    return _soft(limits, after)


def saving(limits: BudgetLimits, spent: Spent) -> Soft | None:
    """How to save now, before a call is put together; None below 80 % of every limit."""
    verdict = _soft(limits, _after(spent, Decimal(0)))
    return verdict if isinstance(verdict, Soft) else None


def day_start(now: datetime) -> datetime:
    """00:00 UTC of the day that `now` is in."""
    require_utc("now", now)
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def month_start(now: datetime) -> datetime:
    """00:00 UTC of the first day of the month that `now` is in."""
    return day_start(now).replace(day=1)


def _without_price(limits: BudgetLimits) -> Granted | Refused:
    if not limits.is_set:
        return Granted()
    return Refused(
        None,
        "the price of the model is not known and there is a budget; add the model to the price "
        "file, at 0 if it is your own",
    )


def _after(spent: Spent, reservation: Decimal) -> dict[Limit, Decimal]:
    return {
        Limit.PER_CALL: reservation,
        Limit.PER_SYMBOL_DAY: spent.symbol_day + reservation,
        Limit.PER_DAY: spent.day + reservation,
        Limit.PER_MONTH: spent.month + reservation,
    }


def _soft(limits: BudgetLimits, after: dict[Limit, Decimal]) -> Granted | Soft:
    # One call says nothing about how much is left, so PER_CALL is hard only.
    used = {
        limit: total / allowed
        for limit, total in after.items()
        if limit is not Limit.PER_CALL and (allowed := limits.of(limit))
    }
    if not used:
        return Granted()
    fullest = max(used, key=lambda limit: used[limit])
    if used[fullest] < SOFT_FRACTION:
        return Granted()
    steps = tuple(Measure) if used[fullest] >= LATE_FRACTION else (Measure.DROP_HTF_IMAGE,)
    return Soft(steps, f"{after[fullest]} of {limits.of(fullest)} USD {fullest} are used")
