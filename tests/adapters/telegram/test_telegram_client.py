"""A letter arrives, waits or is given up, as Telegram's own answers say; no token is told."""

import json
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
        "link_preview_options": '{"is_disabled": true}',
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
    ("status", "description"),
    [(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), (413, "Request Entity Too Large")],
)
def test_a_picture_that_telegram_does_not_take_keeps_no_question_back(
    stub: TelegramStub, sender: TelegramSender, status: int, description: str
) -> None:
    stub.trouble("sendPhoto", status, description)
    question = Question(UUID(int=5), "ab" * 32)
    letter = replace(LETTER, picture=b"\x89PNG", question=question, is_silent=True)
    assert isinstance(sender.send(letter), Delivered)
    (call,) = stub.calls("sendMessage")
    assert call["parameters"]["text"].startswith("LONG &lt;BTCUSDT&gt;")
    assert call["parameters"]["disable_notification"] == "true"
    assert len(buttons_of(call)) == 2


def test_a_picture_that_waits_for_telegram_is_sent_with_it_later(
    stub: TelegramStub, sender: TelegramSender
) -> None:
    stub.trouble("sendPhoto", 502, "Bad Gateway")
    assert isinstance(sender.send(replace(LETTER, picture=b"\x89PNG")), Delayed)
    assert [call["status"] for call in stub.calls("sendPhoto")] == [502]


def test_nobody_fetches_an_address_that_a_text_names(
    stub: TelegramStub, sender: TelegramSender
) -> None:
    sender.send(replace(LETTER, text="see https://example.org/x"))
    (call,) = stub.calls("sendMessage")
    assert json.loads(call["parameters"]["link_preview_options"]) == {"is_disabled": True}


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


def test_no_proxy_reads_the_token_of_a_bot_on_this_machine(
    stub: TelegramStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with TelegramSender(stub.access) as sender:
        assert isinstance(sender.send(LETTER), Delivered)
