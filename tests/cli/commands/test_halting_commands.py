import json
from collections.abc import Callable

import pytest

from tests.fixtures.owner import Owner
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER


@pytest.fixture
def desk(use_desk: Callable[[Venue], str], venue: Venue) -> Venue:
    use_desk(venue)
    return venue


def test_a_halt_holds_until_somebody_resumes_with_a_reason(
    autotrader: Callable, desk: Venue
) -> None:
    del desk
    halted = autotrader("halt", "--reason", "leaving for a week", "--by", "Ada", "--json")
    answer = json.loads(halted.out)
    assert (halted.code, answer["settled"]) == (0, True)
    assert (answer["halt"]["pulled_by"], answer["halt"]["policy"]) == ("Ada", "keep")

    resumed = autotrader("resume", "--reason", "back again", "--by", "Bob", "--json")
    (released,) = json.loads(resumed.out)["halts"]
    assert resumed.code == 0
    assert (released["resumed_by"], released["resume_reason"]) == ("Bob", "back again")

    assert autotrader("resume", "--reason", "again").out == (
        "Nothing was halted; entries are allowed.\n"
    )


def test_flatten_closes_what_the_account_holds(
    autotrader: Callable, desk: Venue, owner: Owner
) -> None:
    owner.buy("SOLUSDT", "2")
    ran = autotrader("halt", "--reason", "market breaks", "--by", "Ada", "--policy", "flatten")
    assert (ran.code, ran.out) == (0, "Halted by Ada: market breaks (flatten).\n")
    assert desk.gateway.positions() == []


@pytest.mark.parametrize("command", ["halt", "resume"])
@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_nobody_halts_or_resumes_without_a_reason(
    autotrader: Callable, desk: Venue, command: str, reason: tuple[str, ...]
) -> None:
    del desk
    assert autotrader(command, *reason).code == 2


def test_a_halt_holds_while_the_exchange_is_silent_and_resuming_waits_for_it(
    autotrader: Callable, desk: Venue, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.buy("SOLUSDT", "2")
    silent = pytest.MonkeyPatch()
    silent.setenv("AUTOTRADER_EXCHANGE_BASE_URL", "http://127.0.0.1:9")
    halted = autotrader("halt", "--reason", "go flat", "--policy", "flatten", "--json")
    silent.undo()
    del monkeypatch
    assert halted.code == 0
    assert json.loads(halted.out)["settled"] is False
    assert "does not answer" in halted.err

    # Asking to resume carries out what is left first.
    assert autotrader("resume", "--reason", "seen").code == 0
    assert desk.gateway.positions() == []
