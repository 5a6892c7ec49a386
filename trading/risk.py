"""The one door to the exchange: every order passes `review` or `approve_reduction`.

The gateway accepts nothing but an `Approved`, and only this module can make one. The cycle, manual
trades and approvals by the owner all come through here.
"""

from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from trading.account_gate import check_account
from trading.capacity import (
    AccountState,
    Reservation,
    check_capacity,
    exposure_room_usdt,
    free_slots,
)
from trading.checks import require
from trading.costs import Costs
from trading.instruments import Instrument
from trading.limits import RiskLimits, RiskPolicy
from trading.orders import OrderRequest, OrderType, TimeInForce
from trading.positions import Position
from trading.reasons import Reason, Refused
from trading.recent_trades import check_recent_trades
from trading.signal_gate import check_signal
from trading.signals import Signal
from trading.sizing import Size, size, smallest_size

__all__ = [
    "AccountState",
    "Approved",
    "Refused",
    "Reservation",
    "RiskLimits",
    "RiskPolicy",
    "approve_reduction",
    "check_capacity",
    "free_slots",
    "renew",
    "review",
]

_SEAL = object()


@dataclass(frozen=True, slots=True)
class Approved:
    """An order that may be sent. Made by `review` and `approve_reduction` only.

    `risk_usdt` is the worst planned loss (0 for a reduction), `notional_usdt` the value at the
    quoted price, `leverage` what the symbol must be set to first (None: leave it).
    """

    order: OrderRequest
    risk_usdt: Decimal
    notional_usdt: Decimal
    leverage: Decimal | None
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        require(seal is _SEAL, "an order is approved by trading.risk only; call review()")


def review(
    signal: Signal,
    account: AccountState,
    instrument: Instrument,
    policy: RiskPolicy,
    *,
    link_id: str,
    now: datetime,
) -> Approved | Refused:
    """The market order for `signal` in the quantity the limits allow, or the limit that forbids.

    The quantity is what `risk_fraction_per_trade` affords and shrinks to the room left by the
    daily loss, exposure and balance limits; a trade without room for the exchange's smallest
    order is refused with the limit that took the room. With `policy.smallest_only` it is that
    order, where there is room for it.
    """
    require(
        signal.symbol == instrument.symbol,
        f"signal of {signal.symbol} reviewed with the filters of {instrument.symbol}",
    )
    refused = (
        check_account(account, policy.limits, now=now)
        or check_signal(signal, instrument, policy, now=now)
        or check_recent_trades(
            signal.symbol,
            account.recent_trades,
            policy.limits,
            equity_usdt=account.equity_usdt,
            now=now,
        )
        # Is there room for even the smallest order? How large it may be is settled by its size.
        or check_capacity(
            signal.symbol, _smallest_notional(signal, instrument), account, policy.limits
        )
    )
    if refused is not None:
        return refused
    leverage = _leverage(signal, instrument, policy.limits)
    if leverage < 1:
        return _no_leverage(signal, policy.limits)
    fitted = _fit(signal, account, instrument, policy, leverage=leverage)
    if isinstance(fitted, Refused):
        return fitted
    return _approve_entry(signal, fitted, leverage, link_id)


def approve_reduction(position: Position, quantity: Decimal | None, *, link_id: str) -> Approved:
    """A reduce-only market order over `quantity` of `position`, or all of it for None.

    Reducing risk needs no limit. Raises InvariantError for more than the position holds.
    """
    amount = position.quantity if quantity is None else quantity
    require(
        0 < amount <= position.quantity,
        f"{position.symbol}: cannot close {amount} of {position.quantity}",
    )
    order = OrderRequest(
        link_id=link_id,
        symbol=position.symbol,
        side=position.direction.exit_side,
        order_type=OrderType.MARKET,
        quantity=amount,
        reduce_only=True,
        time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
        position_index=position.position_index,
    )
    return Approved(order, Decimal(0), amount * position.mark_price, None, seal=_SEAL)


def renew(reserved: OrderRequest, reserved_size: Size, fresh: Approved) -> Approved | Refused:
    """The approval of an order that was reserved before and never sent, given anew.

    Only where a fresh review approves the same trade: then it leaves in the size it was reserved
    with, although fees of other trades have changed the balance since. Its room is its own: every
    review in between has counted the reservation.
    """
    if replace(fresh.order, quantity=reserved.quantity) != reserved:
        detail = f"reserved as {reserved}, reviewed now as {fresh.order}"
        return Refused(Reason.ANALYST_STALE, detail)
    size = reserved_size
    return Approved(reserved, size.risk_usdt, size.notional_usdt, fresh.leverage, seal=_SEAL)


def _leverage(signal: Signal, instrument: Instrument, limits: RiskLimits) -> Decimal:
    """The largest allowed whole leverage whose liquidation lies far enough behind the stop.

    With isolated margin liquidation lies about 1/leverage - maintenance rate from the entry
    (bybit_v5.md §4.5); cross margin lies farther. The maintenance rate is taken as 1/maximum
    leverage, twice that of the lowest risk tier.
    """
    stop_fraction = signal.risk_per_unit / signal.entry_price
    needed = limits.liquidation_stop_distances * stop_fraction + 1 / instrument.maximum_leverage
    largest = min(limits.max_leverage, instrument.maximum_leverage, 1 / needed)
    return largest.to_integral_value(rounding=ROUND_FLOOR)


def _no_leverage(signal: Signal, limits: RiskLimits) -> Refused:
    return Refused(
        Reason.RISK_LEVERAGE,
        f"stop {signal.stop_loss} is so far from {signal.entry_price} that liquidation would come "
        f"within {limits.liquidation_stop_distances} stop distances even at leverage 1",
    )


def _fit(
    signal: Signal,
    account: AccountState,
    instrument: Instrument,
    policy: RiskPolicy,
    *,
    leverage: Decimal,
) -> Size | Refused:
    balance_room = _balance_room_usdt(account, policy.costs, leverage)
    smallest = _smallest_notional(signal, instrument)
    if balance_room < smallest:
        return Refused(
            Reason.RISK_AVAILABLE_BALANCE,
            f"{account.free_margin_usdt} USDT free carry a position of {balance_room:.2f} USDT, "
            f"the smallest order is {smallest} USDT",
        )
    room = min(balance_room, exposure_room_usdt(signal.symbol, account, policy.limits))
    fitted = _fit_budget(signal, account, instrument, policy, room_usdt=room)
    if isinstance(fitted, Refused) or not policy.smallest_only:
        return fitted
    return smallest_size(signal, instrument, policy.costs, within=fitted)


def _fit_budget(
    signal: Signal,
    account: AccountState,
    instrument: Instrument,
    policy: RiskPolicy,
    *,
    room_usdt: Decimal,
) -> Size | Refused:
    budget = account.equity_usdt * policy.limits.risk_fraction_per_trade
    daily_room = account.daily_room_usdt(policy.limits)
    fitted = size(
        signal,
        instrument,
        policy.costs,
        budget_usdt=min(budget, daily_room),
        largest_notional_usdt=room_usdt,
    )
    if isinstance(fitted, Refused) and daily_room < budget:
        detail = f"{daily_room} USDT may still be lost today; {fitted.detail}"
        return Refused(Reason.RISK_DAILY_LOSS, detail)
    return fitted


def _balance_room_usdt(account: AccountState, costs: Costs, leverage: Decimal) -> Decimal:
    """The largest notional the free balance can carry: margin, both fees, entry slippage."""
    bound = (1 + costs.entry_slippage_bps / 10_000) * (1 / leverage + 2 * costs.taker_fraction)
    return account.free_margin_usdt / bound


def _smallest_notional(signal: Signal, instrument: Instrument) -> Decimal:
    return max(instrument.minimum_quantity * signal.entry_price, instrument.minimum_notional_usdt)


def _approve_entry(signal: Signal, fitted: Size, leverage: Decimal, link_id: str) -> Approved:
    order = OrderRequest(
        link_id=link_id,
        symbol=signal.symbol,
        side=signal.direction.entry_side,
        order_type=OrderType.MARKET,
        quantity=fitted.quantity,
        stop_loss=signal.stop_loss,
        take_profit=signal.take_profit,
        time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
    )
    return Approved(order, fitted.risk_usdt, fitted.notional_usdt, leverage, seal=_SEAL)
