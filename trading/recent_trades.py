"""What the last trades forbid: a pause after a stop, and no more of what keeps losing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.checks import require_utc
from trading.limits import CooldownScope, RiskLimits
from trading.reasons import Reason, Refused


@dataclass(frozen=True, slots=True)
class EndedTrade:
    """A closed trade as the protections count it; USDT after fees and funding."""

    symbol: str
    closed_at: datetime
    pnl_usdt: Decimal
    was_stopped: bool

    def __post_init__(self) -> None:
        require_utc("trade closed_at", self.closed_at)


def check_recent_trades(
    symbol: str,
    trades: tuple[EndedTrade, ...],
    limits: RiskLimits,
    *,
    equity_usdt: Decimal,
    now: datetime,
) -> Refused | None:
    """None if the closed trades, in any order, allow a new one in `symbol` now.

    A trade counts while it is younger than the window of the limit: exactly at its end it no
    longer does. A trade that broke even is no loss.
    """
    return (
        _check_cooldown(symbol, trades, limits, now)
        or _check_stop_guard(trades, limits, now)
        or _check_losing_streak(symbol, trades, limits, now)
        or _check_symbol_loss(symbol, trades, limits, equity_usdt=equity_usdt, now=now)
    )


def _check_cooldown(
    symbol: str, trades: Iterable[EndedTrade], limits: RiskLimits, now: datetime
) -> Refused | None:
    by_any = limits.cooldown_scope is CooldownScope.ACCOUNT
    stops = [
        trade.closed_at
        for trade in trades
        if trade.was_stopped and (by_any or trade.symbol == symbol)
    ]
    if not stops or now - max(stops) >= limits.cooldown_after_stop:
        return None
    whose = "the account" if by_any else symbol
    return Refused(
        Reason.RISK_COOLDOWN,
        f"{whose} was stopped {now - max(stops)} ago, a pause of {limits.cooldown_after_stop} "
        "is kept",
    )


def _check_stop_guard(
    trades: Iterable[EndedTrade], limits: RiskLimits, now: datetime
) -> Refused | None:
    since = now - limits.stop_guard_window
    stops = sum(trade.was_stopped and trade.closed_at > since for trade in trades)
    if limits.stop_guard_stops == 0 or stops < limits.stop_guard_stops:
        return None
    return Refused(
        Reason.RISK_STOP_GUARD,
        f"{stops} stops within {limits.stop_guard_window}, below {limits.stop_guard_stops} "
        "allowed; entries wait until the window has passed",
    )


def _check_losing_streak(
    symbol: str, trades: Iterable[EndedTrade], limits: RiskLimits, now: datetime
) -> Refused | None:
    newest = _of_symbol(symbol, trades, limits, now)[-limits.losing_symbol_trades :]
    if limits.losing_symbol_trades == 0 or len(newest) < limits.losing_symbol_trades:
        return None
    if any(trade.pnl_usdt >= 0 for trade in newest):
        return None
    return Refused(
        Reason.RISK_LOSING_SYMBOL,
        f"the last {len(newest)} trades of {symbol} within {limits.losing_symbol_window} all "
        f"lost, below {limits.losing_symbol_trades} allowed",
    )


def _check_symbol_loss(
    symbol: str,
    trades: Iterable[EndedTrade],
    limits: RiskLimits,
    *,
    equity_usdt: Decimal,
    now: datetime,
) -> Refused | None:
    net = sum((trade.pnl_usdt for trade in _of_symbol(symbol, trades, limits, now)), Decimal(0))
    allowed = equity_usdt * limits.max_symbol_loss_fraction
    if net >= 0 or -net < allowed:
        return None
    return Refused(
        Reason.RISK_LOSING_SYMBOL,
        f"{symbol} lost {-net} USDT within {limits.losing_symbol_window}, below {allowed} allowed",
    )


def _of_symbol(
    symbol: str, trades: Iterable[EndedTrade], limits: RiskLimits, now: datetime
) -> list[EndedTrade]:
    since = now - limits.losing_symbol_window
    found = [trade for trade in trades if trade.symbol == symbol and trade.closed_at > since]
    return sorted(found, key=lambda trade: trade.closed_at)
