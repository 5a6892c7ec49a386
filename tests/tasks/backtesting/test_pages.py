"""The pages that Prefect keeps: figures with intervals, badges, and no markup of a stranger's."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from tasks.backtesting.archive import Archive
from tasks.backtesting.concluding import conclude
from tasks.backtesting.pages import backtest_page, sweep_page
from tasks.backtesting.past import Past
from tasks.backtesting.running import QUICK, judge, run_case
from tasks.backtesting.sweeping import in_this_process, sweep_all
from tasks.backtesting.sweeps import begin_sweep
from tests.tasks.backtesting.conftest import Ask, AskMany
from trading.metrics.figures import Figure, Unit

NOBODY = UUID(int=7)
WRITTEN = Path("reports/best.html")


def test_a_backtest_shows_its_figures_and_how_far_to_believe_them(
    free_archive: Past, ask: Ask
) -> None:
    case = free_archive.read(ask())
    page = backtest_page(NOBODY, judge(case, run_case(case), QUICK), WRITTEN)
    assert page.startswith("# sma-cross on BTCUSDT, ETHUSDT 1h\n")
    assert "| sharpe |" in page
    assert "| look-ahead | warn |" in page
    assert "| slippage |" in page
    assert (str(NOBODY) in page, str(WRITTEN) in page) == (True, True)


def test_a_sweep_shows_its_best_and_their_number(archive: Archive, ask_many: AskMany) -> None:
    sweep = begin_sweep(archive, ask_many())
    swept = sweep_all(archive, sweep, in_this_process(threads=1), at_once=1)
    page = sweep_page(sweep, swept, conclude(archive, sweep, swept, QUICK), WRITTEN)
    assert "11 combinations were run" in page
    assert "1 the strategy forbids" in page
    assert "| fast 5, slow 20 |" in page
    assert "| look-ahead |" in page
    assert str(WRITTEN) in page
    assert "| sharpe |" not in sweep_page(sweep, swept, None, None)


@pytest.mark.parametrize(
    ("value", "told"),
    [(12_345.678, "12,346"), (-1_000.0, "-1,000"), (999.94, "999.9"), (0.01234567, "0.01235")],
)
def test_sums_are_told_without_powers_of_ten(
    free_archive: Past, ask: Ask, value: float, told: str
) -> None:
    case = free_archive.read(ask())
    report = judge(case, run_case(case), QUICK)
    metrics = replace(report.metrics, net_profit=Figure(value, Unit.USDT, note="made up"))
    page = backtest_page(NOBODY, replace(report, metrics=metrics), WRITTEN)
    assert f"| net profit | {told} |" in page
