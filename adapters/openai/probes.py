"""The questions a doctor asks a model, and what the answers say about it."""

import json
from datetime import timedelta

from adapters.openai.calling import ask
from adapters.openai.client import ModelClient
from adapters.openai.findings import Finding, Level, failed, ok, warning
from adapters.openai.probe_picture import picture_of
from trading.canonical import Json
from trading.capabilities import Capability
from trading.model_errors import ModelError, ModelRefusedError
from trading.replies import FinishState, ModelReply, ModelRequest, Purpose

_PATIENCE = timedelta(seconds=60)
_ROOM = 2000
"""Tokens; a model that thinks first needs them, another stops after a few."""

_SHOWN = 60
_READY: Json = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}
_CODE: Json = {
    "type": "object",
    "properties": {"code": {"type": "string"}},
    "required": ["code"],
    "additionalProperties": False,
}
_READ_IT = "Which four characters are written in the picture? Answer with these characters alone."


def question(user: str, *, png: bytes | None = None, schema: Json = None) -> ModelRequest:
    """A short question of the doctor."""
    return ModelRequest(
        purpose=Purpose.PROBE,
        system="You are being tested. Answer briefly.",
        user=user,
        images=() if png is None else (png,),
        schema=schema,
        max_output_tokens=_ROOM,
        deadline=_PATIENCE,
    )


def probe_text(client: ModelClient, capability: Capability) -> list[Finding]:
    """Does it answer at all, and does it say what it will bill?"""
    try:
        reply = ask(client, question("Answer with the one word: ready"), capability)
    except ModelError as error:
        return [failed("text", error)]
    return [_about_text(reply), _about_usage(reply)]


def probe_schema(client: ModelClient, capability: Capability) -> Finding:
    """Does it obey a schema that its instructions do not mention?"""
    # Prose is asked for, so that only a server that enforces the schema answers with JSON.
    asked = question("Write one sentence about rain.", schema=_READY)
    try:
        reply = ask(client, asked, capability)
    except ModelRefusedError as error:
        return warning("schema", error.said, _OTHER_WAY)
    except ModelError as error:
        return failed("schema", error)
    if isinstance(_object_in(reply).get("ready"), bool):
        return ok("schema", f"obeyed ({capability.structured})")
    return warning("schema", f"ignored: it answers {_shown(reply)}", _OTHER_WAY)


def probe_vision(client: ModelClient, capability: Capability, code: str) -> Finding:
    """Does a picture arrive?"""
    if not capability.vision:
        return warning("vision", "the model is listed as one without", _NO_PICTURES)
    try:
        reply = ask(client, question(_READ_IT, png=picture_of(code)), capability)
    except ModelRefusedError as error:
        return Finding("vision", Level.FAIL, error.said, _NO_PICTURES)
    except ModelError as error:
        return failed("vision", error)
    if code in (reply.text or "").upper():
        return ok("vision", "it reads a code from a picture")
    seen = f"the picture shows {code} and it answers {_shown(reply)}"
    return Finding("vision", Level.FAIL, seen, _DROPPED)


def probe_both(client: ModelClient, capability: Capability, code: str) -> Finding:
    """Does it see a picture and obey a schema in one question?"""
    name = "vision and schema"
    if capability.needs_two_steps:
        return warning(name, "listed as not possible together", _TWO_STEPS)
    asked = question(_READ_IT, png=picture_of(code), schema=_CODE)
    try:
        reply = ask(client, asked, capability)
    except ModelRefusedError as error:
        return warning(name, error.said, _TWO_STEPS)
    except ModelError as error:
        return failed(name, error)
    if str(_object_in(reply).get("code")).upper() == code:
        return ok(name, "both in one question")
    seen = f"the picture shows {code} and it answers {_shown(reply)}"
    return warning(name, seen, _TWO_STEPS)


_OTHER_WAY = (
    "Let the schema be told in the instructions (structured = json_object or prompt); answers "
    "are checked either way."
)
_NO_PICTURES = "Use a model with vision, or let this one decide on numbers alone (image none)."
_DROPPED = (
    "The picture was dropped or made too small on its way: check what stands between, whether the "
    "model is one with vision, and the server's limit on picture size."
)
_TWO_STEPS = "The picture will be put into words first, with a second call per question."


def _about_text(reply: ModelReply) -> Finding:
    name = reply.model or "a model without a name"
    if reply.text and reply.text.strip():
        return ok("text", f"{name} answers in {reply.latency.total_seconds():.1f} s")
    if reply.finish is FinishState.TRUNCATED:
        to_do = "It thinks longer than it may speak: lower its effort or raise its output limit."
        return Finding("text", Level.FAIL, f"cut off after {_ROOM} tokens, with no word", to_do)
    to_do = "Ask the server's log why; a chat template may be missing."
    return Finding("text", Level.FAIL, f"{name} answers without a word", to_do)


def _about_usage(reply: ModelReply) -> Finding:
    if reply.usage is None:
        to_do = "Costs are booked as estimated; with a budget, set a price you are sure of."
        return warning("usage", "the server does not say how many tokens it used", to_do)
    return ok("usage", f"{reply.usage.input} tokens in, {reply.usage.output} out")


def _object_in(reply: ModelReply) -> dict[str, object]:
    try:
        parsed = json.loads(reply.text or "")
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _shown(reply: ModelReply) -> str:
    said = " ".join((reply.text or reply.refusal or "nothing").split())
    return repr(said if len(said) <= _SHOWN else said[:_SHOWN] + "…")
