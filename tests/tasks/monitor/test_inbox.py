"""Pushes on their way: in order, bounded, and what is lost is known."""

from threading import Thread
from typing import cast

from tasks.monitor.inbox import Inbox
from tasks.monitor.sockets import Unread


def push(number: int) -> Unread:
    return cast("Unread", number)


def test_pushes_are_taken_in_their_order_and_no_more_than_asked_for() -> None:
    inbox = Inbox()
    for number in range(5):
        inbox.put(push(number))

    assert inbox.take(3, wait_seconds=0) == [0, 1, 2]
    assert inbox.take(3, wait_seconds=0) == [3, 4]
    assert inbox.take(3, wait_seconds=0) == []


def test_a_push_ends_the_waiting() -> None:
    inbox = Inbox()
    late = Thread(target=lambda: inbox.put(push(1)))
    late.start()

    assert inbox.take(1, wait_seconds=20) == [1]
    late.join()


def test_a_full_inbox_drops_the_oldest_and_says_how_many() -> None:
    inbox = Inbox(most=2)
    for number in range(5):
        inbox.put(push(number))

    assert inbox.take_dropped() == 3
    assert inbox.take_dropped() == 0
    assert inbox.take(9, wait_seconds=0) == [3, 4]
