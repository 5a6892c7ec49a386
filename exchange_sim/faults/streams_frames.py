"""A text frame of a WebSocket as the stream faults see it: pushes, requests and their answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

Content = Mapping[str, object]
_encoder = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: the text on the wire and the JSON object it says, empty if it says none."""

    text: str
    content: Content

    @classmethod
    def read(cls, text: str) -> "Frame":
        """The frame of `text`; anything but a JSON object has no content."""
        try:
            content = json.loads(text)
        except ValueError:
            content = {}
        return cls(text, content if isinstance(content, dict) else {})

    @classmethod
    def of(cls, content: Content) -> "Frame":
        """The frame that says `content`, as compact JSON."""
        return cls(_encoder.encode(content), content)

    def but(self, **changes: object) -> "Frame":
        """The same frame with some members changed."""
        return Frame.of({**self.content, **changes})

    @property
    def topic(self) -> str:
        """The topic of a push; empty for requests and their answers."""
        return str(self.content.get("topic", ""))

    @property
    def operation(self) -> str:
        """The `op` of a request or of its answer; empty for pushes."""
        return "" if self.topic else str(self.content.get("op", ""))

    @property
    def rows(self) -> list[Content]:
        """The rows of a push; the one object of topics that carry no list."""
        data = self.content.get("data")
        return [row for row in (data if isinstance(data, list) else [data]) if is_object(row)]

    @property
    def arguments(self) -> list[object]:
        """The `args` of a request; empty if there are none."""
        args = self.content.get("args")
        return args if isinstance(args, list) else []

    @property
    def market_ms(self) -> int:
        """The market clock a push bears; 0 without one."""
        stamp = self.content.get("ts", self.content.get("creationTime"))
        return stamp if isinstance(stamp, int) else 0

    @property
    def is_closed_candle(self) -> bool:
        """Whether a push of a `kline` topic confirms a candle."""
        is_candle = self.topic.startswith("kline.")
        return is_candle and any(row.get("confirm") is True for row in self.rows)

    def figure(self, *names: str) -> str:
        """The first of these members that the first row or argument has, as text, or nothing."""
        sources = [row for row in (*self.rows, *self.arguments) if is_object(row)][:1]
        found = (str(row[name]) for row in sources for name in names if row.get(name))
        return next(found, "")


def is_object(value: object) -> TypeGuard[Content]:
    """Whether `value` is a JSON object."""
    return isinstance(value, Mapping)
