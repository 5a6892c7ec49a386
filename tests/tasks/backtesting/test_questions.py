"""What is asked of the past is checked before anything is read, and survives being stored."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tasks.backtesting.questions import Question, SweepQuestion, split
from tests.tasks.backtesting.conftest import NOW, SINCE, Ask, AskMany
from trading.errors import MisconfiguredError


def test_a_question_is_the_same_after_it_was_stored(ask_many: AskMany) -> None:
    question = ask_many(pick="random", count=5, stride="20d,10d")
    assert SweepQuestion.model_validate(question.model_dump(mode="json")) == question
    assert SweepQuestion.model_validate_json(question.model_dump_json()) == question


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"symbols": ("BTC",)}, "BTC is no USDT perpetual"),
        ({"symbols": ("BTCUSDT", "BTCUSDT")}, "names a symbol twice"),
        ({"symbols": ()}, "at least 1 item"),
        ({"until": SINCE}, "is not before 2025-01-01"),
        ({"until": "2025-06-01T00:00"}, "need a time zone"),
        ({"finer": "4h"}, "must be shorter than 1h"),
        ({"finer": "30m"}, "'finest', 'none', '1m'"),
        ({"interval": "7m"}, "Input should be"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"strategy": ""}, "at least 1 character"),
    ],
)
def test_an_impossible_question_is_refused(
    ask: Ask, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ask(**changed)


def test_a_rule_of_a_combination_wins(ask: Ask) -> None:
    question = ask(rules={"stop": 0.02, "target": 0.04})
    chosen = question.choices({"stop": "0.01"})
    assert (chosen.stop, chosen.target) == (0.01, 0.04)


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 12),
        ({"pick": "random", "count": 5}, 5),
        ({"pick": "search", "count": 500}, 12),
        ({"grids": ("fast=1:1000:1", "slow=1:10000:1")}, 10_000_000),
    ],
)
def test_a_sweep_is_counted_before_it_runs(
    ask_many: AskMany, changed: dict[str, Any], count: int
) -> None:
    assert ask_many(**changed).combinations() == count


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"grids": ()}, "has 0 combinations"),
        ({"pick": "random", "count": 0}, "has 0 combinations"),
        (
            {"grids": ("a=1:1000:1", "b=1:1000:1"), "pick": "search", "count": 10_001},
            r"search at most 10,000, or draw them at random",
        ),
        ({"grids": ("a=1:10001:1", "b=1:1000:1")}, r"10,001,000 combinations.*larger steps"),
    ],
)
def test_a_sweep_of_nothing_or_of_too_much_is_refused(
    ask_many: AskMany, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        ask_many(**changed).combinations()


def test_a_grid_of_a_trading_rule_is_told_from_one_of_the_strategy() -> None:
    assert split({"fast": "5", "rule.stop": "0.01"}) == ({"fast": "5"}, {"stop": "0.01"})


def test_the_same_question_may_be_asked_of_another_time(ask: Ask) -> None:
    later = ask().between(SINCE + timedelta(days=1), NOW)
    assert later.since == SINCE + timedelta(days=1)
    assert isinstance(later, Question)
