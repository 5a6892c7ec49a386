"""Our rows and the exchange's, both of the same real events, read in the two independent ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cli.audit import recorded, stored
from cli.audit.comparison import Difference, compare
from tests.contract.gateway.conftest import long_entry, resting_entry
from tests.fixtures.simulator import Venue
from trading.orders import Order, OrderStatus

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def traded(venue: Venue) -> Venue:
    """A venue with a position that paid funding, a closed one, a resting and a cancelled order."""
    gateway = venue.gateway
    ticker = gateway.ticker("BTCUSDT")
    gateway.place(long_entry(ticker, "closed", stop_loss=ticker.last - Decimal(1)))
    venue.advance(timedelta(hours=2))
    gateway.place(long_entry(gateway.ticker("BTCUSDT"), "held"))
    gateway.place(resting_entry(gateway.ticker("BTCUSDT"), "resting"))
    gateway.place(resting_entry(gateway.ticker("BTCUSDT"), "cancelled"))
    gateway.cancel("BTCUSDT", "cancelled")
    venue.advance(timedelta(hours=7))
    return venue


def all_orders(venue: Venue) -> list[Order]:
    """As a sync reads them: the history, and what is open now."""
    closed = venue.gateway.order_history_since(BEGINNING)
    return list({one.order_id: one for one in (*closed, *venue.gateway.open_orders())}.values())


def differences(venue: Venue, records: dict[str, Any]) -> list[Difference]:
    gateway = venue.gateway
    executions = gateway.executions_since(BEGINNING)
    return [
        *compare(
            "order",
            stored.order_book(all_orders(venue)),
            recorded.order_book(records["orders"]),
        ),
        *compare(
            "execution",
            stored.execution_book(executions),
            recorded.execution_book(records["executions"]),
        ),
        *compare(
            "position",
            stored.position_book(gateway.positions()),
            recorded.position_book(records["positions"]),
        ),
        *compare(
            "wallet",
            stored.wallet_book(gateway.wallet_balance()),
            recorded.wallet_book(records["wallet"]),
        ),
    ]


def test_what_a_sync_reads_agrees_with_the_exchanges_own_records(traded: Venue) -> None:
    records = traded.records()

    assert differences(traded, records) == []
    kinds = {row["execType"] for row in records["executions"]}
    assert kinds == {"Trade", "Funding"}
    statuses = {row["orderStatus"] for row in records["orders"]}
    assert {"New", "Filled", "Cancelled", "Untriggered"} <= statuses


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("orders", "cumExecQty", "0.5"),
        ("orders", "triggerPrice", "1"),
        ("orders", "orderStatus", "Rejected"),
        ("executions", "execFee", "0.00000001"),
        ("executions", "execPrice", "1"),
        ("positions", "size", "7"),
        ("positions", "stopLoss", "1"),
        ("positions", "side", "Sell"),
    ],
)
def test_one_changed_fact_is_found(traded: Venue, part: str, field: str, value: str) -> None:
    records = traded.records()
    records[part][0][field] = value

    assert len(differences(traded, records)) == 1


@pytest.mark.parametrize("part", ["orders", "executions", "positions"])
def test_a_thing_that_only_we_know_is_found(traded: Venue, part: str) -> None:
    records = traded.records()
    del records[part][0]

    (found,) = differences(traded, records)

    assert str(found).endswith("unknown to the exchange")


def test_a_cent_in_the_wallet_is_found(traded: Venue) -> None:
    records = traded.records()
    coin = records["wallet"]["coin"][0]
    coin["walletBalance"] = str(Decimal(coin["walletBalance"]) + Decimal("0.01"))

    (found,) = differences(traded, records)

    assert (found.kind, found.field) == ("wallet", "wallet balance")


def test_an_account_that_was_never_synchronised_has_no_wallet() -> None:
    assert stored.wallet_book(None) == {}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PartiallyFilledCanceled", OrderStatus.CANCELLED),
        ("PartiallyFilled", OrderStatus.PARTIALLY_FILLED),
        ("Deactivated", OrderStatus.DEACTIVATED),
    ],
)
def test_the_exchanges_words_are_read_as_ours(
    traded: Venue, word: str, status: OrderStatus
) -> None:
    row = traded.records()["orders"][0]
    order = next(one for one in all_orders(traded) if one.order_id == row["orderId"])

    ours = stored.order_book([replace(order, status=status)])

    assert compare("order", ours, recorded.order_book([row | {"orderStatus": word}])) == []
