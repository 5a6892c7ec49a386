"""What is tried next: every combination once, whatever was done before the sweep stopped."""

from typing import Any

import pytest

from tasks.backtesting.part_results import PartResult
from tasks.backtesting.plans import MOST_PARTS, Part, plan_of
from tasks.backtesting.questions import SweepQuestion
from tests.tasks.backtesting.conftest import AskMany


def parts(question: SweepQuestion, done: dict[int, PartResult] | None = None) -> list[Part]:
    return list(plan_of(question, question.grid(), at_once=2).next_parts(done or {}))


def tried(found: list[Part]) -> list[int]:
    return [int(number) for part in found for number in part.combinations]


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({"grids": ("fast=1:50:1", "slow=1:50:1")}, 2500),
        ({"grids": ("fast=1:50:1", "slow=1:50:1"), "pick": "random", "count": 250}, 250),
    ],
)
def test_a_list_is_tried_whole_and_in_parts(
    ask_many: AskMany, changed: dict[str, Any], count: int
) -> None:
    question = ask_many(**changed)
    found = parts(question)
    assert len(set(tried(found))) == len(tried(found)) == count
    assert [part.number for part in found] == list(range(len(found)))
    # Asked again, by a process that resumes it, the parts are the same ones.
    assert tried(parts(question)) == tried(found)


def test_finished_parts_are_not_tried_again(ask_many: AskMany) -> None:
    question = ask_many(grids=("fast=1:50:1", "slow=1:50:1"))
    found = parts(question)
    done = {0: PartResult(), 2: PartResult()}
    assert [part.number for part in parts(question, done)] == [
        part.number for part in found if part.number not in done
    ]
    assert parts(question, {part.number: PartResult() for part in found}) == []


def test_ten_million_are_few_parts_that_hold_no_list(ask_many: AskMany) -> None:
    found = parts(ask_many(grids=("fast=1:1000:1", "slow=1:10000:1")))
    assert len(found) == MOST_PARTS
    assert all(isinstance(part.combinations, range) for part in found)


def test_a_search_asks_in_rounds_until_it_has_its_number(ask_many: AskMany) -> None:
    question = ask_many(grids=("fast=1:30:1", "slow=1:30:1"), pick="search", count=40)
    done: dict[int, PartResult] = {}
    seen: list[int] = []
    while found := parts(question, done):
        assert len(found) <= 2
        for part in found:
            numbers = [int(number) for number in part.combinations]
            seen += numbers
            scores = {number: -abs(number - 450) / 100 for number in numbers}
            done[part.number] = PartResult(tried=len(numbers), scores=scores)
    assert len(seen) == len(set(seen)) == 40
    # It learns: the second half lies nearer to the best place than the first.
    nearness = [abs(number - 450) for number in seen]
    assert sum(nearness[20:]) < sum(nearness[:20])


def test_a_search_of_a_small_grid_ends_when_all_is_tried(ask_many: AskMany) -> None:
    question = ask_many(pick="search", count=500)
    done: dict[int, PartResult] = {}
    while found := parts(question, done):
        for part in found:
            scores: dict[int, float | None] = dict.fromkeys(map(int, part.combinations))
            done[part.number] = PartResult(scores=scores)
    assert sorted(number for part in done.values() for number in part.scores) == list(range(12))


def test_equal_seeds_search_alike(ask_many: AskMany) -> None:
    question = ask_many(grids=("fast=1:30:1", "slow=1:30:1"), pick="search", count=30)
    assert tried(parts(question)) == tried(parts(question))
