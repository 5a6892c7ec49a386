"""A sweep is tried whole, kept in parts, resumed without trying twice, and judged by its size."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from db.queries.backtests import BacktestLine, backtest, children_of, count_trades
from db.states import BacktestKind, BacktestState
from db.unit_of_work import read_session
from tasks.backtesting import plans
from tasks.backtesting.archive import Archive
from tasks.backtesting.concluding import conclude
from tasks.backtesting.estimating import estimated_time
from tasks.backtesting.part_results import PartResult
from tasks.backtesting.plans import Part
from tasks.backtesting.resources import live_desk_of
from tasks.backtesting.running import QUICK, run_case
from tasks.backtesting.sweeping import Swept, in_this_process, sweep_all
from tasks.backtesting.sweeps import Sweep, begin_sweep, left_when_interrupted, resume_sweep
from tasks.backtesting.trying import try_part
from tests.tasks.backtesting.conftest import AskMany
from trading.errors import BrokenRuleError, MisconfiguredError


def swept(archive: Archive, sweep: Sweep) -> Swept:
    return sweep_all(archive, sweep, in_this_process(threads=2), at_once=1)


def stored(archive: Archive, sweep: Sweep) -> BacktestLine:
    with read_session(archive.kept_in) as session:
        found = backtest(session, sweep.id)
    assert found is not None
    return found


def test_every_combination_is_run_but_those_the_strategy_forbids(
    archive: Archive, ask_many: AskMany
) -> None:
    result = swept(archive, begin_sweep(archive, ask_many())).result
    # fast=20, slow=20 is no cross.
    assert (result.tried, result.refused) == (11, 1)
    assert result.trials is not None
    assert result.trials.count == 11
    assert set(result.scores) == set(range(12))
    scores = [line.score for line in result.best]
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_a_line_is_what_the_combination_does_alone(archive: Archive, ask_many: AskMany) -> None:
    sweep = begin_sweep(archive, ask_many(grids=("fast=5:20:5", "rule.stop=0.01,0.02")))
    best = swept(archive, sweep).best
    assert best is not None
    question = sweep.case.question.model_copy(
        update={
            "parameters": {"fast": best.combination["fast"]},
            "rules": {"stop": best.combination["rule.stop"]},
        }
    )
    alone = run_case(sweep.case.asking(question)).backtest
    assert best.trades == len(alone.trades)
    assert best.net_usdt == pytest.approx(alone.trades.net.sum())


def test_the_best_is_judged_by_how_many_were_tried_and_stored_with_its_trades(
    archive: Archive, ask_many: AskMany
) -> None:
    sweep = begin_sweep(archive, ask_many())
    done = swept(archive, sweep)

    report = conclude(archive, sweep, done, QUICK)

    assert report is not None
    assert report.asked.tried == 11
    assert report.metrics.dsr.value is not None
    found = stored(archive, sweep)
    assert (found.kind, found.state) == (BacktestKind.SWEEP, BacktestState.FINISHED)
    assert found.combinations == 12
    with read_session(archive.kept_in) as session:
        (best,) = children_of(session, sweep.id)
        assert count_trades(session, best.id) == len(report.ran.backtest.trades)
    assert done.best is not None
    assert best.parameters == done.best.combination


def test_a_sweep_in_which_nothing_traded_enough_names_no_best(
    archive: Archive, ask_many: AskMany
) -> None:
    sweep = begin_sweep(archive, ask_many(fewest_trades=10_000))
    done = swept(archive, sweep)
    assert (done.best, conclude(archive, sweep, done, QUICK)) == (None, None)
    assert stored(archive, sweep).state is BacktestState.FINISHED


def test_an_interrupted_sweep_keeps_its_parts_and_goes_on(
    archive: Archive, ask_many: AskMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "SMALLEST_PART", 5)
    sweep = begin_sweep(archive, ask_many())
    ran: list[int] = []

    def until_ctrl_c(
        sweep: Sweep, window: int | None, parts: Iterable[Part]
    ) -> Iterator[tuple[Part, PartResult]]:
        for part in parts:
            if ran:
                raise KeyboardInterrupt
            ran.append(part.number)
            yield part, try_part(sweep.ground(window), part.combinations)

    with pytest.raises(KeyboardInterrupt), left_when_interrupted(archive, sweep):
        sweep_all(archive, sweep, until_ctrl_c, at_once=1)
    assert stored(archive, sweep).state is BacktestState.INTERRUPTED

    resumed = resume_sweep(archive, sweep.id)
    told: list[int] = []
    execute = in_this_process(threads=1, progress=told.append)
    result = sweep_all(archive, resumed, execute, at_once=1).result

    assert resumed.question == sweep.question
    assert sum(told) == 7
    assert result == swept(archive, begin_sweep(archive, ask_many())).result


def test_a_sweep_whose_rule_fails_says_so_in_the_database(
    archive: Archive, ask_many: AskMany, tmp_path: Path
) -> None:
    rule = tmp_path / "broken.py"
    rule.write_text("def signals(bars, fast=5, slow=20):\n    return undefined\n")
    sweep = begin_sweep(archive, ask_many({"strategy": f"{rule}:signals"}))
    with pytest.raises(BrokenRuleError, match="NameError"), left_when_interrupted(archive, sweep):
        swept(archive, sweep)
    found = stored(archive, sweep)
    assert found.state is BacktestState.FAILED
    assert "broken.py line 2: NameError" in found.detail


def test_a_sweep_over_other_candles_is_not_taken_up(archive: Archive, ask_many: AskMany) -> None:
    sweep = begin_sweep(archive, ask_many())
    with pytest.raises(KeyboardInterrupt), left_when_interrupted(archive, sweep):
        raise KeyboardInterrupt
    early = replace(archive, now=lambda: sweep.case.question.since.replace(month=2))
    with pytest.raises(MisconfiguredError, match="are not those the sweep was begun with"):
        resume_sweep(early, sweep.id)


def test_a_class_that_is_asked_bar_by_bar_cannot_be_swept(
    archive: Archive, ask_many: AskMany, tmp_path: Path
) -> None:
    rule = tmp_path / "slow.py"
    rule.write_text("class Slow:\n    def on_bar(self, bar):\n        return None\n")
    with pytest.raises(MisconfiguredError, match="is asked bar by bar"):
        begin_sweep(archive, ask_many({"strategy": f"{rule}:Slow"}))


def test_the_time_is_estimated_from_one_combination(archive: Archive, ask_many: AskMany) -> None:
    ground = begin_sweep(archive, ask_many()).ground()
    ticks = iter([10.0, 16.0])  # of three runs
    length = estimated_time(ground, 100, threads=2, clock=lambda: next(ticks))
    assert length.total_seconds() == pytest.approx(100.0)


def test_a_sweep_of_the_desk_goes_on_by_the_rules_it_was_begun_with(
    archive: Archive, ask_many: AskMany
) -> None:
    asked = ask_many({"strategy": "technical", "rules": {}}, grids=("rule.hold_hours=5,50",))
    begun = begin_sweep(archive, asked)
    with pytest.raises(KeyboardInterrupt), left_when_interrupted(archive, begun):
        raise KeyboardInterrupt
    changed = Settings.model_validate({"break_even_at_r": "1", "taker_fee_fraction": "0.001"})

    resumed = resume_sweep(replace(archive, desk=live_desk_of(changed)), begun.id)

    assert resumed.question == begun.question
    assert resumed.ground().rules({}).exits == begun.ground().rules({}).exits
    assert resumed.ground().rules({}).costs == begun.ground().rules({}).costs
