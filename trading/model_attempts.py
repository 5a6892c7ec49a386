"""One try at asking a model, as the ledger books it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from trading.checks import require, require_utc
from trading.model_errors import ModelError
from trading.replies import ModelReply, ModelRequest


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that left for a model server: it has a reply or an error, never both.

    `number` counts from 1 within one question. `took` includes waiting for a free place.
    """

    request: ModelRequest
    number: int
    started_at: datetime
    took: timedelta
    reply: ModelReply | None = None
    error: ModelError | None = None

    def __post_init__(self) -> None:
        require(self.number >= 1, f"attempt number {self.number}; the first is 1")
        require_utc("start of the attempt", self.started_at)
        require(
            (self.reply is None) != (self.error is None),
            "an attempt ends with a reply or an error, with one of them",
        )

    @property
    def cost_is_unknown(self) -> bool:
        """Whether it may have been billed without a word about how much."""
        if self.reply is not None:
            return self.reply.usage is None
        return self.error is not None and self.error.may_be_billed


OnAttempt: TypeAlias = Callable[[Attempt], None]
"""Is told of every attempt when it has ended, before the next one begins."""


def unwatched(attempt: Attempt) -> None:
    """For calls that nobody counts, such as those of a doctor."""
