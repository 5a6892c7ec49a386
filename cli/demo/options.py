"""What may be chosen about a demo."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.desk import Analyst


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """A demo to be: `cycles` hours of a market that is replayed from `data`, or made from `seed`.

    `symbols` None means all of the data, or the desk's default ones. With the analyst `openai` a
    stand-in for a model server is started and asked, which `thinks` so long about every question.
    """

    cycles: int = 72
    symbols: tuple[str, ...] | None = None
    data: Path | None = None
    seed: int = 1
    syncs_per_hour: int = 1
    keep: bool = False
    analyst: Analyst = Analyst.TECHNICAL
    thinks: timedelta = timedelta(0)
