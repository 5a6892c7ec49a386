"""Which stored answer belongs to a question: a key over everything that could change the answer.

analysis.md §3.8. Two questions have one key only if the same server, asked in the same words and
way with the same pictures and options, would be asked the same thing again.
"""

import hashlib
import re
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum

from trading.canonical import Json, canonical, fingerprint
from trading.checks import require

_HOST = re.compile(r"[^\s/@?#]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class CacheMode(StrEnum):
    """Which stored answers may be used, and whether a model may be asked at all."""

    LIVE = "live"
    """An answer of the same bar; otherwise ask."""
    REPLAY = "replay"
    """An answer of any age; never ask, never spend."""
    REFRESH = "refresh"
    """No stored answer; ask."""

    @property
    def may_ask(self) -> bool:
        """Whether a question without a stored answer may go to the model."""
        return self is not CacheMode.REPLAY


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What the server is told besides the question; None was not sent."""

    max_output_tokens: int
    temperature: Decimal | None = None
    effort: str | None = None
    verbosity: str | None = None
    seed: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """All that decides an answer. No key or password is part of it.

    `host` is the server's name and port without scheme, path or login. `model` is the name asked
    for; the dated model it stands for is not known before it answers, and stands beside the
    answer. `api` is the server's dialect (responses, chat), `mode` the way it is asked in: see
    `ModelIdentity`. `images` are the SHA-256 of the pictures in their order, `sample` counts
    equal questions asked on purpose.
    """

    provider: str
    host: str
    model: str
    api: str
    mode: str
    options: CallOptions
    prompt_fingerprint: str
    system: str
    user: str
    images: tuple[str, ...]
    schema_version: str
    sample: int = 0

    def __post_init__(self) -> None:
        for name in ("provider", "model", "api", "mode", "schema_version"):
            require(getattr(self, name) != "", f"a question without its {name}")
        # The value seen is not repeated: a login in front of the host would be in it.
        require(
            _HOST.fullmatch(self.host) is not None,
            "the host of a question is not a bare name and port",
        )
        strange = [sha256 for sha256 in self.images if not _SHA256.fullmatch(sha256)]
        require(not strange, f"images are SHA-256 in 64 hexadecimal digits; got {strange}")
        require(self.sample >= 0, f"sample is {self.sample}; samples count from 0")

    def to_json(self) -> dict[str, Json]:
        """What is stored with an answer: all parts, the two texts as their SHA-256."""
        parts = {field.name: canonical(getattr(self, field.name)) for field in fields(self)}
        return parts | {"system": _sha256(self.system), "user": _sha256(self.user)}


def cache_key(question: Question) -> str:
    """SHA-256 over the canonical JSON of every part, 64 hexadecimal digits.

    It is the fingerprint of `Question.to_json`, so a stored question proves its own key.
    """
    return fingerprint(question.to_json())


def _sha256(text: str) -> str:
    # Text from outside may hold half a surrogate pair; it has a key like any other.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
