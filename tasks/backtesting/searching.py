"""A search that learns where to look, by Optuna's tree-structured Parzen estimator."""

from collections.abc import Mapping
from dataclasses import dataclass

import optuna
from optuna.distributions import IntDistribution
from optuna.samplers import TPESampler
from optuna.trial import TrialState, create_trial

from trading.backtest.grids import Grid

_TRIES = 20
"""Asked again this often for a combination that was not tried yet, before the search ends."""


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look next in a grid. Equal scores and an equal seed ask for equal combinations.

    Values of an axis are places 0, 1, 2 … to the search, so an axis should be in order. A
    combination without a score (too few trades, or forbidden) counts as failed.
    """

    grid: Grid
    seed: int
    round_size: int = 24

    def ask(self, scores: Mapping[int, float | None], count: int) -> list[int]:
        """Up to `count` combinations that have no score yet, none when all is tried."""
        if count <= 0 or len(scores) >= self.grid.size:
            return []
        study = self._study(scores)
        found: dict[int, None] = {}
        for _ in range(count * _TRIES):
            number = self._next(study)
            if number not in scores:
                found[number] = None
            if len(found) == count:
                break
        return list(found) or self._untried(scores, count)

    def _study(self, scores: Mapping[int, float | None]) -> optuna.Study:
        # Its own messages are one per trial, which a sweep shows by itself.
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = TPESampler(seed=(self.seed + len(scores)) % 2**32, constant_liar=True)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.add_trials([self._told(number, score) for number, score in sorted(scores.items())])
        return study

    def _told(self, number: int, score: float | None) -> optuna.trial.FrozenTrial:
        places = self.grid.places(number)
        state = TrialState.FAIL if score is None else TrialState.COMPLETE
        params = dict(zip(self._spaces, places, strict=True))
        return create_trial(
            state=state, value=score, params=params, distributions=dict(self._spaces)
        )

    def _next(self, study: optuna.Study) -> int:
        trial = study.ask(dict(self._spaces))
        number = 0
        for axis in self.grid.axes:
            number = number * len(axis.values) + int(trial.params[axis.name])
        return number

    def _untried(self, scores: Mapping[int, float | None], count: int) -> list[int]:
        left = (number for number in range(self.grid.size) if number not in scores)
        return [number for number, _ in zip(left, range(count), strict=False)]

    @property
    def _spaces(self) -> Mapping[str, IntDistribution]:
        return {axis.name: IntDistribution(0, len(axis.values) - 1) for axis in self.grid.axes}
