"""The bot listens by long polling, through outages, and answers whom it may."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from adapters.telegram.bot import Bot
from adapters.telegram.keyboards import AnswerButton, data_of
from adapters.telegram.library import TelegramAccess
from adapters.telegram.talk import Heard, Talk
from tests.adapters.telegram.conftest import ORDER, OWNER, PROPOSAL, QuietDesk
from tests.fixtures.telegram_stub import TelegramStub, buttons_of
from trading.errors import MisconfiguredError
from trading.proposal_answers import Choice

STRANGER = 666


@contextmanager
def running(access: TelegramAccess, talk: Talk) -> Iterator[None]:
    bot = Bot(access, talk)
    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(bot.run)
        try:
            yield
        finally:
            bot.stop()
        ended.result(timeout=10)


@pytest.fixture
def talk(desk: QuietDesk) -> Talk:
    return Talk(desk, frozenset({OWNER}), lambda: datetime.now(UTC))


@pytest.fixture
def bot(stub: TelegramStub, talk: Talk) -> Iterator[Talk]:
    with running(stub.access, talk):
        yield talk


def test_a_command_is_answered_and_a_deed_needs_a_press(
    stub: TelegramStub, bot: Talk, desk: QuietDesk
) -> None:
    stub.write("/status")
    assert stub.texts(1) == ["<b>Status</b>\nEquity: 10,000.50 USDT"]
    stub.write("/halt enough")
    yes, _no = buttons_of(stub.calls("sendMessage", 2)[1])
    assert desk.done == []
    stub.press(yes)
    assert stub.texts(3)[2] == "<b>Done</b>"
    (deed,) = desk.done
    assert (deed[0].reason, deed[1]) == ("enough", "Owner (7)")
    assert stub.calls("answerCallbackQuery")[0]["parameters"]["text"] == "Done"
    assert bot.heard[Heard.PRESS] == 1


def test_a_pressed_answer_reaches_the_desk_and_takes_its_buttons_away(
    stub: TelegramStub, bot: Talk, desk: QuietDesk
) -> None:
    # The press may be too old to be acknowledged: it counts all the same.
    stub.trouble(
        "answerCallbackQuery",
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    button = AnswerButton(Choice.APPROVE, PROPOSAL.id, ORDER.intent_hash[:24])
    stub.press(data_of(button))
    stub.press(data_of(button))
    assert stub.texts(2) == ["<b>Approved: BTCUSDT</b>"] * 2
    assert [one[:3] for one in desk.answered] == [
        (PROPOSAL.id, Choice.APPROVE, ORDER.intent_hash[:24])
    ] * 2
    stub.calls("editMessageReplyMarkup")
    assert bot.heard[Heard.PRESS] == 2


def test_a_stranger_hears_nothing(stub: TelegramStub, bot: Talk, desk: QuietDesk) -> None:
    stub.write("/halt now", chat=STRANGER)
    stub.press("s:status", chat=STRANGER)
    stub.write("/status")
    (answer,) = stub.calls("sendMessage")
    assert answer["parameters"]["chat_id"] == str(OWNER)
    assert (bot.heard[Heard.FOREIGN], desk.done) == (2, [])


def test_it_goes_on_listening_through_trouble(stub: TelegramStub, bot: Talk) -> None:
    stub.trouble("getUpdates", 502, "Bad Gateway")
    stub.trouble("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    stub.trouble("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    stub.write("/status")
    statuses = [call["status"] for call in stub.calls("sendMessage", 2)]
    assert statuses == [429, 200]
    assert bot.heard[Heard.COMMAND] == 1


def test_a_refused_token_is_told_to_the_owner(stub: TelegramStub, talk: Talk) -> None:
    access = replace(stub.access, token=SecretStr("42:other"))
    with (
        pytest.raises(MisconfiguredError, match="ask @BotFather"),
        ThreadPoolExecutor(1) as threads,
    ):
        threads.submit(Bot(access, talk).run).result(timeout=10)


def test_it_can_be_stopped_while_telegram_is_away(talk: Talk) -> None:
    away = TelegramAccess(SecretStr("42:secret"), "http://127.0.0.1:9/bot")
    with running(away, talk):
        pass


def test_a_token_that_is_taken_back_ends_the_bot_with_a_word(
    stub: TelegramStub, talk: Talk
) -> None:
    stub.trouble("getUpdates", 401, "Unauthorized")
    with (
        pytest.raises(MisconfiguredError, match="ask @BotFather") as told,
        ThreadPoolExecutor(1) as threads,
    ):
        threads.submit(Bot(stub.access, talk).run).result(timeout=10)
    assert stub.token not in str(told.value)


@pytest.mark.parametrize("method", ["getMe", "setMyCommands"])
def test_it_waits_as_long_as_telegram_asks_for_at_start(
    stub: TelegramStub, talk: Talk, method: str
) -> None:
    stub.trouble(method, 429, "Too Many Requests: retry after 1", retry_after=1)
    with running(stub.access, talk):
        stub.write("/status")
        assert len(stub.texts(1)) == 1


@pytest.mark.parametrize(("status", "more"), [(502, {}), (429, {"retry_after": 5}), (403, {})])
def test_what_was_done_is_shown_though_the_press_cannot_be_acknowledged(
    stub: TelegramStub, bot: Talk, status: int, more: dict[str, int]
) -> None:
    stub.trouble("answerCallbackQuery", status, "trouble", **more)
    stub.press(data_of(AnswerButton(Choice.APPROVE, PROPOSAL.id, ORDER.intent_hash[:24])))
    assert stub.texts(1) == ["<b>Approved: BTCUSDT</b>"]


def test_an_error_of_ours_is_told_and_the_next_question_answered(
    stub: TelegramStub, bot: Talk, desk: QuietDesk
) -> None:
    desk.breaks = True
    stub.write("/status")
    (told,) = stub.texts(1)
    assert told.startswith("Not answered: KeyError")
    desk.breaks = False
    stub.write("/status")
    assert stub.texts(2)[1].startswith("<b>Status</b>")


def test_a_command_to_another_bot_of_the_group_is_none_of_ours(
    stub: TelegramStub, bot: Talk, desk: QuietDesk
) -> None:
    stub.write("/halt@other_bot now")
    stub.write("/status@Desk_Bot")
    assert stub.texts(1) == ["<b>Status</b>\nEquity: 10,000.50 USDT"]
    assert bot.heard[Heard.COMMAND] == 1


def test_in_a_group_that_is_named_a_member_answers_by_his_own_name(
    stub: TelegramStub, desk: QuietDesk
) -> None:
    group = -1001234567890
    talk = Talk(desk, frozenset({group}), lambda: datetime.now(UTC))
    button = data_of(AnswerButton(Choice.APPROVE, PROPOSAL.id, ORDER.intent_hash[:24]))
    with running(stub.access, talk):
        stub.press(button, chat=OWNER)  # alone with the bot he is a stranger
        stub.press(button, chat=group, user=8)
        (answer,) = stub.calls("sendMessage")
    assert answer["parameters"]["chat_id"] == str(group)
    assert [by for *_, by in desk.answered] == ["Owner (8)"]
    assert talk.heard[Heard.FOREIGN] == 1
