"""An owner's own rule: a function in a file of theirs, or a class that is asked at every bar.

The function is the fast way. It is given the candles of one symbol and answers for all bars at
once, by bars 0 to i alone for bar i:

    def signals(bars: BarSeries, fast: int = 20, slow: int = 50) -> Signals | array of sides

Sides are 1 (enter long), -1 (enter short) and 0; `Signals` adds stops, targets, limits, sizes and
closes. The parameters after the first are what may be set by name; their defaults tell the type.
A class is built with its parameters once per symbol, and its `on_bar` is called at every close
(`trading.backtest.on_bar`); it cannot see later candles.

Candles are shared and read-only; a rule that wants to change them takes a copy.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Sides, Signals
from trading.backtest.strategies.parameters import Number, Parameter, parse_all
from trading.errors import InvariantError, MisconfiguredError

OwnFunction: TypeAlias = Callable[..., object]
"""Candles and parameters in; what comes out is a stranger's word until it is checked."""

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class OwnRule:
    """The function with its parameters bound. What it raises comes through as it is."""

    function: OwnFunction
    parameters: Mapping[str, Number] = field(default_factory=dict)

    @property
    def warm_up_bars(self) -> int:
        """Unknown: the function says nothing until it wants to."""
        return 1

    def signals(self, bars: BarSeries) -> Signals:
        """What the function says of `bars`, checked.

        Raises:
            InvariantError: it answers for another symbol or number of bars, or with anything but
                1, -1 and 0.
        """
        said = self.function(_read_only(bars), **self.parameters)
        answer = said if isinstance(said, Signals) else Signals(bars.symbol, _sides(bars, said))
        if answer.symbol != bars.symbol or len(answer) != len(bars):
            raise InvariantError(
                f"{bars.symbol}: the rule was given {len(bars)} candles and answered for "
                f"{len(answer)} of {answer.symbol}; it must give one signal per candle"
            )
        return answer


def own_rule(function: OwnFunction, typed: Mapping[str, str]) -> OwnRule:
    """The rule with the parameters that were typed.

    Raises:
        MisconfiguredError: the function takes no candles, has no such parameter, or its value is
            no number of its kind.
    """
    names = list(inspect.signature(function).parameters.values())
    if not names or names[0].kind is inspect.Parameter.KEYWORD_ONLY:
        message = f"{_name(function)} takes no candles; write it as def {_name(function)}(bars, …)"
        raise MisconfiguredError(message)
    return OwnRule(function, parse_all(_parameters(function, names[1:]), typed))


def build_own(kind: Callable[..., Built], typed: Mapping[str, str]) -> Built:
    """An object of an owner's class, built with the parameters that were typed.

    Raises:
        MisconfiguredError: the class has no such parameter, or its value is no number of its kind.
    """
    names = list(inspect.signature(kind).parameters.values())
    return kind(**parse_all(_parameters(kind, names), typed))


def _parameters(
    owner: Callable[..., Any], names: Sequence[inspect.Parameter]
) -> tuple[Parameter, ...]:
    numbers = [name for name in names if type(name.default) in {int, float}]
    needed = [
        name.name
        for name in names
        if name.default is name.empty and name.kind not in {name.VAR_POSITIONAL, name.VAR_KEYWORD}
    ]
    if needed:
        message = (
            f"{_name(owner)} needs {', '.join(needed)}; give every parameter a default, such as "
            f"{needed[0]}=20"
        )
        raise MisconfiguredError(message)
    return tuple(
        Parameter(name.name, type(name.default), name.default, None, None, f"of {_name(owner)}")
        for name in numbers
    )


def _name(owner: Callable[..., Any]) -> str:
    return getattr(owner, "__name__", type(owner).__name__)


def _read_only(bars: BarSeries) -> BarSeries:
    """The same candles behind columns that cannot be written to."""
    columns = (bars.opened_ms, bars.open, bars.high, bars.low, bars.close, bars.volume)
    if not any(column.flags.writeable for column in columns):
        return bars
    views: list[NDArray[Any]] = [column.view() for column in columns]
    for view in views:
        view.flags.writeable = False
    return BarSeries(bars.symbol, bars.interval, *views)


def _sides(bars: BarSeries, said: object) -> Sides:
    given: NDArray[Any] = np.asarray(said)
    if given.dtype.kind not in "biuf" or given.shape != (len(bars),):
        raise InvariantError(
            f"{bars.symbol}: the rule answered with an array of {given.dtype} and shape "
            f"{given.shape}; it must be ({len(bars)},), a 1, -1 or 0 for every candle"
        )
    # NaN is in no set: an average that is not warm must be turned into 0 by the rule.
    wrong = np.flatnonzero(~np.isin(given, (1, -1, 0)))
    if len(wrong):
        raise InvariantError(
            f"{bars.symbol}: the side of bar {wrong[0]} is {given[wrong[0]]}; 1, -1 and 0 are "
            f"allowed ({len(wrong)} such bars)"
        )
    return given.astype(np.int8)
