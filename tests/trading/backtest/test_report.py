"""A report says what was asked, repeats itself, and its parts agree with the run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.fixtures.backtest_runs import EQUITY, START, asked_of, market_of, ran_of
from trading.backtest.badges import Level
from trading.backtest.poison import PoisonResult
from trading.backtest.ran import Ran
from trading.backtest.random_entries import RandomEntries
from trading.backtest.report import Bounds, Evidence, Report, make_report
from trading.errors import InvariantError
from trading.metrics.groups import Grouping
from trading.metrics.sharpe import Trials

CLEAN = PoisonResult("BTCUSDT", 2400, 15, (), is_repeatable=True)
CHANCE = RandomEntries(np.array([-100.0, 0.0, 100.0]), 0.5, 200.0)


@pytest.fixture(scope="module")
def ran() -> Ran:
    return ran_of(market_of())


@pytest.fixture(scope="module")
def report(ran: Ran) -> Report:
    return make_report(asked_of(ran.market), ran, Evidence((CLEAN,), CHANCE), draws=100)


def test_equal_inputs_give_equal_figures(ran: Ran, report: Report) -> None:
    again = make_report(asked_of(ran.market), ran, Evidence((CLEAN,), CHANCE), draws=100)

    assert again.metrics == report.metrics
    assert again.badges == report.badges
    assert again.drawdowns == report.drawdowns


def test_every_grouping_sums_to_the_net_profit(report: Report) -> None:
    net = report.ran.backtest.equity[-1] - EQUITY

    assert set(report.groups) == set(Grouping)
    for rows in report.groups.values():
        assert sum(row.net_usdt for row in rows) == pytest.approx(net)


def test_the_months_compound_to_the_whole(report: Report) -> None:
    growth = np.prod([1 + month.fraction for month in report.months])

    assert growth == pytest.approx(report.ran.backtest.equity[-1] / EQUITY)


def test_the_deepest_drawdown_is_that_of_the_metrics(report: Report) -> None:
    assert report.drawdowns[0].depth_fraction == pytest.approx(report.metrics.max_drawdown.value)
    assert len(report.drawdowns) <= 10


def test_baselines_cover_every_symbol_their_mean_and_chance(report: Report) -> None:
    names = [held.name for held in report.baselines.held()]

    assert names == [
        *report.asked.symbols,
        "equal parts",
        "equal parts at the strategy's volatility",
    ]
    assert report.baselines.chance is CHANCE


def test_a_single_symbol_is_not_said_twice() -> None:
    market = market_of(symbols=("BTCUSDT",), count=1000)

    report = make_report(asked_of(market), ran_of(market), Evidence(), draws=100)

    names = [held.name for held in report.baselines.held()]
    assert names == ["BTCUSDT", "BTCUSDT at the strategy's volatility"]


def test_both_orders_inside_a_candle_bound_the_net_profit(ran: Ran) -> None:
    better = replace(ran.backtest, equity=ran.backtest.equity + 50)
    net = float(ran.backtest.equity[-1]) - EQUITY

    report = make_report(
        asked_of(ran.market), replace(ran, target_first=better), Evidence(), draws=100
    )

    assert report.bounds == Bounds(net, net + 50)


def test_without_the_other_order_there_are_no_bounds(ran: Ran) -> None:
    alone = replace(ran, target_first=None)

    assert make_report(asked_of(ran.market), alone, Evidence(), draws=100).bounds is None


def test_the_six_badges_stand_in_their_order(report: Report) -> None:
    assert [(badge.name, badge.level) for badge in report.badges] == [
        ("look-ahead", Level.OK),
        ("gaps", Level.OK),
        ("contamination", Level.OK),
        ("sample size", Level.WARN),
        ("ambiguity", Level.OK),
        ("overfitting", Level.WARN),
    ]


def test_the_best_of_a_search_is_judged_by_all_its_trials(ran: Ran) -> None:
    asked = asked_of(ran.market, trials=Trials(1000, 0.01))

    report = make_report(asked, ran, Evidence((CLEAN,)), draws=100)

    overfitting = report.badges[-1]
    assert overfitting.level is Level.BAD
    assert "1,000 combinations were tried" in overfitting.sentence


def test_a_replay_of_contaminated_decisions_says_so(ran: Ran) -> None:
    asked = asked_of(ran.market, decisions=100, contaminated=40)

    report = make_report(asked, ran, Evidence(), draws=100)

    assert [badge.level for badge in report.badges[:3]] == [Level.WARN, Level.OK, Level.BAD]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"until": START}, "must end later than it begins"),
        ({"since": datetime(2024, 1, 1)}, "must be time-zone aware"),  # noqa: DTZ001
        ({"decisions": 3, "contaminated": 4}, "4 of 3 decisions"),
        ({"decisions": None, "contaminated": 1}, "1 of 0 decisions"),
    ],
)
def test_an_impossible_question_is_refused(
    ran: Ran, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(InvariantError, match=message):
        asked_of(ran.market, **changed)


def test_a_question_counts_at_least_itself_as_tried(ran: Ran) -> None:
    assert asked_of(ran.market).tried == 1
    assert asked_of(ran.market, trials=Trials(12, 0.1)).tried == 12
    assert asked_of(ran.market).since.tzinfo is UTC
    assert asked_of(ran.market).until - START == timedelta(hours=2400)
