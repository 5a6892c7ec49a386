"""The Responses API, as OpenAI's own host speaks it.

https://platform.openai.com/docs/api-reference/responses (the SDK's types of openai 3.52, read
2026-11-21). `store` is off because that host keeps questions and answers otherwise.
"""

from adapters.openai.access import ModelAccess
from adapters.openai.received import Body, Received, part, parts, text
from adapters.openai.usage import RESPONSES_NAMES, read_usage
from adapters.openai.wording import SCHEMA_NAME, Wire, data_uri, sendable, with_schema_told
from trading.canonical import Json
from trading.capabilities import Capability, Structured
from trading.replies import FinishState, ModelReply, ModelRequest

PATH = "/responses"

_COMMENTARY = "commentary"
"""The phase of a message in which a model only tells what it is about to do."""

_WITHOUT_END = {"failed", "cancelled", "queued", "in_progress"}


def request_body(request: ModelRequest, access: ModelAccess, capability: Capability) -> Wire:
    """The question on the wire. The unchanging part comes first, so that servers can cache it."""
    body: Wire = {
        "model": access.model,
        "instructions": sendable(_instructions(request, capability)),
        "input": [{"role": "user", "content": _content(request)}],
        capability.token_parameter.value: request.max_output_tokens,
        "store": False,
    }
    if request.schema is not None and (form := _form(request.schema, capability)) is not None:
        body["text"] = {"format": form}
    if access.effort is not None:
        body["reasoning"] = {"effort": access.effort}
    if access.temperature is not None:
        body["temperature"] = access.temperature
    return body


def read_reply(received: Received) -> ModelReply:
    """What the server said; text is None where there is no answer in it."""
    body = received.body()
    contents = [
        content
        for item in parts(body, "output")
        if item.get("type") == "message" and item.get("phase") != _COMMENTARY
        for content in parts(item, "content")
    ]
    texts = [text(one, "text") for one in contents if one.get("type") == "output_text"]
    refusals = [text(one, "refusal") for one in contents if one.get("type") == "refusal"]
    return ModelReply(
        raw=received.raw,
        text="".join(texts) if texts else None,
        refusal=" ".join(refusals),
        finish=_finish(body),
        usage=read_usage(body, RESPONSES_NAMES),
        model=text(body, "model"),
        request_id=received.request_id or text(body, "id"),
        latency=received.latency,
        first_byte=received.first_byte,
    )


def is_answer(body: Body) -> bool:
    """Whether this is an answer of the Responses API at all."""
    return isinstance(body.get("output"), list)


def has_ended(body: Body) -> bool:
    """Whether the model came to an end; what it said before it was stopped is no answer."""
    return text(body, "status") not in _WITHOUT_END


def _finish(body: Body) -> FinishState:
    reason = text(part(body, "incomplete_details"), "reason")
    match text(body, "status"), reason:
        case "completed", _:
            return FinishState.COMPLETE
        case "incomplete", "content_filter":
            return FinishState.FILTERED
        case "incomplete", _:
            return FinishState.TRUNCATED
        case _:
            return FinishState.UNKNOWN


def _instructions(request: ModelRequest, capability: Capability) -> str:
    if request.schema is None or capability.structured is Structured.JSON_SCHEMA:
        return request.system
    return with_schema_told(request.system, request.schema)


def _content(request: ModelRequest) -> list[Wire]:
    asked: list[Wire] = [{"type": "input_text", "text": sendable(request.user)}]
    shown: list[Wire] = [
        {"type": "input_image", "image_url": data_uri(png), "detail": "high"}
        for png in request.images
    ]
    return asked + shown


def _form(schema: Json, capability: Capability) -> Wire | None:
    match capability.structured:
        case Structured.JSON_SCHEMA:
            held: Wire = {"type": "json_schema", "name": SCHEMA_NAME}
            return held | {"strict": True, "schema": schema}
        case Structured.JSON_OBJECT:
            return {"type": "json_object"}
        case _:
            return None
