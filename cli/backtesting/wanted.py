"""What becomes of an answer, as the options say."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """What becomes of the answer: files to write, whether it is kept, how it is told."""

    page: Path | None
    parquet: Path | None
    quick: bool
    store: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Told:
    """How the answer of a sweep is told: on a page beside the terminal, or as JSON."""

    page: Path | None
    as_json: bool
