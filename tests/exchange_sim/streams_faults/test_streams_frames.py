"""Frames as the stream faults see them, and what holding them back may not do."""

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.faults.catalogue import CATALOGUE
from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.faults.streams_frames import Frame
from exchange_sim.faults.streams_holding import Holding
from exchange_sim.faults.switchboard import Switchboard

NOTHING = {"topic": "", "operation": "", "rows": [], "arguments": [], "market_ms": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("garbage", {}),
        ("[1]", {}),
        ('{"op":"ping"}', {"operation": "ping"}),
        (
            '{"op":"subscribe","args":["order"]}',
            {"operation": "subscribe", "arguments": ["order"]},
        ),
        ('{"op":"subscribe","args":"order"}', {"operation": "subscribe"}),
        (
            '{"topic":"order","creationTime":7,"data":[{"a":1},2]}',
            {"topic": "order", "market_ms": 7, "rows": [{"a": 1}]},
        ),
        (
            '{"topic":"tickers.X","ts":8,"data":{"a":1}}',
            {"topic": "tickers.X", "market_ms": 8, "rows": [{"a": 1}]},
        ),
        ('{"topic":"order","ts":"8"}', {"topic": "order"}),
    ],
)
def test_a_frame_is_read_as_far_as_it_can_be(text, expected) -> None:
    frame = Frame.read(text)

    assert {name: getattr(frame, name) for name in NOTHING} == NOTHING | expected
    assert frame.text == text


def strike(name: str, **parameters: object) -> Activation:
    switchboard = Switchboard(CATALOGUE, market_ms=lambda: 0, wall_ms=lambda: 0)
    switchboard.switch_on({"name": name, "parameters": parameters})
    activation = switchboard.claim(name, FaultEvent(now_ms=0))
    assert activation is not None
    return activation


def held(pushes: list[Frame], activation: Activation) -> list[Frame]:
    """What comes out when every push is held as the fault says and all timers have run."""

    async def whole() -> list[Frame]:
        released: list[Frame] = []
        holding = Holding(released.append)
        for push in pushes:
            holding.take(push, activation)
        all_timers_ran = asyncio.Event()
        asyncio.get_running_loop().call_later(0.003, all_timers_ran.set)
        await all_timers_ran.wait()
        return released

    return asyncio.run(whole())


def pushes_of(values: list[int]) -> list[Frame]:
    return [
        Frame.of({"topic": f"topic.{value % 2}", "ts": place, "data": [{"place": place}]})
        for place, value in enumerate(values)
    ]


HOLDERS = st.one_of(
    st.builds(lambda n: ("ws.reorder", {"window": n, "hold_ms": 1}), st.integers(2, 6)),
    st.builds(lambda n: ("ws.batch", {"n": n, "hold_ms": 1}), st.integers(2, 6)),
    st.builds(lambda ms: ("ws.delay", {"ms": ms}), st.integers(0, 1)),
)


@given(st.lists(st.integers(0, 9), max_size=12), HOLDERS)
def test_what_is_held_back_is_neither_lost_nor_invented(values, holder) -> None:
    name, parameters = holder
    pushes = pushes_of(values)

    released = held(pushes, strike(name, **parameters))

    def rows(frames: list[Frame]) -> Counter:
        return Counter((frame.topic, row["place"]) for frame in frames for row in frame.rows)

    assert rows(released) == rows(pushes)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
def test_a_full_window_never_comes_in_its_own_order(values) -> None:
    pushes = pushes_of(values)
    activation = strike("ws.reorder", window=len(pushes), hold_ms=60_000)

    assert held(pushes, activation) != pushes


def test_a_strike_has_the_luck_of_its_seed() -> None:
    assert strike("ws.reorder").random.random() == random.Random(0).random()
