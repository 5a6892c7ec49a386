"""When a run was due: its schedule's time, which a run by hand does not have."""

from datetime import UTC, datetime

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow
from prefect.states import Scheduled

from flows.schedule import run_name, scheduled_at
from tests.fixtures.prefect_server import ONE_WORKER

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

DUE = datetime(2025, 1, 5, 10, tzinfo=UTC)


@flow(name="planned-cycle", flow_run_name=run_name)
def planned(slot: datetime | None = None) -> datetime | None:
    """Tells when it was due."""
    del slot
    return scheduled_at()


def test_a_run_by_hand_is_due_when_it_starts_and_named_after_its_slot() -> None:
    state = planned(slot=DUE, return_state=True)

    assert state.result() is None
    assert run_of(state.state_details.flow_run_id).name == "cycle 2025-01-05 10:00"


def test_a_scheduled_run_keeps_the_time_it_was_planned_for() -> None:
    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(client.create_flow(planned), name="hourly")
        run = client.create_flow_run_from_deployment(
            deployment, state=Scheduled(scheduled_time=DUE)
        )

    assert run_flow(planned, flow_run=run) == DUE
    assert run_of(run.id).name == "cycle 2025-01-05 10:00"


def run_of(run_id: object) -> FlowRun:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run_id)  # type: ignore[arg-type]
