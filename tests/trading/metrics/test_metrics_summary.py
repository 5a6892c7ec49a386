import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.metrics.measured_records import FIRST_DAY, INITIAL, record, traded, trades
from trading.errors import InvariantError
from trading.metrics.columns import Floats
from trading.metrics.daily import MS_A_DAY
from trading.metrics.drawdowns import find_drawdowns
from trading.metrics.figures import Figure, Interval, Unit
from trading.metrics.headline import Metrics
from trading.metrics.meanings import MEANINGS
from trading.metrics.sharpe import Trials, probabilistic_sharpe, sharpe_sample
from trading.metrics.summary import measure

RESULTS = np.random.default_rng(6).normal(1, 8, 90)
WITH_INTERVAL = {
    *("final_equity", "net_profit", "total_return", "cagr", "volatility", "sharpe", "sortino"),
    *(
        "calmar",
        "max_drawdown",
        "winning_days",
        "losing_days",
        "profit_per_day",
        "value_at_risk",
        "expected_shortfall",
    ),
    *("trades_per_day", "win_rate", "profit_factor", "expectancy", "expectancy_r"),
    *("payoff_ratio", "kelly", "sqn", "mean_win", "mean_loss"),
}


def _measured(results: Floats = RESULTS, **columns: object) -> Metrics:
    run = traded(results)
    run = replace(run, trades=replace(run.trades, **columns))  # type: ignore[arg-type]
    return measure(run, seed=1, draws=200)


def test_every_figure_has_a_meaning_and_every_meaning_a_figure() -> None:
    assert list(_measured().figures()) == [
        field.name for field in fields(Metrics) if field.name != "method"
    ]
    assert set(_measured().figures()) == set(MEANINGS)


def test_every_headline_figure_of_enough_data_has_its_interval() -> None:
    with_interval = {
        name for name, figure in _measured().figures().items() if figure.low is not None
    }
    assert with_interval == WITH_INTERVAL


def test_the_method_of_the_intervals_is_told() -> None:
    method = _measured().method
    assert (method.draws, method.seed, method.confidence) == (200, 1, 0.95)
    assert (method.days, method.trades) == (90, 90)
    assert method.block_days >= 1


def test_the_figures_agree_with_each_other() -> None:
    run = traded(RESULTS)
    metrics = measure(run, seed=1, draws=200)
    found = find_drawdowns(run.at_ms, run.equity, initial_equity=INITIAL)
    said = {name: figure.value for name, figure in metrics.figures().items()}
    assert said["final_equity"] == pytest.approx(INITIAL + RESULTS.sum())
    assert said["net_profit"] == pytest.approx(RESULTS.sum())
    assert said["total_return"] == pytest.approx(RESULTS.sum() / INITIAL)
    assert said["max_drawdown"] == pytest.approx(found.deepest(1)[0].depth_fraction)
    assert said["profit_per_day"] == pytest.approx(RESULTS.sum() / 90)
    assert said["trades"] == len(RESULTS)
    assert (said["even_trades"], said["mean_stake"]) == (0, 100)
    assert said["longest_holding_hours"] == 24
    assert said["expectancy"] == pytest.approx(RESULTS.mean())
    assert said["median_win"] == pytest.approx(np.median(RESULTS[RESULTS > 0]))
    assert said["best_trade"] == RESULTS.max()
    assert said["lowest_equity"] == run.equity.min()
    sample = sharpe_sample(
        np.diff(run.equity, prepend=INITIAL) / np.append(INITIAL, run.equity[:-1])
    )
    assert sample is not None
    assert said["psr"] == pytest.approx(probabilistic_sharpe(sample))


def test_money_has_the_interval_of_the_return() -> None:
    metrics = _measured()
    growth, profit, end = metrics.total_return, metrics.net_profit, metrics.final_equity
    assert growth.low is not None
    assert profit.low == pytest.approx(INITIAL * growth.low)
    assert end.low == pytest.approx(INITIAL * (1 + growth.low))


def test_the_share_of_time_in_the_market_and_the_turnover_are_of_the_trades() -> None:
    half_days = trades(RESULTS).entry_ms + MS_A_DAY // 2
    metrics = _measured(exit_ms=half_days)
    assert metrics.time_in_market == Figure(0.5, Unit.FRACTION)
    volume = (200 + RESULTS).sum()
    mean_equity = (INITIAL + np.cumsum(RESULTS)).mean()
    assert metrics.volume.value == pytest.approx(volume)
    assert metrics.turnover.value == pytest.approx(volume / mean_equity / (90 / 365))


def test_costs_and_doubts_are_counted() -> None:
    metrics = _measured(
        fees=np.full(90, 0.5),
        funding=np.full(90, -0.25),
        is_ambiguous=np.arange(90) < 4,
        reason=np.where(np.arange(90) == 89, 0, 2).astype(np.int8),
    )
    counted = ("fees", "funding", "ambiguous_trades", "open_at_end")
    assert [metrics.figures()[name].value for name in counted] == [45, -22.5, 4, 1]
    refused = replace(traded(RESULTS), refused={"one": 3, "two": 4})
    assert measure(refused, seed=1, draws=100).refused_entries.value == 7


def test_a_deflated_ratio_needs_to_know_the_search() -> None:
    run = traded(RESULTS)
    alone = measure(run, seed=1, draws=100)
    best = measure(run, seed=1, draws=100, trials=Trials(1000, 0.01))
    assert alone.dsr == Figure(None, Unit.PROBABILITY, note="one run, not the best of a search")
    assert best.dsr.note == "best of 1,000 trials"
    assert best.dsr.value is not None
    assert alone.psr.value is not None
    assert best.dsr.value < alone.psr.value


def test_too_few_days_have_figures_but_no_intervals() -> None:
    metrics = _measured(RESULTS[:29])
    assert metrics.sharpe.value is not None
    assert metrics.sharpe.low is None
    assert metrics.sharpe.note == "no interval: 29 days, 30 are the least"
    assert metrics.expectancy.note == "no interval: 29 days, 30 are the least"


def test_a_single_day_is_not_projected() -> None:
    metrics = _measured(RESULTS[:1])
    for name in ("cagr", "volatility", "sharpe", "winning_days"):
        assert metrics.figures()[name].value is None, name
    assert metrics.cagr.note == "needs two days at least"
    assert metrics.total_return.value == pytest.approx(RESULTS[0] / INITIAL)
    assert metrics.max_drawdown.value == pytest.approx(max(0, -RESULTS[0] / INITIAL))


def test_growth_seen_for_less_than_a_year_says_so() -> None:
    assert _measured().cagr.note == "a year projected from 90 days"
    assert _measured(RESULTS[:29]).cagr.note == (
        "a year projected from 29 days; no interval: 29 days, 30 are the least"
    )
    year = np.tile(RESULTS, 5)[:365]
    assert _measured(year).cagr.note == ""


def test_too_few_trades_have_no_intervals_but_that_of_wilson() -> None:
    run = traded(RESULTS)
    few = replace(run, trades=trades(RESULTS[:19], exit_ms=run.trades.exit_ms[:19]))
    metrics = measure(few, seed=1, draws=100)
    assert metrics.sharpe.low is not None
    assert metrics.profit_factor.note == "no interval: 19 trades, 20 are the least"
    assert metrics.win_rate.low is not None
    assert metrics.win_rate.note.startswith("Wilson's interval")


def test_a_nearly_flat_account_is_not_given_a_sharpe_ratio() -> None:
    metrics = _measured(exit_ms=trades(RESULTS).entry_ms + MS_A_DAY // 100)
    for figure in (metrics.sharpe, metrics.sortino, metrics.psr, metrics.min_track_record_days):
        assert figure.value is None
        assert figure.note == "a position was open 1.00% of the time: too little to judge"
    assert metrics.total_return.value is not None


def test_an_account_that_never_traded_claims_nothing() -> None:
    metrics = measure(record(np.full(40, INITIAL)), seed=1, draws=100)
    said = {name for name, figure in metrics.figures().items() if figure.value is None}
    assert {"sharpe", "psr", "calmar", "win_rate", "expectancy", "best_trade", "sqn"} <= said
    assert metrics.expectancy.note == "no trades"
    assert metrics.max_drawdown.value == 0
    assert metrics.recovery_factor.note == "no drawdown"


def test_a_ruined_account_says_so_and_still_counts_its_trades() -> None:
    results = RESULTS.copy()
    results[50] = -5000
    metrics = _measured(results)
    assert metrics.cagr == Figure(
        None, Unit.FRACTION, note="the account was ruined: there are no returns on nothing"
    )
    assert metrics.total_return.value == pytest.approx(results.sum() / INITIAL)
    assert metrics.max_drawdown.value is not None
    assert metrics.max_drawdown.value > 1
    assert metrics.worst_trade.value == -5000
    assert metrics.expectancy.low is not None


def test_equal_seeds_measure_alike() -> None:
    assert _measured() == _measured()


def test_a_rebound_from_almost_nothing_is_measured_without_overflow() -> None:
    equity = np.full(60, 1e-9)
    equity[30:] = 1e6
    metrics = measure(record(equity), seed=1, draws=100)
    assert metrics.total_return.value == pytest.approx(999)
    assert metrics.max_drawdown.value == pytest.approx(1)


def test_too_few_draws_and_no_bars_are_refused() -> None:
    with pytest.raises(InvariantError, match="99 draws; 100 are the least"):
        measure(traded(RESULTS), seed=1, draws=99)
    with pytest.raises(InvariantError, match="empty"):
        measure(record([]), seed=1)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Figure(math.nan, Unit.R), "say None"),
        (lambda: Figure(1.0, Unit.R, low=0.5), "two ends"),
        (lambda: Figure(None, Unit.R), "reason"),
        (lambda: Interval(2, 1), "in order"),
        (lambda: Interval(0, math.inf), "finite"),
    ],
)
def test_an_impossible_figure_is_refused(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(InvariantError, match=message):
        build()


@settings(max_examples=40)
@given(
    st.lists(st.floats(-400, 400), min_size=1, max_size=45),
    st.lists(st.integers(0, 3 * MS_A_DAY), min_size=45, max_size=45),
)
def test_no_record_makes_a_figure_that_is_no_number(net: list[float], held: list[int]) -> None:
    columns = trades(net)
    run = traded(net)
    run = replace(run, trades=trades(net, exit_ms=columns.entry_ms + held[: len(net)]))
    metrics = measure(run, seed=1, draws=100)
    for name, figure in metrics.figures().items():
        numbers = (figure.value, figure.low, figure.high)
        assert all(number is None or math.isfinite(number) for number in numbers), name
    for name in ("psr", "win_rate", "time_in_market", "time_under_water", "winning_days"):
        value = metrics.figures()[name].value
        assert value is None or 0 <= value <= 1, name
    assert metrics.method.days == len(net)
    assert run.at_ms[0] == (FIRST_DAY + 1) * MS_A_DAY
