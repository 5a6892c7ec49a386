"""Requests that are answered, delayed or cut without ever being processed."""

import time

import httpx
import pytest

from tests.exchange_sim.faults.running_venue import until

CREATE = {"path": "order/create"}


@pytest.mark.parametrize(
    ("name", "parameters", "status", "ret_code"),
    [
        ("http.status_before", {"code": 401, "body": "json"}, 401, None),
        ("http.status_before", {"code": 403, "body": "empty"}, 403, None),
        ("http.status_before", {"code": 404}, 404, None),
        ("http.status_before", {"code": 429}, 429, None),
        ("http.status_before", {"code": 500}, 500, None),
        ("http.status_before", {"code": 504}, 504, None),
        ("http.ret_before", {"code": 10016}, 200, 10016),
        ("http.ret_before", {"code": 110007, "msg": "ab not enough"}, 200, 110007),
        ("http.ip_ban", {}, 403, None),
        ("http.redirect", {"code": 302, "location": "/elsewhere"}, 302, None),
        ("auth.key_revoked", {}, 200, 10003),
        ("auth.key_expired", {}, 200, 33004),
        ("auth.permission_lost", {}, 200, 10005),
        ("auth.ip_unbound", {}, 200, 10010),
        ("auth.bad_sign_once", {}, 200, 10004),
        ("plat.maintenance", {"mode": "10016"}, 200, 10016),
        ("plat.maintenance", {"mode": "503"}, 503, None),
        ("plat.maintenance", {"mode": "html"}, 503, None),
    ],
)
def test_a_request_is_refused_and_has_no_effect(
    venue, client, name, parameters, status, ret_code
) -> None:
    before = len(venue.orders())
    price = venue.low_price
    venue.switch_on(name, CREATE, **parameters)

    reply = venue.limit_order(client, price=price)

    assert reply.status_code == status
    if ret_code is not None:
        assert (reply.json()["retCode"], reply.headers["Ret_code"]) == (ret_code, str(ret_code))
    assert len(venue.orders()) == before
    assert venue.log()[-1]["name"] == name


@pytest.mark.parametrize(
    "name", ["http.reset_before", "http.refuse", "plat.disconnect_unannounced"]
)
def test_a_connection_is_reset_before_anything_happens(venue, client, name) -> None:
    before = len(venue.orders())
    price = venue.low_price
    venue.switch_on(name, CREATE)

    with pytest.raises(httpx.ReadError, match="Connection reset"):
        venue.limit_order(client, price=price)

    assert len(venue.orders()) == before


def test_the_public_market_does_not_ask_for_keys(venue, client) -> None:
    venue.switch_on("auth.key_revoked")

    assert client.public("/v5/market/time").json()["retCode"] == 0
    assert client.get("/v5/account/info").json()["retCode"] == 10003


def test_a_ban_ends_after_its_time_in_the_market(venue, client) -> None:
    venue.switch_on("http.ip_ban", for_s=600)

    venue.advance(599_999)
    assert client.get("/v5/account/info").status_code == 403
    venue.advance(1)
    assert client.get("/v5/account/info").status_code == 200


@pytest.mark.parametrize(
    ("headers", "reset_after_s"),
    [("normal", 1), ("past", -1), ("far_future", 3_600), ("missing", None)],
)
def test_requests_beyond_a_limit_are_refused_with_helpful_or_other_headers(
    venue, client, headers, reset_after_s
) -> None:
    venue.switch_on("http.rate_limit", path="account/info", limit=2, headers=headers)

    replies = [client.get("/v5/account/info") for _ in range(3)]
    other = client.get("/v5/account/fee-rate", category="linear")

    assert [reply.json()["retCode"] for reply in (*replies, other)] == [0, 0, 10006, 0]
    told = replies[-1].headers.get("X-Bapi-Limit-Reset-Timestamp")
    if reset_after_s is None:
        assert told is None
    else:
        assert int(told) / 1_000 - time.time() == pytest.approx(reset_after_s, abs=0.5)


def test_a_redirect_keeps_the_query_by_default(venue, client) -> None:
    venue.switch_on("http.redirect", code=307)

    reply = client.public("/v5/market/tickers", category="linear")

    assert (reply.status_code, reply.headers["Location"]) == (
        307,
        "/v5/market/tickers?category=linear",
    )


@pytest.mark.parametrize(
    ("name", "parameters", "at_least_s"),
    [
        ("http.latency", {"ms": 60}, 0.06),
        ("http.latency", {"ms": 60, "jitter": 1, "dist": "exponential"}, 0.06),
        ("http.latency", {"ms": 80, "jitter": 1, "dist": "normal"}, 0.06),
        ("http.latency", {"ms": 60, "jitter": 1}, 0.06),
        ("plat.slow", {"factor": 7}, 0.06),
        ("http.slow_headers", {"ms": 60}, 0.06),
    ],
)
def test_an_answer_is_late_and_otherwise_the_true_one(
    venue, client, name, parameters, at_least_s
) -> None:
    venue.switch_on(name, **parameters)

    began = time.perf_counter()
    reply = client.get("/v5/account/info")

    assert (reply.status_code, reply.json()["retCode"]) == (200, 0)
    assert time.perf_counter() - began >= at_least_s


def test_a_batch_is_matched_by_its_first_order(venue, client) -> None:
    venue.switch_on("http.ret_before", {"link_id": "^batch-1$"})
    orders = [{"symbol": "BTCUSDT", "orderLinkId": link_id} for link_id in ("batch-1", "b-2")]

    reply = client.post("/v5/order/create-batch", category="linear", request=orders)

    assert reply.json()["retCode"] == 10016


def test_a_body_that_is_no_json_still_passes_the_faults(venue, client) -> None:
    venue.switch_on("http.latency", ms=0)

    reply = client.http.post("/v5/order/create", content=b"{not json")

    assert (reply.json()["retCode"], venue.log()[-1]["name"]) == (10001, "http.latency")


def test_public_requests_belong_to_the_account_its_connection_served(venue, client) -> None:
    venue.switch_on("http.ret_before", {"account": client.key.account, "path": "market"})

    assert client.public("/v5/market/time").json()["retCode"] == 0
    client.get("/v5/account/info")
    assert client.public("/v5/market/time").json()["retCode"] == 10016
    assert venue.client().public("/v5/market/time").json()["retCode"] == 0


@pytest.mark.parametrize("name", ["http.reset_before", "http.close_after", "http.slow_headers"])
def test_a_client_that_left_while_it_waited_is_no_trouble(venue, client, caplog, name) -> None:
    venue.switch_on("http.latency", ms=150)
    venue.switch_on(name, {"path": "account/info"})
    struck = len(venue.log())
    client.http.timeout = httpx.Timeout(0.05)

    with pytest.raises(httpx.ReadTimeout):
        client.get("/v5/account/info")

    def names() -> list[str]:
        return [entry["name"] for entry in venue.log()[struck:]]

    until(lambda: names() == ["http.latency", name])
    venue.ask("DELETE", "faults")
    assert client.get("/v5/account/info").json()["retCode"] == 0
    assert [record for record in caplog.records if record.levelname != "INFO"] == []
