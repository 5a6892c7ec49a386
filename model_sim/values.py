"""JSON objects as they come off the wire, and how to look into them without trusting them."""

import hashlib
import json
from collections.abc import Sequence

Row = dict[str, object]
"""A JSON object."""


def row_of(value: object) -> Row:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> Sequence[object]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else ()


def text_of(value: object) -> str:
    """The value if it is a string, else the empty one."""
    return value if isinstance(value, str) else ""


def whole_of(value: object) -> int | None:
    """The value if it is a whole number (true and false are none), else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def compact(value: object) -> str:
    """JSON in one line; equal values give equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*parts: object) -> str:
    """64 hexadecimal digits that depend on these parts alone: where identifiers come from."""
    return hashlib.sha256(compact([str(part) for part in parts]).encode()).hexdigest()
