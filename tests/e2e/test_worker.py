"""`prefect deploy --all` and a process worker run the desk: real server, exchange and Postgres."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from sqlalchemy.orm import Session

from cli.database import with_database
from cli.prefect_state import PrefectState
from cli.stack.children import Child
from cli.stack.orchestration import start_prefect_server
from cli.stack.ports import free_port
from cli.stack.simulator import SimulatorOptions, start_simulator
from cli.up.deploying import POOL, create_pool, deploy_all, start_worker
from cli.up.environment import worker_environment
from config.settings import Settings
from db.engine import create_engine
from db.queries.decisions import recent_decisions
from db.queries.runs import heartbeats, recent_runs
from db.states import RunState
from db.unit_of_work import session_factory
from tasks.resources import desk_of
from trading.reasons import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("worker")]

_PATIENCE = timedelta(seconds=60)
HOURLY, SYNC = "trading-cycle/hourly", "position-sync/every-two-minutes"


def _is_busy(error: Exception) -> bool:
    return (
        isinstance(error, httpx.HTTPStatusError)
        and error.response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    )


@dataclass(frozen=True)
class Deployed:
    """A desk whose deployments are registered and whose worker is online."""

    settings: Settings
    api_url: str
    worker: Child
    log: list[str]

    # Prefect's own client asks again too while the server's SQLite is busy.
    @stamina.retry(on=_is_busy, attempts=6, timeout=_PATIENCE)
    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What Prefect's API says."""
        url = f"{self.api_url}/{path}"
        answer = httpx.request(method, url, json=body, trust_env=False, timeout=10)
        return answer.raise_for_status().json()

    def start(self, deployment: str) -> str:
        """Ask for a run now; the worker finds it."""
        found = self.ask("GET", f"deployments/name/{deployment}")
        run = self.ask("POST", f"deployments/{found['id']}/create_flow_run", {})
        return str(run["id"])

    def wait_for(self, run_id: str) -> str:
        """The name of the state a run ended in."""
        ended = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        state: dict[str, Any] = {}

        def has_ended() -> bool:
            state.update(self.ask("GET", f"flow_runs/{run_id}")["state"])
            return state["type"] in ended

        self.worker.wait_until_ready(has_ended, _PATIENCE)
        return f"{state['type']} {state['message'] or ''}".strip()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, desk_database_url: str) -> Iterator[Deployed]:
    """Everything that `autotrader up` starts, piece by piece."""
    folder = tmp_path_factory.mktemp("worker")
    lines: list[str] = []
    with ExitStack() as stack:
        server = start_prefect_server(folder / "prefect", free_port(), log=lines.append)
        stack.enter_context(server)
        venue = stack.enter_context(start_simulator(SimulatorOptions(), log=lines.append))
        settings = with_database(
            Settings(
                data_folder=folder,
                account="worker",
                exchange_base_url=venue.rest_url,
                exchange_api_key=venue.api_key,
                exchange_api_secret=venue.api_secret,
            ),
            desk_database_url,
        )
        server.wait_until_ready()
        prefect = {
            "PREFECT_API_URL": server.api_url,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        environment = worker_environment(settings, prefect)
        create_pool(server.api_url)
        create_pool(server.api_url)  # a second `up` finds it there
        worker = start_worker(environment, log=lines.append)
        stack.callback(worker.stop)
        deploy_all(environment, log=lines.append)
        state = PrefectState(server.api_url)
        stack.callback(state.close)
        worker.wait_until_ready(lambda: bool(state.workers_online(POOL)), _PATIENCE)
        yield Deployed(settings, server.api_url, worker, lines)


@pytest.fixture
def rows(desk: Deployed) -> Iterator[Session]:
    """What the runs left in Postgres."""
    engine = create_engine(desk.settings.database_url.get_secret_value())
    with session_factory(engine)() as opened:
        yield opened
    engine.dispose()


def test_a_worker_runs_both_deployments_and_their_rows_are_there(
    desk: Deployed, rows: Session
) -> None:
    runs = {name: desk.start(name) for name in (SYNC, HOURLY)}
    ended = {name: desk.wait_for(run_id) for name, run_id in runs.items()}
    assert ended == dict.fromkeys(runs, "COMPLETED"), "\n".join(desk.log[-60:])

    key = desk_of(desk.settings).account
    (run,) = recent_runs(rows, key)
    assert (run.flow, run.state) == ("trading-cycle", RunState.FINISHED)
    decisions = recent_decisions(rows, key)
    assert {line.symbol for line in decisions} == set(desk.settings.symbols)
    assert all(line.outcome in Outcome and line.reason is not None for line in decisions)
    assert [beat.component for beat in heartbeats(rows, key)] == ["sync"]


def _has_runs(state: PrefectState, deployment: str) -> bool:
    return state.scheduled_runs(deployment) > 0


def test_the_schedules_plan_runs(desk: Deployed) -> None:
    state = PrefectState(desk.api_url)
    try:
        for name in (HOURLY, SYNC):
            desk.worker.wait_until_ready(partial(_has_runs, state, name), _PATIENCE)
        deployment = state.deployment(HOURLY)
        assert deployment is not None
        assert (deployment.is_paused, deployment.active_schedules) == (False, 1)
    finally:
        state.close()
