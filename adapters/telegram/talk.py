"""The conversation: who may speak, what is answered, and what needs a second yes.

Nothing here knows the network: text and presses come in, messages go out.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog

from adapters.telegram.commands import COMMANDS, Typed, deed_of, read_command
from adapters.telegram.confirmations import LIFETIME, Confirmations
from adapters.telegram.desk import Desk, Message, Pressed
from adapters.telegram.formatting import escaped, fitted, page_html
from adapters.telegram.keyboards import (
    AnswerButton,
    Button,
    CloseButton,
    ConfirmButton,
    LookButton,
    button_of,
    close_keyboard,
    confirm_keyboard,
    look_keyboard,
    question_keyboard,
)
from adapters.telegram.pace import Pace
from trading.errors import AutotraderError
from trading.letters import Question
from trading.pages import Deed, DeedKind, Page, Subject
from trading.proposals import Proposal, describe

log = structlog.get_logger()

_NEXT = {
    Subject.STATUS: look_keyboard(Subject.POSITIONS, Subject.PROFIT, Subject.HEALTH),
    Subject.POSITIONS: look_keyboard(Subject.POSITIONS, Subject.BALANCE, Subject.STATUS),
    Subject.PROFIT: look_keyboard(Subject.DAILY, Subject.WEEKLY, Subject.MONTHLY),
}
_LONGEST_TOAST = 190
_TOO_FAST = Pressed("Too fast; wait a minute.")


class Heard(StrEnum):
    """What came in; counted, so that strangers and dead buttons are seen."""

    COMMAND = "command"
    PRESS = "press"
    FOREIGN = "foreign"
    TOO_FAST = "too_fast"
    NOT_UNDERSTOOD = "not_understood"
    DEAD_BUTTON = "dead_button"


class Talk:
    """One bot's conversations with the chats that are allowed; for one thread at a time."""

    def __init__(self, desk: Desk, chats: frozenset[int], now: Callable[[], datetime]) -> None:
        self._desk, self._chats, self._now = desk, chats, now
        self._confirmations = Confirmations()
        # What stops the desk passes, however often somebody has looked before.
        self._pace, self._urgent_pace = Pace(), Pace()
        self.heard: Counter[Heard] = Counter()

    def write(self, chat_id: int, text: str) -> tuple[Message, ...]:
        """What a text is answered with; a chat that is not allowed gets nothing at all."""
        if not self._is_ours(chat_id):
            return ()
        typed = read_command(text)
        if self._is_too_fast(chat_id, is_urgent=typed is not None and typed.name == "halt"):
            return ()
        if typed is None or typed.name not in {*COMMANDS, "start"}:
            self.heard[Heard.NOT_UNDERSTOOD] += 1
            return (Message("I know commands only; /help lists them."),)
        self.heard[Heard.COMMAND] += 1
        log.info("command", name=typed.name, chat=chat_id)
        try:
            return self._answer(typed, chat_id)
        except AutotraderError as error:
            return (_failed(error),)

    def press(self, chat_id: int, data: str, *, by: str) -> Pressed | None:
        """What a press is answered with; None, and nothing done, for a chat not allowed."""
        if not self._is_ours(chat_id):
            return None
        button = button_of(data)
        if self._is_too_fast(chat_id, is_urgent=isinstance(button, ConfirmButton)):
            return _TOO_FAST
        self.heard[Heard.PRESS] += 1
        if button is None:
            return self._dead(chat_id, data, "This button means nothing here.")
        try:
            return self._do(button, chat_id, by)
        except AutotraderError as error:
            return Pressed("It failed", (_failed(error),))

    def knows(self, chat_id: int) -> bool:
        """Whether the chat is one that is answered."""
        return chat_id in self._chats

    def _is_ours(self, chat_id: int) -> bool:
        if self.knows(chat_id):
            return True
        self.heard[Heard.FOREIGN] += 1
        log.warning("foreign chat", chat=chat_id, seen=self.heard[Heard.FOREIGN])
        return False

    def _is_too_fast(self, chat_id: int, *, is_urgent: bool) -> bool:
        pace = self._urgent_pace if is_urgent else self._pace
        if pace.allows(chat_id, self._now()):
            return False
        self.heard[Heard.TOO_FAST] += 1
        return True

    def _answer(self, typed: Typed, chat_id: int) -> tuple[Message, ...]:
        if typed.subject is not None:
            return (self._look(typed.subject),)
        if typed.name in {"approve", "reject"}:
            return self._waiting(typed.words)
        if (deed := deed_of(typed)) is not None:
            return (self._ask(deed, chat_id),)
        if typed.name == "close":
            return (self._which_to_close(),)
        return (_help(),)

    def _do(self, button: Button, chat_id: int, by: str) -> Pressed:
        match button:
            case LookButton(subject):
                return Pressed("", (self._look(subject),))
            case CloseButton(symbol):
                deed = Deed(DeedKind.CLOSE, "asked for by phone", symbol=symbol)
                return Pressed("", (self._ask(deed, chat_id),))
            case ConfirmButton(is_yes, nonce):
                return self._confirmed(nonce, chat_id, by, is_yes=is_yes)
            case AnswerButton(choice, proposal_id, intent_hash):
                page = self._desk.answer(proposal_id, choice, intent_hash=intent_hash, by=by)
                return Pressed(_toast(page.title), (_shown(page),), removes_buttons=True)

    def _confirmed(self, nonce: str, chat_id: int, by: str, *, is_yes: bool) -> Pressed:
        deed = self._confirmations.take(nonce, chat_id=chat_id, now=self._now())
        if deed is None:
            return self._dead(chat_id, nonce, "This question is over; ask again.")
        if not is_yes:
            return Pressed("Left as it is", removes_buttons=True)
        log.info("confirmed", deed=deed.kind, symbol=deed.symbol, by=by)
        page = self._desk.carry_out(deed, by=by)
        return Pressed(_toast(page.title), (_shown(page),), removes_buttons=True)

    def _dead(self, chat_id: int, data: str, why: str) -> Pressed:
        self.heard[Heard.DEAD_BUTTON] += 1
        log.warning("dead button", chat=chat_id, data=data[:64])
        return Pressed(why, removes_buttons=True)

    def _look(self, subject: Subject) -> Message:
        page = self._desk.page(subject)
        return Message(page_html(page), _NEXT.get(subject, ()), page.picture)

    def _ask(self, deed: Deed, chat_id: int) -> Message:
        nonce = self._confirmations.ask(deed, chat_id=chat_id, now=self._now())
        seconds = int(LIFETIME.total_seconds())
        return Message(
            f"{escaped(_sentence(deed))}\nThe question stands for {seconds} seconds.",
            confirm_keyboard(nonce),
        )

    def _waiting(self, words: tuple[str, ...]) -> tuple[Message, ...]:
        wanted = words[0].lower() if words else ""
        found = [one for one in self._desk.waiting() if str(one.id).endswith(wanted)]
        return tuple(map(_question, found)) or (Message("Nothing waits for your word."),)

    def _which_to_close(self) -> Message:
        symbols = self._desk.open_symbols()
        if not symbols:
            return Message("No position is open.")
        return Message("Which position?", close_keyboard(symbols))


def _shown(page: Page) -> Message:
    return Message(page_html(page), picture=page.picture)


def _question(proposal: Proposal) -> Message:
    question = Question(proposal.id, proposal.order.intent_hash)
    return Message(fitted(describe(proposal), 4000), question_keyboard(question))


def _sentence(deed: Deed) -> str:
    match deed.kind:
        case DeedKind.HALT:
            return f"Halt all entries ({deed.policy} positions)? Reason: {deed.reason}"
        case DeedKind.RESUME:
            return f"Allow entries again? Reason: {deed.reason}"
        case DeedKind.CLOSE:
            return f"Close {deed.symbol} at the market?"


def _help() -> Message:
    lines = (f"/{name} – {escaped(meaning)}" for name, meaning in COMMANDS.items())
    return Message("\n".join(lines), look_keyboard(Subject.STATUS, Subject.POSITIONS))


def _failed(error: AutotraderError) -> Message:
    log.warning("not answered", error=str(error))
    return Message(fitted(f"It failed: {error}", 2000))


def _toast(text: str) -> str:
    return text[:_LONGEST_TOAST]
