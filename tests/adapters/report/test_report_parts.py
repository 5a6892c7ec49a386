"""The small parts of the page: whiskers, the calendar, sections and words."""

from dataclasses import replace

import pytest

from adapters.report.document import report_document
from adapters.report.months import Cell, month_table
from adapters.report.sections import HEADLINES, sections
from adapters.report.tables import baseline_rows, group_tables, refused_rows
from adapters.report.tiles import Whisker, tiles, whisker
from adapters.report.wording import (
    bounds_sentence,
    chance_sentence,
    facts,
    fan_sentence,
    no_chance_sentence,
    verdict,
)
from trading.backtest.account_rules import AccountRules
from trading.backtest.inside_bars import Inside
from trading.backtest.report import Bounds, Report
from trading.backtest.rules import Rules
from trading.candles import Interval
from trading.metrics.figures import Figure, Unit
from trading.metrics.months import MonthReturn


@pytest.mark.parametrize(
    ("figure", "neutral", "drawn"),
    [
        (Figure(1.0, Unit.RATIO, 0.0, 2.0), None, Whisker(4.0, 92.0, 50.0, None)),
        (Figure(1.0, Unit.RATIO, 0.5, 2.0), 0.0, Whisker(27.0, 69.0, 50.0, 4.0)),
        (Figure(1.0, Unit.RATIO, 1.0, 1.0), None, Whisker(4.0, 0.0, 4.0, None)),
        (Figure(1.0, Unit.RATIO), 0.0, None),
        (Figure(None, Unit.RATIO, note="no trade"), 0.0, None),
    ],
)
def test_a_whisker_shows_where_the_value_of_no_edge_lies(
    figure: Figure, neutral: float | None, drawn: Whisker | None
) -> None:
    assert whisker(figure, neutral) == drawn


def test_the_tiles_are_the_headlines(report: Report) -> None:
    assert [tile.row.label for tile in tiles(report.metrics)] == [label for _, label in HEADLINES]


def test_every_figure_stands_in_one_section(report: Report) -> None:
    labels = [row.label for _, rows in sections(report.figures()) for row in rows]

    assert len(labels) == len(set(labels)) == len(report.figures())
    assert all(row.meaning for _, rows in sections(report.figures()) for row in rows)


def test_the_calendar_compounds_its_years_and_leaves_holes_empty(report: Report) -> None:
    months = (
        MonthReturn(2023, 12, 0.10), MonthReturn(2024, 1, -0.05), MonthReturn(2024, 3, 0.0),
    )  # fmt: skip

    old, new = month_table(replace(report, months=months))

    assert (old.year, old.whole.text.replace("\u00a0", " ")) == (2023, "+10.0 %")
    assert old.cells[11] == Cell(old.whole.text, "won", 70)
    assert new.cells[0].text.replace("\u00a0", " ") == "−5.00 %"
    assert (new.cells[0].role, new.cells[0].strength) == ("loss", 35)
    assert [cell.role for cell in new.cells[1:3]] == ["none", "none"]
    assert [cell.text for cell in new.cells[3:]] == [""] * 9


def test_refused_entries_are_sorted_by_how_often(report: Report) -> None:
    assert refused_rows(report) == (("max open positions", "12"), ("no next bar", "1"))


def test_groups_come_under_their_headings(report: Report) -> None:
    groups = dict(group_tables(report))

    assert list(groups)[:3] == ["By symbol", "By side", "By exit reason"]
    assert [row[0] for row in groups["By side"]] == ["long", "short"]


def test_the_baselines_begin_with_the_strategy_and_end_flat(report: Report) -> None:
    names = [row[0] for row in baseline_rows(report)]

    assert (names[0], names[1], names[-1]) == ("every-36-bars", "BTCUSDT held", "always flat")


def test_chance_is_judged_at_ninety_five_percent(report: Report) -> None:
    chance = report.baselines.chance
    assert chance is not None
    sure = replace(report.baselines, chance=replace(chance, percentile=0.97))

    assert "cannot be told from luck" in chance_sentence(report)
    assert "more than luck" in chance_sentence(replace(report, baselines=sure))
    none = replace(report, baselines=replace(report.baselines, chance=None))
    assert chance_sentence(none).startswith("All comparisons pay")
    assert no_chance_sentence(none) == "The comparison with random entries was not run."


def test_both_bounds_are_said_where_they_are_known(report: Report) -> None:
    said = bounds_sentence(replace(report, bounds=Bounds(-10.0, 20.0))).replace("\u00a0", " ")

    assert "net profit is −10.00 USDT, with the target always first +20.00 USDT" in said
    assert bounds_sentence(replace(report, bounds=Bounds(5.0, 5.0))).endswith("is the same.")
    assert bounds_sentence(replace(report, bounds=None)) == ""


def test_the_facts_name_what_makes_the_page_again(report: Report) -> None:
    assert facts(report) == (
        ("Candles", "3f9a1c"), ("Looked into by", "no finer candles"), ("Code", "0.1.0"),
        ("Seed", "7"), ("Combinations tried", "1"),
    )  # fmt: skip


def test_the_finer_candles_are_told_with_what_they_fill(report: Report) -> None:
    looked = replace(report, inside=(Inside("BTCUSDT", Interval.M5, 0.985),))

    assert dict(facts(looked))["Looked into by"].replace("\u00a0", " ") == "BTCUSDT 5m (98.5 %)"
    assert report_document(looked)["inside_bars"] == [
        {"symbol": "BTCUSDT", "interval": "5m", "share": 0.985}
    ]


def test_a_run_that_its_brake_ended_early_says_since_when(report: Report) -> None:
    tight = Rules(account=AccountRules(max_drawdown_fraction=0.01))
    ended = replace(report, ran=replace(report.ran, rules=tight))

    assert "UTC nothing was entered any more" in verdict(ended)
    assert "nothing was entered" not in verdict(report)


def test_costs_stand_together(report: Report) -> None:
    costs = dict(sections(report.figures()))["Costs"]

    assert [row.label for row in costs][:3] == ["Fees", "Funding", "Slippage"]


def test_the_fan_says_how_many_were_ruined(report: Report) -> None:
    fan = report.monte_carlo
    assert fan is not None

    ruined = replace(report, monte_carlo=replace(fan, ruin_probability=0.125))

    assert "12.5 % of them lose 50.0 %" in fan_sentence(ruined).replace("\u00a0", " ")
    assert "None of them lose 50.0 %" in fan_sentence(report).replace("\u00a0", " ")
    assert fan_sentence(replace(report, monte_carlo=None)) == ""
