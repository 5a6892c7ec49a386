from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.trading.grounding_builders import (
    MARKET,
    answer,
    cited,
    codes,
    flat_answer,
    grounded,
    short_answer,
    view,
)
from trading.analysis import Action, Analysis, FlatReason, Probabilities, Regime
from trading.errors import InvariantError
from trading.failures import FailureCode
from trading.grounding import Grounded, GroundingRules
from trading.model_answer import EntryType, Move, Readback


def test_an_answer_about_this_market_becomes_an_analysis() -> None:
    result = grounded(answer())
    assert result == Grounded(
        analysis=Analysis(
            analyst="someone",
            version="prompt 3",
            action=Action.LONG,
            p_up=55,
            regime=Regime.RANGE,
            reasons=("so it is", "so it is", "long"),
            stop_loss=Decimal(39_801),
            take_profit=Decimal(40_401),
            horizon_bars=24,
            probabilities=Probabilities(40, 50, 10),
        ),
        flags=(),
        adjustments=(),
    )
    assert not result.is_shadow


def test_a_short_is_the_mirror_of_a_long() -> None:
    assert codes(short_answer()) == []
    assert codes(short_answer(take_profit=Decimal(40_001))) == [FailureCode.PRICE_INSANE]


def test_a_flat_answer_keeps_its_reason_and_nothing_that_is_not_used() -> None:
    result = grounded(flat_answer(horizon_bars=24, probabilities=Probabilities(0, 0, 100)))
    assert result.analysis.flat_reason is FlatReason.NO_SETUP
    assert (result.analysis.horizon_bars, result.analysis.probabilities) == (None, None)
    assert result.adjustments == ("horizon and probabilities of a FLAT answer are not used",)


def test_a_near_limit_entry_is_taken_as_market_and_recorded() -> None:
    near = answer(entry_type=EntryType.LIMIT, entry_price=Decimal(39_900))
    assert grounded(near).adjustments == ("limit entry at 39900 taken as market",)


def test_reasons_are_lines_of_sane_length() -> None:
    result = grounded(answer(summary="a\n\n b" + "c" * 600, evidence=(cited("last", "40000"),)))
    assert [len(reason) for reason in result.analysis.reasons] == [8, 500]
    assert result.analysis.reasons[1].startswith("a bccc")


def test_a_flagged_answer_is_still_checked_to_the_end() -> None:
    misread = Readback(Move.UP, Decimal(40_050), Decimal(39_950))
    doubted = Probabilities(80, 10, 10)
    assert codes(answer(readback=misread, probabilities=doubted, p_up=40)) == [
        FailureCode.READBACK_MISMATCH,
        FailureCode.PROB_INCOHERENT,
    ]
    false = answer(readback=misread, evidence=(cited("last", "1"),))
    assert codes(false) == [FailureCode.EVIDENCE_FALSE]


@pytest.mark.parametrize(
    "broken",
    [
        {"chart_code": ""},
        {"drawn_low": None},
        {"answered_at": MARKET.taken_at.replace(tzinfo=None)},
    ],
)
def test_a_view_without_sense_is_not_built(broken: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        view(**broken)


@pytest.mark.parametrize(
    "broken",
    [
        {"maximum_age": Decimal(0)},
        {"evidence_tolerance": Decimal(-1)},
        {"maximum_false_evidence": Fraction(1)},
    ],
)
def test_rules_without_sense_are_not_built(broken: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        GroundingRules(**broken)
