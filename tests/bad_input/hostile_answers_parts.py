"""A reply that must not be traded on, with the code it must get."""

from dataclasses import dataclass

from tests.adapters.answers.said import as_text, long_answer, reply
from trading.failures import FailureCode
from trading.grounding import GroundingView
from trading.replies import ModelReply

VALID = as_text(long_answer())


@dataclass(frozen=True)
class Hostile:
    """One reply that must not be traded on. `strict` is how it is read."""

    name: str
    reply: ModelReply
    code: FailureCode
    strict: bool = True
    view: GroundingView | None = None


def hostile_text(name: str, text: str, code: FailureCode, *, strict: bool = True) -> Hostile:
    return Hostile(name, reply(text), code, strict)
