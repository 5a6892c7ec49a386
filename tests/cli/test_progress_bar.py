"""One bar for all long work: shown on a terminal, silent in a pipe."""

from io import StringIO

from rich.console import Console

from cli.progress import progress_bar


def shown(*, terminal: bool) -> str:
    written = StringIO()
    console = Console(file=written, force_terminal=terminal, width=140, color_system=None)
    with progress_bar("combinations", 12, console=console) as bar:
        bar.advance(11)
        bar.advance()
        bar.tell("the last", "3 refused")
    return written.getvalue()


def test_a_terminal_sees_how_much_is_done_and_how_it_stands() -> None:
    text = shown(terminal=True)

    assert "12/12" in text
    assert "the last" in text
    assert "3 refused" in text


def test_a_pipe_sees_no_bar() -> None:
    assert shown(terminal=False).strip() == ""
