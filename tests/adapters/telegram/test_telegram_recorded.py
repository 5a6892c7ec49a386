"""Updates and errors that were recorded from Telegram are read as they came."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from adapters.telegram.keyboards import button_of

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def recorded() -> Path:
    folder = os.environ.get("AUTOTRADER_REAL_DATA")
    if not folder:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real payloads")
    return Path(folder) / "telegram"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_recorded_text_and_a_recorded_press_are_understood(recorded: Path) -> None:
    text = Update.de_json(read(recorded / "teloxide" / "update_private_text.json"), None)
    assert text.effective_chat is not None
    assert text.effective_message is not None
    assert (text.effective_chat.id, text.effective_message.text) == (100000002, "4")
    press = Update.de_json(read(recorded / "bloodcell_backend" / "update_callback_query_1.json"))
    assert press.callback_query is not None
    # Somebody else's bot wrote this button: it means nothing to ours.
    assert button_of(press.callback_query.data or "") is None


def test_the_errors_of_our_tests_are_the_recorded_ones(recorded: Path) -> None:
    errors = read(recorded / "observed" / "api_errors_observed.json")
    assert [one["body"]["description"] for one in errors] == [
        "Too Many Requests: retry after 5",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "Bad Gateway",
    ]
    assert errors[0]["body"]["parameters"] == {"retry_after": 5}
