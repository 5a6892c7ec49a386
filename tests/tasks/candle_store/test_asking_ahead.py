"""Answers come in order, a few are on their way, and whoever stops leaves no work behind."""

from itertools import count
from threading import Barrier, Event

import pytest

from tasks.candle_store.ahead import ask_ahead


def test_answers_come_in_the_order_of_their_questions() -> None:
    second_is_done = Event()

    def ask(number: int) -> int:
        if number == 0:
            second_is_done.wait(10)
        if number == 1:
            second_is_done.set()
        return number * 10

    found = list(ask_ahead(ask, range(9), at_once=3))
    assert found == [(number, number * 10) for number in range(9)]
    assert list(ask_ahead(ask, [], at_once=3)) == []


def test_so_many_are_asked_at_once() -> None:
    together = Barrier(4, timeout=10)
    assert len(list(ask_ahead(lambda _number: together.wait(), range(8), at_once=4))) == 8


def test_who_stops_has_asked_a_few_only() -> None:
    asked: list[int] = []
    answers = ask_ahead(asked.append, count(), at_once=2)
    next(answers)
    answers.close()
    assert len(asked) <= 4


def test_a_failure_is_raised_where_its_answer_would_be() -> None:
    def ask(number: int) -> int:
        return 10 // (2 - number)

    answers = ask_ahead(ask, range(5), at_once=2)
    assert [next(answers), next(answers)] == [(0, 5), (1, 10)]
    with pytest.raises(ZeroDivisionError):
        next(answers)
