"""What both APIs say alike: the picture as text, the name of the schema, the schema in words."""

import base64
import json
from typing import TypeAlias

from trading.canonical import Json

Wire: TypeAlias = dict[str, object]
"""A JSON object as it is sent."""

SCHEMA_NAME = "answer"

SCHEMA_TOLD = "told.v1"
"""Part of an arm's fingerprint: changes whenever the words that tell a schema do."""


def sendable(text: str) -> str:
    """`text` without halves of surrogate pairs, which a model may write and no wire can carry."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


def data_uri(png: bytes) -> str:
    """A PNG picture as the address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def with_schema_told(instructions: str, schema: Json) -> str:
    """The instructions with the schema in words, for servers that cannot be held to one."""
    spelled = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    told = (
        "Answer with exactly one JSON object and nothing before or after it. It obeys this JSON "
        f"schema:\n{spelled}"
    )
    return f"{instructions}\n\n{told}" if instructions else told
