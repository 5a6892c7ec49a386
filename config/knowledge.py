"""Until when the training data of models reaches: a dated data file of ours."""

import tomllib
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("knowledge.toml")

_Words = Annotated[str, Field(min_length=1, max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[_Words, ...] = Field(min_length=1)
    knows_until: date
    source: _Words


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    model: tuple[_Entry, ...]


def knows_until(model: str) -> date | None:
    """The last day (UTC) that a model may have read about; None if nobody stated it.

    A router's prefix ("openai/gpt-5") is left out. Of several names that fit the most exact wins.
    """
    name = model.lower().rpartition("/")[2]
    fitting = [
        (len(pattern.replace("*", "")), entry.knows_until)
        for entry in _entries()
        for pattern in entry.models
        if fnmatchcase(name, pattern)
    ]
    return max(fitting)[1] if fitting else None


@cache
def _entries() -> tuple[_Entry, ...]:
    return _File.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8"))).model
