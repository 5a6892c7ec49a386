"""What can be done to accounts and the market from outside; all of it is repeated by a journal."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.engine.exchange import Exchange, ExchangeRules
from exchange_sim.engine.journal import FileJournal
from exchange_sim.engine.requests import OrderRequest
from exchange_sim.market.feed import Market
from tests.exchange_sim.engine.desk import BTC, ME, Desk

Refusal = Callable[[Callable[[], object]], tuple[int, str]]
START_MS = 1_760_000_400_000
POSITION = {"symbol": BTC, "positionIdx": 0}


def intervene(desk: Desk, name: str, **params: str | int | bool) -> None:
    desk.exchange.intervene(ME, name, params)


def test_deleveraging_closes_a_fraction_at_the_mark_without_a_fee(desk: Desk) -> None:
    desk.buy("0.3", stopLoss="59000")
    desk.move(60_500, mark=60_400)
    intervene(desk, "deleverage", **POSITION, fraction="0.5")
    row = next(desk.exchange.executions(ME))
    assert (row.exec_type, row.fee, row.order_link_id) == ("AdlTrade", 0, "")
    assert (row.price, row.quantity, row.closed_size) == (60_400, Decimal("0.15"), Decimal("0.15"))
    assert desk.log()[0].type == "ADL"
    assert desk.children()["StopLoss"].quantity == desk.position().size == Decimal("0.15")
    assert desk.total() == 0


@pytest.mark.parametrize(("side", "price"), [("Buy", 54_000), ("Sell", 66_000)])
def test_liquidation_takes_one_position_at_its_bankruptcy_price(
    desk: Desk, side: str, price: int
) -> None:
    desk.order(side=side, qty="0.1")
    average = desk.position().average_price
    desk.limit("Buy", "0.1", "59000")
    desk.order(symbol="ETHUSDT", qty="1")
    intervene(desk, "liquidate", **POSITION)
    row = next(desk.exchange.executions(ME))
    assert (row.exec_type, row.create_type) == ("BustTrade", "CreateByTakeOver_PassThrough")
    assert abs(row.price - average * price / 60_000) <= Decimal("0.1")
    assert desk.open_orders() == []
    assert desk.position(symbol="ETHUSDT").size == 1
    assert desk.total() == 0


def test_a_stop_vanishes_and_the_target_stays(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="62000")
    intervene(desk, "vanish_stop", **POSITION)
    assert list(desk.children()) == ["TakeProfit"]
    assert desk.position().stop_loss is None


def test_a_bonus_is_no_transfer(desk: Desk) -> None:
    intervene(desk, "bonus", amount="12.5")
    assert (desk.log()[0].type, desk.log()[0].change) == ("BONUS", Decimal("12.5"))
    assert desk.wallet.balance == Decimal("10012.5")
    assert desk.total() == 0


def test_other_fees_are_charged_told_and_counted_in_the_margin(desk: Desk) -> None:
    intervene(desk, "fees", maker="0.0004", taker="0.002")
    assert desk.buy("0.1").filled_fee == Decimal("12.0")
    assert desk.exchange.fee_rate(ME, BTC).taker == Decimal("0.002")
    desk.exchange.open_account("other")
    assert desk.exchange.fee_rate("other", BTC).taker == Decimal("0.00055")


def test_a_reduce_only_symbol_refuses_to_open_and_lets_close(desk: Desk, refusal: Refusal) -> None:
    desk.buy("0.1")
    intervene(desk, "reduce_only", symbol=BTC, on=True)
    assert desk.position().reduce_only
    assert refusal(desk.buy)[0] == 110023
    assert desk.sell("0.1", reduceOnly=True).status == "Filled"
    intervene(desk, "reduce_only", symbol=BTC, on=False)
    assert desk.buy().status == "Filled"


def test_a_lowered_risk_limit_refuses_what_is_too_large_now(desk: Desk, refusal: Refusal) -> None:
    intervene(desk, "risk_limit", symbol=BTC, fraction="0.001")
    assert desk.position().risk_limit_value == 2000
    desk.leverage(20)
    assert refusal(lambda: desk.buy("0.2"))[0] == 110090
    intervene(desk, "risk_limit", symbol=BTC, fraction="1")
    assert desk.buy("0.2").status == "Filled"


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("bribe", {}, "intervention 'bribe' does not exist; there are bonus"),
        ("bonus", {"amount": "0"}, "must be above 0"),
        ("deleverage", {**POSITION, "fraction": "2"}, "at most 1"),
        ("deleverage", {**POSITION, "fraction": "1"}, "holds nothing in BTCUSDT"),
        ("vanish_stop", POSITION, "holds nothing"),
        ("risk_limit", {"symbol": BTC, "fraction": "0"}, "above 0"),
        ("reduce_only", {"symbol": "XRPUSDT", "on": True}, "symbol invalid"),
        ("delist", {"symbol": BTC, "at_ms": 1}, "cannot end before now"),
        ("market_change", {"id": "a", "kind": "mood", "symbol": BTC, "from_ms": 1}, "'mood'"),
        (
            "market_change",
            {"id": "a", "kind": "book", "symbol": BTC, "from_ms": 1, "depth": "1"},
            "has no value 'depth'",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(
    desk: Desk, refusal: Refusal, name: str, params: dict[str, object], text: str
) -> None:
    before = desk.exchange.state_hash()
    code, message = refusal(lambda: desk.exchange.intervene(ME, name, params))
    assert code == 10001
    assert text in message
    assert desk.exchange.state_hash() == before


def test_a_wallet_below_zero_is_filled_up_by_the_insurance() -> None:
    """The mark has not followed a crash of the last price: no liquidation, but a ruinous fill."""
    desk = Desk.open()
    desk.leverage(100)
    desk.buy("10")
    desk.move(54_000, mark=60_000)
    desk.sell("10", reduceOnly=True)
    assert desk.position().size == 0
    assert desk.wallet.balance == 0
    assert desk.log()[0].type == "LIQUIDATION"
    assert desk.log()[0].change == -desk.exchange.counter_accounts()["insurance"] > 50_000
    assert desk.total() == 0


def trade_with_interventions(exchange: Exchange, market: Market) -> None:
    def order(side: str, **params: object) -> None:
        values = {"symbol": BTC, "side": side, "orderType": "Market", "qty": "0.02"}
        exchange.create_order(ME, OrderRequest.parse(values | params))

    def price_change(name: str, last: str, **more: str | int) -> None:
        head = {"id": name, "kind": "price", "symbol": BTC, "from_ms": exchange.now_ms + 2}
        exchange.intervene("", "market_change", head | {"last": last, "mark": last} | more)
        exchange.advance(exchange.now_ms + 60_000)

    exchange.open_account(ME)
    order("Buy", stopLoss=str(int(market.tick_at(BTC, exchange.now_ms).last * 9 / 10)))
    price_change("wick", "1.01", until_ms=exchange.now_ms + 500)
    exchange.intervene(ME, "deleverage", POSITION | {"fraction": "0.5"})
    exchange.intervene(ME, "vanish_stop", POSITION)
    exchange.intervene(ME, "bonus", {"amount": "10"})
    exchange.intervene(ME, "fees", {"maker": "0.001", "taker": "0.002"})
    exchange.intervene(ME, "risk_limit", {"symbol": BTC, "fraction": "0.5"})
    rules = {"id": "rules", "kind": "rules", "symbol": BTC, "from_ms": exchange.now_ms}
    exchange.intervene("", "market_change", rules | {"tick_size": "1"})
    price_change("gap", "0.95")
    exchange.intervene("", "end_market_change", {"id": "rules", "at_ms": exchange.now_ms})
    order("Sell")
    exchange.intervene("", "delist", {"symbol": BTC, "at_ms": exchange.now_ms + 90_000})
    exchange.advance(exchange.now_ms + 180_000)


def test_a_restart_repeats_every_intervention_to_the_same_state(tmp_path: Path) -> None:
    path, rules = tmp_path / "journal.jsonl", ExchangeRules(keeps_events=True)
    market = Market.synthetic(7, [BTC], START_MS)
    first = Exchange(market, FileJournal(path, {}), rules=rules)
    trade_with_interventions(first, market)
    first.close()
    anew = Market.synthetic(7, [BTC], START_MS)
    again = Exchange(anew, FileJournal(path, {}), rules=rules)
    assert again.state_hash() == first.state_hash()
    assert list(again.happenings()) == list(first.happenings())
    assert anew.instrument(BTC) == market.instrument(BTC)
    assert anew.tick_at(BTC, again.now_ms) == market.tick_at(BTC, first.now_ms)
    again.close()
