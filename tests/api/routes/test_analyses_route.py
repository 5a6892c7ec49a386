"""An uploaded chart from a program: read safely, judged, kept, and never sent by itself."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from adapters.uploaded_image import read_upload
from api.desk import ApiDesk
from db.models import ApprovalRow, DecisionRow
from tasks.asking import asking_of
from tasks.door import Door
from tasks.resources import open_resources
from tests.adapters.uploads.pictures import encoded, picture, png
from tests.api.programs import Program, named, program_of
from tests.cli.commands.model_by_hand import FLAT, LONG, UNUSABLE, says
from tests.fixtures.desks import settings_of
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from tests.tasks.model_analyst.asking_desk import KEY, PRICES, StandIn
from tests.tasks.model_analyst.conftest import _addresses, stand_in
from trading.api_access import Scope

__all__ = ["_addresses", "stand_in"]

pytestmark = ONE_WORKER

CHART = encoded(picture())
WISH = {"symbol": CALM, "timeframe": "1h"}


@pytest.fixture
def desk(
    quiet_venue: Venue,
    stand_in: StandIn,
    sessions: sessionmaker[Session],
    desk_database_url: str,
) -> ApiDesk:
    """A desk that looks at the quiet venue and asks the stand-in."""
    model = {"base_url": stand_in.base_url, "api_key": KEY, "name": "stand-in-vision"}
    model |= {"price_file": str(PRICES), "cache": "refresh"}
    asks: dict[str, Any] = {f"model_{name}": value for name, value in model.items()}
    settings = settings_of(quiet_venue, desk_database_url, **asks)
    opening = partial(open_resources, settings, role="test")
    now = quiet_venue.gateway.server_time
    return ApiDesk(settings, Door(sessions, asking_of(settings), opening, now), read_upload)


@pytest.fixture
def program(desk: ApiDesk) -> Program:
    return program_of(desk, Scope.TRADE)


def upload(
    program: Program, data: bytes = CHART, *, key: str | None = None, **changed: Any
) -> Response:
    files = {"image": ("../../etc/passwd<script>.png", data)}
    return program.post("/analyses", key=key, files=files, data=WISH | changed)


def rows(desk: ApiDesk, table: Any) -> list[Any]:
    mine = table.account == desk.door.account.account
    with desk.door.sessions() as session:
        return list(session.scalars(select(table).where(mine)))


def test_an_upload_is_judged_and_kept(desk: ApiDesk, program: Program, stand_in: StandIn) -> None:
    stand_in.script(says(LONG))

    done = upload(program, key="mine")

    told = done.json()
    assert (done.status_code, told["status"], told["proposal"]) == (201, "signal", None)
    (row,) = rows(desk, DecisionRow)
    assert told["decision"] == {
        "id": str(row.id),
        "arm": "uploaded",
        "outcome": "skipped",
        "reason": "approval.not_asked",
        "detail": "an opinion was wanted and no order",
    }
    assert (told["picture_sha256"], told["symbol"]) == (row.chart_sha256, CALM)
    assert (told["opinion"]["stop_loss"], told["opinion"]["take_profit"]) == ("147", "156")
    assert isinstance(told["chances"]["break_even"], str)
    assert told["no_opinion"] is None

    assert upload(program, key="mine").content == done.content
    assert len(stand_in.questions()) == 1


@pytest.mark.parametrize(
    ("said", "changed", "status"),
    [
        (FLAT, {}, "flat"),
        (None, {}, "abstained"),
        (LONG, {"symbol": "NOSUCHUSDT"}, "unseen"),
        (LONG, {"propose": "true"}, "waits_for_approval"),
    ],
)
def test_every_end_has_its_word(
    desk: ApiDesk,
    program: Program,
    stand_in: StandIn,
    said: dict[str, Any] | None,
    changed: dict[str, Any],
    status: str,
) -> None:
    stand_in.script(UNUSABLE if said is None else says(said))

    done = upload(program, **changed)

    assert (done.status_code, done.json()["status"]) == (201, status)
    told, asked = done.json(), rows(desk, ApprovalRow)
    assert len(asked) == ("propose" in changed)
    for one in asked:
        assert told["proposal"]["approval_id"] == str(one.id)
        assert told["proposal"]["intent_hash"] == one.intent_hash
        shown = program.get(f"/approvals/{one.id}").json()
        assert shown["reasons"].startswith("from an uploaded chart, ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<script>alert(1)</script>", "which is no picture"),
        (CHART[:-40], "broken or cut off"),
        (png(30_000, 30_000, b""), "more than 40000000"),
    ],
)
def test_what_is_no_safe_picture_is_refused_before_anybody_is_asked(
    desk: ApiDesk, program: Program, stand_in: StandIn, data: bytes, said: str
) -> None:
    answer = upload(program, data)

    assert named(answer) == (422, "bad-upload")
    assert said in answer.json()["detail"]
    assert stand_in.questions() == []
    assert rows(desk, DecisionRow) == []


def test_eleven_megabytes_are_too_many(trader: Program) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(11 * 1024 * 1024)
    assert named(upload(trader, data)) == (413, "too-large")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"symbol": "BTC"}, "body.symbol"),
        ({"symbol": "btcusdt"}, "body.symbol"),
        ({"symbol": "<b>USDT"}, "body.symbol"),
        ({"symbol": "'; DROP TABLE decisions; --USDT"}, "body.symbol"),
        ({"symbol": "A" * 40 + "USDT"}, "body.symbol"),
        ({"timeframe": "7h"}, "body.timeframe"),
        ({"propose": "maybe"}, "body.propose"),
    ],
)
def test_a_wrong_field_is_told_where_it_is_wrong(
    trader: Program, changed: dict[str, Any], where: str
) -> None:
    answer = upload(trader, **changed)

    assert named(answer) == (422, "invalid")
    assert [fault["where"] for fault in answer.json()["errors"]] == [where]


def test_a_body_that_is_no_form_is_refused(trader: Program) -> None:
    assert named(trader.post("/analyses", dict(WISH))) == (422, "invalid")
    torn = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = trader.post("/analyses", content=b"--c\r\nnothing", headers=torn)
    assert named(answer)[0] in {400, 422}


def test_a_text_in_the_place_of_the_picture_is_refused(trader: Program) -> None:
    answer = trader.post("/analyses", data=WISH | {"image": "words"})

    assert named(answer) == (422, "invalid")


def test_an_exchange_that_is_silent_costs_no_question(
    desk: ApiDesk, offline: ApiDesk, stand_in: StandIn
) -> None:
    silent = replace(desk.door, open_resources=offline.door.open_resources)
    program = program_of(replace(desk, door=silent), Scope.TRADE)

    assert named(upload(program)) == (503, "exchange-silent")
    assert stand_in.questions() == []
