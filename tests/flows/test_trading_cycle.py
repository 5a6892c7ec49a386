"""A whole cycle through Prefect: every symbol leaves a decision, a slot runs once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterName,
)
from prefect.client.schemas.objects import Artifact, FlowRun
from sqlalchemy import select
from structlog.testing import capture_logs

from config.current import settings_in_force
from config.settings import Settings
from db.models import DecisionRow
from db.queries.runs import RunLine, recent_runs
from db.repositories import risk_state
from db.states import RunState
from db.unit_of_work import read_session, unit_of_work
from flows.position_sync import position_sync
from flows.trading_cycle import FLOW, run_cycle, trading_cycle
from tasks.manual import Reserved, Wish, execute, quote, reserve
from tasks.reports import CycleReport, publish_cycle
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import LongOf, settings_of, with_analyst, with_limits
from tests.fixtures.entering import enter
from tests.fixtures.plotted_market import CALM, FALLING, OPENS, RISING, SYMBOLS
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with
from tests.fixtures.simulator import Venue
from trading.chart import ChartImage
from trading.errors import ExchangeHaltedError
from trading.positions import Direction
from trading.reasons import Outcome, Reason, Refused, SkipReason

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]


@flow(name="cycle-of-a-test")
def cycle(resources: Resources, due: datetime | None = None) -> CycleReport:
    """A cycle with the analyst of the test."""
    report = run_cycle(resources, due)
    publish_cycle(report)
    return report


@pytest.fixture
def settings(venue: Venue, desk_database_url: str) -> Iterator[Settings]:
    """The settings that flows find; the analyst is the built-in one."""
    chosen = settings_of(venue, desk_database_url)
    with settings_in_force(chosen):
        yield chosen


@pytest.fixture
def desk(open_desk: OpenDesk, settings: Settings) -> Resources:
    """A view of the same account as the flows have."""
    return open_desk(account=settings.account)


def decisions_of(desk: Resources) -> dict[str, tuple[Outcome | None, Reason | None]]:
    with read_session(desk.sessions) as session:
        mine = select(DecisionRow).where(DecisionRow.account == desk.desk.account.account)
        return {row.symbol: (row.outcome, row.reason) for row in session.scalars(mine)}


def runs_of(desk: Resources) -> list[RunLine]:
    with read_session(desk.sessions) as session:
        return recent_runs(session, desk.desk.account, flow=FLOW)


def flow_runs(name: str) -> list[FlowRun]:
    wanted = FlowRunFilter(name=FlowRunFilterName(any_=[name]))
    with get_client(sync_client=True) as client:
        return client.read_flow_runs(flow_run_filter=wanted)


def newest_page() -> Artifact:
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["trading-cycle"]))
    with get_client(sync_client=True) as client:
        return max(client.read_artifacts(artifact_filter=wanted), key=lambda one: one.created)


def test_a_cycle_runs_once_and_tells_what_it_did(desk: Resources) -> None:
    report = trading_cycle(slot=OPENS)

    again = trading_cycle(slot=OPENS)

    assert [line.symbol for line in report.lines] == sorted(SYMBOLS)
    assert decisions_of(desk).keys() == set(SYMBOLS)
    assert all(outcome is not None for outcome, _ in decisions_of(desk).values())
    (run,) = runs_of(desk)
    assert (run.slot, run.state) == (OPENS, RunState.FINISHED)
    assert again.skipped == "already_claimed: slot 2026-01-11T20:00:00+00:00 is taken"
    named = flow_runs("cycle 2026-01-11 20:00")
    assert len(named) == 2
    assert run.lease_owner == "cycle 2026-01-11 20:00"


def test_a_cycle_trades_what_passes_and_refuses_the_rest(desk: Resources) -> None:
    limited = with_limits(with_analyst(desk, LongOf()), max_open_positions=2)

    report = cycle(limited)

    # The owner's order decides who gets the last free place.
    assert decisions_of(desk) == {
        FALLING: (Outcome.TRADED, Reason.ORDER_FILLED),
        RISING: (Outcome.TRADED, Reason.ORDER_FILLED),
        CALM: (Outcome.REFUSED, Reason.RISK_MAX_POSITIONS),
    }
    assert report.reasons == {"order.filled": 2, "risk.max_open_positions": 1}
    held = {position.symbol: position for position in desk.gateway.positions()}
    assert held.keys() == {FALLING, RISING}
    assert all(position.is_protected for position in held.values())
    page = newest_page()
    assert page.description == "Trading cycle of 2026-01-11 20:00 UTC"
    assert f"| {FALLING} | traded | order.filled |" in str(page.data)


def test_symbols_without_a_free_slot_are_decided_without_a_look(desk: Resources) -> None:
    asked: list[str] = []
    synchronise(desk)
    enter(with_analyst(desk, LongOf()), RISING)

    def note(snapshot: object, chart: ChartImage) -> object:
        asked.append(str(snapshot))
        return LongOf()(snapshot, chart)  # type: ignore[arg-type]

    limited = with_limits(with_analyst(desk, note), max_open_positions=1)  # type: ignore[arg-type]
    cycle(limited)

    with read_session(desk.sessions) as session:
        (run,) = recent_runs(session, desk.desk.account, flow=FLOW)
        rows = session.scalars(select(DecisionRow).where(DecisionRow.cycle_run_id == run.id)).all()
    assert {row.symbol: row.reason for row in rows} == {
        FALLING: Reason.CYCLE_NO_FREE_SLOT,
        RISING: Reason.CYCLE_POSITION_OPEN,
        CALM: Reason.CYCLE_NO_FREE_SLOT,
    }
    assert {row.outcome for row in rows} == {Outcome.SKIPPED}
    assert asked == []


def test_a_halted_desk_decides_every_symbol_and_sends_nothing(desk: Resources) -> None:
    with unit_of_work(desk.sessions) as session:
        key = desk.desk.account
        risk_state.halt(session, key, reason="a look", by="owner", now=desk.now())

    report = cycle(with_analyst(desk, LongOf()))

    assert report.reasons == {"cycle.halted": 3}
    assert {line.detail for line in report.lines} == {"halted by owner: a look"}
    assert desk.gateway.positions() == []


def test_a_symbol_that_does_not_exist_is_a_decision_too(open_desk: OpenDesk) -> None:
    desk = open_desk(symbols=(CALM, "NOSUCHUSDT"))

    report = cycle(desk)

    reasons = {line.symbol: (line.reason, line.detail) for line in report.lines}
    assert reasons[CALM] == ("order.filled", "")
    assert reasons["NOSUCHUSDT"] == (
        "data.instrument_not_tradable",
        "the exchange has no NOSUCHUSDT; correct AUTOTRADER_SYMBOLS",
    )


def test_a_late_cycle_is_skipped_with_a_page_that_says_so(desk: Resources, venue: Venue) -> None:
    venue.advance(timedelta(minutes=50))

    report = cycle(desk, OPENS)

    assert report.skipped.startswith("late: due 2026-01-11T20:00:00+00:00, started")
    assert runs_of(desk)[0].skip_reason is SkipReason.LATE
    assert "Skipped: late: due" in str(newest_page().data)


def test_a_cycle_that_fails_marks_its_slot_and_is_logged(
    open_desk: OpenDesk, venue: Venue, proxy: ScriptedProxy, desk_database_url: str
) -> None:
    proxy.always("/v5/position/list", refused_with(10003, "invalid key"))
    broken = settings_of(venue, desk_database_url, exchange_base_url=proxy.url)

    with (
        settings_in_force(broken),
        capture_logs() as logged,
        pytest.raises(ExchangeHaltedError, match="10003"),
    ):
        trading_cycle(slot=OPENS)

    (run,) = runs_of(open_desk(account=broken.account))
    assert run.state is RunState.FAILED
    assert run.detail.startswith("ExchangeHaltedError: GET /v5/position/list: retCode 10003")
    (line,) = [line for line in logged if line["event"] == "flow run ended badly"]
    assert (line["flow"], line["run"]) == (FLOW, "cycle 2026-01-11 20:00")
    assert "10003" in line["message"]


def test_a_sync_runs_as_a_flow_and_is_named_after_its_time(desk: Resources) -> None:
    report = position_sync(slot=OPENS)

    assert (report.read_at, report.discrepancies_open) == (desk.now(), 0)
    assert len(flow_runs("sync 2026-01-11 20:00")) >= 1


def test_a_manual_trade_and_two_cycles_at_once_never_exceed_the_limit(
    desk: Resources, open_desk: OpenDesk, settings: Settings
) -> None:
    limited = with_limits(with_analyst(desk, LongOf()), max_open_positions=2)
    synchronise(limited)
    last = desk.gateway.ticker(CALM).last
    wish = Wish(CALM, Direction.LONG, last * Decimal("0.98"), last * Decimal("1.04"))

    def by_hand() -> Reserved | Refused:
        quoted = quote(limited, wish)
        assert not isinstance(quoted, Refused)
        reserved = reserve(limited, quoted)
        if isinstance(reserved, Reserved):
            execute(limited, reserved)
        return reserved

    jobs: list[Callable[[], object]] = [
        lambda: cycle(limited, OPENS),
        lambda: cycle(limited, OPENS - timedelta(minutes=1)),
        by_hand,
    ]
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(job) for job in jobs]:
            done.result()

    assert len(desk.gateway.positions()) == 2
    # Of two at once one may find the other at work and skip its slot, as two desks must.
    assert len(runs_of(desk)) in (1, 2)
