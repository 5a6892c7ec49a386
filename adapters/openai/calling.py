"""One question to a model, asked once."""

from adapters.openai import chat_api, responses_api
from adapters.openai.client import ModelClient
from adapters.openai.good_status import hidden_status, no_answer, unfinished
from adapters.openai.parameters import require_possible
from adapters.openai.received import Body, Received
from trading.capabilities import Api, Capability
from trading.replies import ModelReply, ModelRequest


def ask(client: ModelClient, request: ModelRequest, capability: Capability) -> ModelReply:
    """What the model answers, kept whole and not yet believed. `request.deadline` bounds it.

    Raises:
        ModelUnavailableError: no answer this time; it may be asked again after a pause.
        ModelRefusedError: the message says what has to change first.
        MisconfiguredError: the model cannot do what is asked; nothing was sent.
    """
    require_possible(client.access, capability, request)
    received = _post(client, request, capability)
    answer = received.body()
    status = hidden_status(answer)
    if status is not None:
        raise client.failure(status, received)
    if not _has_ended(answer, capability.api):
        raise unfinished(received, client.access)
    match capability.api:
        case Api.RESPONSES if responses_api.is_answer(answer):
            return responses_api.read_reply(received)
        case Api.CHAT if chat_api.is_answer(answer):
            return chat_api.read_reply(received)
        case _:
            raise no_answer(received, client.access)


def _has_ended(answer: Body, api: Api) -> bool:
    match api:
        case Api.RESPONSES:
            return responses_api.has_ended(answer)
        case Api.CHAT:
            return chat_api.has_ended(answer)


def _post(client: ModelClient, request: ModelRequest, capability: Capability) -> Received:
    access = client.access
    match capability.api:
        case Api.RESPONSES:
            body = responses_api.request_body(request, access, capability)
            return client.post(responses_api.PATH, body, request.deadline)
        case Api.CHAT:
            body = chat_api.request_body(request, access, capability)
            return client.post(chat_api.PATH, body, request.deadline)
