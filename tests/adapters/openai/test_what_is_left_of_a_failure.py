"""What is kept of a question that brought no answer: its bill, its words, never a secret."""

from dataclasses import replace

import pytest

from adapters.openai.calling import ask
from adapters.openai.client import ModelClient
from tests.adapters.openai.model_builders import (
    CHAT,
    KEY,
    REQUEST,
    RESPONSES,
    chat_answer,
    responses_answer,
    said,
)
from tests.adapters.openai.scripted_model_server import Scripted, ScriptedModelServer, as_json
from trading.capabilities import Capability
from trading.model_errors import ModelError, ModelUnavailableError
from trading.replies import Usage


@pytest.mark.parametrize("status", ["failed", "cancelled", "queued", "in_progress"])
def test_a_response_without_an_end_is_no_answer_and_its_bill_is_kept(
    client: ModelClient, server: ScriptedModelServer, status: str
) -> None:
    server.answers.append(as_json(responses_answer(said('{"a": 1}'), status=status)))

    with pytest.raises(ModelUnavailableError, match="before its end") as caught:
        ask(client, REQUEST, RESPONSES)

    assert caught.value.may_be_billed
    assert caught.value.evidence.usage == Usage(input=12, output=3, cached=4, reasoning=2)


@pytest.mark.parametrize("finish", ["error", "abort", "insufficient_system_resource"])
def test_a_chat_without_an_end_is_no_answer_and_its_bill_is_kept(
    client: ModelClient, server: ScriptedModelServer, finish: str
) -> None:
    server.answers.append(as_json(chat_answer('{"a": 1}', finish=finish)))

    with pytest.raises(ModelUnavailableError, match="before its end") as caught:
        ask(client, REQUEST, CHAT)

    assert caught.value.evidence.usage == Usage(input=12, output=3)


def test_an_error_tells_what_it_was_billed_all_the_same(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    failed = {"error": {"code": "server_error"}, "status": "failed", "output": []}
    server.answers.append(as_json({**responses_answer(), **failed}))

    with pytest.raises(ModelUnavailableError) as caught:
        ask(client, REQUEST, RESPONSES)

    assert caught.value.evidence.usage == Usage(input=12, output=3, cached=4, reasoning=2)


@pytest.mark.parametrize("status", [200, 500])
def test_a_key_that_the_server_echoes_is_not_kept(
    client: ModelClient, server: ScriptedModelServer, status: int
) -> None:
    server.answers.append(Scripted(status, f"<p>authorization: Bearer {KEY}</p>".encode()))

    with pytest.raises(ModelError) as caught:
        ask(client, REQUEST, CHAT)

    assert caught.value.evidence.raw == b"<p>authorization: Bearer ***</p>"


@pytest.mark.parametrize("capability", [CHAT, RESPONSES], ids=["chat", "responses"])
def test_half_a_surrogate_pair_is_sent_as_a_question_mark_of_its_own(
    client: ModelClient, server: ScriptedModelServer, capability: Capability
) -> None:
    answer = chat_answer() if capability is CHAT else responses_answer(said())
    server.answers.append(as_json(answer))
    written_by_a_model = replace(REQUEST, system="s\udfff", user="rising \ud800 market")

    assert ask(client, written_by_a_model, capability).text == "seen"
    assert "rising \ufffd" in str(server.asked[0].body)
