"""How much to trade so that the worst planned loss stays within the budget."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, localcontext

from trading.costs import Costs
from trading.instruments import Instrument
from trading.reasons import Reason, Refused
from trading.signals import Signal

# Products of prices, fees and slippage stay exact in 100 digits; what does not, a quotient, is cut
# and never rounded up. With the usual 28 half-even digits a quantity could exceed its budget.
_EXACT = Context(prec=100, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Size:
    """A quantity in the base coin on the step grid and what it may cost.

    `risk_usdt` is the loss at the stop with both fees and slippage; `notional_usdt` the value at
    the quoted entry price.
    """

    quantity: Decimal
    risk_usdt: Decimal
    notional_usdt: Decimal


def size(
    signal: Signal,
    instrument: Instrument,
    costs: Costs,
    *,
    budget_usdt: Decimal,
    largest_notional_usdt: Decimal,
) -> Size | Refused:
    """The largest quantity whose worst loss is within `budget_usdt`.

    Worst loss = entry slipped, stop slipped further, a taker fee on both. The quantity also stays
    within `largest_notional_usdt` and the exchange's largest market order; it is refused when
    that is less than the exchange's smallest order. Budgets of 0 or less are refused.
    """
    with localcontext(_EXACT):
        loss = costs.loss_per_unit(signal.direction, signal.entry_price, signal.stop_loss)
        quantity = instrument.quantity_down(
            min(
                max(budget_usdt, Decimal(0)) / loss,
                max(largest_notional_usdt, Decimal(0)) / signal.entry_price,
                instrument.maximum_market_quantity,
                instrument.maximum_quantity,
            )
        )
        result = _sized(quantity, signal, costs)
    return _check_smallest(result, instrument) or result


def smallest_size(signal: Signal, instrument: Instrument, costs: Costs, *, within: Size) -> Size:
    """The smallest order the exchange takes, never more than `within`.

    It is worth the smallest notional even if the price slips down by the assumed slippage.
    """
    with localcontext(_EXACT):
        lowest = signal.entry_price * (1 - costs.entry_slippage_bps / 10_000)
        needed = instrument.quantity_up(
            max(instrument.minimum_quantity, instrument.minimum_notional_usdt / lowest)
        )
        return _sized(min(needed, within.quantity), signal, costs)


def _sized(quantity: Decimal, signal: Signal, costs: Costs) -> Size:
    loss = costs.loss_per_unit(signal.direction, signal.entry_price, signal.stop_loss)
    return Size(quantity, quantity * loss, quantity * signal.entry_price)


def _check_smallest(result: Size, instrument: Instrument) -> Refused | None:
    if result.quantity < instrument.minimum_quantity:
        return Refused(
            Reason.RISK_MINIMUM_QUANTITY,
            f"{instrument.symbol}: room for {result.quantity} {instrument.base_coin}, the "
            f"smallest order is {instrument.minimum_quantity}",
        )
    if result.notional_usdt < instrument.minimum_notional_usdt:
        return Refused(
            Reason.RISK_MINIMUM_NOTIONAL,
            f"{instrument.symbol}: room for {result.notional_usdt} USDT, the smallest order is "
            f"{instrument.minimum_notional_usdt}",
        )
    return None
