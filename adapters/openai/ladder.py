"""How strictly a server can be held to a schema, tried from strict to hopeful."""

from dataclasses import replace

from adapters.openai.examined import Examined
from adapters.openai.findings import Finding, Level, warning
from adapters.openai.probes import probe_schema
from trading.capabilities import Api, Capability, Structured

_LADDER = tuple(Structured)


def probe_ladder(examined: Examined, capability: Capability) -> tuple[Finding, Capability]:
    """Whether the schema is obeyed as it is asked for, and on which rung it is if not.

    The last rung, telling the schema in words, is taken untried: what comes of it is read with
    nothing taken for granted.
    """
    first = probe_schema(examined, capability)
    if first.level is not Level.WARN:
        return first, capability
    for rung in _below(capability):
        lower = replace(capability, structured=rung)
        if probe_schema(examined, lower).level is Level.OK:
            return warning("schema", f"{first.seen}; obeyed as {rung}", first.to_do), lower
    return first, replace(capability, structured=Structured.PROMPT)


def _below(capability: Capability) -> list[Structured]:
    """The rungs between the one that is asked on and the last."""
    lower = _LADDER[_LADDER.index(capability.structured) + 1 : -1]
    is_chat = capability.api is Api.CHAT
    return [rung for rung in lower if is_chat or rung is not Structured.TOOL_STRICT]
