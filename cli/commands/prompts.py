"""`prompts`: what the model is asked, in versions that never change."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.answers.schema import response_schema
from adapters.prompts.linting import has_errors, lint
from adapters.prompts.problems import Problem
from cli.options import AsJson
from cli.output import cell, print_json, print_table, say, warn
from cli.prompts.comparison import compare
from cli.prompts.library import prompt_library, stored, texts_of
from cli.prompts.showing import COLUMNS, facts, line_cells, line_facts
from config.prompts import FIRST_PROMPT
from db.queries.prompts import prompt_lines
from db.repositories import prompts
from tasks.clock import wall_time
from trading.prompts import BadPromptError, NewPrompt, PromptTexts, parse_reference

FAILED = 1

app = typer.Typer(help="What the model is asked.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="NAME[@N]", help="Without @N, the active version.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes responsibility.")]


@app.command("list")
def show_list(*, as_json: AsJson = False) -> None:
    """Show every version, the newest of a name first, and which one is asked.

    Examples:
    - `autotrader prompts list`
    """
    with prompt_library() as session:
        lines = prompt_lines(session)
    if as_json:
        print_json({"prompts": [line_facts(line) for line in lines]})
        return
    print_table("Prompts", COLUMNS, (line_cells(line) for line in lines))


@app.command()
def show(which: Which, *, as_json: AsJson = False) -> None:
    """Show one version with both templates, as its author wrote them.

    Examples:
    - `autotrader prompts show chart_reader`
    - `autotrader prompts show chart_reader@1 --json`
    """
    with prompt_library() as session:
        version = stored(session, which)
    if as_json:
        print_json(facts(version))
        return
    say(f"{version.reference} by {version.author}, {cell(version.created_at)} UTC: {version.note}")
    for name in ("system", "user"):
        say(f"\n--- {name} ---\n{getattr(version, name)}")


@app.command()
def new(  # noqa: PLR0913 -- one parameter for each option of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower case; new or existing.")],
    *,
    system: Annotated[Path, typer.Option(metavar="FILE", help="The system template.")],
    user: Annotated[Path, typer.Option(metavar="FILE", help="The user template.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What changed and why.")],
    by: By = "owner",
    parent: Annotated[
        str, typer.Option(metavar="NAME@N", help="What it grew out of; else the newest of NAME.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Store a new version. It breaks no rule for authors (`prompts lint`) and is not asked yet.

    Exit code 1 if it does break one; nothing is stored then.

    Examples:
    - `autotrader prompts new chart_reader --system s.md --user u.md --note "shorter"`
    """
    draft = NewPrompt(
        name=name,
        texts=texts_of(system, user),
        author=by,
        note=note,
        parent=parse_reference(parent) if parent else None,
    )
    problems = lint(draft.texts, response_schema())
    if has_errors(problems):
        _tell_problems(f"{name} is not stored", problems, as_json=as_json)
        raise typer.Exit(FAILED)
    with prompt_library() as session:
        version = prompts.add_version(session, draft, now=wall_time())
    if as_json:
        print_json({**facts(version), "problems": problems})
        return
    for problem in problems:
        warn(str(problem))
    stored_as = version.reference
    say(f"Stored {stored_as}; ask it with `autotrader prompts activate {stored_as}`.")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="NAME[@N]")],
    after: Annotated[str, typer.Argument(metavar="B", help="NAME[@N]")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show what changed from version A to version B.

    Examples:
    - `autotrader prompts diff chart_reader@1 chart_reader@2`
    """
    with prompt_library() as session:
        found = compare(stored(session, before), stored(session, after))
    if as_json:
        print_json(found)
        return
    lines = found.system + found.user
    say("\n".join(lines) if lines else f"{found.before} and {found.after} say the same.")


@app.command()
def activate(
    which: Annotated[str, typer.Argument(metavar="NAME@N", help="The version to ask.")],
    *,
    by: By = "owner",
    as_json: AsJson = False,
) -> None:
    """Ask this version from now on. Earlier decisions keep the version they were asked with.

    Examples:
    - `autotrader prompts activate chart_reader@2 --by anna`
    """
    reference = parse_reference(which)
    if reference.number is None:
        message = f"{which} names no version; write {which}@NUMBER, see `autotrader prompts list`"
        raise BadPromptError(message)
    with prompt_library() as session:
        done = prompts.activate(session, reference, by=by, now=wall_time())
    if as_json:
        print_json({"prompt": which, "since": done.since, "by": done.activated_by})
        return
    say(f"{done.version.reference} is asked since {cell(done.since)} UTC, by {done.activated_by}.")


@app.command("lint")
def judge(
    which: Annotated[str, typer.Argument(metavar="[NAME[@N]]", help="A stored version.")] = "",
    *,
    system: Annotated[Path | None, typer.Option(metavar="FILE", help="Or two files: this")] = None,
    user: Annotated[Path | None, typer.Option(metavar="FILE", help="and this.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell which rules for authors a prompt breaks. Exit code 1 if it could not be stored.

    Examples:
    - `autotrader prompts lint chart_reader`
    - `autotrader prompts lint --system s.md --user u.md`
    """
    title, texts = _asked_for(which, system, user)
    problems = lint(texts, response_schema())
    _tell_problems(title, problems, as_json=as_json)
    if has_errors(problems):
        raise typer.Exit(FAILED)


def _asked_for(which: str, system: Path | None, user: Path | None) -> tuple[str, PromptTexts]:
    if system is not None and user is not None and not which:
        return f"{system} and {user}", texts_of(system, user)
    if system is not None or user is not None:
        message = "give a stored NAME[@N], or both --system and --user, not a mixture"
        raise typer.BadParameter(message)
    with prompt_library() as session:
        version = stored(session, which or FIRST_PROMPT)
    return str(version.reference), version.texts


def _tell_problems(title: str, problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        passed = not has_errors(problems)
        print_json({"prompt": title, "passed": passed, "problems": problems})
        return
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    say(f"{title}: {count}" if problems else f"{title}: no rule is broken")
    for problem in problems:
        say(f"    {problem}")
