"""What a model and its server can do, so that it is asked in words it understands."""

from dataclasses import dataclass
from enum import StrEnum

from trading.checks import require


class Api(StrEnum):
    """Which of the two dialects the server speaks."""

    RESPONSES = "responses"
    CHAT = "chat"


class Structured(StrEnum):
    """How an answer is held to its schema, from strict to hopeful."""

    JSON_SCHEMA = "json_schema"
    TOOL_STRICT = "tool_strict"
    """As the arguments of a function that must be called."""
    JSON_OBJECT = "json_object"
    """Some JSON object; the schema is told in the instructions."""
    PROMPT = "prompt"
    """Told in the instructions alone."""


class TokenParameter(StrEnum):
    """What the server calls the limit on the length of an answer."""

    MAX_TOKENS = "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens"
    MAX_OUTPUT_TOKENS = "max_output_tokens"


class InstructionRole(StrEnum):
    """Who speaks the instructions in a chat."""

    SYSTEM = "system"
    DEVELOPER = "developer"


_STRICT = frozenset({Structured.JSON_SCHEMA, Structured.TOOL_STRICT})


@dataclass(frozen=True, slots=True)
class Capability:
    """What a model can do on its server; part of an arm's fingerprint.

    `temperature`, `effort` and `seed` say whether the parameter is accepted. `context_tokens` is
    the room for question and answer together, None where nobody knows.
    """

    api: Api
    structured: Structured
    vision: bool
    vision_and_structured: bool
    temperature: bool
    effort: bool
    seed: bool
    token_parameter: TokenParameter
    instruction_role: InstructionRole
    context_tokens: int | None = None

    def __post_init__(self) -> None:
        require(
            self.vision or not self.vision_and_structured,
            "a model without vision cannot see and obey a schema at once",
        )
        require(
            self.context_tokens is None or self.context_tokens > 0,
            f"context of {self.context_tokens} tokens; it is above 0",
        )
        require(
            (self.api is Api.RESPONSES)
            == (self.token_parameter is TokenParameter.MAX_OUTPUT_TOKENS),
            f"{self.token_parameter} with the API {self.api}; max_output_tokens belongs to "
            "responses, the other two to chat",
        )
        require(
            self.api is Api.CHAT or self.structured is not Structured.TOOL_STRICT,
            "tool_strict with the API responses; it belongs to chat, use json_schema",
        )

    @property
    def is_held_to_schema(self) -> bool:
        """Whether the server itself lets nothing through but the schema."""
        return self.structured in _STRICT

    @property
    def needs_two_steps(self) -> bool:
        """Whether a picture is first put into words because picture and schema do not mix."""
        return self.vision and not self.vision_and_structured

    @property
    def reasons(self) -> bool:
        """Whether it is known to think before it answers: it takes an effort, no temperature."""
        return self.effort and not self.temperature


def is_mode_strict(mode: str) -> bool:
    """Whether an answer that was asked for in this mode came under the server's own promise."""
    return not _STRICT.isdisjoint(mode.split())
