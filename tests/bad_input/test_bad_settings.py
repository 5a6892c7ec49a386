"""Settings that are unknown, malformed or at odds: told before anything is started."""

from pathlib import Path

import pytest

from tests.bad_input.commands import Command

STARTING = ("up", "cycle", "sync", "positions")
"""Commands that would start a process, write a row or ask the exchange."""


@pytest.mark.parametrize("name", STARTING)
def test_an_unknown_setting_is_refused_with_the_near_name(
    command: Command, tmp_path: Path, name: str
) -> None:
    told = command(name, max_open_position=3)

    assert told.code == 2
    assert told.err == (
        "autotrader: AUTOTRADER_MAX_OPEN_POSITION is not a setting; did you mean "
        "AUTOTRADER_MAX_OPEN_POSITIONS? Correct or remove it.\n"
    )
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


LIVE_KEY = {"exchange_api_key": "hunter2", "exchange_api_secret": "hunter2"}

MALFORMED = [
    ({"max_open_positions": "three"}, "MAX_OPEN_POSITIONS is 'three'", "At least 1, at most 50."),
    ({"max_open_positions": 51}, "MAX_OPEN_POSITIONS is '51'", "less than or equal to 50"),
    ({"leverage": "NaN"}, "LEVERAGE is 'NaN'", "At least 1, at most 25."),
    ({"clock": "utc"}, "CLOCK is 'utc'", "should be 'system' or 'exchange'"),
    ({"symbols": "bitcoin"}, "BITCOIN is no USDT perpetual", "write them like BTCUSDT,ETHUSDT"),
    ({"database_url": "mysql://me:hunter2@h/d"}, "DATABASE_URL is ***", "postgresql://user:"),
    ({"exchange_api_key": "hunter2"}, "EXCHANGE_API_KEY and _SECRET", "give both or none"),
    ({"environment": "live", **LIVE_KEY}, "LIVE_CONFIRMATION is ''", "'I trade real money'"),
    (
        {"environment": "live", **LIVE_KEY, "live_confirmation": "yes"},
        "LIVE_CONFIRMATION is 'yes'",
        "'I trade real money'",
    ),
    ({"leverage": 9, "max_leverage": 5}, "LEVERAGE is 9, above", "lower the first or raise"),
]


@pytest.mark.parametrize(("settings", "seen", "allowed"), MALFORMED)
def test_a_malformed_setting_is_refused_with_the_value_and_what_is_allowed(
    command: Command, tmp_path: Path, settings: dict[str, object], seen: str, allowed: str
) -> None:
    told = command("cycle", **settings)

    assert told.code == 2
    assert told.complaint.startswith("autotrader: AUTOTRADER_")
    assert seen in told.complaint
    assert allowed in told.complaint
    assert told.complaint.endswith(".env.example explains each.")
    assert "hunter2" not in told.err
    assert list(tmp_path.iterdir()) == []


def test_all_faults_are_told_at_once(command: Command) -> None:
    told = command("cycle", leverage="x", max_open_positions="y")

    assert [line.partition(":")[0] for line in told.complaint.splitlines()[:-1]] == [
        "autotrader",
        "AUTOTRADER_LEVERAGE is 'x'",
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("AUTOTRADER_LEVERAGES=2", "did you mean AUTOTRADER_LEVERAGE?"),
        ("LEVERAGE=2", "LEVERAGE in .env has no effect; write AUTOTRADER_LEVERAGE"),
        ("export what is this", ".env line 1 is not NAME=value; correct or remove it"),
    ],
)
def test_a_mistake_in_the_env_file_is_named(
    command: Command, tmp_path: Path, line: str, complaint: str
) -> None:
    (tmp_path / ".env").write_text(line)

    told = command("up")

    assert told.code == 2
    assert complaint in told.complaint
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_doctor_tells_a_wrong_setting_and_how_to_go_on(command: Command) -> None:
    told = command("doctor", "--json", leverages=2)

    assert told.code == 1
    (check,) = told.answer["checks"]
    assert (check["check"], check["level"]) == ("settings", "fail")
    assert "did you mean AUTOTRADER_LEVERAGE?" in check["detail"]
    assert check["fix"] == "correct the setting; `.env.example` explains each"
