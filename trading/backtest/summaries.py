"""The figures of a run that a sweep keeps: one row each, whatever the number of bars."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import nan, sqrt
from typing import Final

import numpy as np

from trading.backtest.bars import Floats, Integers
from trading.backtest.compiled import entry
from trading.backtest.kernel_values import World
from trading.backtest.market import Market
from trading.backtest.records import Backtest, ExitReason
from trading.backtest.records_in_memory import Records, columns_of
from trading.backtest.scene import written_trades

_DAY_MS = 86_400_000
_DAYS_A_YEAR = 365
"""Crypto trades every day."""

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
    return _ends(market.at_ms)


def _ends(at_ms: Integers) -> Integers:
    midnights = np.arange((at_ms[0] // _DAY_MS + 1) * _DAY_MS, at_ms[-1], _DAY_MS)
    ends = np.searchsorted(at_ms, midnights, side="right") - 1
    # A day without a bar ends where the one before did.
    return np.unique(np.append(ends[ends >= 0], len(at_ms) - 1))


def summarise(world: World, initial_equity: float, ends: Integers, row: np.void) -> None:
    """Fill `row` with what one run left, its open trades already valued."""
    trades = written_trades(world)
    sum_trades(trades, row)
    row["trades"], row["refused"] = len(trades), world.refused[1:].sum()
    row["closed"] = len(trades) - np.count_nonzero(columns_of(world.positions)["quantity"] > 0)
    row["final_equity"], row["days"] = world.equity[-1], len(ends)
    row["max_drawdown"] = deepest_fall(world.equity, initial_equity)
    row["exposure"] = world.exposure.mean()
    row["sharpe"] = _sharpe(np.append(initial_equity, world.equity[ends]))


def summary_of(backtest: Backtest) -> Summaries:
    """The same figures, one row of them, of a run whose trades and equity were kept."""
    trades, rows = backtest.trades, np.zeros(1, SUMMARY)
    ends, won = _ends(backtest.at_ms), trades.net > 0
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


@entry
def deepest_fall(equity: Floats, initial_equity: float) -> float:
    """The largest fall below the highest equity so far, as a fraction of that."""
    highest, deepest = initial_equity, 0.0
    # Most bars neither rise above the one nor fall below the other: nothing is divided.
    lowest = highest
    for worth in equity:
        if worth > highest:
            highest = worth
            lowest = highest * (1 - deepest)
        elif worth < lowest:
            deepest, lowest = 1 - worth / highest, worth
    return deepest


def _sharpe(worth: Floats) -> float:
    """Of daily equities, the initial one first."""
    if len(worth) < 3 or (worth <= 0).any():
        return nan
    returns = worth[1:] / worth[:-1] - 1
    spread = returns.std(ddof=1)
    return float(returns.mean() / spread * sqrt(_DAYS_A_YEAR)) if spread > 0 else nan


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio = np.full(len(part), nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
