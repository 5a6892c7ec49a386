"""What the settings accept, refuse and say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.environments import Environment
from config.exchange import LIVE_CONFIRMATION
from config.settings import Settings
from trading.brakes import BrakeRules, TripPolicy
from trading.candles import Interval
from trading.confidence import ConfidenceRules, Gate
from trading.costs import Costs
from trading.errors import MisconfiguredError
from trading.exposure_groups import SymbolGroup
from trading.limits import CooldownScope, RiskLimits, RiskPolicy

KEY = {
    "AUTOTRADER_EXCHANGE_API_KEY": "visible-key-0001",
    "AUTOTRADER_EXCHANGE_API_SECRET": "hidden-secret-0002",
}


def load(env: Mapping[str, str]) -> Settings:
    return Settings.load(env, env_file=None)


def refusal(env: Mapping[str, str]) -> str:
    with pytest.raises(MisconfiguredError) as caught:
        load(env)
    return str(caught.value)


def test_nothing_given_is_paper_trading_on_this_machine() -> None:
    settings = load({})

    assert settings.environment is Environment.PAPER
    assert settings.symbols == ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert settings.interval is Interval.H1
    assert settings.exchange_url == "http://127.0.0.1:8900"
    assert settings.prefect_url == "http://127.0.0.1:4200/api"


def test_values_arrive_with_their_types() -> None:
    settings = load(
        {
            "AUTOTRADER_SYMBOLS": " ethusdt , 1000PEPEUSDT,",
            "AUTOTRADER_RISK_FRACTION_PER_TRADE": "0.005",
            "AUTOTRADER_MAX_OPEN_POSITIONS": "5",
            "AUTOTRADER_DATA_FOLDER": "elsewhere",
            "AUTOTRADER_SIM_PORT": "9100",
        }
    )

    assert settings.symbols == ("ETHUSDT", "1000PEPEUSDT")
    assert settings.risk_fraction_per_trade == Decimal("0.005")
    assert settings.max_open_positions == 5
    assert settings.data_folder == Path("elsewhere")
    assert settings.exchange_url == "http://127.0.0.1:9100"


def test_an_empty_variable_means_the_default() -> None:
    assert load({"AUTOTRADER_MAX_LEVERAGE": ""}) == load({})


def test_variables_of_other_programs_are_none_of_our_business() -> None:
    assert load({"PATH": "/bin", "PREFECT_API_URL": "http://elsewhere/api"}) == load({})


def test_the_process_environment_is_read_when_none_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTOTRADER_ACCOUNT", "second")

    assert Settings.load(env_file=None).account == "second"
    assert Settings().account == "main"


def test_settings_cannot_be_changed_after_they_were_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load({}).account = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("env", "said"),
    [
        (
            {"AUTOTRADER_MAX_OPEN_POSITION": "1"},
            "AUTOTRADER_MAX_OPEN_POSITION is not a setting; "
            "did you mean AUTOTRADER_MAX_OPEN_POSITIONS?",
        ),
        ({"autotrader_max_leverag": "1"}, "did you mean AUTOTRADER_MAX_LEVERAGE?"),
        ({"AUTOTRADER_ZZZ": "1"}, ".env.example lists every setting"),
        ({"AUTOTRADER_MAX_LEVERAGE": "100"}, "AUTOTRADER_MAX_LEVERAGE is '100': Input should be"),
        ({"AUTOTRADER_MAX_OPEN_POSITIONS": "many"}, "AUTOTRADER_MAX_OPEN_POSITIONS is 'many'"),
        ({"AUTOTRADER_SLOW": "NaN"}, "AUTOTRADER_SLOW is not a setting"),
        ({"AUTOTRADER_LEVERAGE": "NaN"}, "AUTOTRADER_LEVERAGE is 'NaN'"),
        ({"AUTOTRADER_ENVIRONMENT": "prod"}, "'paper', 'testnet', 'demo' or 'live'"),
        ({"AUTOTRADER_INTERVAL": "7m"}, "AUTOTRADER_INTERVAL is '7m'"),
        ({"AUTOTRADER_SYMBOLS": "BTC-USD"}, "BTC-USD is no USDT perpetual"),
        ({"AUTOTRADER_SYMBOLS": "BTCUSDT,btcusdt"}, "BTCUSDT is named twice"),
        ({"AUTOTRADER_SYMBOLS": ","}, "at least 1 item"),
        ({"AUTOTRADER_SYMBOLS": ",".join(f"A{n}USDT" for n in range(51))}, "at most 50 items"),
        ({"AUTOTRADER_INTERVAL": "5m"}, "it must be below 300"),
        ({"AUTOTRADER_LEVERAGE": "6"}, "LEVERAGE is 6, above MAX_LEVERAGE 5"),
        ({"AUTOTRADER_MAX_SYMBOL_EXPOSURE_FRACTION": "3"}, "cannot be more than all of them"),
        ({"AUTOTRADER_WEB_PORT": "4200"}, "each needs a port of its own"),
        ({"AUTOTRADER_WEB_PORT": "80"}, "greater than or equal to 1024"),
        ({"AUTOTRADER_ACCOUNT": "My Account"}, "AUTOTRADER_ACCOUNT is 'My Account'"),
        ({"AUTOTRADER_DATABASE_URL": "sqlite:///x"}, "it must start with postgresql://"),
        ({"AUTOTRADER_PREFECT_API_URL": "http://x:4200"}, "http://127.0.0.1:4200/api"),
        ({"AUTOTRADER_ENVIRONMENT": "testnet"}, "testnet needs a key and its secret"),
        ({"AUTOTRADER_EXCHANGE_API_KEY": "half-a-key"}, "give both or none"),
        (
            {"AUTOTRADER_EXCHANGE_BASE_URL": "https://api.bybit.com"},
            "AUTOTRADER_EXCHANGE_BASE_URL is 'https://api.bybit.com' with AUTOTRADER_ENVIRONMENT "
            "paper: paper trades on this machine only",
        ),
        (
            {**KEY, "AUTOTRADER_ENVIRONMENT": "testnet"}
            | {"AUTOTRADER_EXCHANGE_BASE_URL": "https://api.bybit.com"},
            "a testnet host starts with api-testnet.",
        ),
        (
            {**KEY, "AUTOTRADER_ENVIRONMENT": "demo", "AUTOTRADER_CLOCK": "exchange"},
            "only a simulated market has a time of its own",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(env: dict[str, str], said: str) -> None:
    assert said in refusal(env)


def test_every_fault_is_told_at_once_with_the_next_step() -> None:
    message = refusal({"AUTOTRADER_MAX_LEVERAGE": "0", "AUTOTRADER_SIM_PORT": "1"})

    assert "AUTOTRADER_MAX_LEVERAGE is '0'" in message
    assert "AUTOTRADER_SIM_PORT is '1'" in message
    assert message.endswith(".env.example explains each.")


LIVE = {
    **KEY,
    "AUTOTRADER_ENVIRONMENT": "live",
    "AUTOTRADER_LIVE_CONFIRMATION": LIVE_CONFIRMATION,
}


@pytest.mark.parametrize("chosen", [{}, {"AUTOTRADER_GATE": "paper"}])
def test_live_trading_refuses_signals_of_unknown_worth(chosen: dict[str, str]) -> None:
    message = refusal({**LIVE, **chosen})

    assert "GATE is paper with AUTOTRADER_ENVIRONMENT live" in message
    assert "live_min to trade the smallest orders without one" in message


@pytest.mark.parametrize("gate", sorted(set(Gate) - {Gate.PAPER}))
def test_live_trading_stands_behind_every_other_gate(gate: Gate) -> None:
    settings = load({**LIVE, "AUTOTRADER_GATE": gate.value})

    assert settings.gate is gate
    assert settings.risk_policy().smallest_only is (gate is Gate.LIVE_MIN)


def test_the_smallest_orders_can_be_rehearsed_on_paper() -> None:
    assert load({"AUTOTRADER_GATE": "live_min"}).risk_policy().smallest_only


@pytest.mark.parametrize("edge", ["0", "-0.01"])
def test_a_calibrated_gate_without_an_edge_is_none(edge: str) -> None:
    assert "MINIMUM_EXPECTED_R" in refusal({"AUTOTRADER_MINIMUM_EXPECTED_R": edge})


def test_live_trading_needs_the_second_confirmation_word_by_word() -> None:
    live = {**KEY, "AUTOTRADER_ENVIRONMENT": "live", "AUTOTRADER_GATE": "calibrated"}

    assert LIVE_CONFIRMATION in refusal(live)
    assert "is 'yes'" in refusal({**live, "AUTOTRADER_LIVE_CONFIRMATION": "yes"})
    assert (
        load({**live, "AUTOTRADER_LIVE_CONFIRMATION": LIVE_CONFIRMATION}).exchange_url
        == "https://api.bybit.com"
    )


def test_no_secret_is_shown_by_a_repr_or_an_error() -> None:
    secret = "hidden-secret-0002"
    url = f"mysql://desk:{secret}@host/db"
    shown = [
        repr(load(KEY)),
        str(load(KEY)),
        load(KEY).model_dump_json(),
        refusal({**KEY, "AUTOTRADER_DATABASE_URL": url}),
        refusal({**KEY, "AUTOTRADER_MAX_LEVERAGE": "x"}),
        refusal({"AUTOTRADER_EXCHANGE_API_SECRET": secret}),
    ]

    assert [text for text in shown if secret in text or "visible-key" in text] == []


def test_the_error_does_not_carry_the_values_in_its_chain() -> None:
    with pytest.raises(MisconfiguredError) as caught:
        load({**KEY, "AUTOTRADER_DATABASE_URL": "mysql://hidden"})

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_setting_says_what_it_means_and_every_number_is_bounded() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert not field.is_required(), name
        if field.annotation in {int, Decimal}:
            bounds = {type(rule).__name__ for rule in field.metadata}
            assert bounds & {"Ge", "Gt"}, name
            assert bounds & {"Le", "Lt"}, name


def test_the_rules_get_the_limits_and_costs_that_were_set() -> None:
    settings = load({"AUTOTRADER_MAX_OPEN_POSITIONS": "7", "AUTOTRADER_EXIT_SLIPPAGE_BPS": "9"})

    assert settings.risk_policy().limits == RiskLimits(max_open_positions=7)
    assert settings.risk_policy().costs == Costs(exit_slippage_bps=Decimal(9))
    assert load({}).risk_policy() == RiskPolicy()
    assert load({"AUTOTRADER_GATE": "shadow"}).confidence_rules() == ConfidenceRules(Gate.SHADOW)
    kelly = load({"AUTOTRADER_KELLY_SHARE": "0.5"}).confidence_rules()
    assert kelly == ConfidenceRules(kelly_share=Decimal("0.5"))


def test_a_secret_reads_back_where_it_is_needed() -> None:
    assert load(KEY).exchange_api_secret == SecretStr("hidden-secret-0002")


# A setting of the gates and brakes, what is given, and what the rules get for it.
GATES: list[tuple[str, str, str, object]] = [
    ("MAX_DRAWDOWN_FRACTION", "0.1", "max_drawdown_fraction", Decimal("0.1")),
    ("MAXIMUM_BALANCE_AGE_SECONDS", "60", "maximum_balance_age", timedelta(seconds=60)),
    ("MAX_ENTRIES_PER_DAY", "7", "max_entries_per_day", 7),
    ("COOLDOWN_AFTER_STOP_MINUTES", "5", "cooldown_after_stop", timedelta(minutes=5)),
    ("COOLDOWN_SCOPE", "account", "cooldown_scope", CooldownScope.ACCOUNT),
    ("STOP_GUARD_STOPS", "2", "stop_guard_stops", 2),
    ("STOP_GUARD_WINDOW_HOURS", "3", "stop_guard_window", timedelta(hours=3)),
    ("LOSING_SYMBOL_TRADES", "2", "losing_symbol_trades", 2),
    ("LOSING_SYMBOL_WINDOW_HOURS", "3", "losing_symbol_window", timedelta(hours=3)),
    ("MAX_SYMBOL_LOSS_FRACTION", "0.01", "max_symbol_loss_fraction", Decimal("0.01")),
    (
        "SYMBOL_GROUPS",
        "majors:BTCUSDT+ethusdt, alts:SOLUSDT+XRPUSDT",
        "symbol_groups",
        (
            SymbolGroup("majors", frozenset({"BTCUSDT", "ETHUSDT"})),
            SymbolGroup("alts", frozenset({"SOLUSDT", "XRPUSDT"})),
        ),
    ),
    ("MAX_GROUP_EXPOSURE_FRACTION", "0.5", "max_group_exposure_fraction", Decimal("0.5")),
    ("MAX_FUNDING_RISK_FRACTION", "0.1", "max_funding_risk_fraction", Decimal("0.1")),
    ("ASSUMED_HORIZON_HOURS", "8", "assumed_horizon", timedelta(hours=8)),
    ("MINIMUM_VOLATILITY_FRACTION", "0.01", "minimum_volatility_fraction", Decimal("0.01")),
    ("MAXIMUM_VOLATILITY_FRACTION", "0.1", "maximum_volatility_fraction", Decimal("0.1")),
    ("IMMINENT_FUNDING_MINUTES", "30", "imminent_funding", timedelta(minutes=30)),
    ("MAX_IMMINENT_FUNDING_FRACTION", "0", "max_imminent_funding_fraction", Decimal(0)),
    ("MINIMUM_STOP_ATR", "0.5", "minimum_stop_atr", Decimal("0.5")),
]


@pytest.mark.parametrize(("setting", "given", "limit", "expected"), GATES)
def test_a_gate_reaches_the_limits(setting: str, given: str, limit: str, expected: object) -> None:
    policy = load({f"AUTOTRADER_{setting}": given}).risk_policy()
    assert policy.limits == replace(RiskLimits(), **{limit: expected})


def test_the_brakes_are_the_owners_choice() -> None:
    given = {"POLICY": "keep", "READING_AGE_SECONDS": "30", "PATIENCE_SECONDS": "0"}
    settings = load({f"AUTOTRADER_BRAKE_{name}": value for name, value in given.items()})
    assert settings.risk_policy().brakes == BrakeRules(
        TripPolicy.KEEP, timedelta(seconds=30), timedelta(0)
    )


@pytest.mark.parametrize("text", ["majors", "majors:", ":BTCUSDT+ETHUSDT", "a:BTCUSDT", "a:B++C"])
def test_a_group_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MisconfiguredError, match="write it like majors:BTCUSDT"):
        load({"AUTOTRADER_SYMBOL_GROUPS": text})


def test_volatility_limits_leave_room() -> None:
    given = {
        "AUTOTRADER_MINIMUM_VOLATILITY_FRACTION": "0.05",
        "AUTOTRADER_MAXIMUM_VOLATILITY_FRACTION": "0.05",
    }
    with pytest.raises(MisconfiguredError, match="not below MAXIMUM_VOLATILITY_FRACTION"):
        load(given)
