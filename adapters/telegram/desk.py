"""What the bot needs of the desk, and what it says back, without a word of Telegram's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from adapters.telegram.keyboards import Keyboard
from trading.pages import Deed, Page, Subject
from trading.proposal_answers import Choice
from trading.proposals import Proposal


class Desk(Protocol):
    """Answers for the phone. Every method may raise AutotraderError; its message is shown."""

    def page(self, subject: Subject) -> Page:
        """What there is to see."""
        ...

    def open_symbols(self) -> tuple[str, ...]:
        """Symbols with an open position."""
        ...

    def waiting(self) -> tuple[Proposal, ...]:
        """Proposals that can still be answered, oldest first."""
        ...

    def answer(self, proposal_id: UUID, choice: Choice, *, intent_hash: str, by: str) -> Page:
        """What the owner's answer did; an approved order is sent before this returns."""
        ...

    def carry_out(self, deed: Deed, *, by: str) -> Page:
        """What became of a deed that was confirmed."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """Something to show: HTML that was made by `formatting`."""

    html: str
    keyboard: Keyboard = ()
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press is answered with: a word on top of the screen, messages, buttons gone."""

    toast: str
    messages: tuple[Message, ...] = ()
    removes_buttons: bool = False


Counts = Mapping[str, int]
