"""Every question of the doctor can be kept back or counted by what stands around it."""

from adapters.openai.client import ModelClient
from adapters.openai.doctor import probe
from adapters.openai.findings import Level
from tests.adapters.openai.model_builders import CHAT, chat_answer
from tests.adapters.openai.scripted_model_server import ScriptedModelServer, as_json
from trading.model_errors import NotSentError
from trading.model_port import Send
from trading.replies import ModelReply, ModelRequest, Purpose

CODE = "AC34"
MODELS = as_json({"data": [{"id": "vision-1"}]})
HEALTHY = [
    as_json(chat_answer(said))
    for said in ("ready", '{"ready": true}', CODE, CODE, f'{{"code": "{CODE}"}}')
]


def test_every_question_leaves_through_what_stands_around_it(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    passed: list[ModelRequest] = []

    def around(send: Send) -> Send:
        def noted(request: ModelRequest) -> ModelReply:
            passed.append(request)
            return send(request)

        return noted

    server.answers.extend([MODELS, *HEALTHY])
    probe(client, CHAT, code=lambda: CODE, around=around)

    assert [one.purpose for one in passed] == [Purpose.PROBE] * 5
    assert [len(one.images) for one in passed] == [0, 0, 1, 1, 1]


def test_a_question_that_is_kept_back_says_nothing_about_the_model(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    def around(send: Send) -> Send:
        def kept_back(request: ModelRequest) -> ModelReply:
            if request.images and request.schema is not None:
                message = "the budget has no room"
                raise NotSentError(message)
            return send(request)

        return kept_back

    server.answers.extend([MODELS, *HEALTHY[:4]])
    found = {one.name: one for one in probe(client, CHAT, code=lambda: CODE, around=around)}

    assert (found["vision and schema"].level, found["vision and schema"].seen) == (
        Level.FAIL,
        "the budget has no room",
    )
    assert "list" not in found
