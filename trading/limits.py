"""The limits the owner puts on the desk. Nothing in the project may pass around them."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from trading.checks import require, require_fraction, require_not_negative, require_positive
from trading.costs import Costs


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """What may be at stake. Fractions are of the account equity in USDT.

    Exposure is the notional of open positions and pending entries; it may exceed 1 because
    perpetuals are leveraged. `minimum_reward_risk` is net: earned at the target over lost at the
    stop, both after fees and slippage. `liquidation_stop_distances`: the liquidation price must
    lie at least so many stop distances from the entry (analysis.md §3.6).
    """

    max_open_positions: int = 3
    risk_fraction_per_trade: Decimal = Decimal("0.01")
    max_symbol_exposure_fraction: Decimal = Decimal(1)
    max_total_exposure_fraction: Decimal = Decimal(2)
    max_leverage: Decimal = Decimal(5)
    max_daily_loss_fraction: Decimal = Decimal("0.05")
    minimum_reward_risk: Decimal = Decimal(1)
    maximum_spread_bps: Decimal = Decimal(8)
    liquidation_stop_distances: Decimal = Decimal(2)
    maximum_signal_age: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        require(
            self.max_open_positions >= 0,
            f"max_open_positions is {self.max_open_positions}; 0 stops entries, less is no number",
        )
        for name in ("risk_fraction_per_trade", "max_daily_loss_fraction"):
            require_positive(name, getattr(self, name))
            require_fraction(name, getattr(self, name))
        for name in ("max_symbol_exposure_fraction", "max_total_exposure_fraction"):
            require_positive(name, getattr(self, name))
        for name in ("minimum_reward_risk", "maximum_spread_bps", "liquidation_stop_distances"):
            require_not_negative(name, getattr(self, name))
        self._require_consistent()

    def _require_consistent(self) -> None:
        require_positive("max_leverage", self.max_leverage)
        require(self.max_leverage >= 1, f"max_leverage is {self.max_leverage}; at least 1")
        require(
            self.max_symbol_exposure_fraction <= self.max_total_exposure_fraction,
            f"max_symbol_exposure_fraction {self.max_symbol_exposure_fraction} is above "
            f"max_total_exposure_fraction {self.max_total_exposure_fraction}; lower it",
        )
        require(
            self.maximum_signal_age > timedelta(0),
            f"maximum_signal_age is {self.maximum_signal_age}; it must be above 0",
        )


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """The limits and the costs every trade is judged by."""

    limits: RiskLimits = field(default_factory=RiskLimits)
    costs: Costs = field(default_factory=Costs)
