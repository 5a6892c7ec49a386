"""Requests, capabilities and answers with defaults; a test changes one field."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from adapters.openai.access import ModelAccess
from adapters.openai.retrying import Waiting
from trading.canonical import Json
from trading.capabilities import Api, Capability, InstructionRole, Structured, TokenParameter
from trading.replies import FinishState, ModelReply, ModelRequest, Purpose, Usage

KEY = "sk-test-0123456789"
PNG = b"\x89PNG picture"
SCHEMA: Json = {
    "type": "object",
    "properties": {},
    "required": [],
    "additionalProperties": False,
}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

CHAT = Capability(
    api=Api.CHAT,
    structured=Structured.JSON_SCHEMA,
    vision=True,
    vision_and_structured=True,
    temperature=True,
    effort=True,
    seed=True,
    token_parameter=TokenParameter.MAX_TOKENS,
    instruction_role=InstructionRole.SYSTEM,
)
RESPONSES = replace(CHAT, api=Api.RESPONSES, token_parameter=TokenParameter.MAX_OUTPUT_TOKENS)

REQUEST = ModelRequest(
    purpose=Purpose.ANALYSE,
    system="You read charts.",
    user="What do you see?",
    images=(PNG,),
    schema=SCHEMA,
    max_output_tokens=1000,
    deadline=timedelta(seconds=60),
)
REPLY = ModelReply(
    raw=b"{}",
    text="seen",
    refusal="",
    finish=FinishState.COMPLETE,
    usage=Usage(10, 2),
    model="m",
    request_id="r",
    latency=timedelta(seconds=1),
)


def access_to(
    url: str = "http://127.0.0.1:1/v1",
    *,
    key: str = KEY,
    model: str = "vision-1",
    effort: str | None = None,
    temperature: float | None = None,
    seed: int | None = None,
) -> ModelAccess:
    return ModelAccess(
        url, SecretStr(key), model, effort=effort, temperature=temperature, seed=seed
    )


def chat_answer(
    content: object = "seen", *, finish: str = "stop", **message: object
) -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "vision-1-2026",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
    }


def responses_answer(
    *content: dict[str, object], status: str = "completed", reason: str | None = None
) -> dict[str, object]:
    return {
        "id": "resp_1",
        "object": "response",
        "status": status,
        "error": None,
        "incomplete_details": None if reason is None else {"reason": reason},
        "model": "vision-1-2026",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": list(content)},
        ],
        "usage": {
            "input_tokens": 12,
            "input_tokens_details": {"cached_tokens": 4},
            "output_tokens": 3,
            "output_tokens_details": {"reasoning_tokens": 2},
        },
    }


def said(words: str = "seen") -> dict[str, object]:
    return {"type": "output_text", "text": words, "annotations": []}


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps or a test says so."""

    seconds: float = 0.0
    luck: float = 0.0
    slept: list[float] = field(default_factory=list)

    def elapsed(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def waiting(self) -> Waiting:
        return Waiting(self.elapsed, self.sleep, lambda: self.luck)
