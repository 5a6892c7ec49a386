"""Questions asked some at a time, their answers taken in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def ask_ahead(
    ask: Callable[[Question], Answer], questions: Iterable[Question], *, at_once: int
) -> Iterator[tuple[Question, Answer]]:
    """Each question with its answer, in order, while the next `at_once` are being asked.

    Whoever stops taking answers, or fails, waits for those on their way and for no others. What
    `ask` raises is raised at the place of its answer.
    """
    waiting: deque[tuple[Question, Future[Answer]]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for question in questions:
                waiting.append((question, pool.submit(ask, question)))
                if len(waiting) > at_once:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            for _, answer in waiting:
                answer.cancel()


def _next(waiting: deque[tuple[Question, Future[Answer]]]) -> tuple[Question, Answer]:
    question, answer = waiting.popleft()
    return question, answer.result()
