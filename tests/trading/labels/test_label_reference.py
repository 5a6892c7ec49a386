"""The compiled labeller against the plain one, on a few of the self-test's random markets."""

from decimal import Decimal

import numpy as np
import pytest

from trading.costs import Costs
from trading.labels.label_costs import LabelCosts
from trading.labels.plain_held import PlainLabel
from trading.labels.policies import Standard
from trading.labels.rows import LABEL
from trading.labels.selftest import Comparison, compare, difference
from trading.labels.states import Kind
from trading.labels.terms import LabelTerms

OTHER_TERMS = LabelTerms(
    LabelCosts(Costs(Decimal("0.003"), Decimal(7), Decimal(11)), Decimal("-0.0001"), True),
    Standard(horizon_bars=7, stop_atr=Decimal(1), target_r=Decimal(1)),
)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(20240110, 400)


def test_both_say_the_same_of_every_market_under_every_policy(compared: Comparison) -> None:
    assert compared.differences == ()
    assert (compared.markets, compared.labels, compared.disagreeing) == (400, 2_000, 0)


def test_the_random_markets_meet_every_rule(compared: Comparison) -> None:
    assert set(compared.by_kind) == set(Kind)
    assert compared.ambiguous > 0
    assert sum(compared.by_kind.values()) == compared.labels


def test_they_agree_under_other_terms_as_well() -> None:
    assert compare(7, 150, terms=OTHER_TERMS).differences == ()


def test_equal_seeds_compare_the_same_markets() -> None:
    assert compare(3, 20) == compare(3, 20)
    assert compare(3, 20).by_kind != compare(4, 20).by_kind


@pytest.mark.parametrize(
    ("changes", "plain", "message"),
    [
        ({}, PlainLabel(Kind.UNKNOWN), ""),
        ({"kind": Kind.STOP}, PlainLabel(Kind.UNKNOWN), "kind is <Kind.STOP: 7>, plainly"),
        ({"exit_ms": 5}, PlainLabel(Kind.UNKNOWN), "left is 5, plainly -1"),
        ({"r_net": 1e-8}, PlainLabel(Kind.UNKNOWN), "r_net is"),
        ({"fill": 3.0}, PlainLabel(Kind.UNKNOWN), "fill is"),
        ({}, PlainLabel(Kind.UNKNOWN, is_ambiguous=True), "ambiguous is False, plainly True"),
    ],
)
def test_a_disagreement_is_named(
    changes: dict[str, float], plain: PlainLabel, message: str
) -> None:
    row = np.zeros(1, LABEL)[0]
    row["fill"], row["exit"], row["fill_ms"], row["exit_ms"] = np.nan, np.nan, -1, -1
    for name, value in changes.items():
        row[name] = value

    assert difference(row, plain).startswith(message)
    assert bool(difference(row, plain)) is bool(message)
