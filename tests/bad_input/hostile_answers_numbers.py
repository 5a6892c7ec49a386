"""Numbers that are spelled wrongly or lie outside the schema."""

from collections.abc import Iterator

from tests.adapters.answers.said import (
    put_raw,
)
from tests.bad_input.hostile_answers_parts import Hostile, hostile_text
from trading.failures import FailureCode


def numbers() -> Iterator[Hostile]:
    """Numbers that are spelled wrongly or lie outside the schema."""
    yield from _bad_numbers()
    yield from _outside_numbers()


NUMBERS = ("stop_loss", "levels/support/0", "evidence/0/value", "chart_readback/visible_high")
MISSPELLED = (
    '"39801"', '"39801.5"', '"98,000"', '"3~5"', '"5%"', '"NaN"', '" infinity "', '"39801 USDT"',
    '"40000*0.99"', "3~5", "98,000", "98,500", "98 000", "40000*0.99", "40000-200", "5%", "$39801",
    "\u20ac39801", "39801 USDT", "40k", "+39801", ".5", "39801.", "1.2.3", "039801", "0x9b79",
    "39_801", "1e", "1e+", "NaN", "nan", "Infinity", "-Infinity", "-inf", "~39801", "<39801",
    "--5", "- 5", "(39801)",
)  # fmt: skip


def _bad_numbers() -> Iterator[Hostile]:
    for place in NUMBERS[:2]:
        for spelling in MISSPELLED:
            # In a list, 98 and 500 are two levels: far from the market, and judged as such.
            if (place, spelling) != (NUMBERS[1], "98,500"):
                text = put_raw(place, spelling)
                yield hostile_text(f"{place} is {spelling}", text, FailureCode.BAD_NUMBER)
    for place in (*NUMBERS[2:], "p_up", "horizon_bars", "probabilities/tp_first", "entry/price"):
        for spelling in ('"40"', "4~5", "NaN", "40%"):
            text = put_raw(place, spelling)
            yield hostile_text(f"{place} is {spelling}", text, FailureCode.BAD_NUMBER)


def _outside_numbers() -> Iterator[Hostile]:
    numbers = ("0", "-39801", "-0.0", "1e12", "1e999", "1e-999", "1e99999999999999999999",
               "9" * 41, "1." + "0" * 60, "0.0000000000000000001", "1e400000")  # fmt: skip
    percents = ("0", "100", "-1", "55.5", "55.0", "5.5e1", "1e2", "9" * 5000, "true")
    bars = ("3", "49", "0", "-24", "24.0", "1e1", "2147483648")
    shares = ("-1", "101", "40.5", "1e1")
    for place, spellings in (
        ("stop_loss", numbers),
        ("p_up", percents),
        ("horizon_bars", bars),
        ("probabilities/tp_first", shares),
        ("evidence/0/value", ("1e12", "-1e13", "1e999")),
    ):
        for spelling in spellings:
            shown = f"{place} is {spelling[:30]} ({len(spelling)})"
            yield hostile_text(shown, put_raw(place, spelling), FailureCode.SCHEMA)
