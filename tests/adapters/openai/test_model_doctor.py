"""The doctor finds what is wrong with a model by asking it, and says what to do."""

import base64
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageOps

from adapters.openai.client import ModelClient, connect_model
from adapters.openai.doctor import measured, probe
from adapters.openai.findings import Finding, Level, warning
from adapters.openai.probe_picture import _ALPHABET, SIDE, new_code, picture_of
from tests.adapters.openai.model_builders import CHAT, access_to, chat_answer
from tests.adapters.openai.scripted_model_server import (
    Scripted,
    ScriptedModelServer,
    as_json,
    error,
)
from trading.capabilities import Capability, Structured

CODE = "AC34"
MODELS = as_json({"data": [{"id": "vision-1"}, {"id": "vision-2"}]})
READY = as_json(chat_answer("ready"))
OBEYED = as_json(chat_answer('{"ready": true}'))
READ = as_json(chat_answer(f"It says {CODE.lower()}."))
BOTH = as_json(chat_answer(f'{{"code": "{CODE}"}}'))
HEALTHY = [MODELS, READY, OBEYED, READ, BOTH]


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
        "vision and schema",
    ]
    assert {one.level for one in found.values()} == {Level.OK}
    assert {one.to_do for one in found.values()} == {""}


PROSE = as_json(chat_answer("Rain falls."))
NO_BILL = as_json({**chat_answer("ready"), "usage": None})
CUT = as_json(chat_answer(None, finish="length"))
SILENT = as_json(chat_answer(""))
PAGE = Scripted(body=b"<html>")
NO_IMAGES = error(400, "At most 0 image(s) may be provided in one prompt.")
NO_MIX = error(400, "json_schema is not supported together with images")


@pytest.mark.parametrize(
    ("answers", "name", "level", "to_do"),
    [
        ([error(401)], "key", Level.FAIL, "copy it again"),
        ([error(403)], "key", Level.FAIL, "rights"),
        ([error(429, code="insufficient_quota")], "quota", Level.FAIL, "add credit"),
        ([error(503)], "server", Level.FAIL, "Try again later"),
        ([error(404), *HEALTHY[1:]], "server", Level.WARN, "if the next check is good"),
        ([PAGE, *HEALTHY[1:]], "server", Level.WARN, "if the next check is good"),
        ([as_json({"data": []}), *HEALTHY[1:]], "model", Level.WARN, "none at all"),
        (
            [as_json({"data": [{"id": "vision-12"}]}), *HEALTHY[1:]],
            "model",
            Level.WARN,
            "It has vision-12",
        ),
        ([MODELS, error(404, code="model_not_found")], "text", Level.FAIL, "check its name"),
        ([MODELS, CUT], "text", Level.FAIL, "lower its effort"),
        ([MODELS, SILENT], "text", Level.FAIL, "log"),
        ([MODELS, NO_BILL, OBEYED, READ, BOTH], "usage", Level.WARN, "booked as estimated"),
        ([MODELS, READY, PROSE, READ, BOTH], "schema", Level.WARN, "json_object or prompt"),
        ([MODELS, READY, error(400), READ, BOTH], "schema", Level.WARN, "json_object or prompt"),
        ([MODELS, READY, error(500), READ, BOTH], "schema", Level.FAIL, "Try again later"),
        ([MODELS, READY, OBEYED, PROSE], "vision", Level.FAIL, "dropped"),
        ([MODELS, READY, OBEYED, NO_IMAGES], "vision", Level.FAIL, "model with vision"),
        ([MODELS, READY, OBEYED, error(500)], "vision", Level.FAIL, "Try again later"),
        ([MODELS, READY, OBEYED, READ, NO_MIX], "vision and schema", Level.WARN, "words first"),
        ([MODELS, READY, OBEYED, READ, PROSE], "vision and schema", Level.WARN, "words first"),
        ([MODELS, READY, OBEYED, READ, error(500)], "vision and schema", Level.FAIL, "later"),
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

    assert findings(client, server, *HEALTHY[:3], capability=blind)["vision"].level is Level.WARN
    together = findings(client, server, *HEALTHY[:4], capability=separate)["vision and schema"]
    assert together.level is Level.WARN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vision", replace(CHAT, vision=False, vision_and_structured=False)),
        ("vision and schema", replace(CHAT, vision_and_structured=False)),
        ("schema", replace(CHAT, structured=Structured.PROMPT)),
        ("usage", CHAT),
    ],
)
def test_what_was_found_corrects_what_was_known(name: str, expected: Capability) -> None:
    assert measured(CHAT, [warning(name, "no", "")]) == expected
    assert measured(CHAT, []) == CHAT


def test_a_server_that_ignores_schemas_is_told_them_in_words_from_then_on(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    found = findings(client, server, MODELS, READY, PROSE, READ, BOTH)

    assert found["vision and schema"].level is Level.OK
    assert "response_format" in server.asked[2].body
    assert "response_format" not in server.asked[4].body


def test_the_picture_is_small_and_shows_its_code(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    findings(client, server, *HEALTHY)

    sent = str(server.asked[3].body["messages"]).partition("base64,")[2].partition("'")[0]
    assert base64.b64decode(sent) == picture_of(CODE)
    with Image.open(BytesIO(picture_of(CODE))) as picture:
        assert picture.size == (SIDE, SIDE)


@pytest.mark.parametrize("character", _ALPHABET)
def test_every_code_fits_into_the_picture(character: str) -> None:
    with Image.open(BytesIO(picture_of(character * 4))) as picture:
        box = ImageOps.invert(picture).getbbox()

    assert box is not None
    left, top, right, bottom = box
    assert 0 < left < right < SIDE
    assert 0 < top < bottom < SIDE


def test_a_code_cannot_be_guessed() -> None:
    assert len({new_code() for _ in range(20)}) > 10
