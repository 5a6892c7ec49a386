"""Room for one more trade: counted once at review and again inside the reserving transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.brakes import Baseline
from trading.checks import require, require_not_negative, require_positive
from trading.exposure_groups import SymbolGroup, groups_of
from trading.limits import RiskLimits
from trading.positions import Position
from trading.reasons import Reason, Refused
from trading.recent_trades import EndedTrade


@dataclass(frozen=True, slots=True)
class Reservation:
    """An entry that is promised capacity but is not a position yet.

    `leverage` is what the entry was approved with; unknown counts as 1, the most margin.
    """

    symbol: str
    notional_usdt: Decimal
    leverage: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        require_positive(f"{self.symbol} reserved notional", self.notional_usdt)
        require(self.leverage >= 1, f"reservation leverage is {self.leverage}; at least 1")

    @property
    def margin_usdt(self) -> Decimal:
        """Balance this entry will bind."""
        return self.notional_usdt / self.leverage


@dataclass(frozen=True, slots=True)
class AccountState:
    """The account as a new trade finds it; USDT.

    A symbol's reservation ends when its position is listed, so nothing is counted twice.
    `transfers_today_usdt` was paid in (+) or out since the day began. `recent_trades` are closed
    ones, `entries_today` the entries promised or made since 00:00 UTC. `halt` says who stopped
    entries and why, empty: nobody.
    """

    equity_usdt: Decimal
    available_usdt: Decimal
    day_start_equity_usdt: Decimal
    balance_read_at: datetime
    positions: tuple[Position, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    transfers_today_usdt: Decimal = Decimal(0)
    high_water_mark: Baseline | None = None
    recent_trades: tuple[EndedTrade, ...] = ()
    entries_today: int = 0
    halt: str = ""

    def __post_init__(self) -> None:
        require_not_negative("equity_usdt", self.equity_usdt)
        require_not_negative("available_usdt", self.available_usdt)
        require_positive("day_start_equity_usdt", self.day_start_equity_usdt)

    @property
    def open_count(self) -> int:
        """Positions and pending entries together."""
        return len(self.positions) + len(self.reservations)

    @property
    def exposure_usdt(self) -> Decimal:
        """Notional of all positions and pending entries."""
        return sum((one.notional_usdt for one in self._taken), Decimal(0))

    def group_exposure_usdt(self, group: SymbolGroup) -> Decimal:
        """Notional of the positions and pending entries in a group, longs and shorts added up."""
        held = (one.notional_usdt for one in self._taken if one.symbol in group.symbols)
        return sum(held, Decimal(0))

    @property
    def _taken(self) -> tuple[Position | Reservation, ...]:
        return (*self.positions, *self.reservations)

    @property
    def free_margin_usdt(self) -> Decimal:
        """Available balance that no pending entry will bind; may be negative."""
        return self.available_usdt - sum(
            (pending.margin_usdt for pending in self.reservations), Decimal(0)
        )

    def holds(self, symbol: str) -> bool:
        """Whether `symbol` has a position or a pending entry."""
        held = {position.symbol for position in self.positions}
        return symbol in held | {pending.symbol for pending in self.reservations}

    def daily_room_usdt(self, limits: RiskLimits) -> Decimal:
        """What may still be lost today before entries stop; 0 or less: they have stopped."""
        day = Baseline(self.day_start_equity_usdt, self.transfers_today_usdt)
        return self.equity_usdt - day.floor_usdt(limits.max_daily_loss_fraction)


def free_slots(account: AccountState, limits: RiskLimits) -> int:
    """How many more positions may be opened, at least 0."""
    return max(0, limits.max_open_positions - account.open_count)


def exposure_room_usdt(symbol: str, account: AccountState, limits: RiskLimits) -> Decimal:
    """The largest notional `symbol`, which holds nothing yet, may take; 0 or less: no room."""
    group_limit = account.equity_usdt * limits.max_group_exposure_fraction
    return min(
        account.equity_usdt * limits.max_symbol_exposure_fraction,
        account.equity_usdt * limits.max_total_exposure_fraction - account.exposure_usdt,
        *(
            group_limit - account.group_exposure_usdt(group)
            for group in groups_of(symbol, limits.symbol_groups)
        ),
    )


def check_capacity(
    symbol: str, notional_usdt: Decimal, account: AccountState, limits: RiskLimits
) -> Refused | None:
    """None if a new position of this notional fits beside what is open and promised.

    Called by `risk.review`, and again with the locked rows of the reserving transaction, because
    another cycle or a manual trade may have taken the room in between.
    """
    if account.holds(symbol):
        return Refused(Reason.RISK_POSITION_OPEN, f"{symbol} already has a position or entry")
    if free_slots(account, limits) == 0:
        return Refused(
            Reason.RISK_MAX_POSITIONS,
            f"{account.open_count} positions and entries are open, "
            f"{limits.max_open_positions} allowed",
        )
    if account.entries_today >= limits.max_entries_per_day:
        return Refused(
            Reason.RISK_ENTRIES_PER_DAY,
            f"{account.entries_today} entries since 00:00 UTC, {limits.max_entries_per_day} "
            "allowed",
        )
    return _check_exposure(symbol, notional_usdt, account, limits) or _check_groups(
        symbol, notional_usdt, account, limits
    )


def _check_exposure(
    symbol: str, notional_usdt: Decimal, account: AccountState, limits: RiskLimits
) -> Refused | None:
    allowed = account.equity_usdt * limits.max_symbol_exposure_fraction
    if notional_usdt > allowed:
        return Refused(
            Reason.RISK_SYMBOL_EXPOSURE,
            f"{symbol} would hold {notional_usdt} USDT, {allowed} allowed",
        )
    total = account.exposure_usdt + notional_usdt
    allowed = account.equity_usdt * limits.max_total_exposure_fraction
    if total > allowed:
        return Refused(
            Reason.RISK_TOTAL_EXPOSURE, f"all would hold {total} USDT, {allowed} allowed"
        )
    return None


def _check_groups(
    symbol: str, notional_usdt: Decimal, account: AccountState, limits: RiskLimits
) -> Refused | None:
    allowed = account.equity_usdt * limits.max_group_exposure_fraction
    for group in groups_of(symbol, limits.symbol_groups):
        held = account.group_exposure_usdt(group) + notional_usdt
        if held > allowed:
            return Refused(
                Reason.RISK_GROUP_EXPOSURE,
                f"the group {group.name} would hold {held} USDT, {allowed} allowed",
            )
    return None
