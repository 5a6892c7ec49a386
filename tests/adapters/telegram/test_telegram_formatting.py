"""Whatever a text holds, Telegram shows it as it is, and no message is longer than allowed."""

from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.formatting import (
    LONGEST_TEXT,
    escaped,
    fitted,
    number,
    page_html,
)
from trading.pages import Entry, Fact, Page, Unit


class Seen(HTMLParser):
    """The text and the tags that a reader of the message would see."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(WORDS)
def test_every_text_is_shown_as_it_is(text: str) -> None:
    shown = Seen(escaped(text))
    assert (shown.tags, shown.text) == ([], text)


@given(WORDS, st.integers(1, 60))
def test_a_text_that_is_cut_fits_and_breaks_no_character(text: str, limit: int) -> None:
    cut = fitted(text, limit)
    assert units(cut) <= limit
    shown = Seen(cut)
    assert shown.tags == []
    assert shown.text == text or text.startswith(shown.text.removesuffix("…"))


@given(WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=30), WORDS)
def test_a_page_of_any_words_is_well_formed_and_fits(
    title: str, words: list[tuple[str, str]], remark: str
) -> None:
    facts = tuple(Fact(label, value) for label, value in words)
    page = Page(title, facts, tuple(Entry(label, facts[:2]) for label, _ in words), remark)
    shown = page_html(page)
    assert units(shown) <= LONGEST_TEXT
    assert set(Seen(shown).tags) <= {"b", "i"}


def test_what_has_no_room_is_counted() -> None:
    entries = tuple(Entry(f"entry {n}", (Fact("x", "y" * 200),)) for n in range(60))
    shown = page_html(Page("Trades", entries=entries))
    assert "entry 0" in shown
    assert shown.endswith(" more")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Decimal("1234567.891"), Unit.USDT, "1,234,567.89 USDT"),
        (Decimal("-0.5"), Unit.CHANGE, "-0.50 USDT"),
        (Decimal(12), Unit.CHANGE, "+12.00 USDT"),
        (Decimal("0.4167"), Unit.FRACTION, "41.7 %"),
        (Decimal("-0.855"), Unit.R, "-0.86 R"),
        (Decimal("2.5"), Unit.R, "+2.50 R"),
        (Decimal("61234.50000"), Unit.PRICE, "61,234.5"),
        (Decimal("0.000012345678"), Unit.PRICE, "0.00001234568"),
        (Decimal("0.0100"), Unit.PLAIN, "0.01"),
        (Decimal(100), Unit.PLAIN, "100"),
        (1200, Unit.PLAIN, "1,200"),
        (Decimal(0), Unit.PRICE, "0"),
    ],
)
def test_numbers_are_written_for_a_phone(value: Decimal | int, unit: Unit, shown: str) -> None:
    assert number(value, unit) == shown


def test_a_fact_may_be_missing_or_a_time() -> None:
    facts = (Fact("Stop", None), Fact("At", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
    assert page_html(Page("A < B", facts)) == ("<b>A &lt; B</b>\nStop: –\nAt: 05 Jan 09:30 UTC")
