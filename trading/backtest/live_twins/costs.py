"""Twin of `trading.costs`: where market orders fill and what a round trip earns."""

from numba import njit

from trading.backtest.live_twins.numbers import CostNumbers


@njit(cache=True, nogil=True)
def entry_fill(side: int, price: float, costs: CostNumbers) -> float:
    """Where a market entry quoted at `price` fills after slippage."""
    return price * (1 + side * costs.entry_slippage)


@njit(cache=True, nogil=True)
def exit_fill(side: int, price: float, costs: CostNumbers) -> float:
    """Where a market exit of a position of `side` triggered at `price` fills after slippage."""
    return price * (1 - side * costs.exit_slippage)


@njit(cache=True, nogil=True)
def profit_per_unit(side: int, entry: float, leave: float, costs: CostNumbers) -> float:
    """USDT earned per 1 base coin between two quoted prices after all costs; may be < 0."""
    bought, sold = entry_fill(side, entry, costs), exit_fill(side, leave, costs)
    return side * (sold - bought) - (bought + sold) * costs.taker


@njit(cache=True, nogil=True)
def loss_per_unit(side: int, entry: float, stop: float, costs: CostNumbers) -> float:
    """USDT lost per 1 base coin entered at `entry` and stopped at `stop`, all costs in."""
    return -profit_per_unit(side, entry, stop, costs)
