"""The owner's word at the command line: the same order, limits and single sending."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from config.settings import Settings
from db.engine import open_engine
from db.keys import AccountKey
from db.repositories import approvals
from db.unit_of_work import session_factory, unit_of_work
from tasks.clock import wall_time
from tasks.resources import open_resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.fixtures.desks import NOWHERE, new_account
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, passed_on, refused_with
from tests.fixtures.simulator import Venue
from tests.tasks.approving import proposed
from trading.positions import Direction
from trading.proposals import Proposal, ProposedOrder

pytestmark = ONE_WORKER

ORDER = ProposedOrder(
    link_id=f"link-{uuid4().hex[:12]}",
    symbol="BTCUSDT",
    direction=Direction.LONG,
    quantity=Decimal("0.01"),
    entry_price=Decimal(60000),
    stop_loss=Decimal(59000),
    take_profit=Decimal(63000),
    leverage=Decimal(3),
    risk_usdt=Decimal("10.66"),
)


@pytest.fixture
def ask(use_desk: Callable[[Venue], str], venue: Venue) -> Callable[[], Proposal]:
    """Puts one order before the owner."""
    use_desk(venue)

    def one() -> Proposal:
        with open_resources(Settings.load(env_file=None), role="test") as resources:
            record_account.fn(resources, read_account.fn(resources))
            return proposed(resources)

    return one


def answer_of(out: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(out.splitlines()[-1])
    return found


def test_an_approved_order_is_filled_and_listed(
    autotrader: Callable, ask: Callable[[], Proposal]
) -> None:
    short = str(ask().id)[-12:]
    done = autotrader("approve", short, "--yes", "--json")
    assert done.code == 0, done.err
    answer = answer_of(done.out)
    assert answer["ruling"] == "approved"
    assert isinstance(answer["order"], dict)
    assert answer["order"]["state"] == "filled"

    again = autotrader("approve", short, "--yes", "--json")
    assert (again.code, answer_of(again.out)["ruling"]) == (3, "already_answered")
    (listed,) = answer_of(autotrader("approvals", "--json").out)["approvals"]  # type: ignore[misc]
    assert listed["state"] == "approved"
    assert listed["carried_out_at"] is not None


def test_a_rejected_order_is_not_sent(
    autotrader: Callable, ask: Callable[[], Proposal], venue: Venue
) -> None:
    proposal = ask()
    done = autotrader("reject", str(proposal.id))
    assert (done.code, done.out.startswith("rejected: rejected by")) == (0, True)
    assert venue.records()["orders"] == []
    assert "rejected" in autotrader("approvals").out


def test_what_a_silent_exchange_kept_back_is_left_to_the_next_sync(
    autotrader: Callable, ask: Callable[[], Proposal], proxy: ScriptedProxy, use_settings: Callable
) -> None:
    short = str(ask().id)[-12:]
    use_settings({"EXCHANGE_BASE_URL": proxy.url})
    # The market is looked at for the answer, and once more before the order.
    proxy.script("/v5/market/tickers", passed_on, *[refused_with(10016, "busy")] * 9)
    done = autotrader("approve", short, "--yes", "--json")
    answer = answer_of(done.out)
    assert (done.code, answer["ruling"], answer["order"]) == (1, "approved", None)
    assert answer["is_left_to_sync"] is True
    assert "next sync" in done.err
    (listed,) = answer_of(autotrader("approvals", "--json").out)["approvals"]  # type: ignore[misc]
    assert (listed["state"], listed["carried_out_at"]) == ("approved", None)


def test_a_yes_into_a_maintenance_is_none(
    autotrader: Callable, ask: Callable[[], Proposal], venue: Venue
) -> None:
    short = str(ask().id)[-12:]
    venue.fault("plat.maintenance", announce_s=600, for_s=3600)
    done = autotrader("approve", short, "--yes", "--json")
    answer = answer_of(done.out)
    assert (done.code, answer["ruling"], answer["order"]) == (3, "rejected", None)
    assert "under maintenance" in str(answer["detail"])
    assert venue.records()["orders"] == []


def test_a_number_that_names_nothing_lists_what_waits(
    autotrader: Callable, ask: Callable[[], Proposal]
) -> None:
    proposal = ask()
    done = autotrader("reject", "nothing")
    assert done.code == 2
    assert str(proposal.id) in "".join(done.err.split())


def test_a_no_holds_while_the_exchange_is_silent(
    autotrader: Callable, use_settings: Callable, desk_database_url: str
) -> None:
    use_settings(
        {
            "ACCOUNT": new_account(),
            "DATABASE_URL": desk_database_url,
            "EXCHANGE_BASE_URL": NOWHERE,
            "EXCHANGE_API_KEY": "key",
            "EXCHANGE_API_SECRET": "secret",
        }
    )
    settings, now = Settings.load(env_file=None), wall_time()
    proposal = Proposal(uuid4(), ORDER, now, now + timedelta(minutes=15))
    with (
        open_engine(desk_database_url) as engine,
        unit_of_work(session_factory(engine)) as session,
    ):
        approvals.add(session, AccountKey(settings.environment, settings.account), proposal)
    done = autotrader("reject", str(proposal.id))
    assert (done.code, done.out.startswith("rejected: rejected by")) == (0, True), done.err
