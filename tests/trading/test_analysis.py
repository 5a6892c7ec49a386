from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from trading.analysis import AbstentionCode, Action, Analysis, FlatReason, Probabilities
from trading.errors import InvariantError
from trading.failures import FailureCode
from trading.positions import Direction

FLAT: dict[str, Any] = {
    "action": Action.FLAT,
    "stop_loss": None,
    "take_profit": None,
    "horizon_bars": None,
    "probabilities": None,
    "flat_reason": FlatReason.NO_SETUP,
}


@pytest.mark.parametrize(
    ("action", "direction"),
    [(Action.LONG, Direction.LONG), (Action.SHORT, Direction.SHORT), (Action.FLAT, None)],
)
def test_an_action_has_a_direction_unless_flat(
    action: Action, direction: Direction | None
) -> None:
    assert action.direction is direction


@pytest.mark.parametrize("changes", [{}, {"probabilities": None}, FLAT])
def test_complete_answers_can_be_built(changes: dict[str, Any]) -> None:
    assert isinstance(builders.long_analysis(**changes), Analysis)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p_up": 0}, "p_up"),
        ({"p_up": 100}, "p_up"),
        ({"stop_loss": None}, "needs a stop and a target"),
        ({"take_profit": None}, "needs a stop and a target"),
        ({"take_profit": Decimal(-1)}, "take_profit"),
        ({"stop_loss": Decimal("NaN")}, "stop_loss"),
        ({"horizon_bars": None}, "horizon"),
        ({"horizon_bars": 3}, "horizon"),
        ({"horizon_bars": 49}, "horizon"),
        ({"flat_reason": FlatReason.CONFLICT}, "with flat reason"),
        (FLAT | {"flat_reason": None}, "must say why"),
        (FLAT | {"stop_loss": Decimal(1)}, "no stop"),
        (FLAT | {"probabilities": Probabilities(50, 50, 0)}, "no stop"),
    ],
)
def test_half_answers_cannot_be_built(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        builders.long_analysis(**changes)


@pytest.mark.parametrize("parts", [(50, 40, 9), (50, 50, 1), (110, -10, 0)])
def test_probabilities_sum_to_one_hundred(parts: tuple[int, int, int]) -> None:
    with pytest.raises(InvariantError, match="probabilities are"):
        Probabilities(*parts)


def test_every_failure_of_an_answer_can_be_a_reason_to_abstain() -> None:
    assert {code.value for code in FailureCode} <= {code.value for code in AbstentionCode}
