"""What is asked of a model and what comes back, before anything in it is believed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from trading.canonical import Json
from trading.checks import require


class FinishState(StrEnum):
    """How generation ended, by the server's own word; it is looked at before the content."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What a call is for; the ledger counts money by it."""

    ANALYSE = "analyse"
    REPAIR = "repair"
    OBSERVE = "observe"
    """The first of two steps: image to text, for servers that cannot do image and schema."""
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Usage:
    """Billed tokens of one call. `cached` are part of `input`, `reasoning` part of `output`.

    `cache_written` are part of `input` too: those that the server put into its cache.
    """

    input: int
    output: int
    cached: int = 0
    reasoning: int = 0
    cache_written: int = 0

    def __post_init__(self) -> None:
        for name in ("input", "output", "cached", "reasoning", "cache_written"):
            count = getattr(self, name)
            require(count >= 0, f"{name} tokens are {count}; a count is at least 0")


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model, without the address it goes to.

    `images` are PNG bytes, sent after the text. `schema` is the strict JSON schema of the answer,
    None for free text. `deadline` is for everything, retries included. `described` is what the
    model itself said the pictures show, where it had to be asked for that first; "" before.
    """

    purpose: Purpose
    system: str
    user: str
    images: tuple[bytes, ...]
    schema: Json
    max_output_tokens: int
    deadline: timedelta
    described: str = ""

    def __post_init__(self) -> None:
        require(self.max_output_tokens > 0, f"max_output_tokens is {self.max_output_tokens}")
        require(self.deadline > timedelta(0), f"the deadline of a call is {self.deadline}")


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What a server answered, kept whole before it is read.

    `raw` is the body as received; `text` the answer in it, None if there is none; `refusal` the
    model's own refusal, "" if it did not refuse. `model` is the one that answered, by its word.
    `status` is that of HTTP: another than 200 only where the error of a server is kept.
    `first_byte` is when the answer began to come, None where nobody looked.
    """

    raw: bytes
    text: str | None
    refusal: str
    finish: FinishState
    usage: Usage | None
    model: str
    request_id: str
    latency: timedelta
    attempts: int = 1
    status: int = 200
    first_byte: timedelta | None = None
