"""What a frame of a WebSocket is: data, an answer to something we sent, or noise.

Every frame has a kind, also one that no documentation knows: pybit's own reader dies of a frame
without topic, of an unknown topic and of text that is not JSON (bybit_v5.md §5.3).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_SHOWN = 160
_ALREADY = "already subscribed"


class FrameKind(StrEnum):
    """What a frame is."""

    DATA = "data"
    PONG = "pong"
    LOGIN = "login"
    SUBSCRIPTION = "subscription"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was looked at.

    `request` is the id of the request that an answer belongs to. `problem` says why the exchange
    refused, or what is wrong with noise; "" if nothing is.
    """

    kind: FrameKind
    body: Mapping[str, object] = field(default_factory=dict)
    request: str = ""
    problem: str = ""


def read_frame(raw: str | bytes) -> Frame:
    """The frame behind a message of the socket. Never raises."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return Frame(FrameKind.NOISE, problem=f"not JSON: {_shown(raw)}")
    if not isinstance(body, dict):
        return Frame(FrameKind.NOISE, problem=f"not an object: {_shown(raw)}")
    return _frame(body, raw)


def _frame(body: dict[str, object], raw: str | bytes) -> Frame:
    if isinstance(body.get("topic"), str):
        return Frame(FrameKind.DATA, body)
    if body.get("op") == "pong" or body.get("ret_msg") == "pong":
        return Frame(FrameKind.PONG, body)
    match body.get("op"):
        case "auth":
            return _answer(FrameKind.LOGIN, body)
        case "subscribe":
            return _answer(FrameKind.SUBSCRIPTION, body)
        case _:
            return Frame(FrameKind.NOISE, body, problem=f"neither data nor answer: {_shown(raw)}")


def _answer(kind: FrameKind, body: dict[str, object]) -> Frame:
    return Frame(kind, body, request=str(body.get("req_id") or ""), problem=_problem(body))


def _problem(body: dict[str, object]) -> str:
    if body.get("success") is True:
        return ""
    said = str(body.get("ret_msg") or body.get("retMsg") or "refused without a reason")
    # The first subscription goes on working (bybit_v5.md §1.5).
    return "" if _ALREADY in said else said


def _shown(raw: str | bytes) -> str:
    return repr(raw[:_SHOWN])
