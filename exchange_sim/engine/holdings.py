"""What an account holds in one symbol, and what a fill makes of it (spec section 4.2)."""

from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.engine.money import booked, part
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.vocabulary import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One position without its valuation.

    `entry_value` is what the present size was entered for (USDT), `open_fee` the opening fees not
    yet charged to a close, `seq` the last match that touched it (-1: none).
    """

    symbol: str
    position_idx: int
    side: Side | None = None
    size: Decimal = ZERO
    average_price: Decimal = ZERO
    entry_value: Decimal = ZERO
    open_fee: Decimal = ZERO
    current_realised: Decimal = ZERO
    cumulative_realised: Decimal = ZERO
    created_ms: int = 0
    updated_ms: int = 0
    opened_ms: int = 0
    seq: int = -1

    @property
    def signed_size(self) -> Decimal:
        """Size with the sign of the side: negative when short."""
        return -self.size if self.side is Side.SELL else self.size

    def unrealised(self, mark: Decimal) -> Decimal:
        """Result if the position was closed at `mark`, before fees."""
        if self.side is None:
            return ZERO
        return self.side.sign * (self.size * mark - self.entry_value)

    def realise(self, amount: Decimal) -> "Holding":
        """The holding after `amount` was paid to (or taken from) it."""
        return replace(
            self,
            current_realised=self.current_realised + amount,
            cumulative_realised=self.cumulative_realised + amount,
        )


@dataclass(frozen=True, slots=True)
class Match:
    """One fill from the position's point of view; `fee` is booked and > 0 when paid."""

    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    time_ms: int
    seq: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fill did: the new holding and, of the closed part, size, values and fees."""

    holding: Holding
    closed_size: Decimal
    cash_flow: Decimal
    entry_value: Decimal
    open_fee: Decimal
    close_fee: Decimal

    @property
    def closed_pnl(self) -> Decimal:
        """Net result of the closed part."""
        return self.cash_flow - self.open_fee - self.close_fee


def apply(holding: Holding, match: Match) -> Effect:
    """The effect of a fill: it reduces an opposite position first and opens with the rest."""
    opposite = holding.side is not None and holding.side is not match.side
    closed = min(holding.size, match.quantity) if opposite else ZERO
    close_fee = part(match.fee, closed, match.quantity)
    effect = _reduce(holding, match, closed, close_fee)
    opened = match.quantity - closed
    after = effect.holding
    if opened:
        after = _increase(after, match, opened, match.fee - close_fee)
    return replace(effect, holding=replace(after, updated_ms=match.time_ms, seq=match.seq))


def _reduce(holding: Holding, match: Match, closed: Decimal, close_fee: Decimal) -> Effect:
    if not closed or holding.side is None:
        return Effect(holding, ZERO, ZERO, ZERO, ZERO, ZERO)
    everything = closed == holding.size
    # The last reduction releases exactly what is left, so a round trip loses no rounding.
    released = holding.entry_value if everything else booked(holding.average_price * closed)
    open_fee = part(holding.open_fee, closed, holding.size)
    cash_flow = booked(holding.side.sign * (closed * match.price - released))
    after = replace(
        holding.realise(cash_flow - close_fee),
        side=None if everything else holding.side,
        size=holding.size - closed,
        average_price=ZERO if everything else holding.average_price,
        entry_value=holding.entry_value - released,
        open_fee=holding.open_fee - open_fee,
    )
    return Effect(after, closed, cash_flow, released, open_fee, close_fee)


def _increase(holding: Holding, match: Match, opened: Decimal, fee: Decimal) -> Holding:
    fresh = holding.side is None
    entry_value = holding.entry_value + opened * match.price
    size = holding.size + opened
    started = replace(
        holding,
        side=match.side,
        size=size,
        entry_value=entry_value,
        average_price=match.price if fresh else entry_value / size,
        open_fee=holding.open_fee + fee,
        current_realised=ZERO if fresh else holding.current_realised,
        created_ms=holding.created_ms or match.time_ms,
        opened_ms=match.time_ms if fresh else holding.opened_ms,
    )
    return started.realise(-fee)
