"""How long a position stood without stops over all of it, and how much money stood there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from trading.checks import require, require_utc
from trading.executions import Execution
from trading.orders import Side


@dataclass(frozen=True, slots=True)
class StopInterval:
    """A stop that stood from `since` until `until` (None: still stands) over `quantity`.

    `quantity` None covers whatever the position is.
    """

    since: datetime
    until: datetime | None = None
    quantity: Decimal | None = None

    def __post_init__(self) -> None:
        require_utc("stop since", self.since)
        require(
            self.until is None or self.since <= self.until,
            f"stop from {self.since} ends before it starts, at {self.until}",
        )

    def covers(self, moment: datetime) -> bool:
        """Whether the stop stood at `moment`."""
        return self.since <= moment and (self.until is None or moment < self.until)


def naked_seconds(
    executions: Sequence[Execution], stops: Sequence[StopInterval], *, until: datetime
) -> float:
    """Seconds up to `until` in which a position was larger than the stops over it.

    `executions` of one symbol from flat, in any order; those that do not move the position are
    ignored. A position is naked in full or not at all: a part uncovered counts like the whole.
    """
    spans = _naked_spans(executions, stops, until)
    return sum((span.length for span in spans), timedelta(0)).total_seconds()


def naked_usdt_seconds(
    executions: Sequence[Execution], stops: Sequence[StopInterval], *, until: datetime
) -> Decimal:
    """The integral of unprotected notional over time up to `until`, in USDT x seconds.

    Exact: the sum over spans of constant position and stops of (held - covered) x price x length.
    Here a part uncovered counts as that part. The price is that of the newest fill, the only one
    the records hold for every moment.
    """
    spans = _naked_spans(executions, stops, until)
    return sum((span.quantity * span.price * _seconds(span.length) for span in spans), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Span:
    """A time in which nothing changed and `quantity` stood without a stop."""

    length: timedelta
    quantity: Decimal
    price: Decimal


def _naked_spans(
    executions: Sequence[Execution], stops: Sequence[StopInterval], until: datetime
) -> list[_Span]:
    moves = sorted(
        (row for row in executions if row.kind.moves_position and row.executed_at <= until),
        key=lambda row: (row.executed_at, row.sequence),
    )
    spans = []
    for since, to in pairwise(_boundaries(moves, stops, until)):
        done = [row for row in moves if row.executed_at <= since]
        held = abs(sum(map(_signed, done), Decimal(0)))
        naked = held - _covered(held, stops, since)
        if naked > 0:
            spans.append(_Span(to - since, naked, done[-1].price))
    return spans


def _boundaries(
    moves: Sequence[Execution], stops: Sequence[StopInterval], until: datetime
) -> list[datetime]:
    """The moments at which position or protection may change, ascending, the last is `until`."""
    moments = {row.executed_at for row in moves} | {until}
    moments |= {moment for stop in stops for moment in (stop.since, stop.until) if moment}
    return sorted(moment for moment in moments if moment <= until)


def _covered(held: Decimal, stops: Sequence[StopInterval], moment: datetime) -> Decimal:
    standing = [stop.quantity for stop in stops if stop.covers(moment)]
    return sum((held if quantity is None else quantity for quantity in standing), Decimal(0))


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000


def _signed(row: Execution) -> Decimal:
    return row.quantity if row.side is Side.BUY else -row.quantity
