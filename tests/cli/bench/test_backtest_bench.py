"""The backtest benchmark: the rivals' data, our rows in the rivals' shape."""

import json

import numpy as np
import pytest

from cli.bench.backtest import one_work
from cli.bench.backtest.made_up import SINGLE_SHA, digest, one_symbol, ten_symbols
from cli.bench.backtest.works import Work, combinations_of, prepare

RIVAL_FIELDS = {
    "peer", "work", "n_bars", "symbols", "combos", "median_s", "min_s", "max_s", "reps",
    "ns_per_bar", "rss_before_mb", "peak_rss_mb", "python",
}  # fmt: skip


def test_the_candles_are_those_of_the_rivals() -> None:
    assert digest([one_symbol()]) == SINGLE_SHA


def test_fewer_candles_are_the_first_ones() -> None:
    whole, part = ten_symbols()[0], ten_symbols(50)[0]

    assert np.array_equal(part.close, whole.close[:50])


def test_the_grid_has_a_thousand_combinations_and_can_be_cut() -> None:
    assert sum(len(exits) for _, exits in combinations_of(1000)) == 1000
    assert sum(len(exits) for _, exits in combinations_of(20)) == 20


@pytest.mark.parametrize("work", Work)
def test_a_work_prints_a_row_in_the_rivals_shape(
    work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    one_work.main([str(work), "--reps", "1", "--bars", "2000", "--combos", "20"])

    row = json.loads(capsys.readouterr().out)
    assert set(row) >= RIVAL_FIELDS
    assert row["n_bars"] == 2000
    assert row["combos"] == (20 if work is Work.SWEEP else 1)
    assert (row["trades"] > 0) == (work is not Work.ON_BAR)


def test_everything_switched_on_uses_every_way_out() -> None:
    figures = prepare(Work.EVERYTHING, bars=20_000, combinations=1, threads=1).do()

    assert figures.trades[0] > 300
    assert figures.funding[0] != 0
