from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.metrics.measured_records import (
    FIRST_DAY,
    HOUR_MS,
    INITIAL,
    START_MS,
    grown,
    record,
    trades,
)
from trading.backtest.records import Backtest, ExitReason
from trading.metrics.daily import daily_equity
from trading.metrics.groups import Grouping, GroupRow, group_trades
from trading.metrics.months import MonthReturn, month_returns
from trading.metrics.trades import wilson


def _entered(*moments: str) -> np.ndarray:
    """Milliseconds of moments like 2024-03-05T07:59, UTC."""
    return np.array(
        [
            int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000
            for text in moments
        ],
        dtype=np.int64,
    )


ENTRIES = _entered("2024-02-29T23:59", "2024-03-01T00:00", "2024-03-04T07:30", "2025-03-10T07:00")
RUN: Backtest = record(
    [INITIAL],
    trades=trades(
        (10.0, -5.0, 20.0, 1.0),
        entry_ms=ENTRIES,
        exit_ms=ENTRIES + HOUR_MS * np.array([1, 2, 3, 4]),
        symbol=np.array([1, 0, 1, 1], np.int16),
        side=np.array([1, -1, -1, 1], np.int8),
        reason=np.array([3, 2, 3, 0], np.int8),
        risk=np.array([5.0, np.nan, 10.0, np.nan]),
    ),
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Grouping.SYMBOL, {"BTCUSDT": -5, "ETHUSDT": 31}),
        (Grouping.SIDE, {"long": 11, "short": 15}),
        (Grouping.EXIT_REASON, {"open at end": 1, "stop": -5, "target": 30}),
        (Grouping.MONTH, {"2024-02": 10, "2024-03": 15, "2025-03": 1}),
        (Grouping.WEEKDAY, {"Monday": 21, "Thursday": 10, "Friday": -5}),
        (Grouping.HOUR, {"00:00": -5, "07:00": 21, "23:00": 10}),
    ],
)
def test_trades_are_grouped_in_natural_order(by: Grouping, expected: dict[str, float]) -> None:
    rows = group_trades(RUN, by, reasons=ExitReason)
    assert [(row.key, row.net_usdt) for row in rows] == list(expected.items())


def test_a_row_says_how_often_how_much_and_how_long() -> None:
    row = group_trades(RUN, Grouping.SYMBOL, reasons=ExitReason)[1]
    likely = wilson(3, 3)
    assert row == GroupRow(
        key="ETHUSDT",
        count=3,
        win_rate=1.0,
        win_rate_low=likely.low,
        win_rate_high=1.0,
        net_usdt=31.0,
        expectancy_usdt=31 / 3,
        expectancy_r=2.0,
        profit_factor=None,
        mean_hours=8 / 3,
    )


@pytest.mark.parametrize("by", list(Grouping))
def test_no_trades_make_no_groups(by: Grouping) -> None:
    assert group_trades(record([INITIAL]), by, reasons=ExitReason) == ()


@given(
    st.lists(
        st.tuples(st.floats(-100, 100), st.integers(0, 1), st.integers(0, 10**9)), max_size=40
    ),
    st.sampled_from(list(Grouping)),
)
def test_the_groups_sum_to_the_whole(rows: list[tuple[float, int, int]], by: Grouping) -> None:
    net = np.array([row[0] for row in rows])
    entries = START_MS + np.sort(np.array([60_000 * row[2] for row in rows], dtype=np.int64))
    symbols = np.array([row[1] for row in rows], np.int16)
    columns = trades(net, entry_ms=entries, exit_ms=entries, symbol=symbols)
    groups = group_trades(record([INITIAL], trades=columns), by, reasons=ExitReason)
    assert sum(group.count for group in groups) == len(rows)
    assert sum(group.net_usdt for group in groups) == pytest.approx(net.sum(), abs=1e-9)


def test_the_months_of_a_curve_grow_to_the_whole() -> None:
    run = record(grown(np.full(62, 0.01)))
    daily = daily_equity(run.at_ms, run.equity, initial_equity=INITIAL)
    assert daily.day[0] == FIRST_DAY
    assert month_returns(daily) == (
        MonthReturn(2024, 1, pytest.approx(1.01**31 - 1)),
        MonthReturn(2024, 2, pytest.approx(1.01**29 - 1)),
        MonthReturn(2024, 3, pytest.approx(1.01**2 - 1)),
    )


@given(st.lists(st.floats(-0.5, 1), min_size=1, max_size=400))
def test_the_growth_of_the_months_multiplies_to_the_whole(days: list[float]) -> None:
    run = record(grown(days))
    months = month_returns(daily_equity(run.at_ms, run.equity, initial_equity=INITIAL))
    whole = np.prod([1 + month.fraction for month in months])
    assert whole == pytest.approx(run.equity[-1] / INITIAL)
    assert len(months) == len({(month.year, month.month) for month in months})


def test_a_ruined_account_has_no_months() -> None:
    run = record([500, -1, 20])
    assert month_returns(daily_equity(run.at_ms, run.equity, initial_equity=INITIAL)) == ()
