"""What forbids every entry, whatever the symbol: a halt, an old balance, too much lost."""

from datetime import datetime

from trading.capacity import AccountState
from trading.limits import RiskLimits
from trading.reasons import Reason, Refused


def check_account(account: AccountState, limits: RiskLimits, *, now: datetime) -> Refused | None:
    """None if the account may enter any trade at all.

    Exactly at a limit counts as beyond it for losses, as within it for the balance's age.
    """
    if account.halt:
        return Refused(Reason.CYCLE_HALTED, account.halt)
    return (
        check_balance_age(account.balance_read_at, limits, now=now)
        or _check_daily_loss(account, limits)
        or _check_drawdown(account, limits)
    )


def check_balance_age(read_at: datetime, limits: RiskLimits, *, now: datetime) -> Refused | None:
    """None if the balance was read lately enough to decide with."""
    if now - read_at <= limits.maximum_balance_age:
        return None
    return Refused(
        Reason.DATA_BALANCE_OLD,
        f"the balance was read {now - read_at} ago, {limits.maximum_balance_age} allowed",
    )


def _check_daily_loss(account: AccountState, limits: RiskLimits) -> Refused | None:
    room = account.daily_room_usdt(limits)
    if room > 0:
        return None
    return Refused(
        Reason.RISK_DAILY_LOSS,
        f"equity {account.equity_usdt} USDT is at or below the day's floor "
        f"{account.equity_usdt - room}; no entries today",
    )


def _check_drawdown(account: AccountState, limits: RiskLimits) -> Refused | None:
    highest = account.high_water_mark
    fraction = limits.max_drawdown_fraction
    if highest is None or not highest.is_crossed(account.equity_usdt, fraction):
        return None
    return Refused(
        Reason.RISK_DRAWDOWN,
        f"equity {account.equity_usdt} USDT is at or below {highest.floor_usdt(fraction)}, "
        f"{fraction} under the highest of {highest.equity_usdt}",
    )
