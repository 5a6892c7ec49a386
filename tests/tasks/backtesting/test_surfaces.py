"""The map of a sweep shows two parameters, and the mean over the others."""

import numpy as np
import pytest

from tasks.backtesting.surfaces import surface_of
from tests.tasks.backtesting.conftest import AskMany


def test_every_score_stands_at_its_pair_of_values(ask_many: AskMany) -> None:
    question = ask_many()
    scores = {number: float(number) for number in range(12)} | {1: None}

    surface = surface_of(question, scores)

    assert surface is not None
    assert (surface.score, surface.across.name, surface.down.name) == ("sharpe", "fast", "slow")
    assert surface.scores.shape == (3, 4)
    for number, score in scores.items():
        combination = question.grid()[number]
        row = surface.down.values.index(combination["slow"])
        column = surface.across.values.index(combination["fast"])
        shown = surface.scores[row, column]
        assert np.isnan(shown) if score is None else shown == score


def test_over_a_third_parameter_the_mean_is_shown(ask_many: AskMany) -> None:
    question = ask_many(grids=("fast=1:3:1", "slow=10,20", "rule.stop=0.01"))
    surface = surface_of(question, {0: 1.0, 1: 3.0})
    assert surface is not None
    assert np.nanmax(surface.scores) == 3.0
    thirds = ask_many(grids=("fast=1:3:1", "slow=10:30:10", "rule.stop=0.01,0.02"))
    meant = surface_of(thirds, {0: 1.0, 1: 3.0})
    assert meant is not None
    assert meant.scores[0, 0] == 2.0


@pytest.mark.parametrize(
    ("grids", "scores"),
    [
        (("fast=1:5:1",), {0: 1.0}),
        (("fast=1:61:1", "slow=1:2:1"), {0: 1.0}),
        (("fast=1:5:1", "slow=1:2:1"), {}),
    ],
)
def test_what_cannot_be_shown_has_no_map(
    ask_many: AskMany, grids: tuple[str, ...], scores: dict[int, float]
) -> None:
    assert surface_of(ask_many(grids=grids), scores) is None
