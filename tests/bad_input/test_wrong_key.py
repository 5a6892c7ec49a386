"""A key or a secret that the exchange does not take."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.bad_input.commands import Command, rows
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER

KEYS = {
    "exchange_api_key": "correct AUTOTRADER_EXCHANGE_API_KEY or _ENVIRONMENT",
    "exchange_api_secret": "correct AUTOTRADER_EXCHANGE_API_SECRET",
}
"""What is wrong, and what the owner is told to do."""

TRADE = ("trade", "BTCUSDT", "long", "--stop", "1", "--target", "1000000", "--yes")
WRONG = "WrongButSecret"


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("words", [("cycle",), ("sync",), TRADE, ("close", "BTCUSDT", "--yes")])
def test_nothing_is_sent_or_stored_and_the_setting_is_named(
    command: Command,
    idle_desk: dict[str, Any],
    idle_venue: Venue,
    engine: Engine,
    words: tuple[str, ...],
    name: str,
) -> None:
    told = command(*words, **{**idle_desk, name: WRONG})

    assert told.code == 1
    assert told.complaint.startswith("autotrader: GET /v5/user/query-api: retCode 1000")
    assert KEYS[name] in told.complaint
    assert "Traceback" not in told.err
    assert all(secret not in told.err for secret in (WRONG, idle_venue.api_secret))
    assert idle_venue.records()["orders"] == []
    assert rows(engine) == {}


def test_doctor_finds_the_key(command: Command, idle_desk: dict[str, Any]) -> None:
    told = command("doctor", "--json", **{**idle_desk, "exchange_api_secret": WRONG})

    (key,) = [check for check in told.answer["checks"] if check["check"] == "key"]
    assert (told.code, key["level"]) == (1, "fail")
    assert KEYS["exchange_api_secret"] in key["detail"]
    assert key["fix"].startswith("correct AUTOTRADER_EXCHANGE_API_KEY and _SECRET")
    assert WRONG not in told.out
