from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.trading.grounding_builders import (
    MARKET,
    answer,
    cited,
    codes,
    view,
)
from trading.analysis import Action
from trading.failures import FailureCode
from trading.grounding import Grounded, ground
from trading.model_answer import EntryType


def test_without_an_atr_a_limit_entry_may_be_three_percent_away() -> None:
    cold = view(snapshot=replace(MARKET, indicators=replace(MARKET.indicators, atr=None)))
    told = (cited("last", "40000"),)
    for price, expected in ((41_200, []), (41_201, [FailureCode.PRICE_INSANE])):
        limit = answer(entry_type=EntryType.LIMIT, entry_price=Decimal(price), evidence=told)
        assert codes(limit, cold) == expected


def test_levels_may_be_fifteen_percent_away() -> None:
    assert codes(answer(support=(Decimal(34_000),), resistance=(Decimal(46_000),))) == []
    assert codes(answer(resistance=(Decimal("46000.5"),))) == [FailureCode.PRICE_INSANE]


@given(
    stop=st.integers(1, 80_000), target=st.integers(1, 80_000),
    action=st.sampled_from([Action.LONG, Action.SHORT]),
)  # fmt: skip
def test_levels_that_pass_enclose_the_whole_market(stop: int, target: int, action: Action) -> None:
    levels = {"stop_loss": Decimal(stop), "take_profit": Decimal(target)}
    result = ground(answer(action=action, **levels), view())
    below, above = (stop, target) if action is Action.LONG else (target, stop)
    assert isinstance(result, Grounded) is (below < 39_999 and above > 40_001)
