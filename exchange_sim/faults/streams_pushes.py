"""Faults that change, lose or multiply a push at once: what one frame becomes on one socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.streams_frames import Content, Frame

_UNKNOWN_TOPIC = "never.subscribed"
_ONE_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PushFault:
    """Which pushes a fault concerns, and the frames that are sent instead of one of them."""

    concerns: Callable[[Frame], bool]
    act: Callable[[Activation, Frame], list[Frame]]


def _every(_push: Frame) -> bool:
    return True


def _is_closed_candle(push: Frame) -> bool:
    return push.is_closed_candle


def _is_funding(push: Frame) -> bool:
    return _bears(push, "execution", "execType", "Funding")


def _is_filled_order(push: Frame) -> bool:
    return _bears(push, "order", "orderStatus", "Filled")


def _bears(push: Frame, topic: str, member: str, value: str) -> bool:
    named = push.topic in {topic, f"{topic}.linear"}
    return named and any(row.get(member) == value for row in push.rows)


def _is_stateful_snapshot(push: Frame) -> bool:
    stateful = push.topic.startswith(("orderbook.", "tickers."))
    # Depth 1 has no deltas (spec 3.1).
    return stateful and push.content.get("type") == "snapshot" and ".1." not in push.topic


def _is_book_delta(push: Frame) -> bool:
    return push.topic.startswith("orderbook.") and push.content.get("type") == "delta"


def _lose(_activation: Activation, _push: Frame) -> list[Frame]:
    return []


def _repeat(_activation: Activation, push: Frame) -> list[Frame]:
    return [push, push]


def _repeat_as_new(_activation: Activation, push: Frame) -> list[Frame]:
    """The same rows in a second message with an id of its own."""
    return [push, push.but(id=f"{push.content.get('id')}b")]


def _without_funding(_activation: Activation, push: Frame) -> list[Frame]:
    rows = [row for row in push.rows if row.get("execType") != "Funding"]
    return [push.but(data=rows)] if rows else []


def _unconfirmed(_activation: Activation, push: Frame) -> list[Frame]:
    return [push.but(data=[{**row, "confirm": False} for row in push.rows])]


def _revised(activation: Activation, push: Frame) -> list[Frame]:
    """The closed candle, then once more with its close moved by `pct` percent."""
    factor = 1 + activation.number("pct") / _ONE_HUNDRED
    return [push, push.but(data=[_moved(row, factor) for row in push.rows])]


def _moved(row: Content, factor: Decimal) -> Content:
    close = Decimal(str(row["close"]))
    moved = (close * factor).quantize(close)
    high, low = Decimal(str(row["high"])), Decimal(str(row["low"]))
    figures = {"close": moved, "high": max(high, moved), "low": min(low, moved)}
    return {**row, **{name: format(figure, "f") for name, figure in figures.items()}}


def _delta_first(_activation: Activation, push: Frame) -> list[Frame]:
    return [push.but(type="delta"), push]


def _after_unknown_topic(_activation: Activation, push: Frame) -> list[Frame]:
    return [push.but(topic=_UNKNOWN_TOPIC), push]


def _after_no_topic(_activation: Activation, push: Frame) -> list[Frame]:
    return [Frame.of({"type": "notice", "data": {}}), push]


def _after_garbage(_activation: Activation, push: Frame) -> list[Frame]:
    return [Frame(push.text[: len(push.text) // 2], {}), push]


# In the order in which they act on one push: content first, then how often it comes.
PUSH_FAULTS: Mapping[str, PushFault] = {
    "ws.zombie": PushFault(_every, _lose),
    "ws.drop": PushFault(_every, _lose),
    "ws.u_gap": PushFault(_is_book_delta, _lose),
    "fund.missing_ws": PushFault(_is_funding, _without_funding),
    "kline.no_confirm": PushFault(_is_closed_candle, _unconfirmed),
    "kline.double_confirm": PushFault(_is_closed_candle, _repeat),
    "kline.revise_last": PushFault(_is_closed_candle, _revised),
    "ws.double_filled": PushFault(_is_filled_order, _repeat_as_new),
    "ws.dup": PushFault(_every, _repeat),
    "ws.delta_first": PushFault(_is_stateful_snapshot, _delta_first),
    "ws.unknown_topic": PushFault(_every, _after_unknown_topic),
    "ws.no_topic_frame": PushFault(_every, _after_no_topic),
    "ws.garbage": PushFault(_every, _after_garbage),
}


def names_concerning(push: Frame) -> list[str]:
    """The push faults that could act on `push`, in the order in which they act."""
    return [name for name, fault in PUSH_FAULTS.items() if fault.concerns(push)]


def disturbed(push: Frame, activations: list[Activation]) -> list[Frame]:
    """What is sent instead of `push` when these faults act on it, one after the other."""
    frames = [push]
    for activation in activations:
        act = PUSH_FAULTS[activation.name].act
        frames = [piece for frame in frames for piece in act(activation, frame)]
    return frames
