"""Frames on their way out."""

import asyncio
from itertools import pairwise

import pytest

from exchange_sim.server.streams import outbox as outbox_module
from exchange_sim.server.streams.outbox import Outbox


async def sent_by(*puts: tuple[str, float]) -> list[tuple[str, float]]:
    """What an outbox sends, with the seconds since the frames were put."""
    loop = asyncio.get_running_loop()
    sent: list[tuple[str, float]] = []
    done = asyncio.Event()
    start = loop.time()

    async def send(frame: str) -> None:
        sent.append((frame, loop.time() - start))
        if len(sent) == len(puts):
            done.set()

    outbox = Outbox(send)
    for frame, delay_s in puts:
        outbox.put(frame, delay_s=delay_s)
    task = asyncio.create_task(outbox.run())
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return sent


def test_frames_leave_in_order_and_wait_behind_a_delayed_one() -> None:
    sent = asyncio.run(sent_by(("ack", 0.015), ("snapshot", 0), ("ack 2", 0.015), ("push", 0)))

    assert [frame for frame, _ in sent] == ["ack", "snapshot", "ack 2", "push"]
    assert sent[0][1] >= 0.015
    assert all(earlier <= later for (_, earlier), (_, later) in pairwise(sent))


def test_acknowledgements_of_requests_sent_together_do_not_add_up_their_delays() -> None:
    sent = asyncio.run(sent_by(*[(str(number), 0.02) for number in range(50)]))

    assert sent[-1][1] < 0.5


def test_a_frame_put_later_is_sent_too() -> None:
    async def scenario() -> list[str]:
        sent: asyncio.Queue[str] = asyncio.Queue()
        outbox = Outbox(sent.put)
        task = asyncio.create_task(outbox.run())
        outbox.put("first")
        first = await asyncio.wait_for(sent.get(), 5)
        outbox.put("second")
        second = await asyncio.wait_for(sent.get(), 5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return [first, second]

    assert asyncio.run(scenario()) == ["first", "second"]


def test_a_client_too_far_behind_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_WAITING", 3)

    async def scenario() -> bool:
        sent: list[str] = []

        async def send(frame: str) -> None:
            sent.append(frame)

        outbox = Outbox(send)
        for number in range(5):
            outbox.put(str(number))
        await asyncio.wait_for(outbox.run(), 5)
        return outbox.overflows

    assert asyncio.run(scenario())


def test_it_tells_when_every_frame_has_left() -> None:
    async def scenario() -> list[str]:
        sent: list[str] = []

        async def send(frame: str) -> None:
            sent.append(frame)

        outbox = Outbox(send)
        await outbox.drained()
        outbox.put("late", delay_s=0.01)
        outbox.put("behind")
        impatient = asyncio.ensure_future(outbox.drained())
        await asyncio.sleep(0)  # it waits now
        impatient.cancel()
        task = asyncio.create_task(outbox.run())
        await asyncio.wait_for(outbox.drained(), 5)
        seen = list(sent)
        task.cancel()
        await asyncio.gather(task, impatient, return_exceptions=True)
        return seen

    assert asyncio.run(scenario()) == ["late", "behind"]
