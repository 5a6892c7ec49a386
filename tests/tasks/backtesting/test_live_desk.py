"""A backtest of the desk's own wishes trades as the live desk does, unless its owner says else."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli.backtesting.parity.backtested import (
    filled_by_the_simulator,
    live_desk_of,
    question_of,
)
from cli.backtesting.parity.stage import ParityOptions
from config.settings import Settings
from tasks.backtesting.live_desk import LiveDesk
from tasks.backtesting.past import Past
from tasks.backtesting.questions import Question
from tasks.backtesting.resources import live_desk_of as desk_of_settings
from tasks.backtesting.rule_choices import Limits
from tasks.backtesting.running import run_case
from tasks.backtesting.sweeps import prepare_sweep
from tasks.backtesting.trying import Ground
from tasks.resources import desk_of
from tests.tasks.backtesting.conftest import SINCE, Ask, AskMany
from trading.backtest.exit_rules import ExitRules, GainUnit, InsideBar, Opposite
from trading.backtest.records import ExitReason
from trading.backtest.rules import CostRules, Rules
from trading.backtest.strategies.technical import Technical
from trading.brakes import BrakeRules, TripPolicy
from trading.candles import Interval
from trading.errors import MisconfiguredError

HOUR = timedelta(hours=1)


def desk(**chosen: Any) -> LiveDesk:
    """The desk of an owner who chose this and nothing else."""
    return desk_of_settings(Settings.model_validate(chosen))


def rules_of(live: LiveDesk, question: Question) -> Rules:
    completed = live.completed(question)
    return completed.choices().engine_rules(live.policy(completed))


@pytest.mark.parametrize(
    ("strategy", "limits"),
    [
        ("technical", Limits.DESK),
        ("decisions", Limits.DESK),
        ("prompt:reader@1", Limits.DESK),
        ("sma-cross", Limits.OWN),
        ("rule.py:signals", Limits.OWN),
    ],
)
def test_wishes_of_the_desk_keep_its_limits_unless_told(
    ask: Ask, strategy: str, limits: Limits
) -> None:
    assert desk().completed(ask(strategy=strategy)).choices().limits is limits
    told = ask(strategy=strategy, rules={"limits": "own"})
    assert desk().completed(told).choices().limits is Limits.OWN


def test_another_rule_is_left_as_it_was_asked(ask: Ask) -> None:
    assert desk().completed(ask()) == ask()


def test_a_completed_question_is_complete(ask: Ask) -> None:
    live = desk(break_even_at_r="1")
    once = live.completed(ask(strategy="technical"), varied={"trailing"})
    assert live.completed(once, varied={"trailing"}) == once
    other = desk(trail_at_r="2", taker_fee_fraction="0.001", lookback_candles=400)
    usual = live.completed(ask(strategy="technical", rules={}))
    assert other.completed(usual) == usual
    still = desk().completed(ask(strategy="technical", rules={}))
    assert other.completed(still) == still
    assert Question.model_validate_json(once.model_dump_json()) == once


def test_the_desk_never_reverses_and_pays_what_its_settings_say(ask: Ask) -> None:
    live = desk(taker_fee_fraction="0.0004", exit_slippage_bps="7")
    rules = rules_of(live, ask(strategy="technical", rules={}))
    assert rules.exits == ExitRules(opposite=Opposite.KEEP)
    assert rules.costs == CostRules(taker_fraction=0.0004, exit_slippage_bps=7.0)


def test_what_the_owner_types_wins(ask: Ask) -> None:
    typed = {"opposite": "close", "taker_fraction": "0.001", "close_on_brake": "false"}
    rules = rules_of(desk(), ask(strategy="technical", rules=typed))
    assert rules.exits.opposite is Opposite.CLOSE
    assert rules.costs.taker_fraction == 0.001
    assert not rules.account.closes_on_brake


def test_a_limit_he_types_takes_the_place_of_the_desks(ask: Ask) -> None:
    held = rules_of(desk(), ask(strategy="technical", rules={"max_drawdown": "0.9"})).desk
    assert held is not None
    assert held.limits.max_drawdown_fraction == Decimal("0.9")
    assert held.limits.max_open_positions == desk().risk.limits.max_open_positions


@pytest.mark.parametrize("rules", [{"sizing": "quantity:1"}, {"leverage": "3"}])
def test_what_the_desks_review_decides_is_refused_before_a_candle_is_read(
    free_archive: Past, ask: Ask, rules: dict[str, str]
) -> None:
    nowhere = ask(strategy="technical", rules=rules, folder=Path("nowhere"))
    with pytest.raises(MisconfiguredError, match="limits=own"):
        free_archive.read(nowhere)


def test_stops_that_the_owner_lets_move_move_in_the_backtest_too(ask: Ask) -> None:
    live = desk(break_even_at_r="1", trail_at_r="1.5", trail_distance_r="0.75")
    exits = rules_of(live, ask(strategy="technical", rules={})).exits
    assert exits == ExitRules(
        opposite=Opposite.KEEP,
        gains_in=GainUnit.R,
        break_even_at=1.0,
        trailing_from=1.5,
        trailing_distance=0.75,
    )


@pytest.mark.parametrize(
    ("rules", "varied"), [({"break_even": 0.02}, ()), ({}, ("trailing",)), ({}, ("gains_in",))]
)
def test_who_writes_one_moving_stop_writes_all_of_them_in_his_unit(
    ask: Ask, rules: dict[str, float], varied: tuple[str, ...]
) -> None:
    live = desk(break_even_at_r="1", trail_at_r="1.5")
    completed = live.completed(ask(strategy="technical", rules=rules), varied=varied)
    assert {"trailing", "gains_in"} & completed.rules.keys() == set()
    assert completed.rules.get("break_even") == rules.get("break_even")


@pytest.mark.parametrize(
    ("policy", "closes"),
    [(TripPolicy.FLATTEN, True), (TripPolicy.KEEP, False), (TripPolicy.REDUCE, False)],
)
def test_a_brake_closes_what_it_closes_live(ask: Ask, policy: TripPolicy, closes: bool) -> None:
    usual = desk()
    live = replace(usual, risk=replace(usual.risk, brakes=BrakeRules(policy=policy)))
    assert rules_of(live, ask(strategy="decisions")).account.closes_on_brake is closes


@pytest.mark.parametrize(
    ("strategy", "chosen", "horizon"),
    [
        ("technical", {}, 24 * timedelta(minutes=15)),
        ("decisions", {"interval": "4h"}, 96 * HOUR),
        ("decisions", {"analyst": "openai"}, 24 * HOUR),
        ("decisions", {"analyst": "openai", "assumed_horizon_hours": 8}, 8 * HOUR),
    ],
)
def test_limits_ask_for_as_long_as_the_analyst_plans(
    ask: Ask, strategy: str, chosen: dict[str, Any], horizon: timedelta
) -> None:
    policy = desk(**chosen).policy(ask(strategy=strategy, interval=Interval.M15))
    assert policy.limits.assumed_horizon == horizon
    assert policy.costs == desk().risk.costs


def test_its_analyst_sees_as_many_candles_as_live(free_archive: Past, ask: Ask) -> None:
    archive = replace(free_archive, desk=desk(lookback_candles=300))
    case = archive.read(ask(strategy="technical"))
    built = case.source.build(case.question.parameters)
    assert isinstance(built, Technical)
    assert built.lookback_bars == 300


def test_the_parity_judges_the_rules_that_a_backtest_runs(ask: Ask, candle_folder: Path) -> None:
    settings = Settings.model_validate({"trail_at_r": "2"})
    options = ParityOptions(candle_folder, ("BTCUSDT",), slots=10)
    live = live_desk_of(desk_of(settings), options)
    judged = filled_by_the_simulator(
        rules_of(live, question_of(desk_of(settings), options, SINCE))
    )
    ran = rules_of(desk_of_settings(settings), ask(strategy="technical", rules={}))
    assert judged.exits.inside_bar is InsideBar.NEARER_FIRST
    assert replace(judged.exits, inside_bar=ran.exits.inside_bar) == ran.exits
    assert replace(judged, exits=ran.exits, costs=ran.costs) == ran


def test_a_position_of_the_desk_outlives_the_opposite_signal(free_archive: Past, ask: Ask) -> None:
    endings = {}
    for opposite in ("keep", "reverse"):
        case = free_archive.read(ask(strategy="technical", rules={"opposite": opposite}))
        endings[opposite] = run_case(case).backtest.trades.reason
    usual = run_case(free_archive.read(ask(strategy="technical", rules={}))).backtest.trades
    assert np.array_equal(endings["keep"], usual.reason)
    assert ExitReason.REVERSED not in usual.reason
    assert ExitReason.REVERSED in endings["reverse"]


def test_a_sweep_of_the_desks_analyst_keeps_its_rules_in_every_combination(
    free_archive: Past, ask_many: AskMany
) -> None:
    archive = replace(free_archive, desk=desk(break_even_at_r="1"))
    asked = ask_many({"strategy": "technical", "rules": {}}, grids=("rule.trailing=0.01,0.02",))
    rules = Ground(asked, prepare_sweep(archive, asked)).rules({"trailing": "0.02"})
    assert (rules.exits.opposite, rules.exits.trailing_distance) == (Opposite.KEEP, 0.02)
    assert (rules.exits.gains_in, rules.exits.break_even_at) == (GainUnit.FRACTION, None)
    assert rules.desk is not None
    assert rules.desk.limits.risk_fraction_per_trade == Decimal("0.01")
