"""Chat Completions, as every compatible server speaks it (Ollama, vLLM, LM Studio, llama.cpp…).

https://platform.openai.com/docs/api-reference/chat (the SDK's types of openai 3.52, read
2026-11-21), kept to what those servers understand.
"""

from adapters.openai.access import ModelAccess
from adapters.openai.received import Body, Received, part, parts, text
from adapters.openai.usage import CHAT_NAMES, read_usage
from adapters.openai.wording import SCHEMA_NAME, Wire, data_uri, sendable, with_schema_told
from trading.canonical import Json
from trading.capabilities import Capability, Structured
from trading.replies import FinishState, ModelReply, ModelRequest

PATH = "/chat/completions"

_FINISH = {
    "stop": FinishState.COMPLETE,
    "tool_calls": FinishState.COMPLETE,
    "length": FinishState.TRUNCATED,
    # Where Mistral and some local servers ran out of the model's own room or the request's.
    "model_length": FinishState.TRUNCATED,
    "max_tokens": FinishState.TRUNCATED,
    "content_filter": FinishState.FILTERED,
}
_GIVEN_UP = {"error", "abort", "cancelled", "insufficient_system_resource"}
"""How routers, vLLM and DeepSeek call an end that was none."""

_TOLD_IN_WORDS = {Structured.JSON_OBJECT, Structured.PROMPT}


def request_body(request: ModelRequest, access: ModelAccess, capability: Capability) -> Wire:
    """The question on the wire. The unchanging part comes first, so that servers can cache it."""
    body: Wire = {
        "model": access.model,
        "messages": _messages(request, capability),
        capability.token_parameter.value: request.max_output_tokens,
    }
    if request.schema is not None:
        body |= _held_to(request.schema, capability.structured)
    if access.effort is not None:
        body["reasoning_effort"] = access.effort
    if access.seed is not None:
        body["seed"] = access.seed
    if access.temperature is not None:
        body["temperature"] = access.temperature
    return body


def read_reply(received: Received) -> ModelReply:
    """What the server said in its first choice; text is None where there is no answer in it."""
    body = received.body()
    choice = next(iter(parts(body, "choices")), {})
    message = part(choice, "message")
    return ModelReply(
        raw=received.raw,
        text=_content_of(message),
        refusal=text(message, "refusal"),
        finish=_FINISH.get(text(choice, "finish_reason"), FinishState.UNKNOWN),
        usage=read_usage(body, CHAT_NAMES),
        model=text(body, "model"),
        request_id=received.request_id or text(body, "id"),
        latency=received.latency,
        first_byte=received.first_byte,
    )


def is_answer(body: Body) -> bool:
    """Whether this is an answer of Chat Completions at all."""
    return isinstance(body.get("choices"), list)


def has_ended(body: Body) -> bool:
    """Whether the model came to an end; what it said before it was stopped is no answer."""
    choice = next(iter(parts(body, "choices")), {})
    return text(choice, "finish_reason") not in _GIVEN_UP


def _content_of(message: Body) -> str | None:
    """The text; the arguments of our function where the answer came as a call of it.

    Two calls are two answers: both are given, and whoever reads them picks none.
    """
    called = [
        text(function, "arguments")
        for call in parts(message, "tool_calls")
        if (function := part(call, "function")).get("name") == SCHEMA_NAME
        and isinstance(function.get("arguments"), str)
    ]
    if called:
        return "\n".join(called)
    content = message.get("content")
    if isinstance(content, list):
        # Some servers answer in the same parts that questions are made of.
        pieces = [text(one, "text") for one in parts(message, "content")]
        return "".join(pieces) if pieces else None
    return content if isinstance(content, str) else None


def _messages(request: ModelRequest, capability: Capability) -> list[Wire]:
    instructions = request.system
    if request.schema is not None and capability.structured in _TOLD_IN_WORDS:
        instructions = with_schema_told(instructions, request.schema)
    asked: Wire = {"role": "user", "content": _content(request)}
    if not instructions:
        return [asked]
    role = capability.instruction_role.value
    return [{"role": role, "content": sendable(instructions)}, asked]


def _content(request: ModelRequest) -> str | list[Wire]:
    if not request.images:
        return sendable(request.user)  # understood by servers that know no parts
    asked: list[Wire] = [{"type": "text", "text": sendable(request.user)}]
    shown: list[Wire] = [
        {"type": "image_url", "image_url": {"url": data_uri(png), "detail": "high"}}
        for png in request.images
    ]
    return asked + shown


def _held_to(schema: Json, structured: Structured) -> Wire:
    named: Wire = {"name": SCHEMA_NAME, "strict": True}
    match structured:
        case Structured.JSON_SCHEMA:
            held: Wire = {"type": "json_schema", "json_schema": named | {"schema": schema}}
            return {"response_format": held}
        case Structured.TOOL_STRICT:
            tool: Wire = {"type": "function", "function": named | {"parameters": schema}}
            # "required" with one function is the same as naming it, and LM Studio knows only this.
            return {"tools": [tool], "tool_choice": "required"}
        case Structured.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Structured.PROMPT:
            return {}
