"""A sweep whose parts run on a Dask cluster, through Prefect."""

from pathlib import Path
from shutil import copyfile
from uuid import UUID

import dask

from cli.backtesting.showing import print_document
from cli.backtesting.showing_sweeps import show_lines
from cli.backtesting.wanted import Told
from cli.database import desk_database, with_database
from cli.output import say, warn
from cli.prefect_api import prefect_api
from config.current import settings_in_force
from config.settings import Settings
from db.engine import open_engine
from db.queries.backtests import BacktestLine, backtest
from db.unit_of_work import read_session, session_factory
from flows.sweep import sweep
from tasks.backtesting.part_results import PartResult
from tasks.backtesting.questions import SweepQuestion
from tasks.backtesting.resources import page_folder
from tasks.backtesting.sweeps import ASKED


def sweep_on_cluster(
    settings: Settings, question: SweepQuestion | None, resume: UUID | None, told: Told
) -> None:
    """Run it as Prefect's flow and show its best combinations; a cluster is started if none is."""
    # A line for every connection says nothing to the owner. Before Dask's cluster is imported,
    # which sets the levels of its loggers by this.
    dask.config.set({"logging.distributed": "warning"})
    with desk_database(settings) as url:
        chosen = with_database(settings, url)
        with settings_in_force(chosen), prefect_api(chosen):
            sweep_id = sweep(question, resume)
        with open_engine(url) as engine, read_session(session_factory(engine)) as session:
            found = backtest(session, sweep_id)
    assert found is not None  # the flow has just finished it
    page = _copied(page_folder(chosen).path_of(sweep_id), told.page)
    _tell(found, page, as_json=told.as_json)


def _copied(written: Path, wanted: Path | None) -> Path | None:
    """Where the page is that the flow has written, which always writes one of what was judged."""
    if not written.exists():
        if wanted is not None:
            warn(f"{wanted} is not written: no combination could be judged")
        return None
    if wanted is None:
        return written
    wanted.parent.mkdir(parents=True, exist_ok=True)
    copyfile(written, wanted)
    return wanted


def _tell(found: BacktestLine, page: Path | None, *, as_json: bool) -> None:
    metrics = found.metrics or {}
    if as_json:
        print_document(
            {"id": str(found.id), "combinations": found.combinations, **_plain(metrics["sweep"])}
        )
        return
    result = PartResult.model_validate(metrics["sweep"])
    asked = SweepQuestion.model_validate(found.parameters[ASKED])
    show_lines(result.best[:10], asked.objective)
    say(f"{result.tried:,} combinations were run, {result.refused:,} the strategy forbids.")
    say(f"stored as {found.id}" + ("" if page is None else f", page: {page}"))


def _plain(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
