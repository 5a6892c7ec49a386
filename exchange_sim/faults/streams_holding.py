"""Faults that hold pushes back: late, in another order, several in one, or long after.

Waiting is wall time, because a wire delays in wall time; only a candle that is confirmed late
waits in market time, because candles live there.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.streams_frames import Frame

MAX_REMEMBERED = 1_000  # pushes of one socket that ws.replay_old can bring back
Release = Callable[[Frame], None]


@dataclass(slots=True)
class Buffer:
    """Pushes held until enough have come, or until a timer lets them go."""

    frames: list[Frame] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None

    def take_all(self) -> list[Frame]:
        """Everything held; the buffer is empty afterwards and its timer off."""
        if self.timer is not None:
            self.timer.cancel()
        frames, self.frames, self.timer = self.frames, [], None
        return frames


class Holding:
    """The pushes of one socket that are held back; `release` sends one for good.

    `late` are the candles that wait for their market time, even if no fault is on any more.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._loop = asyncio.get_running_loop()
        self._buffers: dict[tuple[int, str], Buffer] = {}
        self.late: list[tuple[int, Frame]] = []
        self._remembered: list[Frame] = []
        self._holders: Mapping[str, Callable[[Activation, Frame], None]] = {
            "kline.late_confirm": self._confirm_late,
            "ws.delay": self._delay,
            "ws.reorder": self._reorder,
            "ws.batch": self._batch,
            "ws.replay_old": self._replay,
        }

    def names_concerning(self, push: Frame) -> list[str]:
        """The faults of this kind that could act on `push`, in the order they are asked."""
        if not push.topic:
            return []  # an extra frame of another fault
        has_rows = isinstance(push.content.get("data"), list)
        conditions = {
            "kline.late_confirm": push.is_closed_candle,
            "ws.replay_old": bool(self._remembered),
            "ws.delay": True,
            "ws.reorder": True,
            "ws.batch": has_rows,
        }
        return [name for name, is_met in conditions.items() if is_met]

    def remember(self, push: Frame) -> None:
        """Keep `push` for ws.replay_old, the oldest beyond the limit forgotten."""
        self._remembered.append(push)
        del self._remembered[:-MAX_REMEMBERED]

    def release_due(self, market_ms: int) -> None:
        """Send the late candles whose market time has come."""
        due = [frame for due_ms, frame in self.late if due_ms <= market_ms]
        self.late = [(due_ms, frame) for due_ms, frame in self.late if due_ms > market_ms]
        for frame in due:
            self._release(frame)

    def take(self, push: Frame, activation: Activation) -> None:
        """Hold `push` as the fault says."""
        self._holders[activation.name](activation, push)

    def _confirm_late(self, activation: Activation, push: Frame) -> None:
        self.late.append((push.market_ms + activation.whole("ms"), push))

    def _delay(self, activation: Activation, push: Frame) -> None:
        self._loop.call_later(activation.whole("ms") / 1000, self._release, push)

    def _replay(self, activation: Activation, push: Frame) -> None:
        """The push, then the youngest remembered one that is `age` ms older, or the oldest."""
        self._release(push)
        limit = push.market_ms - activation.whole("age")
        old = [frame for frame in self._remembered if frame.market_ms <= limit]
        self._release(old[-1] if old else self._remembered[0])

    def _reorder(self, activation: Activation, push: Frame) -> None:
        frames = self._collect(activation, push, "", activation.whole("window"))
        mixed = frames[:]
        activation.random.shuffle(mixed)
        # A shuffle may change nothing, and then the fault would not have happened.
        self._send(reversed_if_same(frames, mixed))

    def _batch(self, activation: Activation, push: Frame) -> None:
        frames = self._collect(activation, push, push.topic, activation.whole("n"))
        self._send(merged(frames))

    def _collect(
        self, activation: Activation, push: Frame, topic: str, enough: int
    ) -> list[Frame]:
        """The held pushes if there are enough of them now; none yet otherwise."""
        key = (activation.injection.id, topic)
        buffer = self._buffers.setdefault(key, Buffer())
        buffer.frames.append(push)
        if len(buffer.frames) >= enough:
            return buffer.take_all()
        if buffer.timer is None:
            wait_s = activation.whole("hold_ms") / 1000
            finish = merged if topic else list[Frame]
            buffer.timer = self._loop.call_later(wait_s, partial(self._expire, buffer, finish))
        return []

    def _expire(self, buffer: Buffer, finish: Callable[[list[Frame]], list[Frame]]) -> None:
        self._send(finish(buffer.take_all()))

    def _send(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._release(frame)


def merged(frames: list[Frame]) -> list[Frame]:
    """One push with the rows of all, under the head of the last; nothing from nothing."""
    if not frames:
        return []
    return [frames[-1].but(data=[row for frame in frames for row in frame.rows])]


def reversed_if_same(before: list[Frame], after: list[Frame]) -> list[Frame]:
    """`after`, or `before` backwards where both are the same."""
    return before[::-1] if after == before else after
