"""What a log line looks like."""

import io
import json
import logging

import pytest
import structlog
from prefect.logging.handlers import PrefectConsoleHandler

from config.logging import configure_logging
from config.settings import Settings
from trading.errors import AutotraderError, ExchangeHaltedError, InvariantError

pytestmark = pytest.mark.usefixtures("restored_logging")


def started(**env: str) -> io.StringIO:
    stream = io.StringIO()
    given = {f"AUTOTRADER_{name.upper()}": value for name, value in env.items()}
    configure_logging(Settings.load(given, env_file=None), stream=stream)
    return stream


def test_a_json_line_has_the_event_the_time_in_utc_and_the_values() -> None:
    stream = started(log_format="json")

    structlog.get_logger("desk").info("order_placed", symbol="BTCUSDT", quantity="0.01")

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "order_placed",
        "level": "info",
        "logger": "desk",
        "quantity": "0.01",
        "symbol": "BTCUSDT",
    }


def test_a_console_line_shows_key_values_without_colours() -> None:
    stream = started()

    structlog.get_logger("desk").warning("slot_skipped", reason="late")

    assert "slot_skipped" in stream.getvalue()
    assert "reason=late" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_lines_of_libraries_are_shaped_the_same_way() -> None:
    stream = started(log_format="json")

    logging.getLogger("library").error("went %s", "wrong", extra={"code": 7})

    line = json.loads(stream.getvalue())
    assert (line["event"], line["code"], line["level"]) == ("went wrong", 7, "error")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_reaches_the_log(log_format: str) -> None:
    secret = 'q"uote-5678'
    stream = started(
        log_format=log_format, exchange_api_key="key-1234", exchange_api_secret=secret
    )
    log = structlog.get_logger("desk")

    log.info("sent", headers={"key": ["key-1234"]}, body=secret.encode())
    logging.getLogger("library").warning("sent %s", secret)
    try:
        int(secret)
    except ValueError:
        log.exception("failed", signature=secret)

    assert "5678" not in stream.getvalue()
    assert "key-1234" not in stream.getvalue()
    assert "Traceback" in stream.getvalue()


def test_the_level_set_by_the_owner_is_obeyed() -> None:
    stream = started(log_level="warning")

    structlog.get_logger("desk").info("chatter")

    assert stream.getvalue() == ""


def test_configuring_twice_writes_every_line_once() -> None:
    first, second = started(), started()

    structlog.get_logger("desk").info("once")

    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


@pytest.mark.parametrize(
    ("error", "is_told_where"),
    [(ExchangeHaltedError("wrong key"), False), (InvariantError("a bug"), True)],
)
def test_only_an_error_that_nobody_expects_comes_with_its_traceback(
    error: Exception, is_told_where: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Prefect's own handler, where another test has set it up, refuses lines outside a run.
    monkeypatch.setattr(logging.getLogger("prefect.flow_runs"), "handlers", [])
    stream = started()

    try:
        raise error
    except AutotraderError:
        logging.getLogger("prefect.flow_runs").exception("flow failed: %s", error)

    assert str(error) in stream.getvalue()
    assert ("Traceback" in stream.getvalue()) is is_told_where


def test_nothing_else_prints_the_lines_again() -> None:
    stream = io.StringIO()
    logging.getLogger().addHandler(PrefectConsoleHandler(stream=stream))

    started()
    logging.getLogger("desk").error("once")

    assert stream.getvalue() == ""
