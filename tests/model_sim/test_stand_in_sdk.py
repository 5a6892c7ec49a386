"""The real OpenAI client takes the stand-in for the real server: answers, errors, silences."""

from collections.abc import Callable, Iterator

import openai
import pytest
from openai import OpenAI

from model_sim.errors import STATUSES
from tests.model_sim.pictures import probe
from tests.model_sim.talking import (
    CODE_SCHEMA,
    KEY,
    MODEL,
    Served,
    data_uri,
    in_chat,
    in_responses,
)

Ask = Callable[[OpenAI], object]


@pytest.fixture
def sdk(served: Served) -> Iterator[OpenAI]:
    with OpenAI(base_url=served.base_url, api_key=KEY, max_retries=0, timeout=20) as client:
        yield client


def by_chat(client: OpenAI) -> object:
    return client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Ready?"}]
    )


def by_responses(client: OpenAI) -> object:
    return client.responses.create(model=MODEL, input="Ready?")


both = pytest.mark.parametrize("ask", [by_chat, by_responses])


def test_chat_is_understood(sdk: OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": data_uri(probe("7K3P"))}}
    reply = sdk.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": [picture]}],  # type: ignore[list-item]
        **in_chat(CODE_SCHEMA),
    )

    assert reply.choices[0].message.content == '{"code": "7K3P"}'
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.prompt_tokens > 255
    assert reply._request_id is not None


def test_responses_are_understood(sdk: OpenAI) -> None:
    picture = {"type": "input_image", "image_url": data_uri(probe("7K3P")), "detail": "high"}
    reply = sdk.responses.create(
        model=MODEL,
        input=[{"role": "user", "content": [picture]}],  # type: ignore[list-item,misc]
        store=False,
        **in_responses(CODE_SCHEMA),
    )

    assert reply.output_text == '{"code": "7K3P"}'
    assert reply.status == "completed"
    assert reply.usage is not None
    assert reply.usage.output_tokens_details.reasoning_tokens == 0
    assert reply._request_id is not None


def test_the_models_are_understood(sdk: OpenAI) -> None:
    assert [model.id for model in sdk.models.list()] == [MODEL]


CLASSES = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    502: openai.InternalServerError,
    503: openai.InternalServerError,
    504: openai.InternalServerError,
}


@both
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_is_what_the_client_expects(served, sdk, ask: Ask, status: int) -> None:
    served.talk.script({"kind": "status", "status": status})

    with pytest.raises(CLASSES.get(status, openai.APIStatusError)) as caught:
        ask(sdk)
    assert caught.value.status_code == status
    assert isinstance(caught.value.body, dict)
    assert set(caught.value.body) == {"message", "type", "param", "code"}
    assert caught.value.body["message"]
    assert caught.value.request_id


@both
@pytest.mark.parametrize(
    ("status", "named", "code", "words"),
    [
        (400, "context_length_exceeded", "context_length_exceeded", "exceeds the context window"),
        (403, "model_not_allowed", "model_not_allowed", "not allowed to sample"),
        (429, "rate_limit_exceeded", "rate_limit_exceeded", "Rate limit reached"),
        (429, "insufficient_quota", "insufficient_quota", "exceeded your current quota"),
        (429, "request_too_large", "rate_limit_exceeded", "Request too large"),
    ],
)
def test_one_status_has_several_meanings(  # noqa: PLR0917
    served: Served, sdk: OpenAI, ask: Ask, status: int, named: str, code: str, words: str
) -> None:
    served.talk.script({"kind": "status", "status": status, "code": named})

    with pytest.raises(openai.APIStatusError) as caught:
        ask(sdk)
    assert caught.value.code == code
    assert words in caught.value.message


@both
def test_a_wrong_key_is_refused(served: Served, ask: Ask) -> None:
    with (
        OpenAI(base_url=served.base_url, api_key="sk-wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError, match="Incorrect API key") as caught,
    ):
        ask(client)
    assert caught.value.code == "invalid_api_key"


@both
def test_a_base_url_without_v1_is_not_found(served: Served, ask: Ask) -> None:
    root = served.base_url.removesuffix("/v1")
    with (
        OpenAI(base_url=root, api_key=KEY, max_retries=0) as client,
        pytest.raises(openai.NotFoundError, match="Invalid URL"),
    ):
        ask(client)


@both
def test_a_connection_may_end_without_an_answer(served: Served, sdk: OpenAI, ask: Ask) -> None:
    served.talk.script({"kind": "drop"})
    before = len(served.talk.calls())

    with pytest.raises(openai.APIConnectionError):
        ask(sdk)
    call = served.talk.calls()[before]
    assert (call["step"], call["status"], call["answer"]) == ("drop", 0, "")
    assert ask(sdk)


@both
def test_a_silent_server_is_given_up(served: Served, sdk: OpenAI, ask: Ask) -> None:
    served.talk.script({"kind": "hang", "seconds": 600})

    with pytest.raises(openai.APITimeoutError):
        ask(sdk.with_options(timeout=0.2))
    assert ask(sdk)


def test_a_cut_answer_can_be_parsed_by_nobody(served: Served, sdk: OpenAI) -> None:
    served.talk.script({"kind": "truncate"})

    with pytest.raises(openai.LengthFinishReasonError):
        sdk.chat.completions.parse(
            model=MODEL,
            messages=[{"role": "user", "content": "Ready?"}],
            **in_chat(CODE_SCHEMA),
        )
