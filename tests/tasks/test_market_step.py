"""Looking at a market: what cannot be trusted refuses the symbol, a lost exchange raises."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tasks.market import look_at_market
from tasks.resources import Resources
from tests.fixtures.plotted_market import CALM, OPENS
from tests.fixtures.scripted_proxy import (
    KLINE,
    Fault,
    Forward,
    ScriptedProxy,
    Seen,
    lost_before,
    refused_with,
    rewritten,
)
from trading.analysis import Action
from trading.errors import ExchangeError, ExchangeHaltedError
from trading.instruments import Instrument
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot
from trading.snapshot_facts import facts_of

FUNDING = "/v5/market/funding/history"
INTEREST = "/v5/market/open-interest"
RATIO = "/v5/market/account-ratio"


@pytest.fixture
def resources(quiet_desk: Resources) -> Resources:
    return quiet_desk


@pytest.fixture
def calm(resources: Resources) -> Instrument:
    (found,) = resources.gateway.instruments([CALM])
    return found


def test_a_snapshot_holds_the_closed_candles_up_to_now(
    resources: Resources, calm: Instrument
) -> None:
    snapshot = look_at_market.fn(resources, calm, None)

    assert isinstance(snapshot, MarketSnapshot)
    assert (snapshot.symbol, snapshot.as_of, len(snapshot.candles)) == (CALM, OPENS, 250)
    assert snapshot.candles[-1].opened_at == OPENS - timedelta(hours=1)
    assert snapshot.allowed_actions == tuple(Action)
    assert len(snapshot.funding) == 9


def looked(resources: Resources, instrument: Instrument) -> MarketSnapshot:
    snapshot = look_at_market.fn(resources, instrument, None)
    assert isinstance(snapshot, MarketSnapshot), snapshot
    return snapshot


def test_a_snapshot_holds_what_the_crowd_and_bitcoin_do(
    resources: Resources, calm: Instrument
) -> None:
    facts = facts_of(looked(resources, calm))

    told = ("macd", "open_interest_change_24h", "long_short_ratio", "btc_correlation_7d")
    assert set(told) <= facts.keys()
    # The market is a saw of two hours, and all symbols rise and fall together in it.
    assert (facts["btc_return_4h"], facts["btc_correlation_7d"]) == (0, 1)


def test_the_price_is_asked_for_last(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.seen.clear()
    looked(resources, calm)

    asked = [seen.path for seen in quiet_proxy.seen if seen.path != "/v5/market/time"]
    assert asked == [KLINE, FUNDING, INTEREST, RATIO, KLINE, "/v5/market/tickers"]


def test_bitcoin_is_fetched_once_for_all_symbols_of_a_slot(
    resources: Resources, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.seen.clear()
    symbols = resources.gateway.instruments()
    snapshots = [looked(resources, instrument) for instrument in symbols]

    asked = [parse_qs(urlsplit(seen.target).query)["symbol"] for seen in quiet_proxy.calls(KLINE)]
    assert sorted(asked) == [["BTCUSDT"], ["BTCUSDT"], ["ETHUSDT"], ["SOLUSDT"]]
    assert [one.symbol for one in snapshots if one.bitcoin is None] == ["BTCUSDT"]


NOTHING: Fault = rewritten(lambda _rows: [])


@pytest.mark.parametrize(
    "fault",
    [NOTHING, refused_with(10001), lost_before, rewritten(lambda rows: [{}, *rows])],
    ids=["nothing listed", "refused", "lost", "malformed"],
)
def test_a_symbol_without_recorded_crowd_is_looked_at_all_the_same(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy, fault: Fault
) -> None:
    quiet_proxy.always(INTEREST, fault)
    quiet_proxy.always(RATIO, fault)

    assert looked(resources, calm).positioning is None


def test_where_bitcoin_is_not_listed_nothing_is_said_of_it(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.always(KLINE, unlisted("BTCUSDT"))

    assert looked(resources, calm).bitcoin is None


def unlisted(symbol: str) -> Fault:
    """The exchange knows no such symbol."""

    def fault(seen: Seen, forward: Forward) -> bytes | None:
        is_asked = f"symbol={symbol}" in seen.target
        return refused_with(10001)(seen, forward) if is_asked else forward(seen)

    return fault


def shifted(rows: list[Any], *, hours: int = 1) -> list[Any]:
    return [[str(int(start) + hours * 3_600_000), *rest] for start, *rest in rows]


# Rows come newest first.
FAULTS: dict[str, tuple[Fault, str, Reason]] = {
    "gap": (
        rewritten(lambda rows: [*rows[:100], *shifted(rows[100:], hours=-1)]),
        "without a gap",
        Reason.DATA_CANDLE_GAP,
    ),
    "hole": (
        rewritten(lambda rows: rows[:99] + rows[100:]),
        "without a gap",
        Reason.DATA_CANDLE_GAP,
    ),
    "few": (
        rewritten(lambda rows: rows[:-1]),
        "249 closed 1h candles, 250 are",
        Reason.DATA_CANDLES,
    ),
    "twice": (
        rewritten(lambda rows: [rows[0], *rows]),
        "is followed by 2026-01-11T19:00",
        Reason.DATA_CANDLE_GAP,
    ),
    "old": (
        rewritten(lambda rows: shifted(rows, hours=-1)),
        "last closed 1h candle opened at 2026-01-11T18:00:00+00:00, expected 2026-01-11T19:00",
        Reason.DATA_CANDLE_OLD,
    ),
    "impossible": (
        rewritten(lambda rows: [[row[0], row[1], "1", *row[3:]] for row in rows]),
        "is impossible",
        Reason.DATA_CANDLES,
    ),
    "negative": (
        rewritten(lambda rows: [[row[0], row[1], row[2], "-5", *row[4:]] for row in rows]),
        "-5",
        Reason.DATA_CANDLES,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_candles_that_cannot_be_trusted_refuse_the_symbol(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy, name: str
) -> None:
    fault, message, reason = FAULTS[name]
    quiet_proxy.always(KLINE, fault)

    refused = look_at_market.fn(resources, calm, None)

    assert isinstance(refused, Refused), refused
    assert refused.reason is reason
    assert message in refused.detail


def test_a_symbol_the_exchange_does_not_know_is_not_tradable(
    resources: Resources, calm: Instrument
) -> None:
    unknown = replace(calm, symbol="NOSUCHUSDT")

    refused = look_at_market.fn(resources, unknown, None)

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.DATA_INSTRUMENT
    assert "10001" in refused.detail


@pytest.mark.parametrize("path", [KLINE, INTEREST, RATIO])
def test_a_key_that_is_refused_as_a_whole_raises(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy, path: str
) -> None:
    quiet_proxy.always(path, refused_with(10003))

    with pytest.raises(ExchangeHaltedError, match="10003"):
        look_at_market.fn(resources, calm, None)

    # Nothing more is asked with a key that is refused.
    assert quiet_proxy.seen[-1].path == path


def test_an_exchange_that_does_not_answer_raises(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.always(KLINE, lambda _seen, _forward: None)

    with pytest.raises(ExchangeError, match="no answer"):
        look_at_market.fn(resources, calm, None)

    assert len(quiet_proxy.calls(KLINE)) == 3
