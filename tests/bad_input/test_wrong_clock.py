"""This machine's clock is two seconds off the exchange's."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db.models import CycleRunRow
from db.states import RunState
from tests.bad_input.commands import Command, rows
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from trading.reasons import SkipReason

pytestmark = ONE_WORKER


@pytest.fixture
def skewed(
    open_venue: Callable[..., Venue], own_database_url: str, prefect_url: str
) -> Callable[[int], tuple[Venue, dict[str, Any]]]:
    """Open an exchange whose clock is so many milliseconds ahead of ours, and its desk."""

    def open_one(ahead_ms: int) -> tuple[Venue, dict[str, Any]]:
        options = ("--speed", "real", "--symbols", "BTCUSDT")
        venue = open_venue(*options, "--clock-skew-ms", str(ahead_ms))
        return venue, {
            "database_url": own_database_url,
            "exchange_api_key": venue.api_key,
            "exchange_api_secret": venue.api_secret,
            "exchange_base_url": venue.rest,
            "prefect_api_url": prefect_url,
            "symbols": "BTCUSDT",
        }

    return open_one


@pytest.mark.parametrize(("ahead_ms", "side"), [(2000, " s ahead of"), (-2000, " s behind")])
def test_a_wrong_clock_skips_the_slot_and_says_how_far(
    command: Command,
    skewed: Callable[[int], tuple[Venue, dict[str, Any]]],
    engine: Engine,
    ahead_ms: int,
    side: str,
) -> None:
    venue, desk = skewed(ahead_ms)

    told = command("cycle", "--json", **desk)

    assert told.code == 0
    skipped = told.answer["skipped"]
    assert skipped.startswith("clock_skew: the exchange's clock is ")
    apart = float(skipped.split("clock is ")[1].split(side)[0])
    assert apart == pytest.approx(2, abs=0.5)
    assert skipped.endswith("1.000 s allowed; set this machine's clock")
    with engine.connect() as connection:
        (run,) = connection.execute(select(CycleRunRow.state, CycleRunRow.skip_reason)).all()
    assert run == (RunState.SKIPPED, SkipReason.CLOCK_SKEW)
    assert rows(engine) == {"cycle_runs": 1}
    assert venue.records()["orders"] == []


@pytest.mark.parametrize(("ahead_ms", "sign"), [(2000, "+"), (-2000, "-")])
def test_doctor_tells_how_far_and_how_to_set_it(
    command: Command,
    skewed: Callable[[int], tuple[Venue, dict[str, Any]]],
    ahead_ms: int,
    sign: str,
) -> None:
    _, desk = skewed(ahead_ms)

    told = command("doctor", "--json", **desk)

    (clock,) = [check for check in told.answer["checks"] if check["check"] == "clock"]
    assert (told.code, clock["level"]) == (1, "fail")
    assert f"clock is {sign}" in clock["detail"]
    assert "1000 ms allowed by AUTOTRADER_MAX_CLOCK_SKEW_MS" in clock["detail"]
    assert "NTP" in clock["fix"]
