"""A walk-forward trades what was best before, and nothing that came after takes part."""

from datetime import timedelta

import numpy as np
import pytest

from db.queries.backtests import backtest, count_trades
from db.states import BacktestKind, BacktestState
from db.unit_of_work import read_session
from tasks.backtesting.archive import Archive
from tasks.backtesting.concluding import conclude
from tasks.backtesting.running import QUICK
from tasks.backtesting.sweeping import Swept, in_this_process, sweep_all
from tasks.backtesting.sweeps import Sweep, begin_sweep
from tasks.backtesting.walking import Step, steps_of, walk
from tests.tasks.backtesting.conftest import AskMany
from trading.errors import MisconfiguredError

STRIDE = "20d,10d,15d"


def walked(archive: Archive, ask_many: AskMany) -> tuple[Sweep, Swept, tuple[Step, ...]]:
    sweep = begin_sweep(archive, ask_many(stride=STRIDE, fewest_trades=2))
    swept = sweep_all(archive, sweep, in_this_process(threads=1), at_once=1)
    return sweep, swept, steps_of(sweep, swept.windows)


def test_every_window_chooses_by_its_training_alone(archive: Archive, ask_many: AskMany) -> None:
    sweep, swept, steps = walked(archive, ask_many)
    assert len(steps) == 3
    assert sweep.combinations == 36
    assert swept.result.tried + swept.result.refused == 36
    for number, step in enumerate(steps):
        market = sweep.ground(number).market
        assert market.opened_ms[0] == step.window.train_from.timestamp() * 1000
        assert market.opened_ms[-1] < step.window.test_from.timestamp() * 1000


def test_tests_are_traded_and_the_days_between_them_are_not(
    archive: Archive, ask_many: AskMany
) -> None:
    sweep, _, steps = walked(archive, ask_many)
    ran = walk(sweep.ground(), steps)

    entered = ran.backtest.trades.entry_ms
    tested = np.zeros(len(entered), bool)
    hour = timedelta(hours=1)
    for step in steps:
        first, last = step.window.test_from, step.window.until + hour
        tested |= (entered > first.timestamp() * 1000) & (entered < last.timestamp() * 1000)
    assert len(entered) > 5
    assert tested.all()
    assert ran.market.opened_ms[0] == steps[0].window.test_from.timestamp() * 1000


def test_a_window_in_which_nothing_was_good_enough_stays_out(
    archive: Archive, ask_many: AskMany
) -> None:
    sweep, _, steps = walked(archive, ask_many)
    first = Step(steps[0].window, None)
    ran = walk(sweep.ground(), (first, *steps[1:]))
    assert (ran.backtest.trades.entry_ms > steps[1].window.test_from.timestamp() * 1000).all()


def test_a_walk_forward_is_stored_as_one_account(archive: Archive, ask_many: AskMany) -> None:
    sweep, swept, steps = walked(archive, ask_many)

    report = conclude(archive, sweep, swept, QUICK)

    assert report is not None
    # Nobody chose by what the tests showed.
    assert report.asked.tried == 1
    with read_session(archive.kept_in) as session:
        found = backtest(session, sweep.id)
        assert count_trades(session, sweep.id) == len(report.ran.backtest.trades)
    assert found is not None
    assert (found.kind, found.state) == (BacktestKind.WALK_FORWARD, BacktestState.FINISHED)
    assert found.metrics is not None
    assert [window["test_from"] for window in found.metrics["windows"]] == [  # type: ignore[attr-defined]
        step.window.test_from.isoformat() for step in steps
    ]


def test_trading_rules_cannot_change_from_window_to_window(
    archive: Archive, ask_many: AskMany
) -> None:
    asked = ask_many(stride=STRIDE, grids=("fast=5:20:5", "rule.stop=0.01,0.02"))
    with pytest.raises(MisconfiguredError, match=r"rule\.stop cannot change from window"):
        begin_sweep(archive, asked)


def test_too_short_a_time_for_one_window_is_refused(archive: Archive, ask_many: AskMany) -> None:
    with pytest.raises(MisconfiguredError, match="hold no window of 210 days"):
        begin_sweep(archive, ask_many(stride="180d,30d"))
