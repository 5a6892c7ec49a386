"""What an imagined trade pays: fees and slippage, by the route it takes."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from trading.checks import require
from trading.costs import Costs

_BPS: Final = 10_000.0
_LOWEST_MAKER: Final = Decimal("-0.01")
_HIGHEST_MAKER: Final = Decimal("0.1")


class CostNumbers(NamedTuple):
    """`LabelCosts` as the kernel reads them, all fractions."""

    taker: float
    maker: float
    entry_slippage: float
    exit_slippage: float
    target_is_maker: bool


@dataclass(frozen=True, slots=True)
class LabelCosts:
    """Fees and slippage by route: `costs` for market legs, `maker_fraction` for rested limits.

    A limit that rested does not slip. A target is a market order triggered at its price, as the
    desk sends it, unless `target_is_maker`. A maker fee below 0 is a rebate.
    """

    costs: Costs = field(default_factory=Costs)
    maker_fraction: Decimal = Decimal("0.0002")
    target_is_maker: bool = False

    def __post_init__(self) -> None:
        require(
            self.maker_fraction.is_finite()
            and _LOWEST_MAKER <= self.maker_fraction <= _HIGHEST_MAKER,
            f"maker_fraction is {self.maker_fraction}; {_LOWEST_MAKER} to {_HIGHEST_MAKER} is "
            "allowed",
        )

    @property
    def numbers(self) -> CostNumbers:
        """The same as fractions of the notional and of the price."""
        return CostNumbers(
            taker=float(self.costs.taker_fraction),
            maker=float(self.maker_fraction),
            entry_slippage=float(self.costs.entry_slippage_bps) / _BPS,
            exit_slippage=float(self.costs.exit_slippage_bps) / _BPS,
            target_is_maker=self.target_is_maker,
        )
