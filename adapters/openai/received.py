"""An answer of a model server as it came, before anybody believes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

Body: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Received:
    """A body with a good status, how long it took, and what the server calls the request.

    `first_byte` is when its head came, None where nobody looked.
    """

    raw: bytes
    request_id: str = ""
    latency: timedelta = timedelta(0)
    first_byte: timedelta | None = None

    def body(self) -> Body:
        """The JSON object in it; an empty one if it is anything else."""
        try:
            parsed = json.loads(self.raw)
        # Nested a thousand deep it is no answer either.
        except (ValueError, RecursionError):
            return {}
        return parsed if isinstance(parsed, dict) else {}


def part(body: Body, name: str) -> Body:
    """The object of that name, an empty one if there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def parts(body: Body, name: str) -> list[Body]:
    """The objects in the list of that name."""
    value = body.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(body: Body, name: str) -> str:
    """The text of that name, "" if there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def count(body: Body, name: str) -> int | None:
    """The whole number of that name if it is one, at least 0."""
    value = body.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if isinstance(value, int) and is_number and value >= 0 else None
