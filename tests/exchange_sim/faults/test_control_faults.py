"""The control API of faults: on, off, the log, more accounts, their records, the fingerprint."""

import pytest

from exchange_sim.server.keys import ApiKey
from tests.exchange_sim.faults.running_venue import KEY, running

SECOND = {"account": "200002", "api_key": "second-key", "api_secret": "second-secret"}
SECOND_KEY = ApiKey("second-key", "second-secret", "200002")


def test_a_fault_shows_itself_until_it_is_switched_off(venue) -> None:
    first = venue.switch_on("http.latency", {"path": "x", "nth": 3}, ms=5, seed=9)
    second = venue.switch_on("rest.page_dup")

    faults = venue.ask("GET", "faults")
    assert faults["active"][0] == {
        "id": first,
        "name": "http.latency",
        "parameters": {"ms": 5, "jitter": 0, "dist": "uniform"},
        "match": {"path": "x", "nth": 3},
        "probability": "1",
        "count": None,
        "window": [faults["active"][1]["window"][0], None],
        "seed": 9,
    }
    kinds = {kind["name"]: kind for kind in faults["catalogue"]}
    assert kinds["http.hang_after"]["parameters"] == [
        {
            "name": "s",
            "type": "number",
            "default": "30",
            "allowed": "a number from 0 up to 3600",
        }
    ]
    assert venue.ask("DELETE", f"faults?id={second}") == {"switched_off": 1}
    assert [one["id"] for one in venue.ask("GET", "faults")["active"]] == [first]
    assert venue.ask("DELETE", "faults") == {"switched_off": 1}


@pytest.mark.parametrize(
    ("method", "path", "wish", "status", "problem"),
    [
        ("POST", "faults", {"name": "http.resett_after"}, 400, "did you mean http.reset_after"),
        ("POST", "faults", {"name": "http.latency", "count": 0}, 400, "count is 0"),
        ("DELETE", "faults?id=x", None, 400, "id is 'x'"),
        ("GET", "fault-log?after=-1", None, 400, "after is '-1'"),
        ("GET", "records?account=77", None, 404, "account '77' is not open"),
        ("POST", "accounts", {"account": "1"}, 400, "api_key is None; a text is needed"),
        ("POST", "accounts", SECOND | {"account": "a1"}, 400, "digits only"),
        ("POST", "accounts", SECOND | {"balance": "-1"}, 400, "amount"),
        ("POST", "accounts", SECOND | {"api_key": KEY.key}, 409, "already in use"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(venue, method, path, wish, status, problem):
    reply = venue.control.request(method, path, json=wish)

    assert (reply.status_code, problem in reply.json()["error"]) == (status, True), reply.text


def test_the_log_is_read_from_where_the_reader_stands(venue, client) -> None:
    start = len(venue.log())
    venue.switch_on("http.ret_before", {"path": "account/info"})
    for _ in range(3):
        client.get("/v5/account/info")

    entries = venue.ask("GET", f"fault-log?after={start + 1}")["entries"]
    assert [entry["sequence"] for entry in entries] == [start + 2, start + 3]
    assert entries[0]["event"]["account"] == KEY.account


def test_another_account_trades_by_itself_and_only_its_faults_strike_it(tmp_path) -> None:
    options = {"journal": tmp_path / "journal", "rate_limits": False}
    with running(**options) as venue:
        opened = venue.ask("POST", "accounts", **SECOND, balance="500")
        assert opened == {"account": "200002", "balance": "500"}
        assert venue.ask("POST", "accounts", **SECOND, balance="900") == opened
        second = venue.client(SECOND_KEY)
        venue.switch_on("http.ret_before", {"account": "200002"}, code=10016)
        assert second.get("/v5/account/info").json()["retCode"] == 10016
        assert venue.client().get("/v5/account/info").json()["retCode"] == 0
        venue.ask("DELETE", "faults")
        assert venue.limit_order(second, orderLinkId="mine").json()["retCode"] == 0
        mine = venue.ask("GET", "records?account=200002")
        before = venue.ask("GET", "fingerprint")

    assert list(mine["accounts"]) == ["200002"]
    assert [order["orderLinkId"] for order in mine["accounts"]["200002"]["orders"]] == ["mine"]

    with running(**options) as venue:  # the journal knows the account; the key comes again
        assert venue.ask("GET", "fingerprint") == before
        assert venue.client(SECOND_KEY).get("/v5/account/info").json()["retCode"] == 10003
        venue.ask("POST", "accounts", **SECOND)
        assert venue.client(SECOND_KEY).get("/v5/account/info").json()["retCode"] == 0


def test_equal_seeds_leave_equal_logs_and_an_equal_venue() -> None:
    def run() -> tuple[list[dict], dict]:
        with running(rate_limits=False) as venue:
            client = venue.client()
            venue.switch_on("http.ret_after", {"path": "create"}, probability=0.5, seed=11)
            venue.switch_on("rest.page_dup", probability=0.5, seed=12)
            price = venue.low_price
            for turn in range(12):
                venue.limit_order(client, orderLinkId=f"turn-{turn}", price=price)
                client.get("/v5/order/realtime", category="linear", symbol="BTCUSDT")
                venue.advance(1_000)
            return venue.log(), venue.ask("GET", "fingerprint")

    def without_wall(entries: list[dict]) -> list[dict]:
        return [entry | {"wall_ms": 0} for entry in entries]

    (first, state), (second, same_state) = run(), run()
    assert 0 < len(first) < 24
    assert (without_wall(first), state) == (without_wall(second), same_state)
