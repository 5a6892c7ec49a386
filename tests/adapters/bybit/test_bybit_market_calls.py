"""Market data as the gateway gives it: closed bars, complete lists, refused nonsense."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.bybit import market_calls
from adapters.bybit.gateway import BybitGateway
from adapters.bybit.parsing import moment_of_ms, ms_of_moment
from tests.adapters.bybit import payloads
from tests.adapters.bybit.scripted_exchange import (
    ANSWERED_AT_MS,
    Reply,
    ScriptedExchange,
    Seen,
    listed,
    ok,
)
from trading.candles import Interval, require_complete
from trading.errors import BadDataError, ExchangeRefusedError

KLINE = "/v5/market/kline"
FUNDING = "/v5/market/funding/history"
HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


def bars_of(seen: Seen) -> Reply:
    """Bybit's rule: newest first, start and end inside, at most `limit`, the running bar too."""
    step = {"60": HOUR, "5": timedelta(minutes=5)}[seen.query["interval"]]
    opened = Interval.H1.floor(moment_of_ms(int(seen.query["end"])))
    rows = []
    while ms_of_moment(opened) >= int(seen.query["start"]) and len(rows) < 1000:
        rows.append([str(ms_of_moment(opened)), "100", "110", "90", "105", "7", "735"])
        opened -= step
    return listed(*rows)


def test_the_exchange_s_clock_is_read(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    exchange.script("/v5/market/time", ok({"timeNano": "1688639403423213947"}))

    assert gateway.server_time() == datetime(2023, 7, 6, 10, 30, 3, 423213, tzinfo=UTC)


def test_a_clock_that_says_nothing_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script("/v5/market/time", ok({}))

    with pytest.raises(BadDataError, match="timeNano"):
        gateway.server_time()


def test_the_clock_offset_is_measured_against_this_machine(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script("/v5/market/time", ok({"timeNano": "1688639403423213947"}))

    assert gateway.clock_offset().offset < timedelta(0)
    assert len(exchange.calls("/v5/market/time")) == 3


def test_candles_are_closed_and_oldest_first(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.compute(KLINE, bars_of)

    candles = gateway.candles("BTCUSDT", Interval.H1, count=3, now=NOW)

    assert [candle.opened_at.hour for candle in candles] == [9, 10, 11]
    require_complete("BTCUSDT", candles, interval=Interval.H1, count=3, now=NOW)


def test_the_running_bar_is_dropped_even_if_the_exchange_sends_it(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    running = [str(ms_of_moment(NOW.replace(minute=0))), "1", "1", "1", "1", "0", "0"]
    closed = [str(ms_of_moment(NOW.replace(hour=11, minute=0))), "1", "1", "1", "1", "0", "0"]
    exchange.script(KLINE, listed(running, closed))

    candles = gateway.candles("BTCUSDT", Interval.H1, count=2, now=NOW)

    assert [candle.opened_at.hour for candle in candles] == [11]


def test_a_bar_that_closes_at_this_very_moment_is_closed(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.compute(KLINE, bars_of)

    on_the_hour = NOW.replace(minute=0)
    candles = gateway.candles("BTCUSDT", Interval.H1, count=1, now=on_the_hour)

    assert candles[0].opened_at == on_the_hour - HOUR


def test_more_than_a_page_of_candles_comes_without_a_gap_at_the_border(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.compute(KLINE, bars_of)

    candles = gateway.candles("BTCUSDT", Interval.H1, count=2500, now=NOW)

    require_complete("BTCUSDT", candles, interval=Interval.H1, count=2500, now=NOW)
    assert len(exchange.calls(KLINE)) == 3


def test_a_short_history_gives_fewer_candles(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(KLINE, listed())

    assert gateway.candles("NEWUSDT", Interval.H1, count=100, now=NOW) == []


def test_unsorted_candles_are_sorted_and_repeated_ones_are_left_to_be_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    hours = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (9, 11, 10, 10)]
    rows = [[str(ms_of_moment(hour)), "1", "1", "1", "1", "0", "0"] for hour in hours]
    exchange.script(KLINE, listed(*rows))

    candles = gateway.candles("BTCUSDT", Interval.H1, count=4, now=NOW)

    assert [candle.opened_at.hour for candle in candles] == [9, 10, 10, 11]
    with pytest.raises(BadDataError, match="without a gap"):
        require_complete("BTCUSDT", candles, interval=Interval.H1, count=4, now=NOW)


@pytest.mark.parametrize("result", [{}, {"list": None}, {"list": {}}])
def test_an_answer_without_candles_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, result: object
) -> None:
    exchange.script(KLINE, ok(result))

    with pytest.raises(BadDataError, match="no list of candles"):
        gateway.candles("BTCUSDT", Interval.H1, count=1, now=NOW)


def test_mark_candles_have_five_cells(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    opened = str(ms_of_moment(NOW.replace(hour=11, minute=0)))
    exchange.script("/v5/market/mark-price-kline", listed([opened, "1", "3", "1", "2"]))

    (candle,) = gateway.mark_candles("BTCUSDT", Interval.H1, count=1, now=NOW)

    assert (candle.close, candle.volume) == (Decimal(2), Decimal(0))


@pytest.mark.parametrize(
    ("interval", "word"),
    [
        (Interval.M1, "1"),
        (Interval.M5, "5"),
        (Interval.M15, "15"),
        (Interval.H1, "60"),
        (Interval.H4, "240"),
        (Interval.D1, "D"),
    ],
)
def test_each_interval_has_its_word(
    exchange: ScriptedExchange, gateway: BybitGateway, interval: Interval, word: str
) -> None:
    exchange.script(KLINE, listed())

    gateway.candles("BTCUSDT", interval, count=1, now=NOW)

    assert exchange.seen[0].query["interval"] == word


def test_instruments_of_all_pages_are_listed_and_filtered(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    eth = payloads.INSTRUMENT | {"symbol": "ETHUSDT", "baseCoin": "ETH"}
    dated = payloads.INSTRUMENT | {"symbol": "BTC-26JUN26", "contractType": "LinearFutures"}
    usdc = payloads.INSTRUMENT | {"symbol": "BTCPERP", "settleCoin": "USDC"}
    exchange.script(
        "/v5/market/instruments-info",
        listed(payloads.INSTRUMENT, dated, cursor="first%3DBIOUSDT%26last%3DBIOUSDT"),
        listed(eth, usdc, payloads.INSTRUMENT),
    )

    assert [item.symbol for item in gateway.instruments()] == ["BTCUSDT", "ETHUSDT"]
    assert "cursor=first%3DBIOUSDT%26last%3DBIOUSDT" in exchange.seen[1].raw_query


def test_a_symbol_that_does_not_exist_hides_no_other(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    broken = {"symbol": "ODDUSDT", "contractType": "LinearPerpetual", "settleCoin": "USDT"}
    exchange.script("/v5/market/instruments-info", listed(broken, payloads.INSTRUMENT))

    named = gateway.instruments({"BTCUSDT", "NOSUCHUSDT"})

    assert [item.symbol for item in named] == ["BTCUSDT"]


def test_a_ticker_is_as_old_as_the_answer(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script("/v5/market/tickers", listed(payloads.TICKER))

    assert gateway.ticker("BTCUSDT").taken_at == moment_of_ms(ANSWERED_AT_MS)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (listed(), "does the symbol exist"),
        (listed(payloads.TICKER | {"bid1Price": ""}), "bid1Price is ''"),
        (listed(payloads.TICKER | {"ask1Price": "0"}), "ask price is 0"),
        (
            Reply(
                listed(payloads.TICKER).body.replace(b'"time"', b'"when"'),
            ),
            "has no time",
        ),
    ],
)
def test_a_ticker_that_cannot_be_traded_on_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, reply: Reply, says: str
) -> None:
    exchange.script("/v5/market/tickers", reply)

    with pytest.raises(BadDataError, match=says):
        gateway.ticker("BTCUSDT")


def test_a_wrong_symbol_is_refused_by_name_of_the_request(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(KLINE, Reply(b'{"retCode": 10001, "retMsg": "symbol invalid"}'))

    with pytest.raises(ExchangeRefusedError, match="GET /v5/market/kline: retCode 10001"):
        gateway.candles("NOPE", Interval.H1, count=1, now=NOW)


def rates_of(seen: Seen) -> Reply:
    """Newest first, start and end inside, at most 200, every eight hours."""
    step = 8 * 3600 * 1000
    settled = int(seen.query["endTime"]) // step * step
    rows = []
    while settled >= int(seen.query["startTime"]) and len(rows) < 200:
        rows.append(
            {"symbol": "BTCUSDT", "fundingRate": "0.0001", "fundingRateTimestamp": str(settled)}
        )
        settled -= step
    return listed(*rows)


def test_a_long_funding_history_is_read_backwards_and_complete(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.compute(FUNDING, rates_of)
    until = datetime(2026, 1, 1, tzinfo=UTC)

    rates = gateway.funding_history("BTCUSDT", since=until - timedelta(days=150), until=until)

    assert len(rates) == 150 * 3 + 1
    assert rates[0].settled_at == until - timedelta(days=150)
    assert rates[-1].settled_at == until
    assert len(exchange.calls(FUNDING)) == 3


def test_funding_that_fills_a_page_exactly_ends_there(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.compute(FUNDING, rates_of)
    since = datetime(2026, 1, 1, tzinfo=UTC)

    rates = gateway.funding_history("BTCUSDT", since=since, until=since + timedelta(hours=8 * 199))

    assert len(rates) == 200


def test_a_funding_history_without_end_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_calls, "MAXIMUM_PAGES", 2)
    exchange.compute(FUNDING, rates_of)
    until = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(BadDataError, match="longer than 2 pages"):
        gateway.funding_history("BTCUSDT", since=until - timedelta(days=999), until=until)
