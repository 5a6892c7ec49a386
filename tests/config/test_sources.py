"""Reading the environment and the .env file."""

from pathlib import Path

import pytest

from config.sources import given_values
from trading.errors import MisconfiguredError

NAMES = ("account", "max_leverage")


def values(env_file: Path | None, env: dict[str, str] | None = None) -> dict[str, str]:
    return given_values(NAMES, env=env or {}, env_file=env_file)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_the_environment_wins_over_the_file(env_file: Path) -> None:
    env_file.write_text("AUTOTRADER_ACCOUNT=file\nexport AUTOTRADER_MAX_LEVERAGE='4'  # note\n")

    assert values(env_file, {"AUTOTRADER_ACCOUNT": "env"}) == {
        "account": "env",
        "max_leverage": "4",
    }


def test_a_missing_file_gives_nothing(env_file: Path) -> None:
    assert values(env_file) == {}


def test_a_dollar_sign_in_a_secret_is_kept(env_file: Path) -> None:
    env_file.write_text("AUTOTRADER_ACCOUNT=pa$$word${HOME}\n")

    assert values(env_file) == {"account": "pa$$word${HOME}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AUTOTRADER_ACCOUNTS=x\n", "did you mean AUTOTRADER_ACCOUNT?"),
        ("MAX_LEVERAGE=2\n", "has no effect; write AUTOTRADER_MAX_LEVERAGE"),
        ("AUTOTRADER_ACCOUNT\n", "line 1 is not NAME=value"),
        ("# fine\n\nAUTOTRADER_ACCOUNT='hidden\n", "line 3 is not NAME=value"),
        ("AUTOTRADER_ACCOUNT=a\nAUTOTRADER_ACCOUNT=b\n", "sets AUTOTRADER_ACCOUNT twice"),
    ],
)
def test_a_file_that_would_be_misread_is_refused(env_file: Path, text: str, said: str) -> None:
    env_file.write_text(text)

    with pytest.raises(MisconfiguredError) as caught:
        values(env_file)

    assert said in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_not_text_is_refused(env_file: Path) -> None:
    env_file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(MisconfiguredError, match="cannot be read as UTF-8 text"):
        values(env_file)
