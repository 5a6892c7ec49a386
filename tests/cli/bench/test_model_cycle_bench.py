"""What the measured seconds of cycles with a model say, and that a repetition must be free."""

import pytest

from cli.bench.model_cycle import figures
from cli.bench.plan import FULL
from trading.errors import InvariantError


@pytest.mark.parametrize(
    ("totals", "met"), [([6.2, 9.0, 6.25], True), ([6.26, 6.3, 1.0], False), ([6.25], True)]
)
def test_the_goal_is_the_models_time_and_a_quarter_more(totals: list[float], met: bool) -> None:
    told = figures(FULL, totals=totals, known=1.5, calls=[20, 0])

    assert (told.symbols, told.analyst_s, told.goal_s) == (20, 5.0, 6.25)
    assert (told.runs, told.all_total_s, told.meets_goal) == (len(totals), totals, met)
    assert (told.calls, told.known_s, told.known_calls) == (20, 1.5, 0)


@pytest.mark.parametrize("calls", [[20, 1], [19, 0], [0, 0]])
def test_a_cycle_that_asks_too_little_or_asks_again_is_no_measurement(calls: list[int]) -> None:
    with pytest.raises(InvariantError, match=f"asked the model {calls[0]} times"):
        figures(FULL, totals=[6.0], known=1.5, calls=calls)
