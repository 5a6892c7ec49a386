"""Chat Completions: what is sent to compatible servers, and what their answers say."""

from dataclasses import replace

import pytest

from adapters.openai.chat_api import read_reply, request_body
from adapters.openai.received import Received
from tests.adapters.openai.model_builders import (
    CHAT,
    REQUEST,
    SCHEMA,
    access_to,
    chat_answer,
)
from tests.adapters.openai.scripted_model_server import as_json
from trading.capabilities import InstructionRole, Structured, TokenParameter
from trading.replies import FinishState, ModelReply, Usage


def read(answer: object) -> ModelReply:
    return read_reply(Received(as_json(answer).body))


def test_a_question_with_a_picture_and_a_schema() -> None:
    assert request_body(REQUEST, access_to(), CHAT) == {
        "model": "vision-1",
        "messages": [
            {"role": "system", "content": "You read charts."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What do you see?"},
                    {
                        "type": "image_url",
                        "image_url": {
                            "url": "data:image/png;base64,iVBORyBwaWN0dXJl",
                            "detail": "high",
                        },
                    },
                ],
            },
        ],
        "max_tokens": 1000,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
        },
    }


def test_a_question_in_words_is_plain_text() -> None:
    plain = replace(REQUEST, system="", images=(), schema=None)

    body = request_body(plain, access_to(), CHAT)

    assert body["messages"] == [{"role": "user", "content": "What do you see?"}]
    assert "response_format" not in body


def test_choices_of_the_owner_are_sent_under_the_names_of_this_api() -> None:
    access = access_to(effort="low", temperature=0.2, seed=7)
    capability = replace(
        CHAT,
        token_parameter=TokenParameter.MAX_COMPLETION_TOKENS,
        instruction_role=InstructionRole.DEVELOPER,
    )

    body = request_body(replace(REQUEST, images=()), access, capability)

    assert body["reasoning_effort"] == "low"
    assert (body["temperature"], body["seed"]) == (0.2, 7)
    assert body["max_completion_tokens"] == 1000
    assert "max_tokens" not in body
    messages = body["messages"]
    assert isinstance(messages, list)
    assert messages[0]["role"] == "developer"


def test_a_strict_tool_must_be_called() -> None:
    body = request_body(REQUEST, access_to(), replace(CHAT, structured=Structured.TOOL_STRICT))

    assert body["tools"] == [
        {
            "type": "function",
            "function": {"name": "answer", "strict": True, "parameters": SCHEMA},
        }
    ]
    assert body["tool_choice"] == "required"
    assert "response_format" not in body


@pytest.mark.parametrize(
    ("structured", "form"),
    [(Structured.JSON_OBJECT, {"type": "json_object"}), (Structured.PROMPT, None)],
)
def test_servers_that_know_no_schema_are_told_it_in_words(
    structured: Structured, form: object
) -> None:
    body = request_body(REQUEST, access_to(), replace(CHAT, structured=structured))

    messages = body["messages"]
    assert isinstance(messages, list)
    assert '"additionalProperties":false' in messages[0]["content"]
    assert body.get("response_format") == form


def test_a_whole_answer() -> None:
    reply = read(chat_answer('{"a": 1}'))

    assert (reply.text, reply.refusal, reply.finish) == ('{"a": 1}', "", FinishState.COMPLETE)
    assert reply.usage == Usage(input=12, output=3)
    assert (reply.model, reply.request_id) == ("vision-1-2026", "chatcmpl-1")


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        ("stop", FinishState.COMPLETE),
        ("length", FinishState.TRUNCATED),
        ("model_length", FinishState.TRUNCATED),
        ("max_tokens", FinishState.TRUNCATED),
        ("content_filter", FinishState.FILTERED),
        ("tool_calls", FinishState.COMPLETE),
        ("error", FinishState.UNKNOWN),
        ("", FinishState.UNKNOWN),
    ],
)
def test_how_generation_ended(word: str, finish: FinishState) -> None:
    assert read(chat_answer(None, finish=word)).finish is finish


def test_no_content_is_no_text() -> None:
    assert read(chat_answer(None, finish="length")).text is None


def test_a_refusal_is_kept_apart_from_the_text() -> None:
    reply = read(chat_answer(None, refusal="I cannot assist with that."))

    assert (reply.text, reply.refusal) == (None, "I cannot assist with that.")


def test_content_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]

    assert read(chat_answer(parts)).text == "ab"
    assert read(chat_answer([])).text is None


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [("answer", '{"a":1}', '{"a":1}'), ("other", "{}", None), ("answer", {"a": 1}, None)],
)
def test_the_arguments_of_our_tool_alone_are_an_answer(
    name: str, arguments: object, text: str | None
) -> None:
    call = {"type": "function", "function": {"name": name, "arguments": arguments}}

    assert read(chat_answer(None, finish="tool_calls", tool_calls=[call])).text == text


def test_two_calls_of_our_tool_are_two_answers() -> None:
    called = [
        {"type": "function", "function": {"name": "answer", "arguments": one}}
        for one in ('{"a": 1}', '{"a": 2}')
    ]

    reply = read(chat_answer(None, finish="tool_calls", tool_calls=called))

    assert reply.text == '{"a": 1}\n{"a": 2}'


def test_what_was_thought_but_only_counted_in_the_total_is_output() -> None:
    bill = {
        "prompt_tokens": 20,
        "completion_tokens": 9,
        "total_tokens": 529,
        "completion_tokens_details": {"reasoning_tokens": 500},
    }

    assert read({**chat_answer(), "usage": bill}).usage == Usage(20, 509, reasoning=500)


def test_more_thought_than_output_is_billed_beside_it() -> None:
    bill = {
        "prompt_tokens": 20,
        "completion_tokens": 9,
        "completion_tokens_details": {"reasoning_tokens": 500},
    }

    assert read({**chat_answer(), "usage": bill}).usage == Usage(20, 509, reasoning=500)


@pytest.mark.parametrize(
    "bill",
    [
        None,
        {},
        "much",
        {"prompt_tokens": 1},
        {"prompt_tokens": -1, "completion_tokens": 1},
        {"prompt_tokens": "1", "completion_tokens": 1},
        {"prompt_tokens": True, "completion_tokens": 1},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 10**12, "completion_tokens": 1},
        {"prompt_tokens": 1, "completion_tokens": 10**30},
    ],
)
def test_a_bill_that_makes_no_sense_is_none(bill: object) -> None:
    assert read({**chat_answer(), "usage": bill}).usage is None


def test_details_of_the_bill_are_read_where_they_are() -> None:
    bill = {
        "prompt_tokens": 20,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 7},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }

    assert read({**chat_answer(), "usage": bill}).usage == Usage(20, 9, 8, 5, 7)


@pytest.mark.parametrize(
    "answer",
    [{}, {"choices": []}, {"choices": "?"}, {"choices": [None]}, {"choices": [{"message": 1}]}],
)
def test_a_strange_answer_is_read_as_none(answer: dict[str, object]) -> None:
    reply = read(answer)

    assert (reply.text, reply.finish) == (None, FinishState.UNKNOWN)
