"""A letter arrives, waits or is given up, as Telegram's own answers say; no token is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr

from adapters.telegram.client import TelegramSender
from adapters.telegram.library import TelegramAccess
from tests.fixtures.telegram_stub import TelegramStub, buttons_of
from trading.letters import Delayed, Delivered, Letter, Question, Undeliverable

LETTER = Letter(7, "LONG <BTCUSDT> & more")


@pytest.fixture
def sender(stub: TelegramStub) -> Iterator[TelegramSender]:
    with TelegramSender(stub.access) as opened:
        yield opened


def test_a_letter_arrives_as_it_was_written(stub: TelegramStub, sender: TelegramSender) -> None:
    sent = sender.send(replace(LETTER, is_silent=True))
    assert isinstance(sent, Delivered)
    (call,) = stub.calls("sendMessage")
    assert call["parameters"] == {
        "chat_id": "7",
        "text": "LONG &lt;BTCUSDT&gt; &amp; more",
        "parse_mode": "HTML",
        "disable_notification": "true",
    }


def test_a_question_has_its_buttons(stub: TelegramStub, sender: TelegramSender) -> None:
    sender.send(replace(LETTER, question=Question(UUID(int=5), "ab" * 32)))
    (call,) = stub.calls("sendMessage")
    number, bound = UUID(int=5).hex, "ab" * 12
    assert buttons_of(call) == [f"p:y:{number}:{bound}", f"p:n:{number}:{bound}"]


def test_a_picture_goes_with_its_caption(stub: TelegramStub, sender: TelegramSender) -> None:
    sender.send(replace(LETTER, picture=b"\x89PNG", text="x" * 2000))
    (call,) = stub.calls("sendPhoto")
    assert call["files"] == {"photo": 4}
    assert len(call["parameters"]["caption"]) == 1024


@pytest.mark.parametrize(
    ("status", "description", "more", "outcome"),
    [
        (
            429,
            "Too Many Requests: retry after 5",
            {"retry_after": 5},
            Delayed("Flood control exceeded. Retry in 0:00:05", timedelta(seconds=5)),
        ),
        (502, "Bad Gateway", {}, Delayed("Bad Gateway")),
        (500, "Internal Server Error", {}, Delayed("Internal Server Error")),
        (401, "Unauthorized", {}, Delayed("Unauthorized")),
        (
            403,
            "Forbidden: bot was blocked by the user",
            {},
            Undeliverable("Forbidden: bot was blocked by the user"),
        ),
        (400, "Bad Request: chat not found", {}, Undeliverable("Chat not found")),
    ],
)
def test_telegrams_answers_decide_what_follows(
    stub: TelegramStub,
    sender: TelegramSender,
    status: int,
    description: str,
    more: dict[str, int],
    outcome: object,
) -> None:
    stub.trouble("sendMessage", status, description, **more)
    assert sender.send(LETTER) == outcome
    assert isinstance(sender.send(LETTER), Delivered)


def test_an_unreachable_telegram_is_a_delay_that_tells_no_token() -> None:
    access = TelegramAccess(SecretStr("42:secret"), "http://127.0.0.1:9/bot")
    with TelegramSender(access) as sender:
        outcome = sender.send(LETTER)
    assert isinstance(outcome, Delayed)
    assert outcome.wait is None
    assert "secret" not in outcome.detail


def test_a_refused_token_waits_for_the_owner(stub: TelegramStub) -> None:
    with TelegramSender(replace(stub.access, token=SecretStr("42:other"))) as sender:
        assert isinstance(sender.send(LETTER), Delayed)


def test_the_token_is_masked() -> None:
    access = TelegramAccess(SecretStr("42:secret"))
    assert access.masked("no route to /bot42:secret/getMe") == "no route to /bot**********/getMe"
    assert "42:secret" not in repr(access)
