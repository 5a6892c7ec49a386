"""Every way it can be told to fail, and what it cannot be told."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.model_sim.pictures import drawn, probe, walk
from tests.model_sim.talking import (
    CODE_SCHEMA,
    MODEL,
    Talk,
    content_of,
    in_chat,
    in_responses,
)

RAW = '{"code": "7K3P"}'


def chat_after(talk: Talk, **step: Any) -> dict[str, Any]:
    """The first choice of the chat on which a step was played."""
    talk.script(step)
    body = talk.chat(images=(probe("7K3P"),), **in_chat(CODE_SCHEMA)).json()
    choice: dict[str, Any] = body["choices"][0]
    return choice


def response_after(talk: Talk, **step: Any) -> dict[str, Any]:
    talk.script(step)
    body: dict[str, Any] = talk.responses(
        images=(probe("7K3P"),), **in_responses(CODE_SCHEMA)
    ).json()
    return body


@pytest.mark.parametrize(
    ("step", "content", "finish"),
    [
        ({"kind": "good"}, RAW, "stop"),
        ({"kind": "answer", "text": "98,000"}, "98,000", "stop"),
        ({"kind": "answer", "text": ""}, "", "stop"),
        ({"kind": "truncate"}, RAW[:8], "length"),
        ({"kind": "truncate", "keep": 0}, None, "length"),
        ({"kind": "filter"}, None, "content_filter"),
        ({"kind": "empty"}, None, "stop"),
        ({"kind": "refusal"}, None, "stop"),
        ({"kind": "huge", "bytes": 5000}, "x" * 5000, "stop"),
        ({"kind": "fenced"}, f"```json\n{RAW}\n```", "stop"),
        ({"kind": "double"}, f"{RAW}\n{RAW}", "stop"),
        ({"kind": "fullwidth"}, '｛"code"： "7K3P"｝', "stop"),
        ({"kind": "drop_image"}, '{"code": "????"}', "stop"),
        ({"kind": "drop_image", "place": 1}, '{"code": "????"}', "stop"),
        ({"kind": "drop_image", "place": 2}, RAW, "stop"),
        ({"kind": "mutate", "path": "/code", "value": "~"}, '{"code": "~"}', "stop"),
        ({"kind": "mutate", "path": "/code", "value": None}, '{"code": null}', "stop"),
        ({"kind": "mutate", "path": "/code"}, "{}", "stop"),
        (
            {"kind": "mutate", "path": "/a~1b", "value": [1]},
            '{"code": "7K3P", "a/b": [1]}',
            "stop",
        ),
        ({"kind": "mutate", "path": "/no/way", "value": 1}, RAW, "stop"),
    ],
)
def test_a_step_changes_what_is_said(talk: Talk, step, content, finish: str) -> None:
    choice = chat_after(talk, **step)

    assert (choice["message"]["content"], choice["finish_reason"]) == (content, finish)
    assert content_of(talk.chat()).startswith("OK"), "a step is played once"


@pytest.mark.parametrize(("place", "code"), [(1, "ACDE"), (2, "7K3P"), (3, "7K3P")])
def test_one_picture_of_two_is_dropped_by_its_place(talk: Talk, place: int, code: str) -> None:
    talk.script({"kind": "drop_image", "place": place})

    reply = talk.chat(images=(probe("7K3P"), probe("ACDE")), **in_chat(CODE_SCHEMA))

    assert json.loads(content_of(reply)) == {"code": code}


def test_thinking_comes_before_the_answer(talk: Talk) -> None:
    content = chat_after(talk, kind="think")["message"]["content"]

    assert content.startswith("<think>\n")
    assert content.endswith(f"</think>\n\n{RAW}")


@pytest.mark.parametrize(
    ("step", "status", "reason", "content"),
    [
        ({"kind": "truncate"}, "incomplete", "max_output_tokens", RAW[:8]),
        ({"kind": "filter"}, "incomplete", "content_filter", None),
        ({"kind": "empty"}, "completed", None, None),
    ],
)
def test_responses_end_in_words_of_their_own(talk, step, status, reason, content) -> None:
    body = response_after(talk, **step)

    assert body["status"] == status
    assert body["incomplete_details"] == (None if reason is None else {"reason": reason})
    texts = [part["text"] for item in body["output"] for part in item["content"]]
    assert texts == ([] if content is None else [content])


def test_a_refusal_is_told_where_each_api_tells_it(talk: Talk) -> None:
    assert chat_after(talk, kind="refusal", text="No.")["message"]["refusal"] == "No."
    content = response_after(talk, kind="refusal")["output"][0]["content"]
    assert content[0]["type"] == "refusal"
    assert content[0]["refusal"].startswith("I'm sorry")


def test_a_value_within_a_list_is_replaced_or_taken_out(talk: Talk) -> None:
    facts = "last: 10\nema_20: 9\nema_50: 8\natr_14: 1"
    items = {"type": "array", "items": {"type": "object", "properties": {"field": {}}}}
    schema = {"type": "object", "properties": {"evidence": items}}
    wanted = in_chat(schema, strict=False)
    talk.script(
        {"kind": "mutate", "path": "/evidence/0/field", "value": "made_up"},
        {"kind": "mutate", "path": "/evidence/1"},
    )

    fields = [
        [one["field"] for one in json.loads(content_of(talk.chat(facts, **wanted)))["evidence"]]
        for _ in range(3)
    ]
    assert fields[2] == ["ema_20", "ema_50", "atr_14", "last"]
    assert fields[0] == ["made_up", *fields[2][1:]]
    assert fields[1] == [fields[2][0], *fields[2][2:]]


def test_no_json_cannot_be_mutated_and_stays(talk: Talk) -> None:
    talk.script({"kind": "mutate", "path": "/a", "value": 1})

    assert content_of(talk.chat()).startswith("OK")


def test_an_altered_picture_cannot_be_read(talk: Talk) -> None:
    talk.script({"kind": "alter_image"})
    chart, wanted = drawn(walk(1)), in_chat(CODE_SCHEMA)

    assert content_of(talk.chat(images=(chart.png,), **wanted)) == '{"code": "????"}'
    assert content_of(talk.chat(images=(chart.png,), **wanted)) == f'{{"code": "{chart.code}"}}'


def test_the_bill_can_be_missing_or_another(talk: Talk) -> None:
    talk.script(
        {"kind": "no_usage"},
        {"kind": "no_usage"},
        {"kind": "usage", "input": 9, "cached": 8, "output": 7, "reasoning": 6},
    )

    assert "usage" not in talk.chat().json()
    assert talk.responses().json()["usage"] is None
    usage = talk.chat().json()["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (9, 7)
    assert usage["prompt_tokens_details"]["cached_tokens"] == 8
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 6


def test_another_model_may_answer(talk: Talk) -> None:
    talk.script({"kind": "other_model", "name": "cheaper"})

    assert [talk.chat().json()["model"] for _ in range(2)] == ["cheaper", MODEL]


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_for_people_can_come_instead(talk: Talk, status: int) -> None:
    talk.script({"kind": "html", "status": status})
    reply = talk.chat()

    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert reply.text.startswith("<html>")


def test_an_error_can_have_words_and_headers_of_its_own(talk: Talk) -> None:
    talk.script(
        {
            "kind": "status",
            "status": 429,
            "code": "slow_down",
            "message": "Not so fast",
            "headers": {"Retry-After": 7},
        }
    )
    reply = talk.chat()

    assert reply.headers["retry-after"] == "7"
    assert reply.json()["error"] == {
        "message": "Not so fast",
        "type": "tokens",
        "param": None,
        "code": "slow_down",
    }


def test_hanging_ends_in_the_ordinary_answer(talk: Talk) -> None:
    talk.script({"kind": "hang", "seconds": 0.01})

    assert content_of(talk.chat()).startswith("OK")


def test_latency_comes_with_every_answer(talking: Any) -> None:

    reply = talking(latency=timedelta(milliseconds=5)).chat()

    assert reply.headers["openai-processing-ms"] == "5"


def test_a_step_can_be_repeated_and_steps_wait_in_line(talk: Talk) -> None:
    talk.script({"kind": "status", "status": 500, "times": 2}, {"kind": "empty"})

    assert talk.client.get("/control/script").json() == {"waiting": 3}
    assert [talk.chat().status_code for _ in range(3)] == [500, 500, 200]
    assert talk.client.get("/control/script").json() == {"waiting": 0}


def test_a_bad_question_uses_up_no_step(talk: Talk) -> None:
    talk.script({"kind": "status", "status": 500})

    assert [talk.chat(stream=True).status_code, talk.chat().status_code] == [400, 500]


def test_a_script_can_be_forgotten(talk: Talk) -> None:
    talk.script({"kind": "drop", "times": 5})

    assert talk.client.delete("/control/script").json() == {"removed": 5}
    assert talk.chat().status_code == 200


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ({}, "kind ''; kinds are good, answer"),
        ({"kind": "explode"}, "kind 'explode'"),
        ("drop", "kind ''"),
        ({"kind": "drop", "seconds": 1}, "option 'seconds'; its options are: none"),
        ({"kind": "answer"}, "needs 'text'"),
        ({"kind": "answer", "text": 5}, "text is '5'"),
        ({"kind": "status", "status": 418}, "it must be one of (400, 401"),
        ({"kind": "status", "status": True}, "status is 'True'"),
        ({"kind": "hang", "seconds": -1}, "seconds from 0 to 3600"),
        ({"kind": "hang", "seconds": "long"}, "seconds is 'long'"),
        ({"kind": "huge", "bytes": 10**12}, "from 1 to 1e+08"),
        ({"kind": "drop", "times": 0}, "times is '0'"),
        ({"kind": "truncate", "keep": 2}, "a fraction from 0 to 1"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_what_can(talk, step, complaint: str) -> None:
    reply = talk.client.post("/control/script", json=[{"kind": "drop"}, step])

    assert reply.status_code == 400
    assert complaint in reply.json()["error"]
    assert "step 1" in reply.json()["error"]
    assert talk.client.get("/control/script").json() == {"waiting": 0}


@pytest.mark.parametrize(
    ("lacking", "plain", "schema", "picture", "both"),
    [
        ({}, 200, 200, 200, 200),
        ({"vision": False}, 200, 200, 400, 400),
        ({"json_schema": False}, 200, 400, 200, 400),
        ({"vision_and_schema": False}, 200, 200, 200, 400),
        ({"vision": "ignore", "json_schema": "ignore"}, 200, 200, 200, 200),
    ],
)
def test_a_server_that_lacks_something_refuses_what_needs_it(
    talk, lacking, plain, schema, picture, both
) -> None:
    talk.can(**lacking)
    wanted, image = in_chat(CODE_SCHEMA), (probe("7K3P"),)

    replies = [talk.chat(), talk.chat(**wanted), talk.chat(images=image)]
    replies.append(talk.chat(images=image, **wanted))
    assert [reply.status_code for reply in replies] == [plain, schema, picture, both]


def test_a_server_may_ignore_what_it_lacks(talk: Talk) -> None:
    image = (probe("7K3P"),)
    talk.can(vision="ignore")
    assert json.loads(content_of(talk.chat(images=image, **in_chat(CODE_SCHEMA)))) == {
        "code": "????"
    }

    talk.can(vision=True, vision_and_schema="ignore")
    assert content_of(talk.chat(images=image, **in_chat(CODE_SCHEMA))) == "Chart code: 7K3P."


def test_a_server_may_speak_chat_only(talk: Talk) -> None:
    talk.can(responses=False)

    assert [talk.responses().status_code, talk.chat().status_code] == [404, 200]
    assert talk.client.get("/control/capabilities").json() == {
        "vision": "yes",
        "json_schema": "yes",
        "vision_and_schema": "yes",
        "responses": "refuse",
    }


@pytest.mark.parametrize("wish", [{"smell": True}, {"vision": "blurry"}, {"vision": 1.5}, []])
def test_a_capability_that_is_not_known_is_refused(talk: Talk, wish: object) -> None:
    assert talk.client.post("/control/capabilities", json=wish).status_code == 400


def test_every_request_is_remembered_without_key_and_picture(talk: Talk) -> None:
    picture = probe("7K3P")
    talk.script({"kind": "truncate"})
    talk.chat("Look", images=(picture,))
    talk.client.get("/v1/models")
    talk.client.post("/nowhere", content=b"no json")

    first, second, third = talk.calls()
    assert (first["number"], first["path"], first["step"]) == (
        1,
        "/v1/chat/completions",
        "truncate",
    )
    assert first["status"] == 200
    assert json.loads(first["answer"])["choices"][0]["finish_reason"] == "length"
    content = first["body"]["messages"][0]["content"]
    assert content[0]["text"] == "Look"
    assert content[1]["image_url"]["url"] == {
        "data": "data:image/png;base64",
        "bytes": len(picture),
        "sha256": hashlib.sha256(picture).hexdigest(),
    }
    assert "authorization" not in first["headers"]
    assert (second["path"], second["body"], third["status"]) == ("/v1/models", None, 404)
    assert third["body"] == "no json"
    assert talk.client.get("/control/calls", params={"after": 2}).json()["calls"] == [third]


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30])
def test_after_is_the_number_of_a_call(talk: Talk, after: str) -> None:
    assert talk.client.get("/control/calls", params={"after": after}).status_code == 400


def test_long_words_are_remembered_by_their_beginning(talk: Talk) -> None:
    talk.chat("x" * 30_000)

    text = talk.calls()[0]["body"]["messages"][0]["content"][0]["text"]
    assert text.endswith("x… (10000 more characters)")


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize("path", ["script", "capabilities", "calls"])
def test_without_the_token_nothing_is_told(talk: Talk, path: str, token: str) -> None:
    reply = talk.client.get(f"/control/{path}", headers={"X-Control-Token": token})

    assert reply.status_code == 401
    assert "X-Control-Token" in reply.json()["error"]


@pytest.mark.parametrize("content", [b"{", b"5", b"{}"])
def test_a_script_is_a_list_of_steps(talk: Talk, content: bytes) -> None:
    assert talk.client.post("/control/script", content=content).status_code == 400


def test_in_one_process_there_is_no_connection_to_cut(talk: Talk) -> None:
    talk.script({"kind": "drop"})

    with pytest.raises(ConnectionResetError, match="run it with HttpProtocol"):
        talk.chat()
