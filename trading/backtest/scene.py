"""A market, signals, rules and a fresh account as the world the kernel trades in."""

import numpy as np
from numpy.typing import NDArray

from trading.backtest import kernel_values as values
from trading.backtest.bars import BarSeries, Integers
from trading.backtest.kernel_curve import STRETCH
from trading.backtest.kernel_values import NEVER, World
from trading.backtest.market import PRICES, Filters, Market
from trading.backtest.records_in_memory import Records, columns_of
from trading.backtest.refusals import COUNT
from trading.backtest.rules import Rules
from trading.backtest.terms import make_terms

_NO_ROWS = np.empty((0, 0), np.int64)


def make_world(
    market: Market,
    orders: Records,
    rules: Rules,
    *,
    entries: int | None = None,
    day_ends: Integers | None = None,
) -> World:
    """All of one run before its first bar. The market's columns are shared, the books are new.

    There is room for `entries` trades, for as many as `orders` enter if None. With `day_ends` the
    curve is not kept, but for the equity at these bars.
    """
    n_bars, n_symbols = len(market), len(market.series)
    kept = n_bars if day_ends is None else min(n_bars, STRETCH)
    ends = np.empty(0, np.int64) if day_ends is None else day_ends
    if entries is None:
        entries = int(np.count_nonzero(orders["side"]))
    finer_first, per_bar, finer = _finer(market)
    world = World(
        interval_ms=market.interval_ms,
        opened_ms=market.opened_ms,
        candles=market.candles,
        finer_first=finer_first,
        finer_per_bar=per_bar,
        finer=finer,
        settlements=_settlements(market),
        filters=_filters(market),
        groups=_groups(market, rules),
        orders=orders,
        terms=make_terms(market, rules),
        account=np.zeros(1, values.ACCOUNT),
        positions=np.zeros(n_symbols, values.POSITION),
        active=np.zeros(n_symbols, np.int64),
        # One row more than there can be: the next free one is always there to point at.
        trades=np.empty(entries + 1, values.TRADE),
        ended=np.empty(entries + 1, values.ENDED),
        refused=np.zeros(COUNT, np.int64),
        notionals=np.zeros(n_symbols),
        equity=np.empty(kept),
        exposure=np.empty(kept),
        curve=new_curve(rules.account.initial_equity_usdt),
        day_ends=ends,
        day_equity=np.empty(len(ends)),
    )
    open_books(world, rules.account.initial_equity_usdt)
    return world


def next_world(before: World, market: Market, orders: Records, rules: Rules) -> World:
    """The world of another run over the same market, in the columns of the one before."""
    entries = int(np.count_nonzero(orders["side"]))
    if entries >= len(columns_of(before.trades)):
        trades, ended = np.empty(2 * entries, values.TRADE), np.empty(2 * entries, values.ENDED)
        before = before._replace(trades=trades, ended=ended)
    terms, groups = make_terms(market, rules), _groups(market, rules)
    world = before._replace(orders=orders, terms=terms, groups=groups)
    open_books(world, rules.account.initial_equity_usdt)
    return world


def open_books(world: World, initial_equity: float) -> None:
    """An account with this equity and no history."""
    account, positions = columns_of(world.account), columns_of(world.positions)
    account[0] = 0
    for name in ("wallet", "equity", "high_water", "day_start"):
        account[name] = initial_equity
    positions[:] = 0
    positions["closed_by"] = -1
    positions["trade"] = -1
    world.refused[:] = 0
    columns_of(world.curve)[:] = new_curve(initial_equity)


def new_curve(initial_equity: float) -> Records:
    """What is known of a curve before its first bar."""
    curve = np.zeros(1, values.CURVE)
    curve["highest"] = curve["lowest"] = initial_equity
    return curve


def written_trades(world: World) -> Records:
    """The rows of the trades that were entered."""
    return columns_of(world.trades)[: int(columns_of(world.account)["trades"][0])]


def _settlements(market: Market) -> Records:
    known = [
        (index, market.funding[symbol])
        for index, symbol in enumerate(market.symbols)
        if symbol in market.funding
    ]
    rows = np.zeros(sum(len(funding.at_ms) for _, funding in known) + 1, values.SETTLEMENT)
    rows["at_ms"] = NEVER
    start = 0
    for index, funding in known:
        part = rows[start : start + len(funding.at_ms)]
        part["at_ms"], part["symbol"], part["rate"] = funding.at_ms, index, funding.rate
        part["interval_ms"] = _spacing(funding.at_ms)
        start += len(part)
    return rows[np.argsort(rows["at_ms"], kind="stable")]


def _spacing(at_ms: Integers) -> Integers:
    """Time since the settlement before; that of the first is the second's."""
    if len(at_ms) < 2:
        return np.zeros(len(at_ms), np.int64)
    steps = np.diff(at_ms)
    return np.concatenate([steps[:1], steps])


def _finer(market: Market) -> tuple[Integers, Integers, Records]:
    """Where the candles inside each bar begin, how many they are, and they themselves."""
    per_bar = np.ones(len(market.series), np.int64)
    if not market.finer:
        return _NO_ROWS, per_bar, np.empty(0, values.FINER)
    first = np.full((len(market), len(market.series)), -1, np.int64)
    parts: list[Records] = []
    start = 0
    for index, one in enumerate(market.series):
        if (finer := market.finer.get(one.symbol)) is None:
            continue
        per_bar[index] = one.interval_ms // finer.interval_ms
        rows = _first_rows(one, finer, int(per_bar[index]))
        first[market.places[index], index] = np.where(rows < 0, -1, rows + start)
        parts.append(_finer_records(finer))
        start += len(finer)
    return first, per_bar, np.concatenate(parts)


def _finer_records(finer: BarSeries) -> Records:
    rows = np.empty(len(finer), values.FINER)
    rows["opened_ms"] = finer.opened_ms
    for name in PRICES:
        rows["candle"][name] = getattr(finer, name)
    return rows


def _first_rows(one: BarSeries, finer: BarSeries, per_bar: int) -> Integers:
    """For each bar the row of its first finer candle, -1 where some are missing."""
    newest = len(finer) - 1
    first = np.searchsorted(finer.opened_ms, one.opened_ms)
    last = first + per_bar - 1
    begins = finer.opened_ms[np.minimum(first, newest)] == one.opened_ms
    last_ms = one.opened_ms + (per_bar - 1) * finer.interval_ms
    ends = (last <= newest) & (finer.opened_ms[np.minimum(last, newest)] == last_ms)
    return np.where(begins & ends, first, -1)


def _filters(market: Market) -> Records:
    rows = np.empty(len(market.series), values.FILTERS)
    for index, symbol in enumerate(market.symbols):
        one = market.filters.get(symbol, Filters())
        rows[index] = (
            one.tick_size,
            one.quantity_step,
            one.minimum_quantity,
            one.maximum_quantity,
            one.minimum_notional_usdt,
            one.maximum_leverage,
        )
    return rows


def _groups(market: Market, rules: Rules) -> NDArray[np.bool_]:
    groups = () if rules.desk is None else rules.desk.limits.symbol_groups
    members = [[symbol in group.symbols for symbol in market.symbols] for group in groups]
    return np.array(members, np.bool_).reshape(len(members), len(market.symbols))
