"""What was asked and answered so far, without keys and without pictures."""

import base64
import binascii
import hashlib
from collections import deque
from dataclasses import dataclass

from model_sim.values import Row

KEPT = 5_000
_LONGEST_TEXT = 20_000
_HIDDEN = frozenset({"authorization", "cookie", "api-key", "x-api-key"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in, in the order of arrival; `status` 0 is no answer at all."""

    number: int
    method: str
    path: str
    headers: Row
    body: object
    step: str
    status: int
    answer: str

    def told(self) -> Row:
        """The call as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


class Calls:
    """The newest calls; older ones are forgotten, their number is not."""

    def __init__(self, kept: int = KEPT) -> None:
        self._calls: deque[Call] = deque(maxlen=kept)
        self.total = 0

    def add(self, call: Call) -> None:
        """Remember one."""
        self.total = max(self.total, call.number)
        self._calls.append(call)

    def next_number(self) -> int:
        """The number of the call that arrives now; the first is 1."""
        self.total += 1
        return self.total

    def after(self, number: int) -> list[Row]:
        """The calls that are kept and came after the one of this number, oldest first."""
        kept = sorted(self._calls, key=lambda call: call.number)
        return [call.told() for call in kept if call.number > number]


def public_headers(headers: Row) -> Row:
    """The headers without what must stay secret."""
    return {name: value for name, value in headers.items() if name.lower() not in _HIDDEN}


def without_pictures(value: object) -> object:
    """The JSON value with pictures replaced by their hash and size, long texts cut."""
    if isinstance(value, dict):
        return {name: without_pictures(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_pictures(one) for one in value]
    if isinstance(value, str) and value.startswith("data:"):
        return _picture(value)
    return shortened(value) if isinstance(value, str) else value


def shortened(text: str) -> str:
    """The text, or its beginning and how much was left out."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]}… ({len(text) - _LONGEST_TEXT} more characters)"


def _picture(address: str) -> Row:
    head, _, coded = address.partition(",")
    try:
        image = base64.b64decode(coded, validate=True)
    except binascii.Error:
        return {"data": head, "unreadable": len(coded)}
    return {"data": head, "bytes": len(image), "sha256": hashlib.sha256(image).hexdigest()}
