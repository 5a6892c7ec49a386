"""The figures of a run that a sweep keeps: one row each, whatever the number of bars."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import nan, sqrt
from typing import Final, cast

import numpy as np

from trading.backtest.bars import Floats, Integers
from trading.backtest.compiled import entry
from trading.backtest.kernel_curve import fall_further
from trading.backtest.kernel_values import Curve, World
from trading.backtest.market import Market
from trading.backtest.records import Backtest, ExitReason
from trading.backtest.records_in_memory import Records, Rows, columns_of
from trading.backtest.scene import new_curve, written_trades
from trading.metrics.paths import DAYS_A_YEAR

_DAY_MS = 86_400_000

_COUNTS = ("trades", "closed", "wins", "refused", "ambiguous", "days")
_FIGURES = (
    "final_equity",
    "max_drawdown",
    "gross_profit",
    "gross_loss",
    "fees",
    "funding",
    "sharpe",
    "exposure",
)
SUMMARY: Final = np.dtype(
    [(name, np.int64) for name in _COUNTS] + [(name, np.float64) for name in _FIGURES]
)


@dataclass(frozen=True, slots=True, eq=False)
class Summaries:
    """Figures of many runs; every array has shape (n_runs,). USDT where nothing else is said.

    `trades` counts what was still open at the end, `closed` does not; `wins` are trades with a
    net above 0. `gross_profit` sums the net of the winners, `gross_loss` that of the others, 0 or
    more. `max_drawdown` is a fraction of 0 to 1 at bar closes, or above it where the equity fell
    below 0. `sharpe` is that of daily (UTC) returns times the root of 365, risk-free rate 0, NaN
    under two days or without any movement. `exposure` is the mean notional over the equity.
    """

    trades: Integers
    closed: Integers
    wins: Integers
    refused: Integers
    ambiguous: Integers
    days: Integers
    final_equity: Floats
    max_drawdown: Floats
    gross_profit: Floats
    gross_loss: Floats
    fees: Floats
    funding: Floats
    sharpe: Floats
    exposure: Floats

    def __len__(self) -> int:
        return len(self.trades)

    @staticmethod
    def of(rows: Records) -> "Summaries":
        """From an array of `SUMMARY` records."""
        return Summaries(**{one.name: rows[one.name].copy() for one in fields(Summaries)})

    @staticmethod
    def joined(parts: Sequence["Summaries"]) -> "Summaries":
        """All rows of `parts`, one part after another."""
        return Summaries(
            **{
                one.name: np.concatenate([getattr(part, one.name) for part in parts])
                for one in fields(Summaries)
            }
        )

    @property
    def win_rate(self) -> Floats:
        """Winners over all trades, 0..1; NaN without a trade."""
        return _ratio(self.wins.astype(np.float64), self.trades.astype(np.float64))

    @property
    def profit_factor(self) -> Floats:
        """Gross profit over gross loss; NaN where nothing was lost."""
        return _ratio(self.gross_profit, self.gross_loss)


def day_ends(market: Market) -> Integers:
    """The last bar of each UTC day that has one; a bar that closes at 00:00 ends the day."""
    return _ends(market.at_ms, market.interval_ms)


def _ends(at_ms: Integers, interval_ms: int) -> Integers:
    midnights = np.arange((at_ms[0] // _DAY_MS + 1) * _DAY_MS, at_ms[-1], _DAY_MS)
    if at_ms[-1] - at_ms[0] == (len(at_ms) - 1) * interval_ms:
        ends = (midnights - at_ms[0]) // interval_ms  # no bar is missing: they can be counted
    else:
        ends = np.searchsorted(at_ms, midnights, side="right") - 1
    # A day without a bar ends where the one before did.
    return np.unique(np.append(ends[ends >= 0], len(at_ms) - 1))


def summarise(world: World, initial_equity: float, row: np.void) -> None:
    """Fill `row` with what a run left whose curve was not kept, its open trades already valued."""
    trades, curve = written_trades(world), columns_of(world.curve)[0]
    sum_trades(trades, row)
    row["trades"], row["refused"] = len(trades), world.refused[1:].sum()
    row["closed"] = len(trades) - np.count_nonzero(columns_of(world.positions)["quantity"] > 0)
    row["final_equity"], row["days"] = world.day_equity[-1], len(world.day_equity)
    row["max_drawdown"] = curve["deepest"]
    row["exposure"] = curve["exposed"] / len(world.opened_ms)
    row["sharpe"] = _sharpe(np.append(initial_equity, world.day_equity))


def summary_of(backtest: Backtest) -> Summaries:
    """The same figures, one row of them, of a run whose trades and equity were kept."""
    trades, rows = backtest.trades, np.zeros(1, SUMMARY)
    won = trades.net > 0
    ends = _ends(backtest.at_ms, backtest.interval_ms)
    rows["trades"], rows["wins"] = len(trades), np.count_nonzero(won)
    rows["closed"] = np.count_nonzero(trades.reason != ExitReason.OPEN_AT_END)
    rows["refused"], rows["days"] = sum(backtest.refused.values()), len(ends)
    rows["ambiguous"] = np.count_nonzero(trades.is_ambiguous)
    rows["gross_profit"] = trades.net[won].sum()
    rows["gross_loss"] = -trades.net[~won].sum()
    rows["fees"], rows["funding"] = trades.fees.sum(), trades.funding.sum()
    rows["final_equity"], rows["exposure"] = backtest.equity[-1], backtest.exposure.mean()
    rows["max_drawdown"] = deepest_fall(backtest.equity, backtest.initial_equity)
    rows["sharpe"] = _sharpe(np.append(backtest.initial_equity, backtest.equity[ends]))
    return Summaries.of(rows)


@entry
def sum_trades(trades: Records, row: np.void) -> None:
    """Add the trades up into `row`."""
    for place in range(len(trades)):
        trade = trades[place]
        net = trade["gross"] - trade["fees"] + trade["funding"]
        if net > 0:
            row["wins"] += 1
            row["gross_profit"] += net
        else:
            row["gross_loss"] -= net
        row["fees"] += trade["fees"]
        row["funding"] += trade["funding"]
        row["ambiguous"] += trade["is_ambiguous"]


def deepest_fall(equity: Floats, initial_equity: float) -> float:
    """The largest fall below the highest equity so far, as a fraction of that."""
    curve = new_curve(initial_equity)
    measure_falls(equity, cast("Rows[Curve]", curve))
    return float(curve["deepest"][0])


@entry
def measure_falls(equity: Floats, curve: Rows[Curve]) -> None:
    """Note in `curve` how deep this equity, all of it, has fallen."""
    fall_further(equity, curve[0])


def _sharpe(worth: Floats) -> float:
    """Of daily equities, the initial one first."""
    if len(worth) < 3 or (worth <= 0).any():
        return nan
    returns = worth[1:] / worth[:-1] - 1
    spread = returns.std(ddof=1)
    return float(returns.mean() / spread * sqrt(DAYS_A_YEAR)) if spread > 0 else nan


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio = np.full(len(part), nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
