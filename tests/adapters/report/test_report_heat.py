"""A sweep over two parameters is a coloured table with the chosen combination framed."""

from dataclasses import replace

import numpy as np
import pytest

from adapters.report.document import report_document
from adapters.report.heat import heat_table
from adapters.report.html import page
from adapters.report.months import EMPTY, Cell
from tests.adapters.report.conftest import reported
from trading.backtest.grids import Axis
from trading.backtest.report import Report
from trading.backtest.surface import Surface
from trading.errors import InvariantError

FAST, SLOW = Axis("fast", ("5", "10")), Axis("slow", ("20", "50", "100"))
SCORES = np.array([[0.5, -1.0, np.nan], [2.0, 0.0, 1.0]])


def test_each_pair_is_a_cell_and_the_chosen_one_is_framed() -> None:
    swept = reported(parameters=(("fast", "10"), ("slow", "20")))

    table = heat_table(replace(swept, surface=Surface("sharpe", SLOW, FAST, SCORES)))

    assert table is not None
    assert (table.down, table.across, table.columns) == ("fast", "slow", ("20", "50", "100"))
    assert [row.cells for row in table.rows] == [
        (Cell("0.500", "won", 18), Cell("−1.00", "loss", 35), EMPTY),
        (Cell("2.00", "won chosen", 70), Cell("0.00", "none", 0), Cell("1.00", "won", 35)),
    ]


def test_the_page_shows_the_sweep_only_where_there_was_one(report: Report) -> None:
    swept = replace(report, surface=Surface("profit_factor", SLOW, FAST, SCORES))

    assert "Profit factor by fast (down) and slow (across)" in page(swept)
    assert "<h2>Sweep</h2>" not in page(report)


def test_the_document_has_the_scores_with_null_where_there_is_none(report: Report) -> None:
    surface = Surface("sharpe", SLOW, FAST, SCORES)

    assert report_document(replace(report, surface=surface))["surface"] == {
        "score": "sharpe",
        "across": {"name": "slow", "values": ["20", "50", "100"]},
        "down": {"name": "fast", "values": ["5", "10"]},
        "scores": [[0.5, -1.0, None], [2.0, 0.0, 1.0]],
    }
    assert report_document(report)["surface"] is None


def test_scores_that_are_not_one_per_pair_are_refused() -> None:
    with pytest.raises(InvariantError, match="2 values of fast and 3 of slow"):
        Surface("sharpe", SLOW, FAST, SCORES.T)
