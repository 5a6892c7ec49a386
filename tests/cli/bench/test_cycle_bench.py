"""What the measured seconds of cycles say, and the analyst who takes his time."""

from dataclasses import replace
from typing import cast

import pytest

from cli.bench.cycle import analyst_after, figures
from cli.bench.plan import FULL, QUICK, SYMBOLS
from trading.analysis import Action, Analysis
from trading.snapshot import MarketSnapshot

INSTANT = {1: 0.4, 5: 0.5, 10: 0.6, 20: 0.8}


@pytest.mark.parametrize(
    ("totals", "met"), [([2.8, 9.0, 2.7], True), ([2.81, 2.9, 1.0], False), ([2.8], True)]
)
def test_the_goal_is_the_analysts_time_a_quarter_more_and_the_fixed_cost(
    totals: list[float], met: bool
) -> None:
    told = figures(FULL, fixed=0.3, instant=INSTANT, totals=totals)

    assert told.goal_s == 2.8
    assert told.meets_goal is met
    assert told.all_total_s == totals


def test_figures_hold_medians_and_the_cost_of_one_more_symbol() -> None:
    told = figures(FULL, fixed=0.3, instant=INSTANT, totals=[2.5, 2.7, 2.6])

    assert (told.symbols, told.analyst_s, told.fixed_s, told.total_s) == (20, 2.0, 0.3, 2.6)
    assert told.per_symbol_s == pytest.approx(0.0207, abs=1e-4)
    assert told.instant_s == INSTANT


def test_every_answer_is_flat_so_that_no_cycle_leaves_a_position_to_the_next() -> None:
    answer = analyst_after(0)(cast("MarketSnapshot", None), b"")

    assert isinstance(answer, Analysis)
    assert answer.action is Action.FLAT


def test_a_plan_has_symbols_for_its_largest_cycle() -> None:
    assert FULL.symbols == SYMBOLS
    assert len(set(SYMBOLS)) == 20
    assert replace(FULL, sizes=(2, 7)).symbols == SYMBOLS[:7]
    assert len(QUICK.symbols) == max(QUICK.sizes)
