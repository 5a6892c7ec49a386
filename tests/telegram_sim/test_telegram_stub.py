"""The stand-in answers as the Bot API does, and gives each update until it is acknowledged."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from telegram_sim.server import build_app

TOKEN = "42:abc"


@pytest.fixture
def api() -> Iterator[TestClient]:
    with TestClient(build_app(TOKEN)) as client:
        yield client


def call(api: TestClient, method: str, token: str = TOKEN, **given: Any) -> tuple[int, Any]:
    answer = api.post(f"/bot{token}/{method}", data=given)
    return answer.status_code, answer.json()


def test_an_update_comes_until_it_is_acknowledged(api: TestClient) -> None:
    api.post("/control/write", json={"chat_id": 7, "text": "/help"})
    api.post("/control/press", json={"chat_id": 7, "data": "s:status"})
    for _ in range(2):
        _, answer = call(api, "getUpdates", timeout=0)
        assert [one["update_id"] for one in answer["result"]] == [1, 2]
    written, pressed = answer["result"]
    assert written["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert pressed["callback_query"]["data"] == "s:status"
    _, rest = call(api, "getUpdates", offset=2, timeout=0)
    assert [one["update_id"] for one in rest["result"]] == [2]
    assert call(api, "getUpdates", offset=3, timeout=0)[1] == {"ok": True, "result": []}


def test_what_was_sent_can_be_read(api: TestClient) -> None:
    _, answer = call(api, "sendMessage", chat_id=7, text="hello")
    assert answer["result"]["text"] == "hello"
    api.post(
        f"/bot{TOKEN}/sendPhoto", data={"chat_id": 7, "caption": "a"}, files={"photo": b"1234"}
    )
    seen = api.get("/control/calls", params={"count": 2}).json()
    assert [(one["method"], one["files"]) for one in seen["calls"]] == [
        ("sendMessage", {}),
        ("sendPhoto", {"photo": 4}),
    ]
    assert api.get("/control/calls", params={"after": 1, "timeout": 0}).json()["total"] == 2


@pytest.mark.parametrize("status", [401, 403, 409, 500, 502])
def test_trouble_comes_as_scripted_and_passes(api: TestClient, status: int) -> None:
    script = {"method": "*", "status": status, "description": "no", "times": 2}
    api.post("/control/trouble", json=script)
    found = [call(api, "sendMessage", chat_id=7, text="x")[0] for _ in range(3)]
    assert found == [status, status, 200]


def test_a_flood_says_how_long_to_wait(api: TestClient) -> None:
    script = {"method": "sendMessage", "status": 429, "description": "slow", "retry_after": 5}
    api.post("/control/trouble", json=script)
    assert call(api, "sendMessage", chat_id=7, text="x") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "slow",
            "parameters": {"retry_after": 5},
        },
    )


@pytest.mark.parametrize(
    ("token", "method", "status"), [("42:other", "getMe", 401), (TOKEN, "getMoney", 404)]
)
def test_a_wrong_token_and_an_unknown_method_are_refused(
    api: TestClient, token: str, method: str, status: int
) -> None:
    assert call(api, method, token)[0] == status


BUTTON = '{{"inline_keyboard": [[{{"text": "x", "callback_data": "{data}"}}]]}}'


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "x" * 4096}, None),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "&amp;" * 4096, "parse_mode": "HTML"}, None),
        ({"text": "<b>a</b> &lt;a href", "parse_mode": "HTML"}, None),
        ({"text": "<a href=x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "1 < 2", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<script>x</script>", "parse_mode": "HTML"}, 'start tag "script"'),
        ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Unmatched end tag"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "<b>x"}, None),
        ({"text": "x", "reply_markup": BUTTON.format(data="x" * 64)}, None),
        ({"text": "x", "reply_markup": BUTTON.format(data="x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": BUTTON.format(data="")}, "BUTTON_DATA_INVALID"),
        ({"caption": "x" * 1025}, "message caption is too long"),
    ],
)
def test_what_telegram_does_not_take_is_refused(
    api: TestClient, given: dict[str, str], words: str | None
) -> None:
    method = "sendPhoto" if "caption" in given else "sendMessage"
    status, answer = call(api, method, chat_id=7, **given)
    assert (status, (words or "") in answer.get("description", "")) == (
        400 if words else 200,
        True,
    )
    assert api.get("/control/calls").json()["calls"][0]["status"] == status
