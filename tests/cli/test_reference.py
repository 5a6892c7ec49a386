"""The committed pages say what the code says."""

from pathlib import Path

import pytest

from cli.reference import command_names, pages

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["commands.md", "settings.md"])
def test_a_page_is_what_the_code_would_write(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == pages()[name], "run `make docs` and commit the pages"


def test_every_command_of_the_design_is_there() -> None:
    assert set(command_names()) >= {
        "demo", "up", "cycle", "sync", "trade", "close", "positions", "balance", "sim", "doctor",
        "db upgrade", "db downgrade", "db current", "data check", "config show",
    }  # fmt: skip


def test_every_command_shows_an_example() -> None:
    sections = pages()["commands.md"].split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections if "`autotrader" not in section] == []
    assert [section.splitlines()[0] for section in sections if "Examples:" not in section] == []
