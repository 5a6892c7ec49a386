"""Cut a symbol's executions into positions: from flat, through fills and funding, to flat.

For one-way mode, the mode the desk trades in: a symbol has one position at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal

from trading.checks import require
from trading.executions import Execution, ExecutionKind
from trading.orders import Side
from trading.positions import Direction

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_SMALLEST = Decimal("1e-12")
"""USDT; finer than the exchange charges, and coarse enough for every sum to be stored exactly."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The executions of one position of one symbol, oldest first; `remaining` 0 when closed."""

    direction: Direction
    executions: tuple[Execution, ...]
    remaining: Decimal

    @property
    def is_closed(self) -> bool:
        """Whether nothing is held any more."""
        return self.remaining == 0

    @property
    def entry(self) -> Execution:
        """The fill that opened it."""
        return self.executions[0]

    @property
    def last(self) -> Execution:
        """The newest execution; of a closed holding the fill that closed it."""
        return self.executions[-1]

    @property
    def entered_quantity(self) -> Decimal:
        """All that was ever entered, in the base coin."""
        return sum((row.quantity for row in self._entries()), Decimal(0))

    @property
    def entry_price(self) -> Decimal:
        """Volume-weighted average of the entries, USDT."""
        value = sum((row.price * row.quantity for row in self._entries()), Decimal(0))
        return value / self.entered_quantity

    @property
    def fees_usdt(self) -> Decimal:
        """Fees of all fills so far; a cost is positive."""
        moves = (row.fee_usdt for row in self.executions if row.kind.moves_position)
        return sum(moves, Decimal(0))

    @property
    def funding_usdt(self) -> Decimal:
        """Funding so far, above 0 was received; a funding row's fee is what was paid."""
        rows = (row for row in self.executions if row.kind is ExecutionKind.FUNDING)
        return -sum((row.fee_usdt for row in rows), Decimal(0))

    def _entries(self) -> Iterator[Execution]:
        side = self.direction.entry_side
        return (row for row in self.executions if row.kind.moves_position and row.side is side)


def holdings(executions: Iterable[Execution]) -> list[Holding]:
    """The positions that `executions` of one symbol make, oldest first; the last may be open.

    Rows that do not move the position belong to the one that is open, and to none while flat. A
    fill that closes one position and opens the next is cut in two, value and fee in proportion to
    the quantity. What closes a position that was opened before the first row is left out.
    """
    ordered = sorted(executions, key=lambda row: (row.executed_at, row.sequence))
    symbols = {row.symbol for row in ordered}
    require(len(symbols) <= 1, f"executions of {sorted(symbols)}; holdings are of one symbol")
    found: list[Holding] = []
    for row in ordered:
        _take(found, row)
    return found


def _take(found: list[Holding], row: Execution) -> None:
    current = found[-1] if found and not found[-1].is_closed else None
    if not row.kind.moves_position:
        if current is not None:
            found[-1] = replace(current, executions=(*current.executions, row))
        return
    if current is None:
        _open(found, row)
        return
    if row.side is current.direction.entry_side:
        found[-1] = _joined(current, row, current.remaining + row.quantity)
        return
    closing, opening = _cut(row, current.remaining)
    if closing is not None:
        found[-1] = _joined(current, closing, current.remaining - closing.quantity)
    if opening is not None:
        found.append(_opened(opening))


def _open(found: list[Holding], row: Execution) -> None:
    _, opening = _cut(row, row.closed_quantity)
    if opening is not None:
        found.append(_opened(opening))


def _opened(row: Execution) -> Holding:
    direction = Direction.LONG if row.side is Side.BUY else Direction.SHORT
    return Holding(direction, (row,), row.quantity)


def _joined(holding: Holding, row: Execution, remaining: Decimal) -> Holding:
    return replace(holding, executions=(*holding.executions, row), remaining=remaining)


def _cut(row: Execution, held: Decimal) -> tuple[Execution | None, Execution | None]:
    """What of a fill closes the `held` quantity, and what opens beyond it; None for nothing.

    A share of a fee may have no end of decimals. So the closing part is rounded, and the rest is
    the opening part's: together they are the fill, to the last digit.
    """
    if held >= row.quantity:
        return row, None
    if held == 0:
        return None, row
    closing = replace(
        row,
        quantity=held,
        value_usdt=_share(row.value_usdt, held, row.quantity),
        fee_usdt=_share(row.fee_usdt, held, row.quantity),
        closed_quantity=min(row.closed_quantity, held),
    )
    opening = replace(
        row,
        quantity=row.quantity - held,
        value_usdt=_EXACT.subtract(row.value_usdt, closing.value_usdt),
        fee_usdt=_EXACT.subtract(row.fee_usdt, closing.fee_usdt),
        closed_quantity=min(row.closed_quantity, row.quantity - held),
    )
    return closing, opening


def _share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """`amount` x `part` / `whole`, rounded half even to the smallest amount that is stored."""
    share = _EXACT.divide(_EXACT.multiply(amount, part), whole)
    return share.quantize(_SMALLEST, context=_EXACT)
