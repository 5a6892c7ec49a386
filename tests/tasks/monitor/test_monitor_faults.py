"""What breaks on a stream: the rows end equal to the exchange's own records all the same."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tasks.monitor.serving import Phase
from tasks.monitor.tally import Seen
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.eventually import eventually
from tests.fixtures.plotted_market import CALM, RISING
from tests.fixtures.simulator import Venue
from tests.tasks.monitor.conftest import Running, StartMonitor
from tests.tasks.monitor.test_monitor_serving import buy, execution_ids, ids_of, mirror


def control(venue: Venue, method: str, wish: dict[str, Any] | None = None) -> None:
    httpx.request(
        method,
        f"{venue.control}/faults",
        headers={"X-Control-Token": venue.control_token},
        json=wish,
        trust_env=False,
    ).raise_for_status()


@pytest.fixture
def active(desk: Resources, start_monitor: StartMonitor) -> Running:
    synchronise(desk)
    running = start_monitor(desk)
    running.wait_for(Phase.ACTIVE)
    eventually(lambda: Seen.RECONCILIATIONS in running.tally.counts())
    return running


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("ws.close", {}),
        ("ws.abort", {}),
        ("ws.half_open", {}),
        ("ws.zombie", {}),
        ("ws.drop", {"topic": "execution"}),
        ("ws.dup", {}),
        ("ws.garbage", {}),
        ("ws.no_topic_frame", {}),
        ("ws.unknown_topic", {}),
        ("ws.double_filled", {}),
        ("ws.no_text_pong", {}),
    ],
)
def test_every_fill_is_a_row_once_whatever_the_stream_does(
    desk: Resources, active: Running, venue: Venue, fault: str, parameters: dict[str, Any]
) -> None:
    # What happens in the millisecond in which the socket opened is not its business.
    venue.advance(timedelta(seconds=1))
    control(venue, "POST", {"name": fault, "parameters": parameters})
    buy(desk, CALM)
    control(venue, "DELETE")
    buy(desk, RISING)

    eventually(lambda: execution_ids(desk) == ids_of(venue))
    eventually(lambda: {position.symbol for position in mirror(desk)} == {CALM, RISING})
    assert active.failure is None
    assert synchronise(desk).discrepancies_open == 0
