"""What a user's own rule may answer."""

from dataclasses import dataclass
from math import inf, isnan, nan

from trading.checks import require


@dataclass(frozen=True, slots=True)
class Order:
    """A wish in the words of `Signals`: acts at the open of the symbol's next bar.

    `side` 1 enters long, -1 short, 0 enters nothing; `close` leaves what is held first. `stop`,
    `target` and `limit` are prices in USDT, `size` replaces the number of `Sizing`; NaN: none.
    """

    side: int = 0
    close: bool = False
    stop: float = nan
    target: float = nan
    limit: float = nan
    size: float = nan

    def require_possible(self, symbol: str) -> None:
        """Refuse what no market could take; raises InvariantError."""
        require(
            self.side in (-1, 0, 1),
            f"{symbol}: an order's side is {self.side}; 1, -1 and 0 are allowed",
        )
        for name in ("stop", "target", "limit", "size"):
            value = getattr(self, name)
            require(
                isnan(value) or 0 < value < inf,
                f"{symbol}: an order's {name} is {value}; a finite number above 0 is allowed, or "
                "NaN for none",
            )


def buy(*, stop: float = nan, target: float = nan, limit: float = nan, size: float = nan) -> Order:
    """Enter long; a short that is held is treated as `ExitRules.opposite` says."""
    return Order(1, False, stop, target, limit, size)


def sell(
    *, stop: float = nan, target: float = nan, limit: float = nan, size: float = nan
) -> Order:
    """Enter short; a long that is held is treated as `ExitRules.opposite` says."""
    return Order(-1, False, stop, target, limit, size)


def leave() -> Order:
    """Close what is held."""
    return Order(close=True)
