"""What happens when a run ends badly: it is logged where an owner looks, and kept as a fact."""

from typing import Any

import structlog
from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State

log = structlog.get_logger()


def report_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """One line per failed, crashed or cancelled run, with the name that finds it again."""
    log.error(
        "flow run ended badly",
        flow=flow.name,
        run=flow_run.name,
        state=state.name,
        message=state.message,
    )
