"""The pages that Prefect keeps: figures with intervals, badges, and no markup of a stranger's."""

from uuid import UUID

from tasks.backtesting.archive import Archive
from tasks.backtesting.concluding import conclude
from tasks.backtesting.pages import backtest_page, sweep_page
from tasks.backtesting.running import QUICK, judge, run_case
from tasks.backtesting.sweeping import in_this_process, sweep_all
from tasks.backtesting.sweeps import begin_sweep
from tests.tasks.backtesting.conftest import Ask, AskMany

NOBODY = UUID(int=7)


def test_a_backtest_shows_its_figures_and_how_far_to_believe_them(
    free_archive: Archive, ask: Ask
) -> None:
    case = free_archive.read(ask())
    page = backtest_page(NOBODY, judge(case, run_case(case), QUICK))
    assert page.startswith("# sma-cross on BTCUSDT, ETHUSDT 1h\n")
    assert "| sharpe |" in page
    assert "| look-ahead | warn |" in page
    assert str(NOBODY) in page


def test_a_sweep_shows_its_best_and_their_number(archive: Archive, ask_many: AskMany) -> None:
    sweep = begin_sweep(archive, ask_many())
    swept = sweep_all(archive, sweep, in_this_process(threads=1), at_once=1)
    page = sweep_page(sweep, swept, conclude(archive, sweep, swept, QUICK))
    assert "11 combinations were run" in page
    assert "1 the strategy forbids" in page
    assert "| fast 5, slow 20 |" in page
    assert "| look-ahead |" in page
    assert "| sharpe |" not in sweep_page(sweep, swept, None)
