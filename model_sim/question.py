"""One question to the model, whichever of the two APIs it came by."""

from dataclasses import dataclass
from enum import StrEnum

from model_sim.values import Row


class Api(StrEnum):
    """The two ways to ask."""

    CHAT = "chat"
    RESPONSES = "responses"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `images` are picture files as sent; `schema` is the JSON schema to obey.

    `wants_json` asks for any JSON object. `max_output` limits the answer in tokens, None for no
    limit. `tool` is the function whose arguments the answer shall be, "" for none. `fingerprint`
    is of the whole request: equal requests have equal ones.
    """

    api: Api
    model: str
    texts: tuple[str, ...]
    images: tuple[bytes, ...]
    fingerprint: str
    schema: Row | None = None
    wants_json: bool = False
    max_output: int | None = None
    tool: str = ""

    @property
    def text(self) -> str:
        """All that is said in words, instructions first."""
        return "\n".join(self.texts)


class Finish(StrEnum):
    """How an answer ended, in the words of Chat Completions."""

    STOP = "stop"
    LENGTH = "length"
    FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class Usage:
    """Billed tokens; `cached` are part of `input`, `reasoning` part of `output`."""

    input: int
    output: int
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says. `content` is None where it said nothing; `usage` None, no bill."""

    model: str
    content: str | None
    usage: Usage | None = None
    refusal: str | None = None
    finish: Finish = Finish.STOP
