"""Buttons, and what they carry: at most 64 bytes that mean nothing without our own rows."""

import re
from dataclasses import dataclass
from uuid import UUID

from trading.checks import require
from trading.letters import Question
from trading.pages import Subject
from trading.proposal_answers import Choice

LONGEST_DATA = 64
"""Bytes of `callback_data` (core.telegram.org/bots/api#inlinekeyboardbutton)."""
HASH_DIGITS = 24
"""How much of an intent's hash a button quotes: 96 bits, and it still fits."""
_PROPOSAL = re.compile(r"p:([yn]):([0-9a-f]{32}):([0-9a-f]{24})")
_CONFIRM = re.compile(r"d:([yn]):([0-9a-f]{16,32})")
_CLOSE = re.compile(r"c:([A-Z0-9]{1,30})")
_LOOK = re.compile(r"s:([a-z]{1,20})")


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """Yes or no to one version of one proposal."""

    choice: Choice
    proposal_id: UUID
    intent_hash: str


@dataclass(frozen=True, slots=True)
class ConfirmButton:
    """Yes or no to a deed that was asked about; the nonce is good once and for a short time."""

    is_yes: bool
    nonce: str


@dataclass(frozen=True, slots=True)
class CloseButton:
    """Asks to close a position; it is asked again before anything is done."""

    symbol: str


@dataclass(frozen=True, slots=True)
class LookButton:
    """Shows a page."""

    subject: Subject


Button = AnswerButton | ConfirmButton | CloseButton | LookButton
Keyboard = tuple[tuple[tuple[str, Button], ...], ...]
"""Rows of (what it says, what it does)."""


def data_of(button: Button) -> str:
    """What the button carries.

    Raises:
        InvariantError: it would not fit.
    """
    data = _data(button)
    require(
        len(data.encode()) <= LONGEST_DATA,
        f"button data {data!r} has {len(data.encode())} bytes; {LONGEST_DATA} allowed",
    )
    return data


def button_of(data: str) -> Button | None:
    """What a pressed button asks for; None for anything that we never put on one."""
    if found := _PROPOSAL.fullmatch(data):
        choice = Choice.APPROVE if found[1] == "y" else Choice.REJECT
        return AnswerButton(choice, UUID(hex=found[2]), found[3])
    if found := _CONFIRM.fullmatch(data):
        return ConfirmButton(found[1] == "y", found[2])
    if found := _CLOSE.fullmatch(data):
        return CloseButton(found[1])
    if (found := _LOOK.fullmatch(data)) and found[1] in set(Subject):
        return LookButton(Subject(found[1]))
    return None


def question_keyboard(question: Question) -> Keyboard:
    """Approve and reject, bound to the order that was shown."""
    bound = question.intent_hash[:HASH_DIGITS]
    return (
        (
            ("✅ Approve", AnswerButton(Choice.APPROVE, question.approval_id, bound)),
            ("❌ Reject", AnswerButton(Choice.REJECT, question.approval_id, bound)),
        ),
    )


def confirm_keyboard(nonce: str) -> Keyboard:
    """Yes and no to what was just asked."""
    return ((("Yes, do it", ConfirmButton(True, nonce)), ("No", ConfirmButton(False, nonce))),)


def close_keyboard(symbols: tuple[str, ...]) -> Keyboard:
    """One button per open position, two in a row."""
    buttons = [(f"Close {symbol}", CloseButton(symbol)) for symbol in symbols]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def look_keyboard(*subjects: Subject) -> Keyboard:
    """What one may want to see next."""
    return (tuple((subject.capitalize(), LookButton(subject)) for subject in subjects),)


def _data(button: Button) -> str:
    match button:
        case AnswerButton(choice, proposal_id, intent_hash):
            letter = "y" if choice is Choice.APPROVE else "n"
            return f"p:{letter}:{proposal_id.hex}:{intent_hash}"
        case ConfirmButton(is_yes, nonce):
            return f"d:{'y' if is_yes else 'n'}:{nonce}"
        case CloseButton(symbol):
            return f"c:{symbol}"
        case LookButton(subject):
            return f"s:{subject}"
