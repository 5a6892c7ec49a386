"""What `demo` refuses before it trades, through the real command line."""

from pathlib import Path

import pytest

from cli.commands.demo import _where_next
from cli.main import run

HOUR_MS = 3_600_000


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    """Three hundred hours of one symbol."""
    rows = (f"{hour * HOUR_MS},100,101,99,100,5" for hour in range(490_000, 490_300))
    text = "\n".join(("ts_ms,open,high,low,close,volume", *rows)) + "\n"
    (tmp_path / "BTCUSDT_1h.csv").write_text(text)
    return tmp_path


def test_a_market_that_is_too_short_is_refused_with_the_number_of_cycles_possible(
    candles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["demo", "--data", str(candles)])

    assert code == 2
    assert "choose --cycles 50 or fewer" in capsys.readouterr().err


def test_a_symbol_that_the_data_does_not_have_is_named(
    candles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["demo", "--data", str(candles), "--symbols", "ETHUSDT"])

    assert code == 1
    assert "ETHUSDT" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [("--cycles", "0"), ("--seed", "-1"), ("--syncs-per-hour", "30"), ("--no-such-option",)],
)
def test_an_impossible_option_is_a_usage_error(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", *options]) == 2
    assert options[0] in capsys.readouterr().err


def test_a_symbol_that_cannot_be_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--symbols", "bitcoin"]) == 2
    assert "BITCOIN" in capsys.readouterr().err


def test_kept_data_is_offered_to_the_other_commands() -> None:
    (first, _), *_ = _where_next(Path("/kept"))

    assert first == "AUTOTRADER_DATA_FOLDER=/kept autotrader positions"


def test_without_kept_data_keeping_it_is_offered() -> None:
    (first, _), *_ = _where_next(None)

    assert first == "autotrader demo --keep"
