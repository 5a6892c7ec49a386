"""What the account of a backtest holds and which limits stop its entries."""

from dataclasses import dataclass
from datetime import timedelta

from trading.backtest.number_checks import require_between, require_not_negative, require_positive
from trading.checks import require
from trading.limits import CooldownScope


@dataclass(frozen=True, slots=True)
class Protections:
    """What the last trades forbid, in the words of `trading.limits.RiskLimits`. All off at first.

    No entry for `cooldown_after_stop` after a stop; none at all after `stop_guard_stops` stops
    within the window; none in a symbol whose last `losing_symbol_trades` trades within the window
    all lost, or which lost `max_symbol_loss_fraction` of the equity in it.
    """

    cooldown_after_stop: timedelta = timedelta(0)
    cooldown_scope: CooldownScope = CooldownScope.SYMBOL
    stop_guard_stops: int = 0
    stop_guard_window: timedelta = timedelta(hours=24)
    losing_symbol_trades: int = 0
    losing_symbol_window: timedelta = timedelta(hours=24)
    max_symbol_loss_fraction: float | None = None

    def __post_init__(self) -> None:
        for name in ("stop_guard_stops", "losing_symbol_trades"):
            value = getattr(self, name)
            require(value >= 0, f"{name} is {value}; it is a count, 0 switches it off")
        for name in ("cooldown_after_stop", "stop_guard_window", "losing_symbol_window"):
            length = getattr(self, name)
            require(length >= timedelta(0), f"{name} is {length}; it must be at least 0")
        if self.max_symbol_loss_fraction is not None:
            require_positive("max_symbol_loss_fraction", self.max_symbol_loss_fraction)


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Money, margin and limits; None switches a limit off. Fractions are of the equity.

    Margin is isolated: a position binds its notional over `leverage` and is liquidated where that
    margin falls to `maintenance_fraction` of the notional (bybit_v5.md §4.5). A loss of
    `max_daily_loss_fraction` since 00:00 UTC stops entries until the next day, one of
    `max_drawdown_fraction` below the highest equity for good; both are judged at the close of
    each bar and, with `closes_on_brake`, close what is held at the next open.
    """

    initial_equity_usdt: float = 10_000.0
    leverage: float = 1.0
    maintenance_fraction: float = 0.005
    max_open_positions: int | None = None
    max_symbol_exposure_fraction: float | None = None
    max_total_exposure_fraction: float | None = None
    max_entries_per_day: int | None = None
    max_daily_loss_fraction: float | None = None
    max_drawdown_fraction: float | None = None
    closes_on_brake: bool = True
    protections: Protections | None = None

    def __post_init__(self) -> None:
        require_positive("initial_equity_usdt", self.initial_equity_usdt)
        require_between("leverage", self.leverage, 1, 200)
        require_not_negative("maintenance_fraction", self.maintenance_fraction)
        for name in ("max_open_positions", "max_entries_per_day"):
            if (count := getattr(self, name)) is not None:
                require(count >= 0, f"{name} is {count}; it is a count, 0 or more")
        for name in ("max_symbol_exposure_fraction", "max_total_exposure_fraction"):
            if (value := getattr(self, name)) is not None:
                require_positive(name, value)
        for name in ("max_daily_loss_fraction", "max_drawdown_fraction"):
            if (value := getattr(self, name)) is not None:
                require_positive(name, value)
                require(value <= 1, f"{name} is {value}; it is a fraction of 0 to 1")
