import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cli.output import cell, duration, print_json, print_table, say, usdt, warn
from trading.positions import Direction


def test_json_is_one_line_with_money_as_strings(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    print_json({"equity": Decimal("10.50"), "at": moment, "side": Direction.LONG, "none": None})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {
        "equity": "10.5",
        "at": "2026-01-02T03:04:05+00:00",
        "side": "long",
        "none": None,
    }


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (Decimal("1E+3"), "1000"),
        (datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "2026-01-02 03:04:05"),
        (timedelta(minutes=2), "2 min 0 s"),
        (Direction.SHORT, "short"),
        ("[bold]loud", r"\[bold]loud"),
    ],
)
def test_a_cell_shows_a_value_plainly(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, "0 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (3600, "1 h 0 min"),
        (47 * 3600, "47 h 0 min"),
        (49 * 3600, "2 d 1 h"),
    ],
)
def test_a_duration_has_two_units(seconds: float, shown: str) -> None:
    assert duration(timedelta(seconds=seconds)) == shown


def test_an_amount_for_a_person_is_in_cents() -> None:
    assert usdt(Decimal("1.005")) == Decimal("1.00")


def test_a_table_shows_markup_of_its_data_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Title [a]", ("what", "number"), [("[red]x", 1), (None, 20)])
    out = capsys.readouterr().out
    assert "Title [a]" in out
    assert "[red]x" in out
    assert "│ –      │     20 │" in out


def test_words_for_a_person_keep_stdout_for_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    say("the answer [1]")
    warn("by the way [2]")
    assert capsys.readouterr() == ("the answer [1]\n", "by the way [2]\n")
