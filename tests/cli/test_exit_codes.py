"""What a command leaves behind when it cannot do its work: one message, one code."""

import pytest
import typer

from cli.main import main, run
from trading.errors import BadDataError, ExchangeRetryableError, MisconfiguredError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MisconfiguredError("AUTOTRADER_LEVERAGE is 99"), 2),
        (ExchangeRetryableError("the exchange is busy"), 1),
        (BadDataError("no wallet was ever recorded"), 1),
        (ValueError("nobody foresaw this"), 1),
    ],
)
def test_an_error_becomes_a_message_on_stderr_and_a_code(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise error

    assert run([], broken) == code
    assert f"autotrader: {error}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "expected"), [(typer.Exit(3), 3), (SystemExit(2), 2), (SystemExit("text"), 1)]
)
def test_the_code_of_a_command_that_ends_itself_is_kept(
    code: Exception | SystemExit, expected: int
) -> None:
    application = typer.Typer(pretty_exceptions_enable=False)

    @application.command()
    def only() -> None:
        raise code

    assert run([], application) == expected


def test_a_command_that_does_its_work_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "Exit codes: 0 good, 1 failed" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("arguments", [["fly"], ["trade", "BTCUSDT"], ["sync", "--fast"]])
def test_a_wrong_word_is_a_usage_error(arguments: list[str]) -> None:
    assert run(arguments) == 2
