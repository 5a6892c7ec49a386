"""The faults of market and funding, as a client meets them."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.exchange_sim.faults.trader import Trader, trading

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


@pytest.fixture
def trader() -> Iterator[Trader]:
    with trading() as one:
        yield one


def test_a_gap_stays_and_a_wick_goes(trader: Trader) -> None:
    before = trader.last
    trader.venue.switch_on("mkt.wick", pct=-10, ms=500)
    trader.venue.advance(2)
    wick = trader.ticker
    assert abs(Decimal(wick["lastPrice"]) / before - Decimal("0.9")) < Decimal("0.001")
    assert abs(Decimal(wick["markPrice"]) / before - 1) < Decimal("0.001")
    trader.venue.advance(1000)
    assert abs(trader.last / before - 1) < Decimal("0.01")
    trader.venue.switch_on("mkt.gap", pct=20)
    trader.venue.advance(MINUTE_MS)
    assert abs(trader.last / before - Decimal("1.2")) < Decimal("0.02")
    candles = trader.rows("market/kline", interval="1", limit=5)
    assert Decimal(candles[0][4]) == trader.last
    for _, opened, high, low, closed, *_ in candles:
        low_to_high = sorted(map(Decimal, (opened, high, low, closed)))
        assert (low_to_high[0], low_to_high[-1]) == (Decimal(low), Decimal(high))


def test_mark_and_last_part_while_it_is_on(trader: Trader) -> None:
    fault = trader.venue.switch_on("mkt.mark_last_divergence", pct=2)
    trader.venue.advance(1000)
    assert Decimal(trader.ticker["markPrice"]) > trader.last * Decimal("1.019")
    trader.venue.ask("DELETE", f"faults?id={fault}")
    trader.venue.advance(1000)
    assert Decimal(trader.ticker["markPrice"]) == trader.last


def test_prices_freeze_for_a_while(trader: Trader) -> None:
    trader.venue.switch_on("mkt.freeze", s=600)
    trader.venue.advance(MINUTE_MS)
    frozen = trader.ticker["lastPrice"]
    newest = trader.rows("market/kline", interval="1", limit=1)
    trader.venue.advance(8 * MINUTE_MS)
    assert trader.ticker["lastPrice"] == frozen
    assert trader.rows("market/kline", interval="1", limit=1) == newest
    trader.venue.advance(2 * MINUTE_MS)
    assert trader.ticker["lastPrice"] != frozen
    assert trader.venue.ask("GET", "faults")["active"] == []


def test_the_spread_widens_and_the_book_thins(trader: Trader) -> None:
    trader.venue.switch_on("mkt.spread", bps=100)
    book = trader.get("market/orderbook", limit=50)
    bid, ask = Decimal(book["b"][0][0]), Decimal(book["a"][0][0])
    assert (ask - bid) / trader.last > Decimal("0.0099")
    assert (trader.ticker["bid1Price"], trader.ticker["ask1Price"]) == (
        book["b"][0][0],
        book["a"][0][0],
    )
    trader.venue.switch_on("mkt.thin_book", qty="0.002", levels=3)
    book = trader.get("market/orderbook", limit=50)
    assert [Decimal(size) for _, size in book["a"]] == [Decimal("0.002")] * 3
    trader.order(qty="0.01")
    row = trader.newest_order()
    assert (row["orderStatus"], Decimal(row["cumExecQty"])) == ("Cancelled", Decimal("0.006"))


@pytest.mark.parametrize(
    ("status", "opening", "closing", "listed"),
    [("Closed", 110074, 110074, 0), ("110074", 110074, 110074, 1), ("reduce_only", 110023, 0, 1)],
)
def test_a_halted_symbol_refuses_orders_while_it_is_on(
    trader: Trader, status: str, opening: int, closing: int, listed: int
) -> None:
    trader.hold()
    fault = trader.venue.switch_on("mkt.halt", {"symbol": "BTC"}, status=status)
    assert trader.order()["retCode"] == opening
    assert trader.order("Sell", reduceOnly=True)["retCode"] == closing
    assert len(trader.rows("market/instruments-info")) == listed
    trader.venue.ask("DELETE", f"faults?id={fault}")
    assert trader.order()["retCode"] == 0
    assert trader.instrument["status"] == "Trading"


def test_filters_change_and_orders_on_the_old_grid_are_refused(trader: Trader) -> None:
    off_the_new_grid = {"orderType": "Limit", "price": trader.near("0.9") + ".1"}
    fault = trader.venue.switch_on("mkt.filter_change", tickSize="0.5", minNotional="20")
    assert trader.instrument["priceFilter"]["tickSize"] == "0.5"
    assert trader.instrument["lotSizeFilter"]["minNotionalValue"] == "20"
    assert trader.order(**off_the_new_grid)["retCode"] == 10001
    trader.venue.ask("DELETE", f"faults?id={fault}")
    assert trader.instrument["priceFilter"]["tickSize"] == "0.10"


def test_a_symbol_is_delisted_and_its_positions_are_settled(trader: Trader) -> None:
    trader.hold()
    trader.venue.switch_on("mkt.delist", {"symbol": "BTC"}, in_s=300)
    assert int(trader.instrument["deliveryTime"]) > 0
    assert trader.order()["retCode"] == 0
    trader.venue.advance(301_000)
    assert trader.newest_execution()["execType"] == "Settle"
    assert Decimal(trader.position["size"]) == 0
    assert trader.rows("market/instruments-info") == []
    assert trader.order()["retCode"] == 110074


def test_funding_has_another_rate_and_comes_late(trader: Trader) -> None:
    trader.hold(stop="")
    due_ms = int(trader.ticker["nextFundingTime"])
    trader.venue.switch_on("fund.rate", rate="0.01")
    trader.venue.switch_on("fund.late", s=30)
    assert trader.ticker["fundingRate"] == "0.01"
    assert int(trader.ticker["nextFundingTime"]) == due_ms
    now_ms = trader.venue.ask("GET", "status")["now_ms"]
    trader.venue.advance(due_ms + 29_000 - now_ms)
    assert trader.funding() == []
    trader.venue.advance(2000)
    (row,) = trader.funding()
    assert (Decimal(row["feeRate"]), int(row["execTime"])) == (Decimal("0.01"), due_ms + 30_000)
    (settled, *_) = trader.rows("market/funding/history", limit=1)
    assert settled["fundingRate"] == "0.01"


def test_funding_is_settled_in_another_rhythm(trader: Trader) -> None:
    trader.hold(stop="")
    trader.venue.switch_on("fund.interval_change", min=60)
    assert trader.instrument["fundingInterval"] == 60
    trader.venue.advance(3 * HOUR_MS)
    times = [int(row["execTime"]) for row in trader.funding()]
    assert [later - earlier for later, earlier in pairwise(times)] == [HOUR_MS] * (len(times) - 1)
    assert len(times) == 3


def test_a_restart_ends_what_nothing_could_switch_off_and_keeps_what_has_happened(
    tmp_path: Path,
) -> None:
    journal = tmp_path / "journal.jsonl"
    with trading(journal=journal) as trader:
        before = trader.last
        trader.venue.switch_on("mkt.halt", status="Closed")
        trader.venue.switch_on("mkt.gap", pct=30)
        trader.venue.advance(1000)
        assert trader.order()["retCode"] == 110074
    with trading(journal=journal) as trader:
        assert trader.order()["retCode"] == 0
        assert abs(trader.last / before - Decimal("1.3")) < Decimal("0.01")
