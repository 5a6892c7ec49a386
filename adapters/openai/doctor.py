"""What is wrong with a model, found by asking it: address, key, name, schema, vision, bill."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches

from adapters.openai.advice import forgotten_version
from adapters.openai.client import ModelClient
from adapters.openai.examined import Examined
from adapters.openai.findings import Finding, Level, failed, ok, warning
from adapters.openai.ladder import probe_ladder
from adapters.openai.model import directly
from adapters.openai.probe_picture import new_code
from adapters.openai.probes import probe_both, probe_detail, probe_text, probe_vision
from adapters.openai.received import Received, parts, text
from trading.capabilities import Capability
from trading.model_errors import ModelError, ModelRefusedError, RefusalKind
from trading.model_port import Around

_PATIENCE = timedelta(seconds=20)


def probe(
    client: ModelClient,
    capability: Capability,
    *,
    code: Callable[[], str] = new_code,
    around: Around = directly,
) -> list[Finding]:
    """Findings in the order of the checks; later ones are left out where they could only fail.

    Asks five short questions, three of them with a picture that shows a fresh `code`, one of
    these as large as a chart; and up to two more where a schema is not obeyed. Each of them is
    sent through what `around` makes of it.
    """
    findings = _server(client)
    if _is_over(findings):
        return findings
    examined = Examined(client, around)
    findings += probe_text(examined, capability)
    if _is_over(findings):
        return findings
    schema, held = probe_ladder(examined, capability)
    findings += [schema, probe_vision(examined, held, code())]
    if findings[-1].level is Level.OK:
        findings.append(probe_detail(examined, held, code()))
        # Seen together with a schema as it will be asked for.
        findings.append(probe_both(examined, held, code()))
    return findings + _correction(client, capability, measured(held, findings))


def measured(capability: Capability, findings: list[Finding]) -> Capability:
    """The capability with the sight that was found; it never gains what it was not known to do."""
    levels = {finding.name: finding.level for finding in findings}
    if levels.get("vision", Level.OK) is not Level.OK:
        capability = replace(capability, vision=False, vision_and_structured=False)
    # A failure, such as a busy server, says nothing about what the two are together.
    if levels.get("vision and schema") is Level.WARN:
        capability = replace(capability, vision_and_structured=False)
    return capability


def _correction(client: ModelClient, listed: Capability, found: Capability) -> list[Finding]:
    """What the owner has to write down, where the model can do less than its list says."""
    lines = []
    if found.structured is not listed.structured:
        lines.append(f'structured = "{found.structured}"')
    if found.needs_two_steps and not listed.needs_two_steps:
        lines.append("vision_and_structured = false")
    if not lines:
        return []
    name = client.access.model.lower().rpartition("/")[2]
    entry = "\n".join(("[[family]]", f'pattern = "{name}"', *lines))
    to_do = f"Write this into a file and name it in AUTOTRADER_MODEL_LIST_FILE:\n{entry}"
    return [warning("list", "it can do less than the list of models says", to_do)]


def _is_over(findings: list[Finding]) -> bool:
    return any(finding.level is Level.FAIL for finding in findings)


def _server(client: ModelClient) -> list[Finding]:
    access = client.access
    try:
        received = client.get("/models", _PATIENCE)
    except ModelRefusedError as error:
        return [_refused(client, error)]
    except ModelError as error:
        return [failed("server", error)]
    if not isinstance(received.body().get("data"), list):
        return [_no_list(client, "its /models is no list of models")]
    key = "accepted" if access.api_key.get_secret_value() else "none needed"
    return [ok("server", f"{access.server} answers"), ok("key", key), _model(client, received)]


def _refused(client: ModelClient, error: ModelRefusedError) -> Finding:
    match error.kind:
        case RefusalKind.WRONG_KEY | RefusalKind.NOT_ALLOWED:
            return failed("key", error)
        case RefusalKind.NO_QUOTA:
            return failed("quota", error)
        case _:
            return _no_list(client, error.said)


def _no_list(client: ModelClient, seen: str) -> Finding:
    """Not every server lists its models, but an address without a version is usually wrong."""
    to_do = forgotten_version(client.access)
    if client.access.names_a_version:
        return warning("server", seen, "Nothing, if the next check is good. " + to_do)
    return Finding("server", Level.FAIL, seen, to_do)


def _model(client: ModelClient, received: Received) -> Finding:
    wanted = client.access.model
    listed = [text(one, "id") for one in parts(received.body(), "data")]
    names = [name for name in listed if name.isprintable()]
    if wanted in names:
        return ok("model", f"{wanted} is there")
    near = get_close_matches(wanted, names, n=3, cutoff=0.4) or names[:3]
    there = f"It has {', '.join(near)}." if near else "It lists none at all."
    return warning(
        "model",
        f"{wanted} is not among the {len(names)} models of the server",
        f"Check its name. {there}",
    )
