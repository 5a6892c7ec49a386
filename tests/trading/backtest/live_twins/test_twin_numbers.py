"""The numbers the twins are told are those of the owner's settings."""

from dataclasses import astuple, fields
from datetime import timedelta
from decimal import Decimal

import numpy as np

from tests.trading import builders
from trading.backtest.live_twins import codes
from trading.backtest.live_twins.capacity import largest_group_exposure
from trading.backtest.live_twins.numbers import cost_numbers, limit_numbers
from trading.backtest.live_twins.ties import at_least, at_most
from trading.backtest.market import Filters
from trading.costs import Costs
from trading.limits import CooldownScope, RiskLimits
from trading.reasons import Reason

_HOUR_MS = 3_600_000

# Not asked in a backtest: it decides and acts at one moment, with the balance of that moment.
_WITHOUT_MEANING = {"maximum_signal_age", "maximum_balance_age", "symbol_groups"}
_IN_MILLISECONDS = {
    "cooldown_after_stop": "cooldown_ms",
    "cooldown_scope": "cooldown_of_account",
    "stop_guard_window": "stop_guard_window_ms",
    "losing_symbol_window": "losing_symbol_window_ms",
    "assumed_horizon": "assumed_horizon_ms",
    "imminent_funding": "imminent_funding_ms",
}


def test_every_limit_of_the_desk_has_its_number() -> None:
    wanted = {_IN_MILLISECONDS.get(one.name, one.name) for one in fields(RiskLimits)}
    assert set(limit_numbers(RiskLimits())._fields) == wanted - _WITHOUT_MEANING


def test_limits_keep_their_values_and_lengths_become_milliseconds() -> None:
    told = limit_numbers(
        RiskLimits(
            max_leverage=Decimal("2.5"),
            cooldown_after_stop=timedelta(hours=2),
            cooldown_scope=CooldownScope.ACCOUNT,
        )
    )
    assert (told.max_leverage, told.max_open_positions) == (2.5, 3)
    assert (told.cooldown_ms, told.cooldown_of_account) == (2 * _HOUR_MS, True)
    assert (told.stop_guard_window_ms, told.imminent_funding_ms) == (24 * _HOUR_MS, _HOUR_MS // 6)


def test_costs_and_filters_become_fractions_and_one_largest_order() -> None:
    assert cost_numbers(Costs()) == (0.00055, 0.0002, 0.0005)
    filters = astuple(Filters.of(builders.instrument()))
    assert filters == (0.5, 0.001, 0.001, 500.0, 5.0, 100.0)


def test_every_code_has_one_reason() -> None:
    numbered = {
        name: code
        for name, code in vars(codes).items()
        if isinstance(code, int) and name not in {"COUNT"}
    }
    assert sorted(numbered.values()) == list(range(codes.COUNT))
    assert codes.REASONS[codes.PASSES] is None
    assert all(isinstance(reason, Reason) for reason in codes.REASONS[1:])
    assert len(set(codes.REASONS)) == codes.COUNT


def test_a_group_counts_all_its_members_and_the_fullest_group_is_told() -> None:
    members = np.array([[True, True, False], [True, False, True]])
    notionals = np.array([1.0, 2.0, 4.0])
    assert largest_group_exposure(0, members, notionals) == 5.0
    assert largest_group_exposure(1, members, notionals) == 3.0
    assert largest_group_exposure(1, members[1:], notionals) == -np.inf


def test_noise_does_not_decide_about_a_value_at_its_limit() -> None:
    assert at_most(0.1 + 0.2, 0.3)
    assert at_least(0.3, 0.1 + 0.2)
    assert not at_most(0.3000001, 0.3)
    assert not at_least(-0.3000001, -0.3)
