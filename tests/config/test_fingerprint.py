"""The hashes stored beside a decision."""

import re
from pathlib import Path

import pytest

from config.fingerprint import code_version, config_hash
from config.settings import Settings


def hash_of(**env: str) -> str:
    given = {f"AUTOTRADER_{name.upper()}": value for name, value in env.items()}
    return config_hash(Settings.load(given, env_file=None))


def test_a_limit_changes_the_hash() -> None:
    assert hash_of(max_open_positions="4") != hash_of()
    assert hash_of(symbols="BTCUSDT") != hash_of()
    assert hash_of(approval="entries") != hash_of()
    assert re.fullmatch("[0-9a-f]{64}", hash_of())


@pytest.mark.parametrize(
    "moved",
    [
        {"sim_port": "9999", "data_folder": "elsewhere", "log_format": "json"},
        {"exchange_api_key": "other", "exchange_api_secret": "other"},
        {"max_leverage": "5.0"},
        {"quiet_hours": "22:00-07:00", "notify_silent": "entry"},
    ],
)
def test_another_machine_key_or_spelling_keeps_the_hash(moved: dict[str, str]) -> None:
    assert hash_of(**moved) == hash_of()


def test_the_code_version_follows_the_source(tmp_path: Path) -> None:
    source = tmp_path / "trading" / "rule.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    before = code_version(tmp_path)
    source.write_text("a = 2\n")

    assert re.fullmatch(r"[^+]+\+[0-9a-f]{12}", before)
    assert code_version(tmp_path) != before


def test_the_code_version_of_this_code_is_the_same_twice() -> None:
    assert code_version() == code_version()
