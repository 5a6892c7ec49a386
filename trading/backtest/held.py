"""What simply holding would have earned: bought once, kept to the end, fees and funding paid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import Floats
from trading.backtest.market import Market
from trading.backtest.rules import Rules
from trading.checks import require
from trading.metrics.drawdowns import underwater

_BPS = 10_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """One way of holding; `equity` has shape (n_bars,), USDT at the close of each bar.

    `share` is the part of the starting equity that was put in: above 1 with leverage.
    """

    name: str
    equity: Floats
    initial_equity: float
    share: float = 1.0

    @property
    def total_return(self) -> float:
        """Gain over the whole range as a fraction of the starting equity."""
        return float(self.equity[-1]) / self.initial_equity - 1

    @property
    def max_drawdown(self) -> float:
        """Deepest fall from a high at bar closes, 0 to 1 (1: nothing left)."""
        depth = underwater(self.equity, initial_equity=self.initial_equity)
        return min(1.0, float(depth.max(initial=0.0)))


def hold_each(market: Market, rules: Rules) -> tuple[Held, ...]:
    """All of the equity in one symbol, for each symbol of `market`."""
    require(len(market) > 0, "the market has no candle; load some before comparing with holding")
    initial = rules.account.initial_equity_usdt
    return tuple(
        Held(symbol, initial + _gain(market, place, initial, rules), initial)
        for place, symbol in enumerate(market.symbols)
    )


def hold_all(held: Sequence[Held]) -> Held:
    """The equity in equal parts in every symbol, never rebalanced."""
    equity: Floats = np.mean([one.equity for one in held], axis=0)
    return Held("equal parts", equity, held[0].initial_equity)


def at_volatility_of(equity: Floats, held: Held) -> Held | None:
    """`held` with the share of the money that makes its bar-to-bar changes as large as `equity`'s.

    Only the size is taken from `equity`, in hindsight: a cautious strategy is not compared with a
    full purse. None where one of the two never moves.
    """
    ours, theirs = float(np.std(np.diff(equity))), float(np.std(np.diff(held.equity)))
    if not ours or not theirs:
        return None
    share = ours / theirs
    worth: Floats = held.initial_equity + share * (held.equity - held.initial_equity)
    return Held(f"{held.name} at the strategy's volatility", worth, held.initial_equity, share)


def _gain(market: Market, place: int, stake: float, rules: Rules) -> Floats:
    opens, closes = market.grid.open[:, place], market.grid.close[:, place]
    traded = np.flatnonzero(np.isfinite(opens))
    if not len(traded):
        return np.zeros(len(market))
    first = int(traded[0])
    price = float(opens[first]) * (1 + rules.costs.entry_slippage_bps / _BPS)
    quantity = stake / price
    fee = stake * rules.costs.taker_fraction
    gain = quantity * (_filled(closes) - price) - fee + _funding(market, place, first) * quantity
    gain[:first] = 0.0
    return gain


def _funding(market: Market, place: int, first: int) -> Floats:
    """USDT received up to each bar by one coin held long from the open of bar `first` on."""
    funding = market.funding.get(market.symbols[place])
    received = np.zeros(len(market))
    if funding is None:
        return received
    held = (funding.at_ms > market.opened_ms[first]) & (funding.at_ms <= market.at_ms[-1])
    # Paid within the bar that holds the moment, valued at the price that was last known then.
    bars = np.searchsorted(market.opened_ms, funding.at_ms[held], side="right") - 1
    marks = _filled(market.grid.close[:, place])[np.maximum(bars - 1, 0)]
    np.add.at(received, bars, -funding.rate[held] * marks)
    return np.cumsum(received)


def _filled(closes: Floats) -> Floats:
    """`closes` with the last one kept where a bar is missing; NaN before the first."""
    known = np.where(np.isfinite(closes), np.arange(len(closes)), 0)
    filled: Floats = closes[np.maximum.accumulate(known)]
    return filled
