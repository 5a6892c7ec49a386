"""The limits the owner puts on the desk. Nothing in the project may pass around them."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from trading.brakes import BrakeRules
from trading.checks import require, require_fraction, require_not_negative, require_positive
from trading.costs import Costs
from trading.exposure_groups import SymbolGroup


class CooldownScope(StrEnum):
    """Whom a stop sends into a pause."""

    SYMBOL = "symbol"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """What may be at stake. Fractions are of the account equity in USDT.

    Exposure is the notional of open positions and pending entries; it may exceed 1 because
    perpetuals are leveraged. `minimum_reward_risk` is net: earned at the target over lost at the
    stop, both after fees and slippage. `liquidation_stop_distances`: the liquidation price must
    lie at least so many stop distances from the entry (analysis.md §3.6).

    Reaching `max_daily_loss_fraction` since 00:00 UTC or `max_drawdown_fraction` below the highest
    equity refuses entries on one reading and pulls the account's brake on two that agree.

    After a stop no entry for `cooldown_after_stop`; after `stop_guard_stops` stops within the
    window none at all (0: no guard). A symbol whose last `losing_symbol_trades` trades (0: any
    number) within `losing_symbol_window` all lost, or which lost `max_symbol_loss_fraction` in it,
    rests until they are older. The symbols of a group may hold `max_group_exposure_fraction`
    together. Funding over the planned horizon may cost `max_funding_risk_fraction` of the planned
    loss, and what settles within `imminent_funding` no more than `max_imminent_funding_fraction`
    of the notional (analysis.md §3.6). The average range of a bar lies within the volatility
    limits, fractions of the price. A stop lies `minimum_stop_atr` average ranges from the entry
    or behind the last swing (§3.6).
    """

    max_open_positions: int = 3
    risk_fraction_per_trade: Decimal = Decimal("0.01")
    max_symbol_exposure_fraction: Decimal = Decimal(1)
    max_total_exposure_fraction: Decimal = Decimal(2)
    max_leverage: Decimal = Decimal(5)
    max_daily_loss_fraction: Decimal = Decimal("0.05")
    max_drawdown_fraction: Decimal = Decimal("0.2")
    minimum_reward_risk: Decimal = Decimal(1)
    maximum_spread_bps: Decimal = Decimal(8)
    liquidation_stop_distances: Decimal = Decimal(2)
    maximum_signal_age: timedelta = timedelta(minutes=15)
    maximum_balance_age: timedelta = timedelta(minutes=5)
    max_entries_per_day: int = 20
    cooldown_after_stop: timedelta = timedelta(hours=1)
    cooldown_scope: CooldownScope = CooldownScope.SYMBOL
    stop_guard_stops: int = 4
    stop_guard_window: timedelta = timedelta(hours=24)
    losing_symbol_trades: int = 4
    losing_symbol_window: timedelta = timedelta(hours=24)
    max_symbol_loss_fraction: Decimal = Decimal("0.05")
    symbol_groups: tuple[SymbolGroup, ...] = ()
    max_group_exposure_fraction: Decimal = Decimal("1.5")
    max_funding_risk_fraction: Decimal = Decimal("0.5")
    assumed_horizon: timedelta = timedelta(hours=24)
    minimum_volatility_fraction: Decimal = Decimal(0)
    maximum_volatility_fraction: Decimal = Decimal("0.2")
    imminent_funding: timedelta = timedelta(minutes=10)
    max_imminent_funding_fraction: Decimal = Decimal("0.0005")
    minimum_stop_atr: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        for name in _COUNTS:
            require(
                getattr(self, name) >= 0,
                f"{name} is {getattr(self, name)}; it is a count, 0 or more",
            )
        for name in _FRACTIONS:
            require_positive(name, getattr(self, name))
            require_fraction(name, getattr(self, name))
        for name in _POSITIVE:
            require_positive(name, getattr(self, name))
        for name in _NOT_NEGATIVE:
            require_not_negative(name, getattr(self, name))
        for name in _LENGTHS:
            length = getattr(self, name)
            require(length > timedelta(0), f"{name} is {length}; it must be above 0")
        self._require_consistent()

    def _require_consistent(self) -> None:
        require(self.max_leverage >= 1, f"max_leverage is {self.max_leverage}; at least 1")
        require(
            self.max_symbol_exposure_fraction <= self.max_total_exposure_fraction,
            f"max_symbol_exposure_fraction {self.max_symbol_exposure_fraction} is above "
            f"max_total_exposure_fraction {self.max_total_exposure_fraction}; lower it",
        )
        require(
            self.minimum_volatility_fraction < self.maximum_volatility_fraction,
            f"minimum_volatility_fraction {self.minimum_volatility_fraction} is not below "
            f"maximum_volatility_fraction {self.maximum_volatility_fraction}; lower it",
        )
        require(
            self.cooldown_after_stop >= timedelta(0),
            f"cooldown_after_stop is {self.cooldown_after_stop}; 0 is no pause, less is no length",
        )

    @property
    def memory(self) -> timedelta:
        """How far back closed trades can matter."""
        return max(self.cooldown_after_stop, self.stop_guard_window, self.losing_symbol_window)


_COUNTS = (
    "max_open_positions",
    "max_entries_per_day",
    "stop_guard_stops",
    "losing_symbol_trades",
)
_FRACTIONS = (
    "risk_fraction_per_trade",
    "max_daily_loss_fraction",
    "max_drawdown_fraction",
    "max_symbol_loss_fraction",
)
_POSITIVE = (
    "max_leverage",
    "max_symbol_exposure_fraction",
    "max_total_exposure_fraction",
    "max_group_exposure_fraction",
    "maximum_volatility_fraction",
)
_NOT_NEGATIVE = (
    "minimum_reward_risk",
    "maximum_spread_bps",
    "liquidation_stop_distances",
    "max_funding_risk_fraction",
    "minimum_volatility_fraction",
    "max_imminent_funding_fraction",
    "minimum_stop_atr",
)
_LENGTHS = (
    "maximum_signal_age",
    "maximum_balance_age",
    "stop_guard_window",
    "losing_symbol_window",
    "assumed_horizon",
    "imminent_funding",
)


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """The limits and the costs every trade is judged by, and the brakes of the account.

    With `smallest_only` no entry is larger than the exchange's smallest order.
    """

    limits: RiskLimits = field(default_factory=RiskLimits)
    costs: Costs = field(default_factory=Costs)
    brakes: BrakeRules = field(default_factory=BrakeRules)
    smallest_only: bool = False
