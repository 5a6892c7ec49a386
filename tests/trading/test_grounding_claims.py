import pytest

from tests.trading.grounding_builders import answer, cited, codes, short_answer
from trading.analysis import Probabilities
from trading.failures import FailureCode


@pytest.mark.parametrize(
    ("p_up", "tp_first", "expected"),
    [
        # Stop and target are 200 and 400 away: driftless, a third of the hits are targets.
        (50, 90, []),
        (49, 60, [FailureCode.PROB_INCOHERENT]),
        (49, 49, []),
        (45, 45, []),
        (40, 45, [FailureCode.PROB_INCOHERENT]),
        (60, 20, []),
        (60, 19, [FailureCode.PROB_INCOHERENT]),
        (20, 20, []),
    ],
)
def test_target_and_forecast_may_not_lean_to_opposite_sides(
    p_up: int, tp_first: int, expected: list[FailureCode]
) -> None:
    said = Probabilities(tp_first, 90 - tp_first, 10)
    assert codes(answer(p_up=p_up, probabilities=said)) == expected
    assert codes(short_answer(p_up=100 - p_up, probabilities=said)) == expected


@pytest.mark.parametrize(
    ("field", "value", "is_true"),
    [
        ("last", "40400", True),
        ("last", "40401", False),
        ("atr_14", "101", True),
        ("atr_14", "98.5", False),
        ("basis_bps", "0.02", True),
        ("basis_bps", "0.03", False),
        ("ema_200", "40000", False),
        ("moon_phase", "1", False),
        ("moon_phase", None, False),
    ],
)
def test_a_cited_value_may_be_off_by_a_percent_or_two_ticks(
    field: str, value: str | None, is_true: bool
) -> None:
    expected = [] if is_true else [FailureCode.EVIDENCE_FALSE]
    assert codes(answer(evidence=(cited(field, value),))) == expected


@pytest.mark.parametrize(("false", "true", "passes"), [(1, 2, True), (2, 4, True), (1, 1, False)])
def test_a_third_of_the_cited_values_may_be_false(false: int, true: int, passes: bool) -> None:
    evidence = (cited("last", "1"),) * false + (cited("last", "40000"),) * true
    expected = [] if passes else [FailureCode.EVIDENCE_FALSE]
    assert codes(answer(evidence=evidence)) == expected


def test_what_cites_nothing_is_not_counted() -> None:
    nothing = (cited("ema_200", None),) * 4
    assert codes(answer(evidence=nothing)) == []
    assert codes(answer(evidence=(*nothing, cited("last", "1")))) == [FailureCode.EVIDENCE_FALSE]
