"""What a trade costs besides being wrong: fees and slippage."""

from dataclasses import dataclass
from decimal import Decimal

from trading.account import FeeRates
from trading.checks import require, require_fraction, require_not_negative
from trading.positions import Direction

_BPS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Costs:
    """Expected costs of a round trip of two market orders.

    `taker_fraction` is the fee per side as a fraction of the notional; slippage is in basis
    points of the price, always against us. A stop is assumed to slip more than an entry.
    """

    taker_fraction: Decimal = Decimal("0.00055")
    entry_slippage_bps: Decimal = Decimal(2)
    exit_slippage_bps: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        require_fraction("taker_fraction", self.taker_fraction)
        for name in ("entry_slippage_bps", "exit_slippage_bps"):
            require_not_negative(name, getattr(self, name))
            require(
                getattr(self, name) < _BPS,
                f"{name} is {getattr(self, name)}; it must be below 10000 bps (the whole price)",
            )

    def with_fees(self, rates: FeeRates) -> "Costs":
        """The same slippage with the account's real taker fee."""
        return Costs(rates.taker, self.entry_slippage_bps, self.exit_slippage_bps)

    def entry_price(self, direction: Direction, price: Decimal) -> Decimal:
        """Where a market entry quoted at `price` fills after slippage, in USDT."""
        return price * (1 + direction.sign * self.entry_slippage_bps / _BPS)

    def exit_price(self, direction: Direction, price: Decimal) -> Decimal:
        """Where a market exit triggered at `price` fills after slippage, in USDT."""
        return price * (1 - direction.sign * self.exit_slippage_bps / _BPS)

    def loss_per_unit(self, direction: Direction, entry: Decimal, stop: Decimal) -> Decimal:
        """USDT lost per 1 base coin entered at `entry` and stopped at `stop`, all costs in."""
        return -self.profit_per_unit(direction, entry, stop)

    def profit_per_unit(self, direction: Direction, entry: Decimal, leave: Decimal) -> Decimal:
        """USDT earned per 1 base coin between two quoted prices after all costs; may be < 0."""
        bought, sold = self.entry_price(direction, entry), self.exit_price(direction, leave)
        return direction.sign * (sold - bought) - (bought + sold) * self.taker_fraction

    def in_r(self, entry: Decimal, stop: Decimal) -> Decimal:
        """Fees and slippage of a round trip in units of the stop distance (analysis.md §3.7).

        (2 x fee + entry slippage + exit slippage) / (stop distance / entry price). `entry` and
        `stop` must differ.
        """
        slippage = (self.entry_slippage_bps + self.exit_slippage_bps) / _BPS
        return (2 * self.taker_fraction + slippage) * entry / abs(entry - stop)
