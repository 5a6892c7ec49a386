"""The command line."""

from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.server.keys import Permission
from exchange_sim.server.options import parse_options
from exchange_sim.server.pace import REAL, STEPPED


def test_without_options_a_real_time_synthetic_market_with_made_up_keys_is_served() -> None:
    settings, other = parse_options([]), parse_options([])

    assert (settings.host, settings.port, settings.pace) == ("127.0.0.1", 0, REAL)
    assert settings.api_key != other.api_key
    assert settings.api_secret != other.api_secret
    assert settings.control_token != other.control_token
    assert settings.start_ms is None


def test_every_option_reaches_the_settings() -> None:
    line = (
        "--host 127.0.0.2 --port 8080 --seed 3 --symbols BTCUSDT,ETHUSDT --speed step "
        "--start 2025-10-01T00:00:00Z --api-key k --api-secret s --balance 500.5 --journal j "
        "--control-token t --clock-skew-ms -2000 --rate-limits off --permission read --json"
    )

    settings = parse_options(line.split())

    assert settings.symbols == ("BTCUSDT", "ETHUSDT")
    assert settings.start_ms == 1_759_276_800_000
    assert settings.pace == STEPPED
    assert settings.balance == Decimal("500.5")
    assert settings.journal == Path("j")
    assert settings.permission is Permission.READ
    assert (settings.clock_skew_ms, settings.rate_limits, settings.json) == (-2000, False, True)
    assert (settings.api_key, settings.api_secret, settings.control_token) == ("k", "s", "t")


def test_a_start_without_zone_is_utc_and_now_is_now() -> None:
    assert parse_options(["--start", "2025-10-01"]).start_ms == 1_759_276_800_000
    assert parse_options(["--start", "now"]).start_ms is None


def test_secrets_do_not_show_in_a_repr() -> None:
    text = repr(parse_options(["--api-key", "k", "--api-secret", "s3", "--control-token", "t0"]))

    assert "s3" not in text
    assert "t0" not in text


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--port 70000", "port is '70000'; a whole number from 0 to 65535 is needed"),
        ("--port http", "port is 'http'"),
        ("--speed fast", "speed is 'fast'; allowed are real, step, or a number above 0"),
        ("--symbols btcusdt", "a comma list such as BTCUSDT,ETHUSDT is needed"),
        ("--symbols ,", "symbols are ','"),
        ("--start yesterday", "an ISO time such as"),
        ("--balance lots", "balance is 'lots'"),
        ("--balance=-1", "balance is '-1'"),
        ("--clock-skew-ms x", "clock skew is 'x'"),
        ("--rate-limits maybe", "invalid choice"),
        ("--permission admin", "invalid"),
        ("--api-key k", "belong together"),
        ("--data d --start now --start 2025-10-01", "--start is for the synthetic market"),
        ("--sped real", "unrecognized arguments"),
    ],
)
def test_a_bad_value_says_what_is_allowed_and_leaves_with_two(
    line: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse_options(line.split())

    assert leaving.value.code == 2
    assert complaint in " ".join(capsys.readouterr().err.split())
