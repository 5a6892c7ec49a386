"""How an order fills that does not fill at once: piece by piece, perhaps never completely."""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.money import floor_to
from exchange_sim.engine.order_model import Order


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The pieces an order still gets, as fractions (0..1] of its whole quantity.

    `spacing_ms` of market time lie between two pieces. With `ends` the order is cancelled after
    the last one; without it the last piece is all that is left.
    """

    fractions: tuple[Decimal, ...]
    spacing_ms: int = 0
    ends: bool = False

    def piece(self, order: Order, step: Decimal) -> Decimal:
        """How much the next piece is: on the quantity grid, at least one step of it."""
        if len(self.fractions) == 1 and not self.ends:
            return order.rest
        return min(order.rest, max(step, floor_to(order.quantity * self.fractions[0], step)))

    def after_a_piece(self) -> "StagePlan | None":
        """The plan without its next piece; None if that was the last."""
        left = self.fractions[1:]
        return StagePlan(left, self.spacing_ms, self.ends) if left else None
