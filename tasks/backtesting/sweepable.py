"""What must hold of a sweep before its first combination is run."""

from collections.abc import Mapping

from tasks.backtesting.questions import RULE, SweepQuestion, split
from tasks.backtesting.rule_choices import RuleChoices
from tasks.backtesting.strategies import Source
from trading.backtest.grids import Axis
from trading.errors import MisconfiguredError

_MOST_CHECKED = 1000
"""Of a longer axis the two ends are checked: it is a range, and what lies between is too."""


def require_sweepable(source: Source, question: SweepQuestion) -> None:
    """Refuse a sweep that could not be run to its end.

    Raises:
        MisconfiguredError: the rule is asked bar by bar, a parameter or trading rule is unknown,
            or one of its values is not allowed.
    """
    if source.is_bar_by_bar:
        message = (
            f"{source.name} is asked bar by bar, which makes a sweep of many runs slow; write it "
            "as a function that answers for all candles at once, or run one backtest of it"
        )
        raise MisconfiguredError(message)
    for axis in question.grid().axes:
        for value in _checked(axis):
            _require_allowed(source, question.base.rules, {axis.name: value})
    if question.stride is not None:
        _require_only_parameters(question)


def _checked(axis: Axis) -> tuple[str, ...]:
    values = axis.values
    return values if len(values) <= _MOST_CHECKED else (values[0], values[-1])


def _require_allowed(
    source: Source, fixed: Mapping[str, object], combination: Mapping[str, str]
) -> None:
    ours, rules = split(combination)
    if ours:
        source.require_allowed(ours)
    RuleChoices.read({**fixed, **rules})


def _require_only_parameters(question: SweepQuestion) -> None:
    """A walk-forward is one account that goes through all windows, so its rules stay the same."""
    rules = [axis.name for axis in question.grid().axes if axis.name.startswith(RULE)]
    if rules:
        message = (
            f"{', '.join(rules)} cannot change from window to window of a walk-forward: it is one "
            "account with open positions. Vary the strategy's own parameters and fix the rules"
        )
        raise MisconfiguredError(message)
