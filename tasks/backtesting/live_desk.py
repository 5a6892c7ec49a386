"""How the live desk trades, written out as the rules of a backtest of its own wishes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from tasks.backtesting.questions import TECHNICAL, Question
from trading.backtest.exit_rules import GainUnit, Opposite
from trading.brakes import TripPolicy
from trading.limits import RiskPolicy
from trading.technical_analyst import TechnicalRules
from trading.trailing import TrailingRules

Typed: TypeAlias = dict[str, str | float | int | bool | None]
"""Trading rules by name, as a question holds them."""

_MOVING_STOPS = frozenset({"gains_in", "target", "trailing", "trailing_from", "break_even"})
"""Rules whose numbers share a unit: who writes one of them writes all of them."""


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """What of the owner's settings decides over a trade, once there is a wish for one.

    `lookback_bars` are the candles its analyst sees, `horizon` is how long that analyst plans to
    hold; a recorded decision is judged by it.
    """

    risk: RiskPolicy
    trailing: TrailingRules
    lookback_bars: int
    horizon: timedelta

    def completed(self, question: Question, *, varied: Iterable[str] = ()) -> Question:
        """The question with all that it leaves to the live desk written out.

        What it says itself stays, and so does all of a question whose wishes are not the desk's.
        `varied` names trading rules that a sweep will set. What is complete stays as it is, by
        whatever desk it was completed.
        """
        if not question.is_of_the_desk:
            return question
        said = {*question.rules, *varied}
        rules = {**self._rules(said), **question.rules}
        parameters = {**self._parameters(question), **question.parameters}
        return question.model_copy(update={"rules": rules, "parameters": parameters})

    def policy(self, question: Question) -> RiskPolicy:
        """The limits as they hold for the question's wishes: by what their analyst plans."""
        horizon = self.horizon
        if question.strategy == TECHNICAL:
            horizon = TechnicalRules().horizon_bars * question.interval.length
        return replace(self.risk, limits=replace(self.risk.limits, assumed_horizon=horizon))

    def _rules(self, said: set[str]) -> Typed:
        """A new signal never ends a position of the desk: stop and target do, or a brake."""
        costs = self.risk.costs
        rules: Typed = {
            "limits": "desk",
            "opposite": Opposite.KEEP.value,
            "close_on_brake": self.risk.brakes.policy is TripPolicy.FLATTEN,
            "taker_fraction": float(costs.taker_fraction),
            "entry_slippage_bps": float(costs.entry_slippage_bps),
            "exit_slippage_bps": float(costs.exit_slippage_bps),
        }
        return rules if said & _MOVING_STOPS else rules | self._moving_stops()

    def _moving_stops(self) -> Typed:
        """With a unit also where none moves: then no other desk adds its own."""
        trailing, rules = self.trailing, Typed()
        if trailing.break_even_at_r is not None:
            rules["break_even"] = float(trailing.break_even_at_r)
        if trailing.trail_at_r is not None:
            rules["trailing_from"] = float(trailing.trail_at_r)
            rules["trailing"] = float(trailing.trail_distance_r)
        unit = GainUnit.R if rules else GainUnit.FRACTION
        return {"gains_in": unit.value, **rules}

    def _parameters(self, question: Question) -> dict[str, str]:
        if question.strategy != TECHNICAL:
            return {}
        return {"lookback_bars": str(self.lookback_bars)}
