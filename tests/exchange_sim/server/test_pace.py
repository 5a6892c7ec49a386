"""The speed of the market clock."""

import pytest

from exchange_sim.server.pace import REAL, STEPPED, Pace, parse_pace


@pytest.mark.parametrize(
    ("text", "pace"), [("real", REAL), ("step", STEPPED), ("60", Pace(60.0, "60"))]
)
def test_real_step_and_numbers_are_paces(text: str, pace: Pace) -> None:
    assert parse_pace(text) == pace
    assert pace.is_stepped is (text == "step")


@pytest.mark.parametrize("text", ["0", "-5", "fast", "", "nan", "1e9", "inf"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="speed is"):
        parse_pace(text)
