"""Trading rules by name: what is typed is what the engine gets, and nonsense is refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from config.settings import Settings
from tasks.backtesting.rule_choices import RuleChoices
from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules, GainUnit, Opposite, TargetGap
from trading.backtest.rules import CostRules, Quote, Rules, Sizing
from trading.errors import InvariantError, MisconfiguredError


def test_what_is_not_typed_is_the_engines_own_default() -> None:
    assert RuleChoices.read({}).engine_rules(None) == Rules()


def test_every_rule_reaches_the_engine() -> None:
    typed = {
        "sizing": "risk_fraction:0.01",
        "quoted_at": "last_close",
        "stop": "0.01",
        "target": "2",
        "gains_in": "r",
        "trailing": "1.5",
        "trailing_from": "1",
        "break_even": "0.5",
        "hold_hours": "36",
        "opposite": "keep",
        "target_gap": "target",
        "limit_bars": "3",
        "maker_fraction": "-0.0001",
        "taker_fraction": "0.0006",
        "entry_slippage_bps": "1",
        "exit_slippage_bps": "2",
        "target_is_maker": "true",
        "equity_usdt": "5000",
        "leverage": "3",
        "max_open": "2",
        "max_symbol_exposure": "1",
        "max_total_exposure": "2",
        "max_entries_a_day": "4",
        "max_daily_loss": "0.05",
        "max_drawdown": "0.2",
        "close_on_brake": "false",
        "limits": "own",
    }
    assert set(typed) == set(RuleChoices.model_fields)
    assert RuleChoices.read(typed).engine_rules(None) == Rules(
        sizing=Sizing(risk_fraction=0.01, quoted_at=Quote.LAST_CLOSE),
        exits=ExitRules(
            stop_fraction=0.01,
            target=2.0,
            trailing_distance=1.5,
            trailing_from=1.0,
            break_even_at=0.5,
            gains_in=GainUnit.R,
            held_at_most=timedelta(hours=36),
            opposite=Opposite.KEEP,
            target_gap=TargetGap.TARGET,
        ),
        costs=CostRules(-0.0001, 0.0006, 1.0, 2.0, target_is_maker=True),
        account=AccountRules(
            initial_equity_usdt=5000.0,
            leverage=3.0,
            max_open_positions=2,
            max_symbol_exposure_fraction=1.0,
            max_total_exposure_fraction=2.0,
            max_entries_per_day=4,
            max_daily_loss_fraction=0.05,
            max_drawdown_fraction=0.2,
            closes_on_brake=False,
        ),
        limit_valid_bars=3,
    )


def test_the_desks_limits_hold_only_where_they_are_asked_for() -> None:
    policy = Settings().risk_policy()
    assert RuleChoices.read({"limits": "desk"}).engine_rules(policy).desk is policy
    assert RuleChoices.read({}).engine_rules(policy).desk is None


def test_a_limit_that_is_written_takes_the_place_of_the_desks() -> None:
    policy = Settings().risk_policy()
    typed = {"limits": "desk", "max_drawdown": "0.5", "max_open": "1", "max_total_exposure": "3"}
    held = RuleChoices.read(typed).engine_rules(policy).desk
    assert held is not None
    limits = replace(
        policy.limits,
        max_drawdown_fraction=Decimal("0.5"),
        max_open_positions=1,
        max_total_exposure_fraction=Decimal("3.0"),
    )
    assert held == replace(policy, limits=limits)


@pytest.mark.parametrize(
    "typed", [{"sizing": "quantity:1"}, {"leverage": "2"}, {"quoted_at": "next_open"}]
)
def test_what_the_desk_decides_itself_cannot_be_written(typed: dict[str, str]) -> None:
    name = next(iter(typed))
    assert RuleChoices.read(typed)
    with pytest.raises(MisconfiguredError, match=f"{name} cannot be written .* limits=own"):
        RuleChoices.read({**typed, "limits": "desk"})


def test_a_limit_that_contradicts_the_desks_others_is_refused() -> None:
    choices = RuleChoices.read({"limits": "desk", "max_symbol_exposure": "5"})
    with pytest.raises(InvariantError, match="is above max_total_exposure_fraction"):
        choices.engine_rules(Settings().risk_policy())


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"stopp": "0.01"}, "there is no trading rule stopp; did you mean stop?"),
        ({"xyz": "1"}, "there is no trading rule xyz. The rules are: sizing, "),
        ({"stop": "1.5"}, "rule stop is '1.5': Input should be less than 1"),
        ({"stop": "0"}, "greater than 0"),
        ({"stop": "nan"}, "finite number"),
        ({"max_open": "2.5"}, "rule max_open is '2.5'"),
        ({"opposite": "dance"}, "'reverse', 'close' or 'keep'"),
        ({"sizing": "half"}, "sizing is 'half'; write one of equity_fraction"),
        ({"sizing": "quantity:x"}, "sizing is 'quantity:x'"),
        ({"sizing": "equity:0.05"}, "sizing is 'equity:0.05'"),
        ({"sizing": "quantity:-1"}, "a number above 0"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(typed: dict[str, str], message: str) -> None:
    with pytest.raises(MisconfiguredError, match=message.replace("?", r"\?").replace(".", r"\.")):
        RuleChoices.read(typed)


def test_rules_that_contradict_each_other_are_refused_by_the_engine() -> None:
    with pytest.raises(InvariantError, match="risk_fraction is 2"):
        RuleChoices.read({"sizing": "risk_fraction:2"})
