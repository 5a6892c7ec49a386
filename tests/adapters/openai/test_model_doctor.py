"""The doctor finds what is wrong with a model by asking it, and says what to do."""

import base64
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from adapters.openai.client import ModelClient, connect_model
from adapters.openai.doctor import measured, probe
from adapters.openai.findings import Finding, Level, warning
from adapters.openai.probe_picture import SIDE, picture_of, sheet_of
from tests.adapters.openai.model_builders import (
    CHAT,
    RESPONSES,
    access_to,
    chat_answer,
    responses_answer,
    said,
)
from tests.adapters.openai.scripted_model_server import (
    Scripted,
    ScriptedModelServer,
    as_json,
    error,
)
from trading.capabilities import Capability

CODE = "AC34"
TOGETHER = "vision and schema"
WARN, FAIL = Level.WARN, Level.FAIL
MODELS = as_json({"data": [{"id": "vision-1"}, {"id": "vision-2"}]})
READY = as_json(chat_answer("ready"))
OBEYED = as_json(chat_answer('{"ready": true}'))
READ = as_json(chat_answer(f"It says {CODE.lower()}."))
BOTH = as_json(chat_answer(f'{{"code": "{CODE}"}}'))
HEALTHY = [MODELS, READY, OBEYED, READ, READ, BOTH]


def findings(
    client: ModelClient,
    server: ScriptedModelServer,
    *answers: Scripted,
    capability: Capability = CHAT,
) -> dict[str, Finding]:
    server.answers.extend(answers)
    return {one.name: one for one in probe(client, capability, code=lambda: CODE)}


def test_a_healthy_model_has_nothing_to_do(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    found = findings(client, server, *HEALTHY)

    assert list(found) == [
        "server",
        "key",
        "model",
        "text",
        "usage",
        "schema",
        "vision",
        "detail",
        "vision and schema",
    ]
    assert {one.level for one in found.values()} == {Level.OK}
    assert {one.to_do for one in found.values()} == {""}


PROSE = as_json(chat_answer("Rain falls."))
NO_BILL = as_json({**chat_answer("ready"), "usage": None})
OTHER = as_json({**chat_answer("ready"), "model": "cheaper-2"})
CUT = as_json(chat_answer(None, finish="length"))
SILENT = as_json(chat_answer(""))
PAGE = Scripted(body=b"<html>")
NO_IMAGES = error(400, "At most 0 image(s) may be provided in one prompt.")
CRASH = Scripted(is_dropped=True)
NO_MIX = error(400, "json_schema is not supported together with images")


@pytest.mark.parametrize(
    ("answers", "name", "level", "to_do"),
    [
        ([error(401)], "key", FAIL, "copy it again"),
        ([error(403)], "key", FAIL, "rights"),
        ([error(429, code="insufficient_quota")], "quota", FAIL, "add credit"),
        ([error(503)], "server", FAIL, "Try again later"),
        ([error(404), *HEALTHY[1:]], "server", WARN, "if the next check is good"),
        ([PAGE, *HEALTHY[1:]], "server", WARN, "if the next check is good"),
        ([as_json({"data": []}), *HEALTHY[1:]], "model", WARN, "none at all"),
        (
            [as_json({"data": [{"id": "vision-12"}]}), *HEALTHY[1:]],
            "model",
            Level.WARN,
            "It has vision-12",
        ),
        ([MODELS, error(404, code="model_not_found")], "text", FAIL, "check its name"),
        ([MODELS, OTHER, OBEYED, READ, READ, BOTH], "name", WARN, "name this one instead"),
        ([MODELS, CUT], "text", FAIL, "lower its effort"),
        ([MODELS, SILENT], "text", FAIL, "log"),
        ([MODELS, READY, CUT, READ, READ, BOTH], "schema", FAIL, "lower its effort"),
        ([MODELS, READY, OBEYED, CUT], "vision", FAIL, "lower its effort"),
        ([MODELS, READY, OBEYED, READ, READ, CUT], TOGETHER, FAIL, "lower its"),
        ([MODELS, NO_BILL, OBEYED, READ, READ, BOTH], "usage", WARN, "booked as estimated"),
        ([MODELS, READY, *[PROSE] * 3, READ, READ, BOTH], "schema", WARN, "another way"),
        (
            [MODELS, READY, *[error(400)] * 3, READ, READ, BOTH],
            "schema",
            Level.WARN,
            "another way",
        ),
        (
            [MODELS, READY, error(400), OBEYED, READ, READ, BOTH],
            "schema",
            Level.WARN,
            "another way",
        ),
        ([MODELS, READY, error(500), READ, READ, BOTH], "schema", FAIL, "Try again later"),
        ([MODELS, READY, OBEYED, PROSE], "vision", FAIL, "dropped"),
        ([MODELS, READY, OBEYED, NO_IMAGES], "vision", FAIL, "model with vision"),
        ([MODELS, READY, OBEYED, error(500)], "vision", FAIL, "Try again later"),
        ([MODELS, READY, OBEYED, READ, PROSE, BOTH], "detail", WARN, "size or the tokens"),
        ([MODELS, READY, OBEYED, READ, NO_IMAGES, BOTH], "detail", WARN, "limit on the"),
        ([MODELS, READY, OBEYED, READ, CUT, BOTH], "detail", FAIL, "lower its effort"),
        ([MODELS, READY, OBEYED, READ, error(503), BOTH], "detail", FAIL, "later"),
        (
            [MODELS, READY, OBEYED, READ, READ, NO_MIX],
            "vision and schema",
            Level.WARN,
            "words first",
        ),
        (
            [MODELS, READY, OBEYED, READ, READ, PROSE],
            "vision and schema",
            Level.WARN,
            "words first",
        ),
        (
            [MODELS, READY, OBEYED, READ, READ, error(503)],
            "vision and schema",
            Level.FAIL,
            "later",
        ),
        (
            [MODELS, READY, OBEYED, READ, READ, CRASH],
            "vision and schema",
            Level.WARN,
            "words first",
        ),
        (
            [MODELS, READY, OBEYED, READ, READ, error(500)],
            "vision and schema",
            Level.WARN,
            "words",
        ),
    ],
)
def test_each_trouble_is_found_and_explained(
    client: ModelClient,
    server: ScriptedModelServer,
    answers: list[Scripted],
    name: str,
    level: Level,
    to_do: str,
) -> None:
    found = findings(client, server, *answers)

    assert found[name].level is level
    assert to_do in found[name].to_do
    assert not server.answers  # nothing that could only fail was left out, nor asked


@pytest.mark.parametrize("answer", [error(404), PAGE], ids=["no such path", "a web page"])
def test_a_forgotten_version_is_found(server: ScriptedModelServer, answer: Scripted) -> None:
    client = connect_model(access_to(server.url.removesuffix("/v1")))

    found = findings(client, server, answer)
    client.close()

    assert list(found) == ["server"]
    assert "Did you forget /v1" in found["server"].to_do


def test_what_a_model_is_known_not_to_do_is_not_asked(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    blind = replace(CHAT, vision=False, vision_and_structured=False)
    separate = replace(CHAT, vision_and_structured=False)

    unseen = findings(client, server, *HEALTHY[:3], capability=blind)["vision"]
    assert unseen.level is Level.WARN
    assert "vision = true" in unseen.to_do
    together = findings(client, server, *HEALTHY[:5], capability=separate)["vision and schema"]
    assert together.level is Level.WARN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vision", replace(CHAT, vision=False, vision_and_structured=False)),
        ("vision and schema", replace(CHAT, vision_and_structured=False)),
        ("schema", CHAT),
        ("usage", CHAT),
    ],
)
def test_what_was_found_corrects_what_was_known(name: str, expected: Capability) -> None:
    assert measured(CHAT, [warning(name, "no", "")]) == expected
    assert measured(CHAT, []) == CHAT


def test_a_server_that_ignores_schemas_is_told_them_in_words_from_then_on(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    found = findings(client, server, MODELS, READY, *[PROSE] * 3, READ, READ, BOTH)

    assert found["vision and schema"].level is Level.OK
    asked = [one.body for one in server.asked]
    assert asked[2]["response_format"]["type"] == "json_schema"  # type: ignore[index]
    assert asked[3]["tool_choice"] == "required"
    assert asked[4]["response_format"] == {"type": "json_object"}
    assert "response_format" not in asked[7]


@pytest.mark.parametrize(
    ("answers", "lines"),
    [
        ([*[PROSE] * 3, READ, READ, BOTH], ['structured = "prompt"']),
        ([PROSE, OBEYED, READ, READ, BOTH], ['structured = "tool_strict"']),
        ([PROSE, PROSE, OBEYED, READ, READ, BOTH], ['structured = "json_object"']),
        ([OBEYED, READ, READ, CRASH], ["vision_and_structured = false"]),
        (
            [PROSE, OBEYED, READ, READ, NO_MIX],
            ['structured = "tool_strict"', "vision_and_structured = false"],
        ),
    ],
)
def test_what_it_cannot_do_is_told_as_an_entry_for_the_owners_list(
    client: ModelClient, server: ScriptedModelServer, answers: list[Scripted], lines: list[str]
) -> None:
    told = findings(client, server, MODELS, READY, *answers)["list"]

    entry = "\n".join(["[[family]]", 'pattern = "vision-1"', *lines])
    assert told.level is Level.WARN
    assert told.to_do.endswith(f"AUTOTRADER_MODEL_LIST_FILE:\n{entry}")


@pytest.mark.parametrize(
    "answers",
    [
        HEALTHY,
        [MODELS, READY, OBEYED, PROSE],
        [MODELS, READY, error(503), READ, READ, BOTH],
        [MODELS, READY, OBEYED, READ, READ, error(503)],
        [MODELS, READY, OBEYED, READ, READ, CUT],
    ],
)
def test_without_anything_to_correct_there_is_no_entry(
    client: ModelClient, server: ScriptedModelServer, answers: list[Scripted]
) -> None:
    assert "list" not in findings(client, server, *answers)


def test_the_responses_api_has_no_rung_of_tools(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    prose, read, both = (
        as_json(responses_answer(said(text)))
        for text in ("Rain falls.", f"It says {CODE}.", f'{{"code": "{CODE}"}}')
    )
    ready = as_json(responses_answer(said("ready")))

    found = findings(
        client, server, MODELS, ready, prose, prose, read, read, both, capability=RESPONSES
    )

    assert 'structured = "prompt"' in found["list"].to_do
    assert [one.path for one in server.asked] == ["/v1/models", *["/v1/responses"] * 6]
    assert not any("tools" in one.body for one in server.asked)


def test_one_picture_is_as_large_as_a_chart_and_the_others_are_small(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    findings(client, server, *HEALTHY)

    sent = [
        str(asked.body["messages"]).partition("base64,")[2].partition("'")[0]
        for asked in server.asked[3:]
    ]
    assert [base64.b64decode(one) for one in sent] == [
        picture_of(CODE),
        sheet_of(CODE),
        picture_of(CODE),
    ]
    with Image.open(BytesIO(picture_of(CODE))) as picture:
        assert picture.size == (SIDE, SIDE)
