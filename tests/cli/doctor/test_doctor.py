"""Every check of the doctor, seen failing against what is really wrong."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.bybit.clock import ClockOffset
from cli.doctor.database import check_database
from cli.doctor.examination import examine
from cli.doctor.exchange import check_clock, check_exchange, check_key
from cli.doctor.machine import check_disk
from cli.doctor.orchestration import DEPLOYMENTS, check_prefect
from cli.doctor.verdicts import Level, Verdict
from cli.main import run
from config.settings import Settings
from tests.fixtures.desks import settings_of
from tests.fixtures.fake_prefect_api import FakePrefectApi
from tests.fixtures.simulator import Venue
from trading.account import KeyPermissions

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def prefect() -> Iterator[FakePrefectApi]:
    """An API with everything as it should be."""
    api = FakePrefectApi(DEPLOYMENTS)
    yield api
    api.close()


def by_check(verdicts: list[Verdict]) -> dict[str, Verdict]:
    assert all(verdict.fix for verdict in verdicts if verdict.level is not Level.OK)
    return {verdict.check: verdict for verdict in verdicts}


def test_wrong_settings_are_the_only_verdict() -> None:
    (only,) = examine({"AUTOTRADER_LEVERAGE": "99"}, env_file=None)
    assert (only.check, only.level) == ("settings", Level.FAIL)
    assert "AUTOTRADER_LEVERAGE is '99'" in only.detail


def test_a_full_disk_fails(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "not" / "yet")
    assert check_disk(settings).level in {Level.OK, Level.WARN}
    full = check_disk(settings, needed_bytes=10**18)
    assert (full.level, full.check) == (Level.FAIL, "disk")
    assert "AUTOTRADER_DATA_FOLDER" in full.fix


def test_a_database_that_does_not_answer_fails() -> None:
    settings = Settings.load(
        {"AUTOTRADER_DATABASE_URL": "postgresql://me@127.0.0.1:9/desk"}, env_file=None
    )
    (only,) = check_database(settings)
    assert (only.check, only.level) == ("database", Level.FAIL)


def test_a_database_of_another_schema_fails(empty_database_url: str, database_url: str) -> None:
    def verdicts(url: str) -> dict[str, Verdict]:
        settings = Settings.load({"AUTOTRADER_DATABASE_URL": url}, env_file=None)
        return by_check(check_database(settings))

    assert verdicts(database_url)["migrations"].level is Level.OK
    empty = verdicts(empty_database_url)
    assert (empty["database"].level, empty["migrations"].level) == (Level.OK, Level.FAIL)
    assert "autotrader db upgrade" in empty["migrations"].fix


def test_an_embedded_database_that_was_never_made_is_not_made_by_the_look(tmp_path: Path) -> None:
    (only,) = check_database(Settings(data_folder=tmp_path))
    assert (only.check, only.level) == ("database", Level.WARN)
    assert list(tmp_path.iterdir()) == []


def test_a_silent_exchange_fails_and_nothing_else_is_asked() -> None:
    (only,) = check_exchange(Settings(exchange_base_url="http://127.0.0.1:9"))
    assert (only.check, only.level) == ("exchange", Level.FAIL)
    assert "autotrader sim" in only.fix


def test_a_good_account_passes_every_check(quiet_venue: Venue, desk_database_url: str) -> None:
    verdicts = by_check(check_exchange(settings_of(quiet_venue, desk_database_url)))
    assert {name: verdict.level for name, verdict in verdicts.items()} == dict.fromkeys(
        ("exchange", "clock", "key", "position mode"), Level.OK
    )


def test_a_clock_of_another_time_fails(quiet_venue: Venue, desk_database_url: str) -> None:
    # The market of the test stands in January; this machine does not.
    settings = settings_of(quiet_venue, desk_database_url, clock="system")
    clock = by_check(check_exchange(settings))["clock"]
    assert clock.level is Level.FAIL
    assert "1000 ms allowed by AUTOTRADER_MAX_CLOCK_SKEW_MS" in clock.detail
    assert "NTP" in clock.fix


@pytest.mark.parametrize(
    ("offset_ms", "level"),
    [(0, Level.OK), (-500, Level.OK), (501, Level.WARN), (-1001, Level.FAIL), (2000, Level.FAIL)],
)
def test_a_clock_is_judged_by_its_offset(offset_ms: int, level: Level) -> None:
    measured = ClockOffset(timedelta(milliseconds=offset_ms), timedelta(milliseconds=5))
    assert check_clock(Settings(), measured).level is level


def test_a_wrong_key_fails(quiet_venue: Venue, desk_database_url: str) -> None:
    settings = settings_of(quiet_venue, desk_database_url, exchange_api_secret="wrong")
    key = by_check(check_exchange(settings))["key"]
    assert key.level is Level.FAIL
    assert "AUTOTRADER_EXCHANGE_API_KEY" in key.fix


@pytest.mark.parametrize(
    ("permission", "detail"),
    [("withdraw", "may withdraw money"), ("read", "may not trade contracts")],
)
def test_a_key_with_other_rights_fails(
    open_venue: Callable[..., Venue], desk_database_url: str, permission: str, detail: str
) -> None:
    venue = open_venue("--speed", "step", "--permission", permission)
    key = by_check(check_exchange(settings_of(venue, desk_database_url)))["key"]
    assert key.level is Level.FAIL
    assert detail in key.detail


@pytest.mark.parametrize(
    ("days", "level"), [(None, Level.OK), (15, Level.OK), (13, Level.WARN), (-1, Level.WARN)]
)
def test_a_key_that_ends_soon_is_warned_about(days: int | None, level: Level) -> None:
    expires = None if days is None else NOW + timedelta(days=days)
    permissions = KeyPermissions(
        may_trade=True, may_withdraw=False, is_read_only=False, expires_at=expires
    )
    assert check_key(permissions, now=NOW).level is level


def test_hedge_mode_fails(
    open_venue: Callable[..., Venue], switch_to_hedge: Callable[[Venue, str], None]
) -> None:
    venue = open_venue("--speed", "step")
    switch_to_hedge(venue, "ETHUSDT")
    mode = by_check(check_exchange(settings_of(venue, "postgresql://unused")))["position mode"]
    assert mode.level is Level.FAIL
    assert mode.detail.startswith("ETHUSDT in hedge mode")


def test_a_symbol_that_does_not_exist_fails(quiet_venue: Venue, desk_database_url: str) -> None:
    settings = settings_of(quiet_venue, desk_database_url, symbols=("NOSUCHUSDT",))
    mode = by_check(check_exchange(settings))["position mode"]
    assert mode.level is Level.FAIL
    assert "AUTOTRADER_SYMBOLS" in mode.fix


def test_a_silent_prefect_fails() -> None:
    (only,) = check_prefect(Settings(prefect_api_url="http://127.0.0.1:9/api"))
    assert (only.check, only.level) == ("prefect", Level.FAIL)


@pytest.mark.parametrize(
    ("change", "check", "level"),
    [
        ({}, "schedules", Level.OK),
        ({"workers": []}, "worker", Level.FAIL),
        ({"workers": None}, "worker", Level.FAIL),
        ({"deployments": {}}, "schedules", Level.FAIL),
        ({"paused": True}, "schedules", Level.FAIL),
        ({"active": False}, "schedules", Level.FAIL),
        ({"planned": 0}, "schedules", Level.WARN),
    ],
)
def test_prefect_is_judged_by_its_worker_and_schedules(
    prefect: FakePrefectApi, change: dict[str, Any], check: str, level: Level
) -> None:
    prefect.change(**change)
    verdicts = by_check(check_prefect(Settings(prefect_api_url=prefect.url)))
    assert verdicts["prefect"].level is Level.OK
    assert verdicts[check].level is level


def test_the_command_exits_with_1_if_a_check_fails(
    environment_of: Callable[[Mapping[str, str]], None],
    capsys: pytest.CaptureFixture[str],
    prefect: FakePrefectApi,
    quiet_venue: Venue,
    database_url: str,
) -> None:
    environment_of(
        {
            "DATABASE_URL": database_url,
            "EXCHANGE_BASE_URL": quiet_venue.rest,
            "EXCHANGE_API_KEY": quiet_venue.api_key,
            "EXCHANGE_API_SECRET": quiet_venue.api_secret,
            "CLOCK": "exchange",
            "PREFECT_API_URL": prefect.url,
        }
    )
    assert run(["doctor", "--json"]) == 0
    healthy = json.loads(capsys.readouterr().out)
    assert healthy["ok"]
    assert len(healthy["checks"]) == 13
    prefect.change(workers=[])
    assert run(["doctor"]) == 1
    assert "no worker of the pool autotrader is online" in capsys.readouterr().out
