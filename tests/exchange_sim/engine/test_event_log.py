"""The venue's own account of what happened: enough to sum the time without a stop."""

from decimal import Decimal

from exchange_sim.engine.exchange import Exchange, ExchangeRules
from exchange_sim.engine.vocabulary import OrderStatus
from tests.exchange_sim.engine.desk import BTC, ME, Desk
from tests.exchange_sim.engine.troubles import expect

RULES = ExchangeRules(keeps_events=True)


def naked_ms(exchange: Exchange) -> int:
    """Market time in which a position was open and no stop order was waiting, as an auditor sums
    it: from the events alone."""
    stops: set[object] = set()
    size, since_ms, total = Decimal(0), 0, 0
    for entry in exchange.happenings(ME):
        if size and not stops:
            total += entry.at_ms - since_ms
        since_ms, detail = entry.at_ms, entry.detail
        if entry.kind == "position":
            size = Decimal(str(detail["size"]))
        elif entry.kind == "order" and str(detail["stopOrderType"]) == "StopLoss":
            waits = detail["status"] is OrderStatus.UNTRIGGERED
            (stops.add if waits else stops.discard)(detail["orderId"])
    return total


def test_every_event_has_its_number_moment_account_and_symbol() -> None:
    desk = Desk.open(rules=RULES)
    desk.buy("0.1", stopLoss="59000", orderLinkId="entry-1")
    entries = list(desk.exchange.happenings(ME))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    kinds = [entry.kind for entry in entries]
    assert kinds == ["wallet", "execution", "order", "order", "position", "wallet"]
    fill = entries[1]
    assert (fill.account, fill.symbol, fill.at_ms) == (ME, BTC, desk.exchange.now_ms)
    assert fill.detail["orderLinkId"] == "entry-1"
    stop = entries[3].detail
    assert (stop["stopOrderType"], stop["triggerPrice"]) == ("StopLoss", 59_000)
    assert stop["parentOrderId"] == fill.detail["orderId"]


def test_events_can_be_read_from_a_number_on_and_by_account() -> None:
    desk = Desk.open(rules=RULES)
    desk.exchange.open_account("other")
    desk.buy("0.1")
    everything = list(desk.exchange.happenings())
    assert list(desk.exchange.happenings(after=3)) == everything[3:]
    assert {entry.account for entry in desk.exchange.happenings("other")} == {"other"}


def test_an_exchange_that_keeps_no_events_tells_none() -> None:
    desk = Desk.open()
    desk.buy("0.1")
    assert list(desk.exchange.happenings()) == []


def test_a_stop_of_the_create_call_leaves_no_naked_moment() -> None:
    desk = Desk.open(rules=RULES)
    desk.buy("0.1", stopLoss="59000")
    desk.move(60_100, 58_000)
    assert desk.position().size == 0
    assert naked_ms(desk.exchange) == 0


def test_the_naked_time_of_a_late_and_of_a_vanished_stop_can_be_summed() -> None:
    desk = Desk.open(rules=RULES)
    expect(desk, "tpsl.child_delay", ms=1500)
    desk.buy("0.1", stopLoss="59000")
    desk.move(60_100, step=5000)
    assert naked_ms(desk.exchange) == 1500
    desk.exchange.intervene(ME, "vanish_stop", {"symbol": BTC})
    desk.move(60_200, step=700)
    desk.stops(stopLoss="59500")
    desk.move(60_100, step=5000)
    assert naked_ms(desk.exchange) == 2200
