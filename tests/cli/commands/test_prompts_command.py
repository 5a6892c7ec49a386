"""`autotrader prompts`: look at, edit, compare, judge and choose what the model is asked."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.commands.prompts import app
from cli.main import run
from config.prompts import first_prompts

Prompts = Callable[..., tuple[int, str, str]]
(SHIPPED,) = first_prompts()
FIRST = "chart_reader@1"


@pytest.fixture
def prompts(
    desk_database_url: str,
    use_settings: Callable[[Mapping[str, Any]], None],
    capsys: pytest.CaptureFixture[str],
) -> Prompts:
    """Run one command of `prompts`; gives its exit code, stdout and stderr."""
    use_settings({"DATABASE_URL": desk_database_url})

    def run_one(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments, command=app)
        out, err = capsys.readouterr()
        return code, out, err

    return run_one


@pytest.fixture
def name() -> str:
    """A prompt of this test alone, in a database that others use."""
    return f"reader_{uuid4().hex[:8]}"


@pytest.fixture
def edited(tmp_path: Path) -> tuple[str, ...]:
    """The options of an edit of the shipped prompt that breaks no rule."""
    return files(tmp_path, SHIPPED.texts.system + "\nThink before you answer.\n")


def files(folder: Path, system: str, user: str = SHIPPED.texts.user) -> tuple[str, ...]:
    for name, template in (("s.md", system), ("u.md", user)):
        (folder / name).write_text(template, encoding="utf-8")
    return ("--system", str(folder / "s.md"), "--user", str(folder / "u.md"))


def listed(prompts: Prompts, name: str) -> list[dict[str, Any]]:
    lines = json.loads(prompts("list", "--json")[1])["prompts"]
    return [line for line in lines if line["name"] == name]


def test_a_new_database_has_the_shipped_prompt_and_asks_it(prompts: Prompts) -> None:
    (line,) = listed(prompts, "chart_reader")

    assert (line["number"], line["parent"], line["author"]) == (1, None, "autotrader")
    assert (line["activated_by"], line["active_since"] is not None) == ("autotrader", True)
    assert FIRST in prompts("list")[1]
    shown = json.loads(prompts("show", "chart_reader", "--json")[1])
    assert (shown["system"], shown["user"]) == (SHIPPED.texts.system, SHIPPED.texts.user)
    assert "--- system ---\nYou are" in prompts("show", FIRST)[1]


def test_an_edit_is_stored_compared_and_asked_once_it_is_activated(
    prompts: Prompts, edited: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    code, out, _ = prompts("new", name, *edited, "--note", "slower", "--parent", "chart_reader")
    assert (code, f"Stored {name}@1; ask it with" in out) == (0, True)
    (tmp_path / "u.md").write_text(SHIPPED.texts.user + "\nBe brief.\n")
    code, out, _ = prompts("new", name, *edited, "--note", "brief", "--by", "anna", "--json")
    stored = json.loads(out)
    assert (code, stored["number"], stored["parent"]) == (0, 2, f"{name}@1")
    assert (stored["author"], stored["note"]) == ("anna", "brief")
    assert listed(prompts, name)[1]["parent"] == FIRST

    assert "+Think before you answer." in prompts("diff", FIRST, f"{name}@1")[1]
    difference = json.loads(prompts("diff", f"{name}@1", f"{name}@2", "--json")[1])
    assert (difference["system"], difference["user"][-1]) == ([], "+Be brief.")
    assert "say the same" in prompts("diff", FIRST, "chart_reader")[1]

    code, out, _ = prompts("activate", f"{name}@2", "--by", "anna")
    assert (code, f"{name}@2 is asked since" in out) == (0, True)
    assert json.loads(prompts("show", name, "--json")[1])["number"] == 2
    answer = json.loads(prompts("activate", f"{name}@1", "--json")[1])
    assert (answer["prompt"], answer["by"]) == (f"{name}@1", "owner")


def test_a_prompt_that_breaks_a_rule_is_not_stored(
    prompts: Prompts, tmp_path: Path, name: str
) -> None:
    broken = files(tmp_path, SHIPPED.texts.system + "\nHolding is prohibited.\n")

    code, out, _ = prompts("new", name, *broken, "--note", "bolder")

    assert code == 1
    assert f"{name} is not stored: 1 problem\n" in out
    assert "forces a trade" in out
    assert listed(prompts, name) == []
    code, out, _ = prompts("lint", *broken, "--json")
    answer = json.loads(out)
    assert (code, answer["passed"]) == (1, False)
    assert [problem["rule"] for problem in answer["problems"]] == ["force"]


def test_the_shipped_prompt_is_judged_without_a_problem(prompts: Prompts) -> None:
    assert prompts("lint")[:2] == (0, f"{FIRST}: no rule is broken\n")
    assert json.loads(prompts("lint", FIRST, "--json")[1])["passed"] is True


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "nobody"), "there is no prompt nobody"),
        (("show", "chart_reader@7"), "there is no prompt chart_reader@7"),
        (("show", "chart_reader@0"), "names no prompt version"),
        (("show", "Chart Reader"), "is no name of a prompt"),
        (("activate", "chart_reader"), "write chart_reader@NUMBER"),
        (("activate", "chart_reader@9"), "there is no prompt chart_reader@9"),
        (("activate", FIRST, "--by", " "), "nobody is named"),
        (("diff", FIRST, "chart_reader@8"), "there is no prompt chart_reader@8"),
        (("lint", "--system", "s.md"), "both --system and --user"),
        (("lint", "--system", "no.md", "--user", "no.md"), "no.md cannot be read as a template"),
        (("new", "a b", "--system", "no", "--user", "no", "--note", "x"), "no cannot be read"),
    ],
)
def test_a_wrong_word_is_refused_and_says_what_is_allowed(
    prompts: Prompts, words: tuple[str, ...], message: str
) -> None:
    code, _, err = prompts(*words)
    assert (code, message in err) == (2, True)


def test_texts_that_are_stored_already_are_refused(prompts: Prompts, tmp_path: Path) -> None:
    same = files(tmp_path, SHIPPED.texts.system)
    code, _, err = prompts("new", "chart_reader", *same, "--note", "again")
    assert (code, f"these texts are {FIRST} already" in err) == (2, True)
