"""The doctor and the two steps against the stand-in server, which looks at the pixels."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from adapters.openai.access import ModelAccess
from adapters.openai.client import connect_model
from adapters.openai.doctor import measured, probe
from adapters.openai.findings import Finding, Level
from adapters.openai.limited import CallLimit
from adapters.openai.model import Model
from adapters.openai.probe_picture import picture_of
from config.models import known_capability
from tests.adapters.openai.model_builders import REQUEST
from trading.canonical import Json
from trading.capabilities import Capability

CHAT = known_capability("stand-in-vision", native=False)
RESPONSES = known_capability("stand-in-vision", native=True)
CODE_SCHEMA: Json = {
    "type": "object",
    "properties": {"chart_code": {"type": "string"}},
    "required": ["chart_code"],
    "additionalProperties": False,
}


class StandIn:
    """The stand-in server as a process."""

    def __init__(self, told: dict[str, str]) -> None:
        self.access = ModelAccess(
            told["base_url"], SecretStr(told["api_key"]), model="stand-in-vision"
        )
        self._control = told["control"]
        self._token = told["control_token"]

    def can(self, **wishes: str) -> None:
        """Everything, except for what is wished."""
        able = dict.fromkeys(("vision", "json_schema", "vision_and_schema", "responses"), "yes")
        headers = {"x-control-token": self._token}
        answer = httpx.post(f"{self._control}/capabilities", json=able | wishes, headers=headers)
        answer.raise_for_status()


@pytest.fixture(scope="module")
def _running() -> Iterator[StandIn]:
    command = [sys.executable, "-m", "model_sim", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield StandIn(json.loads(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def stand_in(_running: StandIn) -> StandIn:
    _running.can()
    return _running


def findings(access: ModelAccess, capability: Capability = CHAT) -> dict[str, Finding]:
    client = connect_model(access)
    try:
        return {one.name: one for one in probe(client, capability)}
    finally:
        client.close()


@pytest.mark.parametrize("capability", [CHAT, RESPONSES], ids=["chat", "responses"])
def test_it_is_healthy_in_both_apis(stand_in: StandIn, capability: Capability) -> None:
    found = findings(stand_in.access, capability)

    assert {one.level for one in found.values()} == {Level.OK}


@pytest.mark.parametrize(
    ("wish", "name", "level", "to_do"),
    [
        ({"vision": "refuse"}, "vision", Level.FAIL, "model with vision"),
        ({"vision": "ignore"}, "vision", Level.FAIL, "dropped"),
        ({"json_schema": "refuse"}, "schema", Level.WARN, "another way"),
        ({"json_schema": "ignore"}, "schema", Level.WARN, "another way"),
        ({"vision_and_schema": "refuse"}, "vision and schema", Level.WARN, "words first"),
        ({"vision_and_schema": "ignore"}, "vision and schema", Level.WARN, "words first"),
    ],
)
def test_what_it_cannot_do_is_found(
    stand_in: StandIn, wish: dict[str, str], name: str, level: Level, to_do: str
) -> None:
    stand_in.can(**wish)

    found = findings(stand_in.access)

    assert {one.name for one in found.values() if one.level is not Level.OK} - {"list"} == {name}
    assert ("list" in found) is (level is Level.WARN)
    assert found[name].level is level
    assert to_do in found[name].to_do


def test_a_chat_only_server_is_told_from_a_dead_one(stand_in: StandIn) -> None:
    stand_in.can(responses="refuse")

    assert "speaks this API" in findings(stand_in.access, RESPONSES)["text"].to_do


def test_a_wrong_key_and_a_forgotten_version_are_found(stand_in: StandIn) -> None:
    wrong_key = replace(stand_in.access, api_key=SecretStr("sk-wrong"))
    bare = replace(stand_in.access, base_url=stand_in.access.base_url.removesuffix("/v1"))

    assert "copy it again" in findings(wrong_key)["key"].to_do
    assert "Did you forget /v1" in findings(bare)["server"].to_do


def test_a_picture_is_read_in_two_steps(stand_in: StandIn) -> None:
    stand_in.can(vision_and_schema="refuse")
    client = connect_model(stand_in.access)
    capability = measured(CHAT, probe(client, CHAT))
    asked = replace(
        REQUEST,
        images=(picture_of("KXN4"),),
        schema=CODE_SCHEMA,
        deadline=timedelta(seconds=20),
    )

    reply = Model(client, capability, CallLimit(1)).ask(asked)
    client.close()

    assert capability.needs_two_steps
    assert json.loads(reply.text or "") == {"chart_code": "KXN4"}
