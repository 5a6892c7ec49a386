"""The Responses API: what is sent to OpenAI's own host, and what its answers say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.openai import chat_api
from adapters.openai.received import Received
from adapters.openai.responses_api import read_reply, request_body
from tests.adapters.openai.model_builders import (
    REQUEST,
    RESPONSES,
    SCHEMA,
    access_to,
    responses_answer,
    said,
)
from tests.adapters.openai.scripted_model_server import as_json
from trading.capabilities import Structured
from trading.replies import FinishState, ModelReply, Usage

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "output", "usage", "type", "text"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def read(answer: object) -> ModelReply:
    return read_reply(Received(as_json(answer).body))


def test_a_question_with_a_picture_and_a_schema() -> None:
    assert request_body(REQUEST, access_to(effort="low"), RESPONSES) == {
        "model": "vision-1",
        "instructions": "You read charts.",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What do you see?"},
                    {
                        "type": "input_image",
                        "image_url": "data:image/png;base64,iVBORyBwaWN0dXJl",
                        "detail": "high",
                    },
                ],
            }
        ],
        "max_output_tokens": 1000,
        "store": False,
        "text": {
            "format": {"type": "json_schema", "name": "answer", "strict": True, "schema": SCHEMA}
        },
        "reasoning": {"effort": "low"},
    }


def test_free_text_asks_for_no_form() -> None:
    body = request_body(replace(REQUEST, schema=None), access_to(temperature=0.0), RESPONSES)

    assert "text" not in body
    assert body["temperature"] == 0.0


@pytest.mark.parametrize(
    ("structured", "form"),
    [(Structured.JSON_OBJECT, {"format": {"type": "json_object"}}), (Structured.PROMPT, None)],
)
def test_older_models_are_told_the_schema_in_words(structured: Structured, form: object) -> None:
    body = request_body(REQUEST, access_to(), replace(RESPONSES, structured=structured))

    assert '"additionalProperties":false' in str(body["instructions"])
    assert body.get("text") == form


def test_a_whole_answer() -> None:
    reply = read(responses_answer(said('{"a":'), said(" 1}")))

    assert (reply.text, reply.refusal, reply.finish) == ('{"a": 1}', "", FinishState.COMPLETE)
    assert reply.usage == Usage(input=12, output=3, cached=4, reasoning=2)
    assert (reply.model, reply.request_id) == ("vision-1-2026", "resp_1")


@pytest.mark.parametrize(
    ("status", "reason", "finish"),
    [
        ("completed", None, FinishState.COMPLETE),
        ("incomplete", "max_output_tokens", FinishState.TRUNCATED),
        ("incomplete", "content_filter", FinishState.FILTERED),
        ("incomplete", "max_messages", FinishState.TRUNCATED),
        ("incomplete", None, FinishState.TRUNCATED),
        ("something new", None, FinishState.UNKNOWN),
    ],
)
def test_how_generation_ended(status: str, reason: str | None, finish: FinishState) -> None:
    assert read(responses_answer(status=status, reason=reason)).finish is finish


def test_an_answer_cut_while_thinking_has_no_text() -> None:
    reply = read(responses_answer(status="incomplete", reason="max_output_tokens"))

    assert (reply.text, reply.finish) == (None, FinishState.TRUNCATED)


def test_a_refusal_is_kept_apart_from_the_text() -> None:
    reply = read(responses_answer({"type": "refusal", "refusal": "I cannot assist."}))

    assert (reply.text, reply.refusal) == (None, "I cannot assist.")


def test_what_a_model_tells_on_its_way_is_no_part_of_the_answer() -> None:
    whole = responses_answer(said('{"a": 1}'))
    musing = {"type": "message", "phase": "commentary", "content": [said("Let me look.")]}

    assert read({**whole, "output": [musing, *whole["output"]]}).text == '{"a": 1}'  # type: ignore[misc]


def test_a_missing_bill_is_none() -> None:
    assert read({**responses_answer(said()), "usage": None}).usage is None


@given(answer=ANYTHING)
def test_no_json_breaks_the_readers(answer: object) -> None:
    received = Received(as_json(answer).body)

    for reply in (read_reply(received), chat_api.read_reply(received)):
        assert reply.raw == received.raw
        assert reply.text is None or isinstance(reply.text, str)


@given(raw=st.binary(max_size=60))
def test_no_bytes_break_the_readers(raw: bytes) -> None:
    assert read_reply(Received(raw)).raw == raw
