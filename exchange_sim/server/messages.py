"""One REST request and its reply as values, and the JSON envelope around every answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange_sim.server.codes import WireCode
from exchange_sim.server.numbers import Row

_encoder = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came: raw query and body, because the signature is over raw bytes."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]  # names in lower case
    body: bytes
    peer: str  # the client's address


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What goes back: HTTP status, extra headers, body."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a call: retCode 0 with a result, or a refusal with an empty one."""

    result: Row = field(default_factory=dict)
    extension: Row = field(default_factory=dict)
    code: int = WireCode.OK
    message: str = "OK"


def compact(value: object) -> str:
    """`value` as compact JSON, as Bybit sends it."""
    return _encoder.encode(value)


def envelope(answer: Answer, now_ms: int) -> bytes:
    """The body of a REST reply; `time` is the market clock."""
    return compact(
        {
            "retCode": int(answer.code),
            "retMsg": answer.message,
            "result": answer.result,
            "retExtInfo": answer.extension,
            "time": now_ms,
        }
    ).encode()
