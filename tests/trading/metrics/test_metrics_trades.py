import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.trading.metrics.measured_records import (
    FIRST_DAY,
    HOUR_MS,
    START_MS,
    trades,
)
from trading.backtest.records import ExitReason
from trading.errors import InvariantError
from trading.metrics import trade_sums
from trading.metrics.columns import OPEN_AT_END
from trading.metrics.daily import MS_A_DAY
from trading.metrics.trades import (
    Streaks,
    holding_hours,
    open_at_end,
    streaks,
    time_held,
    traded_volume,
    wilson,
)

RESULTS = (30.0, -10.0, 0.0, 20.0, -20.0)


def _sums(net: tuple[float, ...], **columns: object) -> trade_sums.TradeSums:
    return trade_sums.sums_of(trade_sums.each(trades(net, **columns)).sum(axis=0))


def test_the_ratios_of_five_trades_are_those_of_a_pocket_calculator() -> None:
    sums = _sums(RESULTS)
    found = {name: float(of(sums)) for name, of in trade_sums.RATIOS.items()}
    # R is net / 10: 3, -1, 0, 2, -2; mean 0.4, squares 18, deviation root (18 - 0.8) / 4.
    assert found == pytest.approx(
        {
            "win_rate": 0.4,
            "profit_factor": 50 / 30,
            "expectancy": 4,
            "expectancy_r": 0.4,
            "payoff_ratio": 25 / 15,
            "kelly": 0.5 - 0.5 / (25 / 15),
            "sqn": 0.4 / np.sqrt(17.2 / 4) * np.sqrt(5),
            "mean_win": 25,
            "mean_loss": -15,
        }
    )


def test_r_counts_only_trades_with_a_planned_risk() -> None:
    columns = trades((30, -10, 5), risk=np.array([10, np.nan, 0.0]))
    assert trade_sums.r_multiples(columns) == pytest.approx([3, np.nan, np.nan], nan_ok=True)
    sums = _sums((30, -10, 5), risk=np.array([10, np.nan, 5.0]))
    assert trade_sums.expectancy_r(sums) == 2


def test_without_a_planned_risk_in_each_trade_quality_is_judged_in_usdt() -> None:
    risk = np.array([10, 10, 10, 10, np.nan])
    net = np.array(RESULTS)
    expected = net.mean() / net.std(ddof=1) * np.sqrt(5)
    assert trade_sums.system_quality(_sums(RESULTS, risk=risk)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("net", "undefined"),
    [
        ((), set(trade_sums.RATIOS)),
        ((10.0,), {"profit_factor", "payoff_ratio", "kelly", "sqn", "mean_loss"}),
        ((-10.0, -10.0), {"payoff_ratio", "kelly", "sqn", "mean_win"}),
        ((0.1, 0.1, 0.1), {"profit_factor", "payoff_ratio", "kelly", "sqn", "mean_loss"}),
    ],
)
def test_a_ratio_without_its_trades_is_not_made_up(
    net: tuple[float, ...], undefined: set[str]
) -> None:
    sums = _sums(net)
    found = {name for name, of in trade_sums.RATIOS.items() if np.isnan(of(sums))}
    assert found == undefined


def test_trades_are_summed_by_the_day_of_their_entry() -> None:
    entries = START_MS + np.array([0, MS_A_DAY - 1, MS_A_DAY, 5 * MS_A_DAY], np.int64)
    columns = trades((1, 2, -4, 8), entry_ms=entries, exit_ms=entries + HOUR_MS)
    day = FIRST_DAY + np.arange(3)
    sums = trade_sums.sums_of(trade_sums.daily_sums(columns, day))
    assert sums.net.tolist() == [3, -4, 8]  # what lies past the last day counts to it
    assert sums.count.tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        ((), Streaks(0, 0)),
        ((1, 1, 0, 1), Streaks(2, 0)),
        ((-1, 2, 3, 4, -1, -1), Streaks(3, 2)),
    ],
)
def test_a_streak_ends_with_a_trade_that_broke_even(
    net: tuple[float, ...], expected: Streaks
) -> None:
    assert streaks(np.array(net, float)) == expected


def test_times_with_two_positions_open_count_once() -> None:
    entries, exits = (START_MS + HOUR_MS * np.array(hours) for hours in ([0, 1, 6], [4, 2, 7]))
    columns = trades((1, 1, 1), entry_ms=entries, exit_ms=exits)
    assert holding_hours(columns).tolist() == [4, 1, 1]
    assert time_held(columns) == 5 * HOUR_MS
    assert time_held(trades(())) == 0


def test_what_is_open_at_the_end_was_bought_but_not_sold() -> None:
    assert OPEN_AT_END == ExitReason.OPEN_AT_END
    reasons = np.array([ExitReason.STOP, ExitReason.OPEN_AT_END], np.int8)
    columns = trades((10, 20), quantity=np.array([2.0, 3.0]), reason=reasons)
    assert open_at_end(columns) == 1
    assert traded_volume(columns) == 2 * (100 + 110) + 3 * 100


@pytest.mark.parametrize(("wins", "count"), [(0, 1), (1, 1), (0, 20), (7, 20), (300, 1000)])
def test_the_interval_of_a_share_is_that_of_scipy(wins: int, count: int) -> None:
    expected = binomtest(wins, count).proportion_ci(method="wilson")
    found = wilson(wins, count)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("wins", "count"), [(0, 0), (3, 2), (-1, 2)])
def test_a_share_of_no_or_of_too_few_trades_is_refused(wins: int, count: int) -> None:
    with pytest.raises(InvariantError, match=f"{wins} wins of {count} trades"):
        wilson(wins, count)


@given(st.integers(0, 2000), st.integers(1, 2000), st.floats(0.5, 0.999))
def test_the_share_lies_within_its_interval(wins: int, count: int, confidence: float) -> None:
    wins = min(wins, count)
    found = wilson(wins, count, confidence=confidence)
    assert 0 <= found.low <= wins / count <= found.high <= 1
