import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from tests.trading.builders import NOW
from trading.analysis import Action
from trading.averages import measure_distances
from trading.bitcoin import bitcoin_moves
from trading.candles import Candle, Interval
from trading.errors import BadDataError, InvariantError
from trading.market import AccountRatio, FundingRate, OpenInterest
from trading.positioning import positioning_of
from trading.positions import Direction
from trading.readings import read
from trading.reasons import Reason, Refused
from trading.snapshot import (
    MarketSnapshot,
    PositionFacts,
    SnapshotRules,
    build_snapshot,
)


def test_a_snapshot_is_as_of_the_close_of_its_last_bar() -> None:
    snapshot = builders.snapshot()
    assert snapshot.as_of == NOW.replace(second=0)
    assert snapshot.taken_at == NOW
    assert len(snapshot.candles) == 120


def test_older_bars_warm_up_the_indicators_and_are_not_kept() -> None:
    candles = builders.candles(250)
    snapshot = builders.snapshot(candles=candles)
    assert snapshot.candles == candles[-120:]
    assert snapshot.indicators == read(candles, Interval.H1)
    assert snapshot.indicators.ema_200 is not None


def test_without_a_position_every_action_is_allowed() -> None:
    snapshot = builders.snapshot()
    assert snapshot.allowed_actions == tuple(Action)
    assert snapshot.position is None


def test_with_a_position_there_is_nothing_to_decide() -> None:
    snapshot = builders.snapshot(position=builders.position())
    assert snapshot.allowed_actions == (Action.FLAT,)
    assert snapshot.position == PositionFacts(
        Direction.LONG, Decimal(40_000), Decimal(39_600), Decimal(40_800)
    )


LAST_BAR = builders.candles()[-1].opened_at


@pytest.mark.parametrize(
    ("opened_at", "bars"),
    [
        (LAST_BAR - timedelta(hours=5), 6),
        (LAST_BAR - timedelta(hours=5) + timedelta(minutes=59), 6),
        (LAST_BAR, 1),
        (NOW, 0),
        (None, None),
    ],
)
def test_bars_count_as_held_when_they_close_after_the_opening(
    opened_at: datetime | None, bars: int | None
) -> None:
    assert builders.snapshot(position=builders.position(), opened_at=opened_at).bars_held == bars
    assert builders.snapshot(opened_at=opened_at).bars_held is None


def test_what_the_crowd_holds_is_in_the_snapshot() -> None:
    snapshot = builders.snapshot(
        open_interest=builders.open_interest(), account_ratio=builders.account_ratio()
    )
    assert snapshot.positioning == positioning_of(
        builders.open_interest(), builders.account_ratio(), now=NOW
    )
    assert snapshot.positioning is not None
    assert snapshot.positioning.long_short_ratio == Decimal("1.5")


ETHER: dict[str, Any] = {
    "instrument": builders.instrument(symbol="ETHUSDT"),
    "ticker": builders.ticker(builders.candles()[-1].close, symbol="ETHUSDT"),
    "bitcoin": builders.candles(closes=builders.walk(120, seed=2)),
}


def test_another_symbol_is_told_where_bitcoin_went() -> None:
    snapshot = builders.snapshot(**ETHER)
    assert snapshot.bitcoin == bitcoin_moves(snapshot.candles, ETHER["bitcoin"], snapshot.interval)
    assert snapshot.bitcoin is not None
    assert builders.snapshot(bitcoin=ETHER["bitcoin"]).bitcoin is None


def test_without_crowd_and_bitcoin_the_snapshot_goes_on() -> None:
    bare = builders.snapshot(**ETHER | {"bitcoin": ()})
    assert (bare.positioning, bare.bitcoin) == (None, None)
    assert bare.distances == measure_distances(bare.candles, bare.indicators)


def _build(**changes: Any) -> MarketSnapshot | Refused:
    return build_snapshot(builders.inputs(**changes), now=NOW)


CLOSE = builders.candles()[-1].close


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"instrument": builders.instrument(is_trading=False)}, Reason.DATA_INSTRUMENT),
        ({"ticker": builders.ticker(taken_at=NOW - timedelta(seconds=6))}, Reason.DATA_TICKER),
        ({"ticker": builders.ticker(bid=Decimal(2), ask=Decimal(2))}, Reason.DATA_TICKER),
        ({"ticker": builders.ticker(mark=Decimal(40_405))}, Reason.DATA_TICKER),
    ],
    ids=["not trading", "old ticker", "crossed book", "mark far from last"],
)
def test_markets_not_worth_a_thought_are_refused_with_a_reason(
    changes: dict[str, Any], reason: Reason
) -> None:
    result = _build(**changes)
    assert isinstance(result, Refused)
    assert result.reason is reason


def test_a_mark_just_inside_the_gap_is_accepted() -> None:
    ticker = builders.ticker(mark=Decimal(40_400))
    assert isinstance(_build(ticker=ticker), MarketSnapshot)


def _with_last_range(atr: int) -> tuple[Candle, ...]:
    # Every bar ranges 100 from a flat close, so the average true range before the last is 100.
    candles = builders.candles(closes=[40_000] * 120)
    last = replace(candles[-1], high=Decimal(40_050), low=40_050 - Decimal(100 * atr))
    return (*candles[:-1], last)


def test_a_spike_bar_stops_the_symbol() -> None:
    assert isinstance(_build(candles=_with_last_range(8)), MarketSnapshot)
    result = _build(candles=_with_last_range(9))
    assert isinstance(result, Refused)
    assert result.reason is Reason.DATA_SPIKE
    assert "over 8 x ATR 100" in result.detail


def test_without_enough_bars_for_an_average_no_spike_is_seen() -> None:
    inputs = builders.inputs(candles=_with_last_range(9)[-3:])
    result = build_snapshot(inputs, now=NOW, rules=SnapshotRules(bars=3))
    assert isinstance(result, MarketSnapshot)


LATER = NOW + timedelta(seconds=2)


@pytest.mark.parametrize(
    "changes",
    [
        {"candles": builders.candles(now=NOW + timedelta(hours=1))},
        {"ticker": builders.ticker(CLOSE, taken_at=LATER)},
        {"funding": (FundingRate("BTCUSDT", Decimal(0), LATER),)},
        {"open_interest": (OpenInterest("BTCUSDT", Decimal(1), LATER),)},
        {"account_ratio": AccountRatio("BTCUSDT", Decimal(1), Decimal(0), LATER)},
        {"position": builders.position(), "opened_at": NOW + timedelta(minutes=1)},
    ],
    ids=["unfinished bar", "ticker", "funding", "open interest", "account ratio", "opening"],
)
def test_nothing_from_the_future_gets_in(changes: dict[str, Any]) -> None:
    with pytest.raises(BadDataError, match="lies after"):
        _build(**changes)


def test_an_exchange_clock_slightly_ahead_is_no_look_ahead() -> None:
    ticker = builders.ticker(CLOSE, taken_at=NOW + timedelta(seconds=1))
    assert isinstance(_build(ticker=ticker), MarketSnapshot)


@pytest.mark.parametrize(
    "changes",
    [
        {"ticker": builders.ticker(symbol="ETHUSDT")},
        {"funding": (FundingRate("ETHUSDT", Decimal(0), NOW),)},
        {"position": builders.position(symbol="ETHUSDT")},
        {"open_interest": builders.open_interest("ETHUSDT")},
        {"account_ratio": builders.account_ratio("ETHUSDT")},
    ],
)
def test_facts_of_another_symbol_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadDataError, match="ETHUSDT"):
        _build(**changes)


def test_candles_with_a_gap_are_refused() -> None:
    candles = builders.candles(121)
    with pytest.raises(BadDataError, match="without a gap"):
        _build(candles=candles[:50] + candles[51:])


@pytest.mark.parametrize(
    "changes",
    [{"as_of": NOW}, {"taken_at": NOW - timedelta(minutes=1)}, {"candles": ()}],
    ids=["as_of is no close", "taken before the close", "no candles"],
)
def test_impossible_snapshots_cannot_be_built(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError, match="BTCUSDT"):
        replace(builders.snapshot(), **changes)


def test_a_snapshot_of_one_bar_is_refused_by_the_rules() -> None:
    with pytest.raises(InvariantError, match="at least 2"):
        SnapshotRules(bars=1)


def test_json_holds_decimals_as_strings_and_survives_a_round_trip() -> None:
    document = builders.snapshot().to_json()
    assert isinstance(document, dict)
    assert json.loads(json.dumps(document)) == document
    assert document["version"] == "snapshot.v1"
    ticker = document["ticker"]
    assert isinstance(ticker, dict)
    assert ticker["last"] == str(CLOSE)


def test_the_hash_ignores_when_the_facts_were_collected() -> None:
    later = NOW + timedelta(seconds=1)
    first = builders.snapshot()
    inputs = builders.inputs(ticker=builders.ticker(CLOSE, taken_at=later))
    second = build_snapshot(inputs, now=later)
    assert isinstance(second, MarketSnapshot)
    assert first.taken_at != second.taken_at
    assert first.hash == second.hash


def test_the_hash_changes_with_a_fact() -> None:
    changed = builders.snapshot(ticker=builders.ticker(CLOSE, ask=CLOSE + 2))
    assert changed.hash != builders.snapshot().hash
