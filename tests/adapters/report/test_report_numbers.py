"""Numbers carry their unit and no digit too many."""

from datetime import timedelta

import pytest

from adapters.report.numbers import (
    amount,
    duration,
    moment,
    on_axis,
    price,
    signed,
    written,
    written_interval,
)
from trading.metrics.figures import Figure, Unit


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, Unit.USDT, "–"),
        (1234.5, Unit.USDT, "1,234.50 USDT"),
        (-0.001, Unit.USDT, "0.00 USDT"),
        (-12345.6, Unit.USDT, "−12,346 USDT"),
        (0.0, Unit.FRACTION, "0 %"),
        (1.0, Unit.PROBABILITY, "100 %"),
        (0.0123, Unit.FRACTION, "1.23 %"),
        (-0.123, Unit.FRACTION, "−12.3 %"),
        (0.123, Unit.RATIO, "0.123"),
        (1.234, Unit.RATIO, "1.23"),
        (-0.25, Unit.R, "−0.25 R"),
        (1413.0, Unit.COUNT, "1,413"),
        (2.5, Unit.COUNT, "2.5"),
        (9.94, Unit.DAYS, "9.9 days"),
        (381.2, Unit.DAYS, "381 days"),
        (0.5, Unit.HOURS, "30 min"),
        (12.34, Unit.HOURS, "12.3 h"),
        (72.0, Unit.HOURS, "3.0 days"),
        (1.986, Unit.PER_DAY, "1.99 a day"),
    ],
)
def test_a_value_is_written_in_its_unit(value: float | None, unit: Unit, text: str) -> None:
    assert amount(value, unit).replace("\u00a0", " ") == text


def test_every_unit_can_be_written() -> None:
    assert all(amount(1.5, unit) for unit in Unit)


@pytest.mark.parametrize(
    ("figure", "value", "interval"),
    [
        (Figure(1.0, Unit.R, -0.5, 2.0), "1.00 R", "−0.50 to 2.00 R"),
        (Figure(5.0, Unit.HOURS, 0.5, 5.0), "5.0 h", "30 min to 5.0 h"),
        (Figure(None, Unit.RATIO, note="too few days"), "–", ""),
    ],
)
def test_a_figure_is_written_with_its_interval(figure: Figure, value: str, interval: str) -> None:
    assert written(figure).replace("\u00a0", " ") == value
    assert written_interval(figure).replace("\u00a0", " ") == interval


@pytest.mark.parametrize(
    ("text", "marked"),
    [("1.50 R", "+1.50 R"), ("−1.50 R", "−1.50 R"), ("0.00 R", "0.00 R"), ("–", "–"),
     ("0.19 %", "+0.19 %")],
)  # fmt: skip
def test_only_what_was_won_gets_a_plus(text: str, marked: str) -> None:
    assert signed(text) == marked


@pytest.mark.parametrize(
    ("value", "text"),
    [(65432.1, "65,432.1"), (0.0123456, "0.01235"), (1.0, "1.00000"), (float("nan"), "–")],
)
def test_a_price_has_six_digits(value: float, text: str) -> None:
    assert price(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1000.0, Unit.USDT, "1,000"), (-0.05, Unit.FRACTION, "−5 %"), (0.5, Unit.R, "0.5 R"),
     (0.0, Unit.R, "0 R"), (-0.0, Unit.USDT, "0")],
)  # fmt: skip
def test_an_axis_shows_round_numbers_without_zeros(value: float, unit: Unit, text: str) -> None:
    assert on_axis(value, unit).replace("\u00a0", " ") == text


def test_times_and_durations_are_plain() -> None:
    assert moment(1_704_067_200_000) == "2024-01-01 00:00"
    assert duration(timedelta(days=3)).replace("\u00a0", " ") == "3.0 days"
