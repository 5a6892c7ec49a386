"""Both APIs on the wire: what is understood, what is refused and how, what is billed."""

import json
from typing import Any

import pytest
from PIL import Image

from model_sim.server.questions import LARGEST_BODY
from model_sim.tokens import image_tokens
from tests.model_sim.pictures import drawn, encoded, probe, walk
from tests.model_sim.talking import (
    CODE_SCHEMA,
    CREATED,
    KEY,
    MODEL,
    Talk,
    content_of,
    data_uri,
    in_chat,
    in_responses,
    schema_of,
)


def refusal(reply: Any, status: int) -> tuple[str, str | None, object]:
    """Message, parameter and code of an error in OpenAI's shape."""
    assert reply.status_code == status, reply.text
    assert reply.headers["x-request-id"].startswith("req_")
    body = reply.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    return body["error"]["message"], body["error"]["param"], body["error"]["code"]


def test_a_chat_is_answered_in_the_shape_of_chat_completions(talk: Talk) -> None:
    reply = talk.chat("Ready?")
    body = reply.json()
    identifier, fingerprint = body.pop("id"), body.pop("system_fingerprint")
    usage = body.pop("usage")

    assert identifier.startswith("chatcmpl-")
    assert fingerprint.startswith("fp_")
    assert body == {
        "object": "chat.completion",
        "created": CREATED,
        "model": MODEL,
        "service_tier": "default",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "OK. No picture came with the question.",
                    "refusal": None,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
    }
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (
        2,
        10,
        12,
    )
    assert usage["prompt_tokens_details"]["cached_tokens"] == 0
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 0


def test_a_response_is_answered_in_the_shape_of_responses(talk: Talk) -> None:
    body = talk.responses("Ready?", instructions="Be brief", store=False).json()

    assert body["id"].startswith("resp_")
    assert (body["object"], body["status"], body["error"]) == ("response", "completed", None)
    assert body["output"][0]["content"] == [
        {
            "type": "output_text",
            "text": "OK. No picture came with the question.",
            "annotations": [],
            "logprobs": [],
        }
    ]
    assert body["usage"] == {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 10,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 15,
    }


def test_the_input_of_a_response_may_be_plain_text(talk: Talk) -> None:
    reply = talk.client.post("/v1/responses", json={"model": MODEL, "input": "Ready?"})

    assert content_of(reply).startswith("OK")


def test_both_apis_see_the_picture_and_obey_the_schema(talk: Talk) -> None:
    chart = drawn(walk(1))
    chat = talk.chat(images=(chart.png,), **in_chat(CODE_SCHEMA))
    responses = talk.responses(images=(chart.png,), **in_responses(CODE_SCHEMA))

    expected = {"code": chart.code}
    assert json.loads(content_of(chat)) == json.loads(content_of(responses)) == expected
    assert chat.json()["usage"]["prompt_tokens"] > image_tokens(chart.png) == 1105


def test_a_function_that_must_be_called_gets_the_answer_as_arguments(talk: Talk) -> None:
    function = {"name": "answer", "strict": True, "parameters": CODE_SCHEMA}
    forced = {"type": "function", "function": {"name": "answer"}}
    for choice in ("required", forced):
        tools = [{"type": "function", "function": function}]
        body = talk.chat(images=(probe("7K3P"),), tools=tools, tool_choice=choice).json()

        message = body["choices"][0]["message"]
        assert message["content"] is None
        assert message["tool_calls"][0]["function"] == {
            "name": "answer",
            "arguments": '{"code": "7K3P"}',
        }


def test_json_without_a_schema_is_any_object(talk: Talk) -> None:
    chat = talk.chat(response_format={"type": "json_object"})
    responses = talk.responses(text={"format": {"type": "json_object"}})

    assert set(json.loads(content_of(chat))) == {"answer", "code"}
    assert json.loads(content_of(responses)) == json.loads(content_of(chat))


def test_equal_questions_have_equal_answers_and_request_ids_of_their_own(talking: Any) -> None:
    one, other = talking(), talking()
    first, again, elsewhere = one.chat("A"), one.chat("A"), other.chat("A")

    assert first.content == again.content == elsewhere.content
    assert first.headers["x-request-id"] == elsewhere.headers["x-request-id"]
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert one.chat("B").json()["id"] != first.json()["id"]
    assert talking(seed=2).chat("A").json()["id"] != first.json()["id"]


def test_every_reply_says_what_is_left_of_the_limits(talk: Talk) -> None:
    headers = talk.chat().headers

    kinds = [f"{kind}-{what}" for kind in ("limit", "remaining", "reset")
             for what in ("requests", "tokens")]  # fmt: skip
    assert all(headers[f"x-ratelimit-{kind}"] for kind in kinds)
    assert headers["openai-version"] == "2020-10-01"


@pytest.mark.parametrize(("limit", "finish"), [(10, "stop"), (9, "length")])
def test_an_answer_ends_where_its_tokens_end(talk: Talk, limit: int, finish: str) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        body = talk.chat(**{name: limit}).json()

        assert body["choices"][0]["finish_reason"] == finish
        assert body["usage"]["completion_tokens"] <= limit


def test_who_thinks_until_the_end_has_said_nothing(talking: Any) -> None:
    talk = talking(reasoning=64)
    chat, responses = talk.chat(max_tokens=64).json(), talk.responses(max_output_tokens=64).json()

    assert chat["choices"][0]["message"]["content"] is None
    assert chat["choices"][0]["finish_reason"] == "length"
    assert chat["usage"]["completion_tokens_details"]["reasoning_tokens"] == 64
    assert responses["status"] == "incomplete"
    assert responses["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [item["type"] for item in responses["output"]] == ["reasoning"]


def test_the_models_are_listed_and_no_other_is_there(talking: Any) -> None:
    talk = talking(models=("a", "b"))

    listed = talk.client.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["a", "b"]
    assert talk.client.get("/v1/models/b").json()["id"] == "b"
    for reply in (talk.client.get("/v1/models/c"), talk.chat(), talk.responses()):
        message, _, code = refusal(reply, 404)
        assert code == "model_not_found"
        assert "does not exist" in message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/chat/completions"),
        ("POST", "/responses"),
        ("GET", "/"),
        ("GET", "/v1/chat/completions"),
        ("POST", "/v1/completions"),
        ("DELETE", "/v1/models/a"),
    ],
)
def test_every_other_address_is_unknown(talk: Talk, method: str, path: str) -> None:
    message, _, _ = refusal(talk.client.request(method, path), 404)

    assert message == f"Invalid URL ({method} {path})"


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "You didn't provide an API key"),
        ("Basic abc", "You didn't provide an API key"),
        ("Bearer wrong", "Incorrect API key provided: ***."),
        ("Bearer sk-proj-abcdefghijkl", "Incorrect API key provided: sk-***ijkl."),
    ],
)
def test_without_the_key_nothing_is_answered(talk: Talk, authorization: str, message: str) -> None:
    talk.client.headers["Authorization"] = authorization

    for reply in (talk.chat(), talk.responses(), talk.client.get("/v1/models")):
        assert refusal(reply, 401)[0].startswith(message)


def test_a_local_server_takes_any_key(talking: Any) -> None:
    talk = talking(api_key="")
    del talk.client.headers["Authorization"]

    assert talk.chat().status_code == 200


LOOSE = {"type": "object", "properties": {"a": {"type": "string"}}}
OPEN = LOOSE | {"required": ["a"]}
HALF = schema_of(a={"type": "string"}, b={"type": "string"}) | {"required": ["a"]}
ONE_OF = schema_of(a={"oneOf": [{"type": "string"}]})
NESTED = schema_of(a={"type": "array", "items": OPEN})
CHOICE = schema_of(a={"anyOf": [OPEN, {"type": "null"}]})
DEFINED = schema_of(a={"$ref": "#/$defs/x"}) | {"$defs": {"x": OPEN}}


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        (OPEN, "'additionalProperties' is required to be supplied and to be false"),
        (HALF, "Missing 'b'"),
        (ONE_OF, "'oneOf' is not permitted"),
        (NESTED, "In context=('properties', 'a', 'items')"),
        (CHOICE, "In context=('properties', 'a', 'anyOf', '0')"),
        (DEFINED, "In context=('$defs', 'x')"),
        ({"type": "array"}, "schema must be a JSON Schema of 'type: \"object\"'"),
    ],
)
def test_a_schema_outside_the_strict_subset_is_refused(talk, schema, complaint: str) -> None:
    for reply in (talk.chat(**in_chat(schema)), talk.responses(**in_responses(schema))):
        message, _, code = refusal(reply, 400)
        assert code == "invalid_json_schema"
        assert complaint in message
    assert talk.chat(**in_chat(schema, strict=False)).status_code == 200


def test_a_schema_that_is_nested_too_deeply_is_refused(talk: Talk) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(20):
        schema = schema_of(a=schema)

    assert "nested too deeply" in refusal(talk.chat(**in_chat(schema)), 400)[0]


def text_part(**changes: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": "Hi"} | changes]}


def picture_part(url: object, **changes: Any) -> dict[str, Any]:
    return {
        "role": "user",
        "content": [{"type": "image_url", "image_url": {"url": url} | changes}],
    }


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"stream": True}, "stream", "unsupported_value"),
        ({"input": "Hi"}, "input", "unknown_parameter"),
        ({"model": ""}, "model", None),
        ({"messages": None}, "messages", "missing_required_parameter"),
        ({"messages": []}, "messages", "empty_array"),
        ({"messages": "Hi"}, "messages", "invalid_type"),
        ({"messages": [{"role": "bot", "content": ""}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", "invalid_type"),
        ({"messages": [text_part(type="input_text")]}, "messages[0].content[0].type",
         "invalid_value"),
        ({"messages": [picture_part("https://a.test/b.png")]},
         "messages[0].content[0].image_url", "invalid_image_url"),
        ({"messages": [picture_part("data:image/tiff;base64,AAAA")]},
         "messages[0].content[0].image_url", "invalid_image_format"),
        ({"messages": [picture_part("data:image/png;base64,A!")]},
         "messages[0].content[0].image_url", "invalid_base64"),
        ({"messages": [picture_part(data_uri(b"no picture"))]}, None, "image_parse_error"),
        ({"messages": [picture_part(data_uri(probe("A")), detail="best")]},
         "messages[0].content[0].detail", "invalid_value"),
        ({"max_tokens": 0}, "max_tokens", "integer_below_min_value"),
        ({"max_tokens": "many"}, "max_tokens", "invalid_type"),
        ({"max_tokens": True}, "max_tokens", "invalid_type"),
        ({"response_format": {"type": "xml"}}, "response_format.type", "invalid_value"),
        (in_chat({}), "response_format.json_schema.schema", "missing_required_parameter"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.name",
         "missing_required_parameter"),
    ],
)  # fmt: skip
def test_a_bad_chat_is_refused_with_the_parameter(talk, changes, param, code) -> None:
    assert refusal(talk.chat(**changes), 400)[1:] == (param, code)


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"stream": True}, "stream", "unsupported_value"),
        ({"messages": []}, "messages", "unknown_parameter"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"max_output_tokens": 15}, "max_output_tokens", "integer_below_min_value"),
        ({"text": {"format": {"type": "xml"}}}, "text.format.type", "invalid_value"),
        ({"input": [text_part()]}, "input[0].content[0].type", "invalid_value"),
    ],
)
def test_a_bad_response_is_refused_with_the_parameter(talk, changes, param, code) -> None:
    assert refusal(talk.responses(**changes), 400)[1:] == (param, code)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(talk: Talk, body: bytes) -> None:
    message, _, _ = refusal(talk.client.post("/v1/responses", content=body), 400)

    assert message.startswith("We could not parse the JSON body")


def test_a_body_that_is_too_large_is_refused(talk: Talk) -> None:
    reply = talk.client.post("/v1/responses", content=b" " * (LARGEST_BODY + 1))

    assert refusal(reply, 413)[2] == "payload_too_large"
    assert talk.calls()[0]["body"] is None


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((64, 64), 255),
        ((1024, 512), 425),
        ((1024, 768), 765),
        ((1280, 720), 1105),
        ((1536, 768), 1105),
        ((1920, 1080), 1105),
        ((7200, 3600), 1105),
    ],
)
def test_pictures_are_billed_by_tiles(size: tuple[int, int], tokens: int) -> None:
    """The table of analysis.md §3.2, column gpt-4o."""
    assert image_tokens(encoded(Image.new("1", size))) == tokens


def test_the_key_is_in_no_repr_and_no_record(talk: Talk) -> None:
    talk.chat()

    assert KEY not in json.dumps(talk.calls())
