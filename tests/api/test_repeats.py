"""Under one idempotency key a thing is done once, however often and however fast it is asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from typing import Any, NoReturn

import pytest

from api.desk import ApiDesk
from db.engine import create_engine
from db.unit_of_work import engine_of
from tests.adapters.uploads.pictures import encoded, picture
from tests.api.programs import Program, named, program_of
from trading.api_access import Scope
from trading.chart import UploadedChart
from trading.errors import BadUploadError, ExchangeRetryableError

HALT = {"reason": "leaving for a week"}


def halts(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.get("/halts").json()["halts"]
    return found


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201])
def test_nothing_is_done_without_a_key(trader: Program, key: str) -> None:
    headers = {"Idempotency-Key": key}

    assert named(trader.post("/halt", HALT, headers=headers)) == (400, "idempotency-key-missing")
    assert halts(trader) == []


def test_a_repeated_request_gets_the_first_answer_to_the_byte(trader: Program) -> None:
    first = trader.post("/halt", HALT, key="mine")
    again = trader.post("/halt", HALT, key="mine")

    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == "application/json"
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


@pytest.mark.parametrize(
    ("path", "body"),
    [("/halt", HALT | {"policy": "flatten"}), ("/halt?x=1", HALT), ("/analyses", HALT)],
)
def test_a_key_belongs_to_one_request(trader: Program, path: str, body: dict[str, str]) -> None:
    trader.post("/halt", HALT, key="mine")

    assert named(trader.post(path, body, key="mine")) == (422, "idempotency-key-reused")
    assert [one["policy"] for one in halts(trader)] == ["keep"]


def test_two_programs_may_use_the_same_key(offline: ApiDesk, trader: Program) -> None:
    other = program_of(offline, Scope.TRADE)

    first, second = (one.post("/halt", HALT, key="same") for one in (trader, other))

    assert "idempotent-replayed" not in first.headers | second.headers


def uploading(offline: ApiDesk, read: Callable[[bytes], UploadedChart]) -> Program:
    return program_of(replace(offline, read_upload=read), Scope.TRADE)


def upload(program: Program, key: str, **options: Any) -> Any:
    files = {"image": ("chart.png", encoded(picture()))}
    fields = {"symbol": "BTCUSDT", "timeframe": "1h"}
    return program.post("/analyses", key=key, files=files, data=fields, **options)


def test_of_two_at_once_one_is_carried_out(offline: ApiDesk) -> None:
    inside, finish = Event(), Event()

    def slow(_data: bytes) -> NoReturn:
        inside.set()
        assert finish.wait(20)
        message = "no picture"
        raise BadUploadError(message)

    program = uploading(offline, slow)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(upload, program, "mine")
        assert inside.wait(20)
        second = upload(program, "mine")
        finish.set()

    assert named(second) == (409, "in-progress")
    assert second.headers["retry-after"] == "1"
    assert named(first.result()) == (422, "bad-upload")


def test_of_many_at_the_same_moment_one_halts(offline: ApiDesk) -> None:
    programs = [program_of(offline, Scope.TRADE)] * 6
    together = Barrier(len(programs))

    def press(program: Program) -> int:
        together.wait(20)
        answered: int = program.post("/halt", HALT, key="mine").status_code
        return answered

    with ThreadPoolExecutor(len(programs)) as threads:
        found = list(threads.map(press, programs))

    assert set(found) <= {200, 409}
    assert 200 in found
    assert len(halts(programs[0])) == 1


def test_an_upload_is_known_again_whatever_its_boundary(offline: ApiDesk) -> None:
    """Clients put another boundary between the parts each time."""
    program, keys = uploading(offline, _kept_busy), []
    for boundary in ("one", "another-one"):
        content_type = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        keys.append(upload(program, "mine", headers=content_type))

    assert [named(one) for one in keys] == [(500, "internal"), (409, "in-progress")]


def _kept_busy(_data: bytes) -> NoReturn:
    message = "nobody expected this"
    raise ZeroDivisionError(message)


def test_what_broke_unexpectedly_is_not_done_again_by_itself(offline: ApiDesk) -> None:
    program = uploading(offline, _kept_busy)
    assert named(upload(program, "mine")) == (500, "internal")

    answer = upload(program, "mine")

    assert named(answer) == (409, "in-progress")
    assert "look what was done before you use a new key" in answer.json()["detail"]


def test_what_failed_without_doing_anything_may_be_asked_again(
    offline: ApiDesk, trader: Program
) -> None:
    assert named(trader.post("/halt", {"reason": ""}, key="mine")) == (422, "invalid")
    assert trader.post("/halt", HALT, key="mine").status_code == 200

    owner = program_of(offline, Scope.ADMIN)
    for _ in range(2):
        answer = owner.post("/resume", {"reason": "understood"}, key="other")
        assert named(answer) == (503, "exchange-silent")


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(offline: ApiDesk) -> None:
    sessions = offline.door.sessions
    before = engine_of(sessions)

    def lost() -> NoReturn:
        # The halt is committed by now; its answer is not.
        sessions.configure(bind=create_engine("postgresql://desk@127.0.0.1:9/desk"))
        message = "the exchange is silent too"
        raise ExchangeRetryableError(message)

    desk = replace(offline, door=replace(offline.door, open_resources=lost))
    program = program_of(desk, Scope.TRADE)

    assert program.post("/halt", HALT, key="mine").status_code == 200

    sessions.configure(bind=before)
    assert len(halts(program)) == 1
    assert named(program.post("/halt", HALT, key="mine")) == (409, "in-progress")
