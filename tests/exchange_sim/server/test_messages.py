"""The envelope."""

import json

from exchange_sim.server.messages import Answer, compact, envelope


def test_every_answer_has_the_five_fields_of_the_envelope() -> None:
    body = envelope(Answer({"a": 1}), 123)

    assert body == b'{"retCode":0,"retMsg":"OK","result":{"a":1},"retExtInfo":{},"time":123}'


def test_a_refusal_has_an_empty_result() -> None:
    body = json.loads(envelope(Answer(code=10001, message="no"), 1))

    assert (body["retCode"], body["retMsg"], body["result"]) == (10001, "no", {})


def test_json_is_compact() -> None:
    assert compact({"a": [1, 2]}) == '{"a":[1,2]}'
