"""How much an entry may be: by the live desk's review, or by the rules of the backtest."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_values import NEVER, OrderRow, Terms, World
from trading.backtest.live_twins.account_gate import check_account
from trading.backtest.live_twins.capacity import check_capacity, exposure_room
from trading.backtest.live_twins.codes import (
    AVAILABLE_BALANCE,
    MINIMUM_NOTIONAL,
    MINIMUM_QUANTITY,
    PASSES,
)
from trading.backtest.live_twins.costs import loss_per_unit
from trading.backtest.live_twins.grids import quantity_down
from trading.backtest.live_twins.numbers import (
    AccountNumbers,
    ConditionNumbers,
    DeskNumbers,
    EntryNumbers,
    FilterNumbers,
    Fitted,
    RecentTrades,
)
from trading.backtest.live_twins.recent_trades import check_recent_trades
from trading.backtest.live_twins.review import review
from trading.backtest.live_twins.sizing import refused, smallest_notional
from trading.backtest.live_twins.ties import at_least

_BY_EQUITY, _BY_RISK, _BY_NOTIONAL, _ = range(4)
"""The places in `rules.SIZE_KINDS`."""


@inlined
def fit_entry(
    world: World, order: OrderRow, entry: EntryNumbers, account: AccountNumbers
) -> Fitted:
    """Quantity and leverage of `entry`, or the code of the limit that forbids it."""
    terms, filters = world.terms[0], world.filters[entry.symbol]
    if terms.is_desk:
        desk = DeskNumbers(filters, terms.planned, terms.limits, terms.is_smallest_only == 1)
        return review(entry, _conditions(world, order), account, _recent(world), desk)
    limits = terms.limits
    code = check_account(account, limits)
    if code == PASSES and terms.has_protections:
        code = check_recent_trades(entry, _recent(world), limits, account.equity)
    if code == PASSES:
        code = check_capacity(smallest_notional(entry, filters), account, limits)
    if code != PASSES:
        return refused(code)
    amount = terms.size_amount if np.isnan(order.size) else order.size
    return _fit(terms, entry, account, filters, _wanted(terms, entry, account.equity, amount))


@inner
def _wanted(terms: Terms, entry: EntryNumbers, equity: float, amount: float) -> float:
    """The quantity that `Sizing` asks for."""
    if terms.size_kind == _BY_EQUITY:
        return amount * equity / entry.price
    if terms.size_kind == _BY_RISK:
        loss = loss_per_unit(entry.side, entry.price, entry.stop, terms.planned)
        return amount * equity / loss
    return amount / entry.price if terms.size_kind == _BY_NOTIONAL else amount


@inner
def _fit(
    terms: Terms,
    entry: EntryNumbers,
    account: AccountNumbers,
    filters: FilterNumbers,
    wanted: float,
) -> Fitted:
    """What is left of `wanted` within margin, exposure and the exchange's filters."""
    leverage = min(terms.leverage, filters.maximum_leverage)
    # Margin and both fees at the slipped price, as `live_twins.sizing` reserves them.
    bound = (1 + terms.planned.entry_slippage) * (1 / leverage + 2 * terms.planned.taker)
    balance = account.free_margin / bound
    if balance <= 0 or not at_least(balance, smallest_notional(entry, filters)):
        return refused(AVAILABLE_BALANCE)
    room = min(balance, exposure_room(account, terms.limits)) / entry.price
    quantity = min(wanted, room, filters.maximum_quantity)
    if filters.step > 0:
        quantity = quantity_down(quantity, filters.step)
    if quantity <= 0 or not at_least(quantity, filters.minimum_quantity):
        return refused(MINIMUM_QUANTITY)
    if not at_least(quantity * entry.price, filters.minimum_notional):
        return refused(MINIMUM_NOTIONAL)
    return Fitted(PASSES, quantity, 0.0, quantity * entry.price, leverage)


@inlined
def _recent(world: World) -> RecentTrades:
    ended = world.ended
    return RecentTrades(
        ended["closed_ms"],
        ended["symbol"],
        ended["pnl"],
        ended["was_stopped"],
        world.account[0].ended,
    )


@inlined
def _conditions(world: World, order: OrderRow) -> ConditionNumbers:
    """The market of the moment; the rate is that of the symbol's coming settlement."""
    row = world.account[0].next_funding
    while world.settlements[row].at_ms < NEVER and world.settlements[row].symbol != order.symbol:
        row += 1
    due = world.settlements[row]
    return ConditionNumbers(
        due.rate, due.at_ms, due.interval_ms, 0, order.atr_fraction, order.swing
    )
