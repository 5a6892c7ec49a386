"""What may be typed for a backtest: the shipped rules and the trading rules, for a terminal."""

from cli.output import print_table, say
from tasks.backtesting.rule_choices import RuleChoices
from trading.backtest.strategies.registry import SHIPPED


def show_strategies() -> None:
    """Every shipped rule with its parameters, their defaults and ranges."""
    rows = [
        (shipped.name, shipped.summary, one.name, one.default, one.range, one.meaning)
        for shipped in SHIPPED.values()
        for one in shipped.parameters
    ]
    print_table(
        "Shipped rules", ("strategy", "what it does", "parameter", "default", "range", ""), rows
    )
    say("decisions and prompt:NAME@NUMBER trade again what the desk decided and stored.")


def show_rules() -> None:
    """Every trading rule with its default and meaning."""
    rows = [
        (name, "–" if field.default is None else str(field.default), field.description)
        for name, field in RuleChoices.model_fields.items()
    ]
    print_table("Trading rules", ("rule", "default", "meaning"), rows)
