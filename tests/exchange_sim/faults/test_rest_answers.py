"""REST lists that are old, incomplete, malformed, or lead astray."""

from decimal import Decimal

import pytest

ORDERS = "/v5/order/realtime"
HISTORY = "/v5/order/history"
POSITIONS = "/v5/position/list"
BTC = {"category": "linear", "symbol": "BTCUSDT"}


def rows(client, path: str, **parameters: object) -> list[dict]:
    reply = client.get(path, **(BTC | parameters)).json()
    assert reply["retCode"] == 0, reply
    return reply["result"]["list"]


def links(client, path: str, **parameters: object) -> list[str]:
    return [row["orderLinkId"] for row in rows(client, path, **parameters)]


@pytest.fixture
def three(venue, client) -> list[str]:
    """Three resting orders, newest first."""
    price, mark = venue.low_price, len(venue.orders())
    names = [f"o{mark}-{number}" for number in range(3)]
    for name in names:
        assert venue.limit_order(client, orderLinkId=name, price=price).json()["retCode"] == 0
        venue.advance(10)
    return names[::-1]


@pytest.fixture
def position(venue, client):
    """A long position of 0.01 BTC, closed afterwards."""
    market = BTC | {"orderType": "Market", "qty": "0.01"}
    assert client.post("/v5/order/create", **market, side="Buy").json()["retCode"] == 0
    yield
    venue.ask("DELETE", "faults")
    client.post("/v5/order/create", **market, side="Sell", reduceOnly=True)


def test_an_order_is_invisible_for_a_while(venue, client, three) -> None:
    venue.switch_on("rest.order_invisible", ms=25)

    assert links(client, ORDERS) == three[2:]
    assert links(client, ORDERS, orderLinkId=three[0]) == []
    venue.advance(25)
    assert links(client, ORDERS) == three


def test_the_history_learns_later(venue, client, three) -> None:
    for name in three:
        client.post("/v5/order/cancel", **BTC, orderLinkId=name)
    venue.switch_on("rest.history_delay", ms=5_000)

    assert not set(links(client, HISTORY)) & set(three)
    venue.advance(5_000)
    assert set(three) <= set(links(client, HISTORY))


def test_executions_come_late_too(venue, client, position) -> None:
    venue.switch_on("rest.history_delay", ms=1_000)
    assert rows(client, "/v5/execution/list") == []
    venue.advance(1_000)
    assert len(rows(client, "/v5/execution/list")) >= 1


def test_finished_orders_are_forgotten_where_the_history_knows_them(venue, client, three) -> None:
    client.post("/v5/order/cancel", **BTC, orderLinkId=three[0])
    venue.advance(1)
    venue.switch_on("rest.realtime_cache_cleared")
    venue.advance(1)
    client.post("/v5/order/cancel", **BTC, orderLinkId=three[1])

    assert links(client, ORDERS, orderLinkId=three[0]) == []
    assert links(client, ORDERS, orderLinkId=three[1]) == [three[1]]
    assert links(client, ORDERS, openOnly=1)[:1] == [three[1]]
    assert links(client, HISTORY, orderLinkId=three[0]) == [three[0]]
    assert links(client, ORDERS) == [three[2]]


def test_a_row_comes_twice(venue, client, three) -> None:
    venue.switch_on("rest.page_dup")

    assert links(client, ORDERS) == [*three, three[-1]]


def test_a_row_is_lost_between_two_pages(venue, client, three) -> None:
    venue.switch_on("rest.page_skip")

    first = client.get(ORDERS, **BTC, limit=2).json()["result"]
    following = client.get(ORDERS, **BTC, limit=2, cursor=first["nextPageCursor"]).json()["result"]

    seen = [row["orderLinkId"] for row in (*first["list"], *following["list"])]
    assert seen == [three[0], three[2]]


def test_the_cursor_leads_back_to_its_page(venue, client, three) -> None:
    venue.switch_on("rest.cursor_loop")
    pages, cursor = [], ""
    for _ in range(4):
        result = client.get(ORDERS, **BTC, cursor=cursor).json()["result"]
        cursor = result["nextPageCursor"]
        pages.append([row["orderLinkId"] for row in result["list"]])

    assert (pages, bool(cursor)) == ([three] * 4, True)


def test_the_last_page_leads_to_an_empty_one(venue, client, three) -> None:
    venue.switch_on("rest.cursor_nonempty_last")

    last = client.get(ORDERS, **BTC).json()["result"]
    beyond = client.get(ORDERS, **BTC, cursor=last["nextPageCursor"]).json()["result"]

    assert (len(last["list"]), bool(last["nextPageCursor"])) == (3, True)
    assert (beyond["list"], beyond["nextPageCursor"]) == ([], "")


def test_a_list_is_empty(venue, client, three) -> None:
    venue.switch_on("rest.empty_list", path="order/realtime")

    assert rows(client, ORDERS) == []


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("rest.null_field", {"field": "price"}, {"price": None}),
        ("rest.new_enum", {}, {"orderStatus": "CorporateAction"}),
        ("rest.new_enum", {"field": "side", "value": "Hold"}, {"side": "Hold"}),
        ("rest.number_not_string", {"field": "qty"}, {"qty": 0.01, "cumExecQty": "0"}),
        ("rest.number_not_string", {}, {"qty": 0.01, "cumExecQty": 0}),
    ],
)
def test_a_field_is_not_what_it_was(venue, client, three, name, parameters, expected) -> None:
    venue.switch_on(name, path="order/realtime", **parameters)

    for row in rows(client, ORDERS):
        assert {field: row[field] for field in expected} == expected
    assert links(client, ORDERS) == three


def test_a_field_is_missing_only_where_it_was_asked_for(venue, client, three, position) -> None:
    venue.switch_on("rest.missing_field", path="order/realtime", field="updatedTime")

    assert all("updatedTime" not in row for row in rows(client, ORDERS))
    assert all("updatedTime" in row for row in rows(client, POSITIONS))


def test_a_flat_row_stands_before_the_position(venue, client, position) -> None:
    venue.switch_on("rest.position_row_flat_extra")

    found = rows(client, POSITIONS)

    assert [(row["positionIdx"], row["side"], row["size"]) for row in found] == [
        (0, "", "0"),
        (0, "Buy", "0.01"),
    ]


def test_a_list_without_rows_is_no_strike(venue, client) -> None:
    venue.switch_on("rest.page_dup", {"path": "order/realtime"})
    before = len(venue.log())

    assert rows(client, ORDERS, orderLinkId="nobody") == []
    assert len(venue.log()) == before


def size(client) -> Decimal:
    return Decimal(rows(client, POSITIONS)[0]["size"])


def test_a_position_is_answered_as_it_was(venue, client) -> None:
    venue.switch_on("rest.stale", path="position|wallet", age_ms=2_000)
    market = BTC | {"orderType": "Market", "qty": "0.01"}
    client.post("/v5/order/create", **market, side="Buy")

    assert size(client) == 0
    assert links(client, HISTORY)[0] == ""  # the path does not match: the history is fresh
    venue.advance(1_999)
    assert size(client) == 0
    venue.advance(1)
    assert size(client) == Decimal("0.01")

    client.post("/v5/order/create", **market, side="Sell", reduceOnly=True)
    assert size(client) == Decimal("0.01")
    venue.ask("DELETE", "faults")
    assert size(client) == 0


def test_stale_open_orders_and_balances_are_those_of_then(venue, client, three) -> None:
    balance = client.get("/v5/account/wallet-balance", accountType="UNIFIED").json()["result"]
    venue.switch_on("rest.stale", age_ms=60_000)
    client.post("/v5/order/cancel-all", **BTC)
    client.post("/v5/order/create", **BTC, orderType="Market", qty="0.01", side="Buy")
    client.post(
        "/v5/order/create", **BTC, orderType="Market", qty="0.01", side="Sell", reduceOnly=True
    )

    assert links(client, ORDERS) == three
    stale = client.get("/v5/account/wallet-balance", accountType="UNIFIED").json()["result"]
    assert stale == balance


def test_another_account_is_not_stale(venue, client, three) -> None:
    venue.switch_on("rest.stale", {"account": "999"}, age_ms=60_000)
    client.post("/v5/order/cancel-all", **BTC)

    assert links(client, ORDERS) == []
