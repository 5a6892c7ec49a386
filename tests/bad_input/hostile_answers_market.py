"""Well-formed answers that are not about this market."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.adapters.answers.said import (
    as_text,
    flat_answer,
    long_answer,
    put,
    reply,
    view,
)
from tests.bad_input.hostile_answers_parts import VALID, Hostile, hostile_text
from trading.failures import FailureCode


def opinions() -> Iterator[Hostile]:
    """Well-formed answers that are not about this market."""
    yield from _incoherent()
    yield from _not_seen()
    yield from _other_markets()
    yield from _insane_prices()
    yield from _false_evidence()


def _incoherent() -> Iterator[Hostile]:
    for parts in ((40, 50, 8), (40, 50, 12), (0, 0, 0), (100, 100, 100), (0, 0, 98)):
        said = dict(zip(("tp_first", "sl_first", "neither"), parts, strict=True))
        text = as_text(long_answer(probabilities=said))
        yield hostile_text(f"probabilities {parts}", text, FailureCode.PROB_INCOHERENT)
    sure = {"tp_first": 90, "sl_first": 5, "neither": 5}
    doubted = {"tp_first": 5, "sl_first": 90, "neither": 5}
    for p_up, said in ((40, sure), (1, sure), (60, doubted), (99, doubted)):
        text = as_text(long_answer(p_up=p_up, probabilities=said))
        name = f"LONG at p_up {p_up} with tp_first {said['tp_first']}"
        yield hostile_text(name, text, FailureCode.PROB_INCOHERENT)


def _not_seen() -> Iterator[Hostile]:
    for code in ("", "K7QE", "k7qd", "K7QD ", "\u041a7QD", "none"):
        text = as_text(long_answer(chart_code=code))
        yield hostile_text(f"chart code {code!a}", text, FailureCode.VISION_NOT_SEEN)
    for name, seen in (
        ("visible_high", 40051),
        ("visible_high", 98000),
        ("visible_low", 39949),
        ("visible_low", 0.01),
        ("last_candle", "up"),
        ("last_candle", "down"),
    ):
        text = as_text(put(f"chart_readback/{name}", seen))
        yield hostile_text(f"{name} read as {seen}", text, FailureCode.READBACK_MISMATCH)
    taken_at = view().snapshot.taken_at
    for minutes in (15.1, 59, 60, 60 * 24):
        late = view(answered_at=taken_at + timedelta(minutes=minutes))
        yield Hostile(f"{minutes} minutes late", reply(VALID), FailureCode.STALE, view=late)


def _other_markets() -> Iterator[Hostile]:
    for place in ("summary", "bull_case", "invalidation", "evidence/0/claim", "patterns/0/note"):
        for name in ("ETHUSDT", "SOL/USDT", "\uff25\uff34\uff28\uff35\uff33\uff24\uff34"):
            text = as_text(put(place, f"{name} breaks out"))
            yield hostile_text(f"{place} about {name!a}", text, FailureCode.SYMBOL_MISMATCH)


def _insane_prices() -> Iterator[Hostile]:
    limit = {"type": "LIMIT", "price": 40201}
    documents = {
        "stop above": long_answer(stop_loss=40100),
        "stop at the bid": long_answer(stop_loss=39999),
        "stop inside the spread": long_answer(stop_loss=40000),
        "target below": long_answer(take_profit=39900),
        "target at the ask": long_answer(take_profit=40001),
        "stop and target exchanged": long_answer(stop_loss=40401, take_profit=39801),
        "SHORT with the levels of a LONG": long_answer(action="SHORT"),
        "LONG without a stop": long_answer(stop_loss=None),
        "LONG without a target": long_answer(take_profit=None),
        "LONG without an entry": long_answer(entry={"type": "NONE", "price": None}),
        "limit without a price": long_answer(entry={"type": "LIMIT", "price": None}),
        "limit over 2 ATR above": long_answer(entry=limit),
        "limit over 2 ATR below": long_answer(entry=limit | {"price": 39799}),
        "limit at another market's price": long_answer(entry=limit | {"price": 2500}),
        "market entry at another price": long_answer(entry={"type": "MARKET", "price": 98000}),
        "absurd stop": long_answer(stop_loss=999_999_999_999),
        "FLAT with a stop": flat_answer(stop_loss=39801),
        "FLAT with a target": flat_answer(take_profit=40401),
        "FLAT with an entry": flat_answer(entry={"type": "MARKET", "price": None}),
        "FLAT with an entry price": flat_answer(entry={"type": "NONE", "price": 40000}),
        "support far below": put("levels/support/0", 33999),
        "resistance far above": put("levels/resistance/1", 46001),
        "levels of another market": put("levels/support/0", 0.0001),
        "a level with a thousands separator": put("levels/support", [98, 500]),
        "a far level of a FLAT answer": put("levels/support/0", 98000, flat_answer()),
    }
    for name, document in documents.items():
        yield hostile_text(name, as_text(document), FailureCode.PRICE_INSANE)


def _false_evidence() -> Iterator[Hostile]:
    def citing(*values: tuple[str, Any]) -> str:
        item = long_answer()["evidence"][0]
        evidence = [item | {"field": field, "value": value} for field, value in values]
        return as_text(long_answer(evidence=evidence))

    texts = {
        "both values": citing(("ema_20", 41000), ("last", 39000)),
        "one of two": citing(("ema_20", 40401), ("last", 40000)),
        "two of five": citing(
            ("ema_20", 98000), ("atr_14", 200), ("last", 40000), ("high", 40050), ("low", 39950)
        ),
        "a fact that is not warm": citing(("ema_200", 40000), ("last", None)),
        "a position there is not": citing(("position_entry", 40000), ("last", 40000)),
        "funding a hundred times too high": citing(("funding_rate", 0.01), ("last", None)),
        "an index out of its range": citing(("rsi_14", 150), ("last", None)),
        "the wrong sign": citing(("volume_z", 1.52), ("last", None)),
    }
    for name, text in texts.items():
        yield hostile_text(f"false evidence: {name}", text, FailureCode.EVIDENCE_FALSE)
