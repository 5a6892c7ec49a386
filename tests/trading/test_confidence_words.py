"""A confidence as a person reads it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from trading.calibration import Method
from trading.confidence import assess
from trading.confidence_words import in_a_sentence, rules_in_words, told
from trading.costs import Costs
from trading.rule_score import Part, Reading, RuleScore

PRIOR = replace(
    assess(
        builders.signal(),
        builders.long_analysis(),
        snapshot=builders.snapshot_at_40000(),
        costs=Costs(Decimal("0.00055"), Decimal(2), Decimal(2)),
    ),
    stated_probability=Decimal("0.72"),
)
FITTED: dict[str, Any] = {
    "method": Method.RIDGE_PLATT,
    "probability": Decimal("0.41"),
    "probability_low": Decimal("0.35"),
    "probability_high": Decimal("0.47"),
    "effective_labels": Decimal("212.4"),
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (FITTED, "model said 72 %, history says 41 % (35-47, n=212), break-even 38 %"),
        ({}, "model said 72 %, no history yet (33 % without an edge), break-even 38 %"),
        (
            {"stated_probability": None},
            "model said nothing, no history yet (33 % without an edge), break-even 38 %",
        ),
    ],
)
def test_a_confidence_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert in_a_sentence(replace(PRIOR, **changes)) == sentence


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (Method.PRIOR, "the market-neutral prior"),
        (Method.INTERCEPT, "the results of its arm"),
        (Method.RIDGE_PLATT, "its words and the results of its arm"),
    ],
)
def test_what_it_is_worth_is_told_with_what_that_rests_on(method: Method, words: str) -> None:
    chances, worth, rules = told(replace(PRIOR, method=method, expected_r_low=Decimal("-0.32")))
    assert chances.startswith("model said 72 %")
    assert worth == (
        f"worth -0.15 R (-0.32 at the lower end), costs of 0.15 R included, by {words}"
    )
    assert rules.startswith("rules agree +0.00 (trend +0, ")


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            RuleScore(
                Decimal(1) / 3,
                (Part(Reading.TREND, 1), Part(Reading.BIGGER_TREND, 1), Part(Reading.ROOM, -1)),
                (Reading.BITCOIN,),
            ),
            "rules agree +0.33 (trend +1, bigger trend +1, room -1; unknown: bitcoin)",
        ),
        (RuleScore(Decimal(-1), (Part(Reading.TREND, -1),), ()), "rules agree -1.00 (trend -1)"),
        (RuleScore(Decimal(0), (), (Reading.TREND,)), "rules agree +0.00 (unknown: trend)"),
    ],
)
def test_the_rules_are_told_with_every_part(rules: RuleScore, sentence: str) -> None:
    assert rules_in_words(rules) == sentence
