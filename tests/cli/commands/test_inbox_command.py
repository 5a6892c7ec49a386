import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER
MINUTE = timedelta(minutes=1)
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def desk(use_desk: Callable[[Venue], str], venue: Venue, with_prefect: None) -> Venue:
    del with_prefect
    use_desk(venue)
    return venue


def test_a_position_from_before_the_desk_is_told_until_a_human_takes_it_on(
    autotrader: Callable, desk: Venue, owner: Owner
) -> None:
    assert "books and exchange agree" in autotrader("inbox").out
    owner.buy(CALM, "1")
    desk.advance(MINUTE * 5)
    autotrader("sync")
    desk.advance(MINUTE)
    autotrader("sync")
    (found,) = json.loads(autotrader("inbox", "--json").out)["discrepancies"]
    assert (found["kind"], found["subject"]) == ("unknown_position", f"{CALM}/one_way")
    assert found["escalated_at"] is not None
    assert "waits for a human: a position that no execution explains" in autotrader("inbox").out

    settled = autotrader("inbox", "ack", found["id"], "--by", "anna", "--note", "my hedge")

    assert settled.code == 0
    assert settled.out == f"Settled by anna: unknown_position of {CALM}/one_way.\n"
    autotrader("sync")
    assert json.loads(autotrader("inbox", "--json").out)["discrepancies"] == []
    assert "settled by anna: my hedge" in autotrader("inbox", "--all").out
    # Nothing was done to it, and when it changes it is news again.
    assert desk.gateway.positions()[0].quantity == 1
    again = autotrader("inbox", "ack", found["id"], "--by", "anna", "--note", "twice")
    assert (again.code, "No open difference" in again.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ack", NOBODY, "--by", "anna", "--note", "why"), 1),
        (("ack", NOBODY, "--by", " ", "--note", "why"), 2),
        (("ack", NOBODY, "--by", "anna"), 2),
        (("ack", "no-id", "--by", "anna", "--note", "why"), 2),
    ],
)
def test_a_wrong_acknowledgement_is_refused(
    autotrader: Callable,
    use_desk: Callable[[Venue], str],
    quiet_venue: Venue,
    words: tuple[str, ...],
    code: int,
) -> None:
    use_desk(quiet_venue)
    assert autotrader("inbox", *words).code == code
