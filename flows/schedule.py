"""When a run is due, and the name it bears in Prefect."""

from datetime import datetime

from prefect.runtime import deployment, flow_run


def scheduled_at() -> datetime | None:
    """The time the present run's deployment scheduled it for; None for a run by hand.

    A run by hand is never late. A run that waited in a queue while no worker lived knows how late
    it is, because its scheduled time stays.
    """
    return flow_run.scheduled_start_time if deployment.id is not None else None


def run_name() -> str:
    """`cycle 2026-11-21 10:00`: the kind of run and the slot it is for, in UTC."""
    kind = flow_run.flow_name.rpartition("-")[2]
    slot = flow_run.parameters.get("slot") or flow_run.scheduled_start_time
    return f"{kind} {slot:%Y-%m-%d %H:%M}"
