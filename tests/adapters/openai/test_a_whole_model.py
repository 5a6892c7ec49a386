"""A model joins client, limit, retries and two steps."""

from dataclasses import replace

import pytest

from adapters.openai.client import ModelClient
from adapters.openai.limited import CallLimit
from adapters.openai.model import Model
from adapters.openai.retrying import Ask
from tests.adapters.openai.model_builders import CHAT, REQUEST, FakeTime, chat_answer
from tests.adapters.openai.scripted_model_server import ScriptedModelServer, as_json, error
from trading.capabilities import Capability
from trading.model_errors import ModelRefusedError
from trading.replies import ModelReply, ModelRequest, Purpose


def model_of(client: ModelClient, capability: Capability = CHAT) -> Model:
    return Model(client, capability, CallLimit(1), waiting=FakeTime().waiting())


def test_a_busy_server_is_asked_again(client: ModelClient, server: ScriptedModelServer) -> None:
    server.answers += [error(503), error(429), as_json(chat_answer("up"))]

    reply = model_of(client).ask(REQUEST)

    assert (reply.text, reply.attempts) == ("up", 3)


def test_spent_money_is_not_asked_for_twice(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(error(429, code="insufficient_quota"))

    with pytest.raises(ModelRefusedError, match="add credit"):
        model_of(client).ask(REQUEST)

    assert len(server.asked) == 1


def test_both_steps_are_sent_through_what_is_put_around(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers += [as_json(chat_answer("code AC34")), as_json(chat_answer("{}"))]
    sent: list[Purpose] = []
    separate = replace(CHAT, vision_and_structured=False)

    def around(send: Ask) -> Ask:
        def watched(request: ModelRequest) -> ModelReply:
            sent.append(request.purpose)
            return send(request)

        return watched

    reply = model_of(client, separate).ask(REQUEST, around=around)

    assert reply.text == "{}"
    assert sent == [Purpose.OBSERVE, Purpose.ANALYSE]
    assert ["response_format" in asked.body for asked in server.asked] == [False, True]


def test_words_alone_need_no_two_steps(client: ModelClient, server: ScriptedModelServer) -> None:
    server.answers.append(as_json(chat_answer("{}")))
    separate = replace(CHAT, vision_and_structured=False)

    model_of(client, separate).ask(replace(REQUEST, images=()))

    assert len(server.asked) == 1
