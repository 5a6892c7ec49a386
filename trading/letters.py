"""One message on its way to the owner's phone, and what became of the attempt to send it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for a yes or a no about one proposal; its buttons carry both fields."""

    approval_id: UUID
    intent_hash: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one chat: plain text, a PNG if there is one, buttons if it asks."""

    chat_id: int
    text: str
    is_silent: bool = False
    picture: bytes | None = None
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The messenger has it."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Delayed:
    """It did not arrive; try again, not before `wait` if the messenger said so."""

    detail: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """This message will never arrive; the chat or its contents are refused."""

    detail: str


SendOutcome = Delivered | Delayed | Undeliverable
