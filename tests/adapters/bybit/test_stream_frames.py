"""Every frame is something: data, an answer, or noise with a reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bybit.stream_frames import FrameKind, read_frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("frame", "kind", "problem"),
    [
        ({"topic": "order", "data": []}, FrameKind.DATA, ""),
        ({"success": True, "ret_msg": "pong", "op": "ping"}, FrameKind.PONG, ""),
        ({"req_id": "1", "op": "pong", "args": ["1"]}, FrameKind.PONG, ""),
        ({"success": True, "ret_msg": "", "op": "auth"}, FrameKind.LOGIN, ""),
        (
            {"success": False, "ret_msg": "error:request expired", "op": "auth"},
            FrameKind.LOGIN,
            "error:request expired",
        ),
        (
            {"op": "auth", "success": False, "retCode": 10003, "retMsg": "Invalid apikey"},
            FrameKind.LOGIN,
            "Invalid apikey",
        ),
        ({"op": "auth"}, FrameKind.LOGIN, "refused without a reason"),
        ({"success": True, "op": "subscribe", "req_id": "order"}, FrameKind.SUBSCRIPTION, ""),
        (
            {"success": False, "ret_msg": "error:already subscribed,topic:X", "op": "subscribe"},
            FrameKind.SUBSCRIPTION,
            "",
        ),
    ],
)
def test_a_known_frame_is_what_it_says(
    frame: dict[str, object], kind: FrameKind, problem: str
) -> None:
    read = read_frame(json.dumps(frame))

    assert (read.kind, read.problem) == (kind, problem)
    assert read.body == frame


@pytest.mark.parametrize(
    "text", ["", "{", "not json", "[1]", "12", "null", "{}", '{"op":"unheard"}', '{"topic":1}']
)
def test_anything_else_is_noise_with_a_reason(text: str) -> None:
    read = read_frame(text)

    assert read.kind is FrameKind.NOISE
    assert read.problem


@given(JSON)
def test_no_json_is_too_strange(value: object) -> None:
    assert read_frame(json.dumps(value)).kind in FrameKind


@given(st.text() | st.binary())
def test_no_text_is_too_strange(text: str | bytes) -> None:
    assert read_frame(text).kind in FrameKind
