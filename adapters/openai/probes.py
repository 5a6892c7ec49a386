"""The questions a doctor asks a model, and what the answers say about it."""

import json
from datetime import timedelta

from adapters.openai.examined import Examined
from adapters.openai.findings import Finding, Level, failed, ok, warning
from adapters.openai.probe_picture import picture_of, sheet_of
from trading.canonical import Json
from trading.capabilities import Capability
from trading.model_errors import ModelError, ModelRefusedError, NotSentError
from trading.model_names import is_same_model
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


def ready_question() -> ModelRequest:
    """Does it obey a schema that its instructions do not mention?"""
    # Prose is asked for, so that only a server that enforces the schema answers with JSON.
    return question("Write one sentence about rain.", schema=_READY)


def code_question(png: bytes) -> ModelRequest:
    """Does it read the code in `png` and obey a schema in one question?"""
    return question(_READ_IT, png=png, schema=_CODE)


def probe_text(examined: Examined, capability: Capability) -> list[Finding]:
    """Does it answer at all, and does it say what it will bill?"""
    try:
        reply = examined.ask(question("Answer with the one word: ready"), capability)
    except ModelError as error:
        return [failed("text", error)]
    return [_about_text(reply), *_about_name(examined.model, reply), _about_usage(reply)]


def probe_schema(examined: Examined, capability: Capability) -> Finding:
    """Does it obey a schema that its instructions do not mention?"""
    try:
        reply = examined.ask(ready_question(), capability)
    except ModelRefusedError as error:
        return warning("schema", error.said, _OTHER_WAY)
    except ModelError as error:
        return failed("schema", error)
    if reply.finish is FinishState.TRUNCATED:
        return _cut_off("schema")
    if isinstance(_object_in(reply).get("ready"), bool):
        return ok("schema", f"obeyed ({capability.structured})")
    return warning("schema", f"ignored: it answers {_words(reply)}", _OTHER_WAY)


def probe_vision(examined: Examined, capability: Capability, code: str) -> Finding:
    """Does a picture arrive?"""
    if not capability.vision:
        return warning("vision", "the model is listed as one without", _LISTED_BLIND)
    try:
        reply = examined.ask(question(_READ_IT, png=picture_of(code)), capability)
    except ModelRefusedError as error:
        return Finding("vision", Level.FAIL, error.said, _NO_PICTURES)
    except ModelError as error:
        return failed("vision", error)
    if reply.finish is FinishState.TRUNCATED:
        return _cut_off("vision")
    if code in (reply.text or "").upper():
        return ok("vision", "it reads a code from a picture")
    seen = f"the picture shows {code} and it answers {_words(reply)}"
    return Finding("vision", Level.FAIL, seen, _DROPPED)


def probe_detail(examined: Examined, capability: Capability, code: str) -> Finding:
    """Does a picture of a chart's size arrive as large as it left (lmstudio-bug-tracker #1898)?"""
    try:
        reply = examined.ask(question(_READ_IT, png=sheet_of(code)), capability)
    except ModelRefusedError as error:
        return warning("detail", error.said, _TOO_SMALL)
    except ModelError as error:
        return failed("detail", error)
    if reply.finish is FinishState.TRUNCATED:
        return _cut_off("detail")
    if code in (reply.text or "").upper():
        return ok("detail", "it reads what is as small as on a chart")
    seen = f"as small as on a chart {code} reads as {_words(reply)}"
    return warning("detail", seen, _TOO_SMALL)


def probe_both(examined: Examined, capability: Capability, code: str) -> Finding:
    """Does it see a picture and obey a schema in one question?"""
    name = "vision and schema"
    if capability.needs_two_steps:
        return warning(name, "listed as not possible together", _IN_TWO_STEPS)
    try:
        reply = examined.ask(code_question(picture_of(code)), capability)
    except ModelRefusedError as error:
        return warning(name, error.said, _TWO_STEPS)
    except ModelError as error:
        if error.evidence.status in _BUSY or isinstance(error, NotSentError):
            return failed(name, error)
        # What it answered one by one a moment ago it does not survive together.
        return warning(name, error.said, _TWO_STEPS)
    return _about_both(name, reply, code)


def _about_both(name: str, reply: ModelReply, code: str) -> Finding:
    if reply.finish is FinishState.TRUNCATED:
        return _cut_off(name)
    if str(_object_in(reply).get("code")).upper() == code:
        return ok(name, "both in one question")
    seen = f"the picture shows {code} and it answers {_words(reply)}"
    return warning(name, seen, _TWO_STEPS)


_BUSY = {408, 409, 429, 503, 504, 529}
_OTHER_WAY = (
    "Let it be asked for the schema in another way: see `list` below. Answers are checked "
    "either way."
)
_NO_PICTURES = "Use a model with vision, or let this one decide on numbers alone (image none)."
_LISTED_BLIND = (
    f"{_NO_PICTURES} If it does see, say so in a list of your own (AUTOTRADER_MODEL_LIST_FILE): "
    "vision = true, vision_and_structured = true."
)
_DROPPED = (
    "The picture was dropped or made too small on its way: check what stands between, whether the "
    "model is one with vision, and the server's limit on picture size."
)
_TOO_SMALL = (
    "It will not find the code of a chart, and answers without it are not believed: raise the "
    "server's limit on the size or the tokens of a picture, or decide on numbers alone (image "
    "none)."
)
_TWO_STEPS = (
    "Let the picture be put into words first, with a second call per question: see `list` below."
)
_IN_TWO_STEPS = "Nothing: the picture is put into words first, with a second call per question."


def _about_text(reply: ModelReply) -> Finding:
    name = reply.model or "a model without a name"
    if reply.text and reply.text.strip():
        return ok("text", f"{name} answers in {reply.latency.total_seconds():.1f} s")
    if reply.finish is FinishState.TRUNCATED:
        return _cut_off("text")
    to_do = "Ask the server's log why; a chat template may be missing."
    return Finding("text", Level.FAIL, f"{name} answers without a word", to_do)


def _about_name(asked: str, reply: ModelReply) -> list[Finding]:
    """Nothing where the model that was asked answers, by its name or a dated one of it."""
    if is_same_model(asked, reply.model):
        return []
    to_do = "What is learned of one model must not be counted for another: name this one instead."
    return [warning("name", f"{asked} was asked and {_shown(reply.model)} answers", to_do)]


def _cut_off(name: str) -> Finding:
    """Nothing is known of a model that was still thinking; least of all what it cannot do."""
    to_do = "It thinks longer than it may speak: lower its effort or raise its output limit."
    return Finding(name, Level.FAIL, f"cut off after {_ROOM} tokens, with no answer", to_do)


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


def _words(reply: ModelReply) -> str:
    return _shown(reply.text or reply.refusal or "nothing")


def _shown(text: str) -> str:
    said = " ".join(text.split())
    return repr(said if len(said) <= _SHOWN else said[:_SHOWN] + "…")
