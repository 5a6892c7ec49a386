"""Rules are found by name and their parameters are read as they are typed."""

import pytest

from trading.backtest.strategies.registry import SHIPPED, shipped
from trading.backtest.strategies.sma_cross import SmaCross
from trading.backtest.strategies.technical import Technical
from trading.errors import InvariantError, MisconfiguredError


@pytest.mark.parametrize("name", SHIPPED)
def test_every_rule_can_be_built_as_it_comes(name: str) -> None:
    one = shipped(name)
    built = one.build({})
    assert built.warm_up_bars >= 1
    for parameter in one.parameters:
        assert getattr(built, parameter.name) == parameter.default
        assert type(getattr(built, parameter.name)) is parameter.kind


def test_typed_parameters_are_read_by_their_kind() -> None:
    assert shipped("sma-cross").build({"fast": "5", "slow": "30"}) == SmaCross(5, 30)
    technical = shipped("technical").build({"stop-atr": "2", "lookback_bars": "100"})
    assert technical == Technical(stop_atr=2.0, lookback_bars=100)


def test_ticks_reach_the_rule_that_needs_them() -> None:
    ticks = {"BTCUSDT": 0.1}
    assert shipped("technical").build({}, tick_sizes=ticks) == Technical(tick_sizes=ticks)
    assert shipped("sma-cross").build({}, tick_sizes=ticks) == SmaCross()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("sma-crosss", {}, "Did you mean sma-cross"),
        ("nothing", {}, "The strategies are: technical, sma-cross"),
        ("sma-cross", {"fst": "5"}, "there is no parameter fst, did you mean fast"),
        ("buy-and-hold", {"x": "5"}, "The parameters are: none"),
        ("sma-cross", {"fast": "5.5"}, "fast is '5.5'; it must be a whole number of 1 to 10000"),
        (
            "sma-cross",
            {"fast": "0"},
            "fast is 0; it must be a whole number of 1 to 10000: bars of",
        ),
        ("random", {"chance": "nan"}, "chance is nan; it must be a number of 0.0 to 1.0"),
    ],
)
def test_what_was_typed_wrongly_is_told(name: str, typed: dict[str, str], said: str) -> None:
    with pytest.raises(MisconfiguredError, match=said):
        shipped(name).build(typed)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("sma-cross", {"fast": "60"}, "fast 60 must be below slow 50"),
        ("technical", {"lookback-bars": "40"}, "these periods need 50 or more"),
        ("technical", {"fast-period": "60"}, "below slow 50"),
    ],
)
def test_values_that_do_not_fit_each_other_are_refused(
    name: str, typed: dict[str, str], said: str
) -> None:
    with pytest.raises(InvariantError, match=said):
        shipped(name).build(typed)
