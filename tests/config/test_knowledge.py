"""Until when a model has read is a stated day, or nobody knows."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

import config.knowledge
from config.knowledge import knows_until

LISTED = tomllib.loads(Path(config.knowledge.__file__).with_name("knowledge.toml").read_text())


@pytest.mark.parametrize(
    ("model", "until"),
    [
        ("gpt-5", date(2024, 9, 30)),
        ("gpt-5-2025-08-07", date(2024, 9, 30)),
        ("openai/gpt-5", date(2024, 9, 30)),
        ("GPT-5", date(2024, 9, 30)),
        ("gpt-5-mini", date(2024, 5, 31)),
        ("gpt-5.4-2026-03-05", date(2025, 8, 31)),
        ("gpt-5-chat-latest", None),
        ("chat-latest", None),
        ("gpt-50", None),
        ("llava", None),
        ("", None),
    ],
)
def test_a_model_is_found_by_its_name(model: str, until: date | None) -> None:
    assert knows_until(model) == until


def test_every_line_says_where_it_is_from_and_no_name_comes_twice() -> None:
    entries = LISTED["model"]
    names = [name for entry in entries for name in entry["models"]]
    assert len(names) == len(set(names))
    assert all("https://" in entry["source"] or "azure" in entry["source"] for entry in entries)
