"""Room for one more trade: counted once at review and again inside the reserving transaction."""

from dataclasses import dataclass
from decimal import Decimal

from trading.checks import require, require_not_negative, require_positive
from trading.limits import RiskLimits
from trading.positions import Position
from trading.reasons import Reason, Refused


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
    """

    equity_usdt: Decimal
    available_usdt: Decimal
    day_start_equity_usdt: Decimal
    positions: tuple[Position, ...] = ()
    reservations: tuple[Reservation, ...] = ()

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
        held = sum((position.notional_usdt for position in self.positions), Decimal(0))
        return held + sum((pending.notional_usdt for pending in self.reservations), Decimal(0))

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
        floor = self.day_start_equity_usdt * (1 - limits.max_daily_loss_fraction)
        return self.equity_usdt - floor


def free_slots(account: AccountState, limits: RiskLimits) -> int:
    """How many more positions may be opened, at least 0."""
    return max(0, limits.max_open_positions - account.open_count)


def exposure_room_usdt(account: AccountState, limits: RiskLimits) -> Decimal:
    """The largest notional a new symbol may take; 0 or less when there is no room."""
    return min(
        account.equity_usdt * limits.max_symbol_exposure_fraction,
        account.equity_usdt * limits.max_total_exposure_fraction - account.exposure_usdt,
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
    return _check_exposure(symbol, notional_usdt, account, limits)


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
