"""A venue whose clock is off: what it refuses, what it says the time is, how it drifts."""

import time

import pytest

from exchange_sim.faults.auth_kinds import AUTH_FAULTS
from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.server.faulty.clock_skew import Skew
from tests.exchange_sim.faults.board import Board


def info(client) -> int:
    return client.get("/v5/account/info").json()["retCode"]


@pytest.mark.parametrize(
    ("skew_ms", "code"), [(1_500, 0), (4_500, 0), (6_000, 10002), (-900, 0), (-1_500, 10002)]
)
def test_a_clock_that_is_off_refuses_requests_outside_the_window(
    venue, client, skew_ms, code
) -> None:
    venue.switch_on("clock.skew", ms=skew_ms)

    assert info(client) == code
    venue.ask("DELETE", "faults")
    assert info(client) == 0


def test_the_venue_says_the_time_it_believes_in(venue, client) -> None:
    before = client.public("/v5/market/time").json()
    venue.switch_on("clock.skew", ms=-6_000)

    reply = client.public("/v5/market/time")

    after = reply.json()
    assert after["time"] - before["time"] == -6_000
    assert int(after["result"]["timeSecond"]) - int(before["result"]["timeSecond"]) == -6
    assert int(after["result"]["timeNano"]) - int(before["result"]["timeNano"]) == -6_000_000_000
    assert int(reply.headers["Timenow"]) / 1_000 - time.time() == pytest.approx(-6, abs=0.5)


def test_a_client_that_follows_the_time_of_the_venue_is_served(venue, client) -> None:
    venue.switch_on("clock.skew", ms=-6_000)
    client.offset_ms = -6_000

    assert info(client) == 0


def test_one_account_can_have_a_skewed_clock_alone(venue, client) -> None:
    venue.switch_on("clock.skew", {"account": "999"}, ms=60_000)

    assert info(client) == 0


@pytest.mark.parametrize(
    ("elapsed_ms", "offset_ms"), [(0, 100), (30_000, 160), (60_000, 720), (120_000, 840)]
)
def test_a_clock_drifts_and_steps(elapsed_ms: int, offset_ms: int) -> None:
    board = Board()
    parameters = {"ms": 100, "drift_ms_per_min": 120, "step_ms": 500, "step_after_s": 60}
    board.on("clock.skew", parameters=parameters)
    injection = board.switchboard.active()[0]
    activation = Activation(1, injection, FaultEvent(now_ms=0), None)

    assert Skew(activation, 1_000).offset_ms(1_000 + elapsed_ms) == offset_ms
    assert injection.kind == AUTH_FAULTS[0]
