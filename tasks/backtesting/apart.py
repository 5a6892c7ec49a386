"""Parts of a sweep in other threads or on other machines, each of which reads the candles once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from config.current import current_settings
from config.settings import Settings
from tasks.backtesting.keeping import require_same_data
from tasks.backtesting.opening import open_archive
from tasks.backtesting.part_results import PartResult
from tasks.backtesting.plans import Part
from tasks.backtesting.questions import SweepQuestion
from tasks.backtesting.sweeping import Execute
from tasks.backtesting.sweeps import Sweep, ground_of, prepare_sweep
from tasks.backtesting.trying import Ground, try_part
from tasks.policies import SAFE_TO_RETRY
from trading.backtest.stretches import Stretch
from trading.limits import RiskPolicy


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker must know of a sweep to try parts of it. Small: it travels with each part.

    `stretch` is the time that is traded, None for all of it. Where the candles come from the
    database, the worker's own settings say which; `data_hash` holds it to the same candles.
    """

    question: str
    data_hash: str
    stretch: Stretch | None
    policy: RiskPolicy = field(hash=False)


def work_of(sweep: Sweep, window: int | None) -> Work:
    """What other workers must know of a sweep, or of one window of it."""
    stretch = None if window is None else sweep.training(window)
    question = sweep.question.model_dump_json()
    return Work(question, sweep.case.loaded.data_hash, stretch, sweep.case.policy)


# No step: Dask takes the mark that hides a step's arguments from Prefect for a plain tuple. These
# arguments are small, so Prefect may search them.
@task(name="try-part", task_run_name="part {number}", **SAFE_TO_RETRY)
def try_part_apart(work: Work, part: Part, number: int) -> PartResult:
    """What the combinations of a part do; `number` names the run in Prefect."""
    del number
    return try_part(_ground(work), part.combinations)


def apart() -> Execute:
    """Runs parts as tasks of the flow's task runner, and shows in Prefect how far they are."""

    def execute(
        sweep: Sweep, window: int | None, parts: Iterable[Part]
    ) -> Iterator[tuple[Part, PartResult]]:
        work = work_of(sweep, window)
        futures = [(part, try_part_apart.submit(work, part, part.number)) for part in parts]
        name = "sweep" if window is None else f"window {window + 1} of {len(sweep.windows)}"
        shown = _shown_at(f"{name} {sweep.id}")
        for done, (part, future) in enumerate(futures, start=1):
            yield part, future.result()
            update_progress_artifact(shown, 100 * done / len(futures))

    return execute


def _shown_at(description: str) -> UUID:
    """A progress bar in Prefect's UI."""
    # In a flow that is not async it is made at once.
    return cast(UUID, create_progress_artifact(0.0, key="sweep", description=description))


# Once per process and sweep: a part takes seconds, and reading the candles would take as long.
@lru_cache(maxsize=2)
def _ground(work: Work) -> Ground:
    question = SweepQuestion.model_validate_json(work.question)
    with open_archive(current_settings(), role="sweep-part") as archive:
        case = replace(prepare_sweep(archive, question), policy=work.policy)
    require_same_data(case.loaded, work.data_hash)
    return ground_of(question, case, work.stretch)


def worker_environment(settings: Settings) -> dict[str, str]:
    """What the processes of a local cluster need of settings that are in no environment yet."""
    given = {
        "AUTOTRADER_DATABASE_URL": settings.database_url.get_secret_value(),
        "AUTOTRADER_DATA_FOLDER": str(settings.data_folder.resolve()),
        "AUTOTRADER_ENVIRONMENT": settings.environment.value,
        "AUTOTRADER_ACCOUNT": settings.account,
    }
    return {name: value for name, value in given.items() if value}
