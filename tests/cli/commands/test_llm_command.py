"""`llm doctor` asks the model of the settings, or the one its options name."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from adapters.openai.findings import Level
from cli.commands.llm import chosen_access, examine
from config.model_access import ModelSettings
from tests.adapters.openai.model_builders import chat_answer
from tests.adapters.openai.scripted_model_server import ScriptedModelServer, as_json, error
from trading.errors import MisconfiguredError

SETTINGS = ModelSettings(
    model_api_key=SecretStr("sk-mine"),
    model_name="gpt-5",
    model_effort="low",
    model_seed=None,
)


@pytest.fixture
def server() -> Iterator[ScriptedModelServer]:
    opened = ScriptedModelServer()
    yield opened
    opened.close()


def test_settings_name_the_model() -> None:
    access = chosen_access(SETTINGS, base_url="", model="")

    assert (access.server, access.model, access.effort) == ("api.openai.com:443", "gpt-5", "low")
    assert access.api_key.get_secret_value() == "sk-mine"
    assert (access.temperature, access.seed, access.ca_path) == (None, None, None)


def test_the_key_does_not_follow_to_another_server() -> None:
    access = chosen_access(SETTINGS, base_url="http://localhost:11434/v1", model="qwen2.5vl")

    assert (access.server, access.model) == ("localhost:11434", "qwen2.5vl")
    assert access.api_key.get_secret_value() == ""


def test_a_model_must_be_named_somewhere() -> None:
    with pytest.raises(MisconfiguredError, match="name of the model"):
        chosen_access(ModelSettings(), base_url="http://localhost/v1", model="")


def test_a_server_of_ones_own_is_asked_in_chat(server: ScriptedModelServer) -> None:
    server.answers += [as_json({"data": [{"id": "qwen3"}]}), error(500)]
    access = chosen_access(ModelSettings(), base_url=server.url, model="qwen3")

    found = examine(access)

    assert [(one.name, one.level) for one in found] == [
        ("server", Level.OK),
        ("key", Level.OK),
        ("model", Level.OK),
        ("text", Level.FAIL),
    ]
    assert [asked.path for asked in server.asked] == ["/v1/models", "/v1/chat/completions"]


def test_a_model_without_eyes_is_not_shown_a_picture(server: ScriptedModelServer) -> None:
    server.answers += [
        as_json({"data": [{"id": "qwen3"}]}),
        as_json(chat_answer("ready")),
        as_json(chat_answer('{"ready": true}')),
    ]
    access = chosen_access(ModelSettings(), base_url=server.url, model="qwen3")

    found = {one.name: one.level for one in examine(access)}

    assert found["vision"] is Level.WARN
    assert len(server.asked) == 3
