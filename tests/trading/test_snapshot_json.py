import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.candles import Candle
from trading.canonical import canonical
from trading.errors import BadDataError
from trading.from_canonical import from_canonical
from trading.market import FundingRate
from trading.snapshot import LATER_FACTS, MarketSnapshot
from trading.snapshot_json import snapshot_from_json

FUNDING = (FundingRate("BTCUSDT", Decimal("-0.000125"), NOW),)
CROWD: dict[str, Any] = {
    "open_interest": builders.open_interest(),
    "account_ratio": builders.account_ratio(),
}
ETHER: dict[str, Any] = {
    "instrument": builders.instrument(symbol="ETHUSDT"),
    "ticker": builders.ticker(builders.candles()[-1].close, symbol="ETHUSDT"),
    "bitcoin": builders.candles(closes=builders.walk(120, seed=2)),
}


def stored(snapshot: MarketSnapshot | None = None) -> Any:
    """The snapshot as a database or a file gives it back."""
    return json.loads(json.dumps((snapshot or builders.snapshot()).to_json()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"position": builders.position()},
        {"position": builders.position(take_profit=None)},
        {"position": builders.position(), "opened_at": NOW},
        {"funding": FUNDING},
        {"candles": builders.candles(250)},
        CROWD,
        ETHER,
    ],
)
def test_a_stored_snapshot_comes_back_with_its_hash_and_its_json(changes: dict[str, Any]) -> None:
    snapshot = builders.snapshot(**changes)
    back = snapshot_from_json(stored(snapshot))
    assert back.hash == snapshot.hash
    assert back.to_json() == snapshot.to_json()
    # Floats come back with the ten digits they were stored with; all else is the same value.
    floats = {name: getattr(snapshot, name) for name in ("indicators", "distances", "bitcoin")}
    assert replace(back, **floats) == snapshot


def without_later_facts(document: Any) -> Any:
    """The document as it was stored before snapshots held these facts."""
    return {name: value for name, value in document.items() if name not in LATER_FACTS}


@pytest.mark.parametrize("changes", [{}, CROWD, ETHER])
def test_a_snapshot_stored_before_a_fact_was_known_comes_back_without_it(
    changes: dict[str, Any],
) -> None:
    old = without_later_facts(stored(builders.snapshot(**changes)))
    back = snapshot_from_json(old)
    assert (back.distances, back.positioning, back.bitcoin) == (None, None, None)
    assert back.to_json() == old
    assert back.candles == builders.candles()


def test_a_snapshot_stored_before_a_fact_was_known_keeps_its_hash() -> None:
    # Of the release that knew none of them: the same market, hashed then.
    old = snapshot_from_json(without_later_facts(stored()))
    assert old.hash == "8d16aeda4a0c79769d09e85149f0146012fe9cae81e671ccfd4b3db51fc454b4"
    assert old.hash != builders.snapshot().hash


prices = st.decimals("0.00000001", "1000000", places=8)


@given(opened=prices, closed=prices, volume=st.decimals("0", "1e12", places=3))
def test_any_candle_comes_back(opened: Decimal, closed: Decimal, volume: Decimal) -> None:
    ends = sorted([opened, closed])
    made = {"open": opened, "close": closed, "low": ends[0], "high": ends[1], "volume": volume}
    candle = builders.candle(NOW, **made)
    assert from_canonical(Candle, canonical(candle)) == candle


def _with(place: str, value: Any) -> Any:
    document = stored()
    *path, last = place.split("/")
    parent = document
    for step in path:
        parent = parent[int(step) if isinstance(parent, list) else step]
    parent[int(last) if isinstance(parent, list) else last] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        ("version", "snapshot.v0", "snapshot version is 'snapshot.v0'"),
        ("symbol", 7, "MarketSnapshot.symbol is 7; it must be a text"),
        ("interval", "2h", "must be one of 1m, 5m, 15m, 1h, 4h, 1d"),
        ("as_of", "yesterday", "MarketSnapshot.as_of is 'yesterday'; it must be an ISO 8601 time"),
        ("as_of", "2024-01-10T12:00:00", "an ISO 8601 time in UTC"),
        ("as_of", "2024-01-10T12:00:00+02:00", "an ISO 8601 time in UTC"),
        ("as_of", None, "an ISO 8601 time in UTC"),
        ("as_of", "2024-01-10T11:00:00+00:00", "last bar closes"),
        ("candles", {}, "MarketSnapshot.candles is {}; it must be a list"),
        ("candles", [], "a snapshot without candles"),
        ("candles/0", None, "MarketSnapshot.candles[0] is None; it must be an object"),
        ("candles/0/open", 40000, "MarketSnapshot.candles[0].open is 40000; it must be a number"),
        ("candles/0/open", "4e4", "a number as a string of digits"),
        ("candles/0/open", "NaN", "a number as a string of digits"),
        ("candles/0/open", "\uff14", "a number as a string of digits"),
        ("candles/0/open", "1", "candle of 2024-01-05T12:00:00+00:00 is impossible"),
        ("ticker/taken_by", "me", "fields ['taken_by'] are missing or unknown"),
        ("indicators/rsi", "nan", "MarketSnapshot.indicators.rsi is 'nan'; it must be a number"),
        ("indicators/rsi", "1e999", "must be a number as a string"),
        ("indicators/rsi", 50.0, "must be a number as a string"),
        ("instrument/is_trading", "yes", "must be true or false"),
        ("instrument/funding_interval", "1e300", "must be a number of seconds"),
        ("distances/macd", 1, "MarketSnapshot.distances.macd is 1; it must be a number"),
        ("moods", {}, "fields ['moods'] are missing or unknown"),
        ("position", [], "MarketSnapshot.position is []; it must be an object"),
        ("allowed_actions", ["hold"], "MarketSnapshot.allowed_actions[0] is 'hold'"),
    ],
)
def test_what_is_no_snapshot_is_refused_by_its_place(
    place: str, value: Any, complaint: str
) -> None:
    with pytest.raises(BadDataError) as refused:
        snapshot_from_json(_with(place, value))
    assert complaint in str(refused.value)


@pytest.mark.parametrize("document", [None, [], "snapshot.v1", {}, {"version": "snapshot.v1"}])
def test_what_is_no_object_of_this_version_is_refused(document: Any) -> None:
    with pytest.raises(BadDataError):
        snapshot_from_json(document)


@dataclass(frozen=True)
class Counted:
    count: int
    at: datetime


def test_any_dataclass_of_plain_values_comes_back() -> None:
    counted = Counted(3, datetime(2026, 1, 2, tzinfo=UTC))
    assert from_canonical(Counted, canonical(counted)) == counted
    with pytest.raises(BadDataError, match="must be a whole number"):
        from_canonical(Counted, {"count": True, "at": "2026-01-02T00:00:00+00:00"})
