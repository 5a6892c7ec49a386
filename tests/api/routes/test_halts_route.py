"""A program stops the account at once; only the owner's own hand lets it trade again."""

import pytest

from api.desk import ApiDesk
from db.repositories import risk_state
from db.unit_of_work import read_session
from tests.api.programs import Program, named, program_of
from tests.fixtures.owner import Owner
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with
from tests.fixtures.simulator import Venue
from trading.api_access import Scope

pytestmark = ONE_WORKER


def is_halted(desk: ApiDesk) -> bool:
    with read_session(desk.door.sessions) as session:
        return risk_state.get(session, desk.door.account).is_halted


def test_a_halt_holds_while_the_exchange_is_silent_and_resuming_waits_for_it(
    offline: ApiDesk, trader: Program
) -> None:
    halted = trader.post("/halt", {"reason": "  enough "})

    assert halted.status_code == 200
    told = halted.json()
    assert (told["reason"], told["policy"], told["settled_at"]) == ("enough", "keep", None)
    assert told["pulled_by"].startswith("api:trade-")
    assert is_halted(offline)
    assert trader.get("/halts").json() == {"halts": [told]}

    answer = program_of(offline, Scope.ADMIN).post("/resume", {"reason": "back"})
    assert named(answer) == (503, "exchange-silent")
    assert is_halted(offline)


def test_nothing_is_halted_at_first(reader: Program) -> None:
    assert reader.get("/halts").json() == {"halts": []}


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x", "force": "perhaps"}])
def test_nobody_resumes_without_a_reason(offline: ApiDesk, body: dict[str, str]) -> None:
    assert named(program_of(offline, Scope.ADMIN).post("/resume", body)) == (422, "invalid")


def test_flatten_closes_what_is_held_and_resuming_releases_it(
    online: ApiDesk, venue: Venue, owner: Owner
) -> None:
    owner.buy("SOLUSDT", "2")
    program = program_of(online, Scope.ADMIN)

    halted = program.post("/halt", {"reason": "market breaks", "policy": "flatten"}).json()

    assert halted["settled_at"] is not None
    assert venue.gateway.positions() == []
    resumed = program.post("/resume", {"reason": "understood"}).json()
    (released,) = resumed["halts"]
    assert (released["id"], released["resume_reason"]) == (halted["id"], "understood")
    assert released["resumed_by"].startswith("api:admin-")
    assert not is_halted(online)
    assert program.post("/resume", {"reason": "again"}).json() == {"halts": []}


def test_resuming_waits_for_what_is_still_to_be_done_unless_it_is_forced(
    online: ApiDesk, proxy: ScriptedProxy
) -> None:
    proxy.script("/v5/order/cancel-all", *[refused_with(10001, "not now")] * 9)
    program = program_of(online, Scope.ADMIN)
    assert program.post("/halt", {"reason": "enough"}).json()["settled_at"] is None

    answer = program.post("/resume", {"reason": "back"})

    assert named(answer) == (409, "still-winding-down")
    assert answer.json()["detail"].startswith("manual is not carried out yet")
    assert is_halted(online)
    forced = program.post("/resume", {"reason": "by hand", "force": True})
    assert [one["kind"] for one in forced.json()["halts"]] == ["manual"]
    assert not is_halted(online)
