"""The owner is answered, strangers are not, and nothing is done without a second yes."""

from datetime import timedelta

import pytest

from adapters.telegram.commands import COMMANDS
from adapters.telegram.desk import Message, Pressed
from adapters.telegram.keyboards import AnswerButton, ConfirmButton, data_of
from adapters.telegram.talk import Heard, Talk
from tests.adapters.telegram.conftest import ORDER, OWNER, PROPOSAL, HandClock, QuietDesk
from trading.brakes import TripPolicy
from trading.pages import Deed, DeedKind, Subject
from trading.proposal_answers import Choice


def only(messages: tuple[Message, ...]) -> Message:
    (message,) = messages
    return message


def buttons(message: Message) -> list[str]:
    return [data_of(button) for row in message.keyboard for _, button in row]


def press(talk: Talk, data: str, chat: int = OWNER) -> Pressed | None:
    return talk.press(chat, data, by="Ada (7)")


def confirmed(talk: Talk, text: str) -> Pressed | None:
    yes, _no = buttons(only(talk.write(OWNER, text)))
    return press(talk, yes)


@pytest.mark.parametrize("subject", Subject)
def test_every_page_is_answered(talk: Talk, subject: Subject) -> None:
    shown = only(talk.write(OWNER, f"/{subject}"))
    assert shown.html == f"<b>{subject.capitalize()}</b>\nEquity: 10,000.50 USDT"


def test_help_names_every_command(talk: Talk) -> None:
    shown = only(talk.write(OWNER, "/help@desk_bot")).html
    assert all(f"/{name} " in shown for name in COMMANDS)


def test_a_stranger_gets_nothing_and_is_counted(talk: Talk, desk: QuietDesk) -> None:
    assert talk.write(666, "/status") == ()
    assert press(talk, "s:status", chat=666) is None
    assert (talk.heard[Heard.FOREIGN], desk.done) == (2, [])


@pytest.mark.parametrize("text", ["hello", "", "/sudo", "/ status"])
def test_what_is_no_command_is_answered_with_help(talk: Talk, text: str) -> None:
    assert "/help" in only(talk.write(OWNER, text)).html
    assert talk.heard[Heard.NOT_UNDERSTOOD] == 1


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        (
            "/halt flatten market breaks",
            Deed(DeedKind.HALT, "market breaks", policy=TripPolicy.FLATTEN),
        ),
        ("/halt leaving", Deed(DeedKind.HALT, "leaving")),
        ("/halt", Deed(DeedKind.HALT, "asked for by phone")),
        ("/resume understood it", Deed(DeedKind.RESUME, "understood it")),
        ("/close btcusdt", Deed(DeedKind.CLOSE, "asked for by phone", symbol="BTCUSDT")),
    ],
)
def test_a_deed_is_done_after_a_second_yes(
    talk: Talk, desk: QuietDesk, text: str, deed: Deed
) -> None:
    question = only(talk.write(OWNER, text))
    assert desk.done == []
    yes, _no = buttons(question)
    done = press(talk, yes)
    assert done is not None
    assert (done.toast, done.removes_buttons) == ("Done", True)
    assert desk.done == [(deed, "Ada (7)")]


def test_a_confirmation_is_good_once(talk: Talk, desk: QuietDesk) -> None:
    yes, _no = buttons(only(talk.write(OWNER, "/halt now")))
    press(talk, yes)
    again = press(talk, yes)
    assert again is not None
    assert (again.toast, len(desk.done)) == ("This question is over; ask again.", 1)


def test_a_confirmation_is_good_for_a_minute(
    talk: Talk, desk: QuietDesk, clock: HandClock
) -> None:
    yes, _no = buttons(only(talk.write(OWNER, "/close BTCUSDT")))
    clock.moment += timedelta(seconds=60)
    press(talk, yes)
    assert desk.done == []


def test_a_confirmation_is_good_in_its_own_chat_only(desk: QuietDesk, clock: HandClock) -> None:
    talk = Talk(desk, frozenset({OWNER, 8}), clock)
    yes, _no = buttons(only(talk.write(OWNER, "/halt now")))
    press(talk, yes, chat=8)
    assert desk.done == []
    press(talk, yes)
    assert len(desk.done) == 1


def test_no_leaves_everything_as_it_is(talk: Talk, desk: QuietDesk) -> None:
    yes, no = buttons(only(talk.write(OWNER, "/halt now")))
    press(talk, no)
    press(talk, yes)
    assert desk.done == []


@pytest.mark.parametrize("data", ["", "x", data_of(ConfirmButton(True, "0" * 16)), "p:y:0:0"])
def test_a_button_we_never_made_does_nothing_and_is_counted(
    talk: Talk, desk: QuietDesk, data: str
) -> None:
    dead = press(talk, data)
    assert dead is not None
    assert dead.messages == ()
    assert (talk.heard[Heard.DEAD_BUTTON], desk.done, desk.answered) == (1, [], [])


@pytest.mark.parametrize("command", ["/approve", "/reject", "/approve 0005"])
def test_what_waits_is_shown_with_buttons_bound_to_it(
    talk: Talk, desk: QuietDesk, command: str
) -> None:
    question = only(talk.write(OWNER, command))
    assert "&lt;b&gt;trend&lt;/b&gt; &amp; more" in question.html
    yes, _no = buttons(question)
    press(talk, yes)
    bound = ORDER.intent_hash[:24]
    assert desk.answered == [(PROPOSAL.id, Choice.APPROVE, bound, "Ada (7)")]


def test_an_answer_takes_its_buttons_away(talk: Talk) -> None:
    button = AnswerButton(Choice.REJECT, PROPOSAL.id, "0" * 24)
    pressed = press(talk, data_of(button))
    assert pressed is not None
    assert pressed.removes_buttons


def test_nothing_waits(talk: Talk, desk: QuietDesk) -> None:
    desk.proposals = ()
    assert only(talk.write(OWNER, "/approve")).html == "Nothing waits for your word."


def test_close_without_a_symbol_offers_what_is_open(talk: Talk, desk: QuietDesk) -> None:
    first, _second = buttons(only(talk.write(OWNER, "/close")))
    asked = press(talk, first)
    assert asked is not None
    assert desk.done == []
    assert "Close BTCUSDT" in only(asked.messages).html
    desk.symbols = ()
    assert only(talk.write(OWNER, "/close")).html == "No position is open."


def test_a_failure_is_told_in_words(talk: Talk, desk: QuietDesk) -> None:
    desk.fails = True
    told = "It failed: the database of &lt;paper&gt; is away; start it"
    assert only(talk.write(OWNER, "/status")).html == told
    pressed = press(talk, "s:status")
    assert pressed is not None
    assert only(pressed.messages).html == told


def test_a_stuck_button_does_not_keep_the_desk_busy(talk: Talk, clock: HandClock) -> None:
    answers = [talk.write(OWNER, "/status") for _ in range(25)]
    assert [bool(one) for one in answers] == [True] * 20 + [False] * 5
    assert talk.heard[Heard.TOO_FAST] == 5
    clock.moment += timedelta(minutes=1)
    assert talk.write(OWNER, "/status")


def test_a_halt_passes_however_often_was_asked_before(talk: Talk, desk: QuietDesk) -> None:
    for _ in range(25):
        talk.write(OWNER, "/status")
    slow = press(talk, "s:status")
    assert slow == Pressed("Too fast; wait a minute.")
    confirmed(talk, "/halt now")
    assert [deed.kind for deed, _ in desk.done] == [DeedKind.HALT]


def test_a_stuck_halt_is_slowed_down_too(talk: Talk) -> None:
    answers = [talk.write(OWNER, "/halt now") for _ in range(25)]
    assert [bool(one) for one in answers] == [True] * 20 + [False] * 5


@pytest.mark.parametrize("symbol", ["A" * 4000, "<a", "BTC USDT", "ＢＴＣ"])
def test_what_is_no_symbol_is_not_asked_back(talk: Talk, symbol: str) -> None:
    asked = only(talk.write(OWNER, f"/close {symbol}"))
    assert len(asked.html) < 200


def test_a_deed_confirmed_names_who_did_it(talk: Talk, desk: QuietDesk) -> None:
    confirmed(talk, "/resume all is well")
    assert [by for _, by in desk.done] == ["Ada (7)"]
