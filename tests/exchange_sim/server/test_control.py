"""The control API, through Starlette."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from exchange_sim.engine.errors import JournalError
from exchange_sim.engine.journal import NoJournal
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.control import Control
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.pace import REAL

TOKEN = {"X-Control-Token": "open sesame"}


@pytest.fixture
def client(desk):
    control = Control(desk.exchange, desk.market, clocks=desk.clocks, token="open sesame")
    with TestClient(Starlette(routes=control.routes()), headers=TOKEN) as opened:
        yield opened


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_token_nothing_is_told_or_done(desk, client, token: str) -> None:
    start = desk.exchange.now_ms

    reply = client.post("/control/advance", json={"by_ms": 1}, headers={"X-Control-Token": token})

    assert reply.status_code == 401
    assert "X-Control-Token" in reply.json()["error"]
    assert desk.exchange.now_ms == start


def test_status_tells_where_the_market_stands(desk, client) -> None:
    assert client.get("/control/status").json() == {
        "now_ms": desk.exchange.now_ms,
        "speed": "step",
        "symbols": ["BTCUSDT", "ETHUSDT"],
        "start_ms": desk.market.start_ms,
        "end_ms": None,
        "accounts": ["100001"],
    }


def test_the_answer_to_advance_comes_when_the_market_is_there(desk, client) -> None:
    start = desk.exchange.now_ms

    by = client.post("/control/advance", json={"by_ms": 90_000}).json()
    to = client.post("/control/advance", json={"to_ms": start + 7_200_000}).json()

    assert by == {"now_ms": start + 90_000}
    assert to == {"now_ms": start + 7_200_000}
    assert desk.exchange.now_ms == start + 7_200_000


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("advance", {}, "say where to"),
        ("advance", {"to_ms": 5}, "never goes back"),
        ("advance", {"by_ms": "soon"}, "10001"),
        ("advance", [], "not a JSON object"),
        ("speed", {"speed": "fast"}, "allowed are real, step"),
        ("deposit", {"amount": "-5"}, "10001"),
        ("deposit", {}, "10001"),
    ],
)
def test_a_bad_wish_is_refused_with_what_is_allowed(client, path, body, complaint) -> None:
    reply = client.post(f"/control/{path}", json=body)

    assert reply.status_code == 400
    assert complaint in reply.json()["error"]


def test_a_body_that_is_no_json_is_refused(client) -> None:
    assert "not JSON" in client.post("/control/speed", content=b"{").json()["error"]


def test_a_market_with_an_end_or_on_the_wall_clock_is_not_pushed_further(desk, client) -> None:
    def advance(control: Control):
        with TestClient(Starlette(routes=control.routes()), headers=TOKEN) as opened:
            return opened.post("/control/advance", json={"by_ms": 60_000})

    market = SimpleNamespace(symbols=(), start_ms=0, end_ms=desk.exchange.now_ms + 1)
    ends = advance(Control(desk.exchange, market, clocks=desk.clocks, token="open sesame"))
    clocks = Clocks(
        desk.exchange, desk.time, journal=LazyJournal(NoJournal()), pace=REAL, follows_wall=True
    )
    market = SimpleNamespace(symbols=(), start_ms=0, end_ms=None)
    walls = advance(Control(desk.exchange, market, clocks=clocks, token="open sesame"))

    assert (ends.status_code, walls.status_code) == (400, 409)
    assert "data ends at" in ends.json()["error"]
    assert "set speed step first" in walls.json()["error"]


def test_speed_is_changed(desk, client) -> None:
    assert client.post("/control/speed", json={"speed": "60"}).json()["speed"] == "60"
    assert desk.clocks.pace.factor == 60


def test_a_deposit_is_booked(desk, client) -> None:
    reply = client.post("/control/deposit", json={"amount": "12.5"}).json()

    assert reply == {"account": "100001", "balance": "10012.5"}
    assert client.post("/control/deposit", json={"account": "x"}).status_code == 404


def test_records_hold_everything_and_sum_to_zero(desk, client) -> None:
    price = int(desk.market.tick_at("BTCUSDT", desk.exchange.now_ms).last)
    desk.buy("0.1", orderLinkId="entry", stopLoss=str(price * 9 // 10))
    records = client.get("/control/records").json()
    account = records["accounts"]["100001"]
    wallet = Decimal(account["wallet"]["totalWalletBalance"])
    child, entry = account["orders"]

    assert wallet + sum(map(Decimal, records["counter_accounts"].values())) == 0
    assert (entry["orderLinkId"], child["parentOrderId"]) == ("entry", entry["orderId"])
    assert {row["orderId"] for row in account["executions"]} == {entry["orderId"]}
    assert len(account["positions"]) == 1
    assert account["transactions"][-1]["type"] == "TRANSFER_IN"
    assert account["closed_pnl"] == []
    assert records["state_hash"] == desk.exchange.state_hash()


def test_a_full_disk_is_told(desk, client, monkeypatch) -> None:
    async def fail(to_ms: int) -> None:
        message = "cannot write the journal"
        raise JournalError(message)

    monkeypatch.setattr(desk.clocks, "advance", fail)
    reply = client.post("/control/advance", json={"by_ms": 1})

    assert (reply.status_code, reply.json()["error"]) == (507, "cannot write the journal")
