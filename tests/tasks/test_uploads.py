"""An uploaded chart is decided once, in a run of its own, and is never sent."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from adapters.uploaded_image import read_upload
from config.settings import Settings
from db.keys import SlotKey
from db.models import ApprovalRow, CycleRunRow, DecisionRow, IntentRow
from db.repositories import slots
from db.repositories.decisions import pictures_of
from db.states import RunState
from db.unit_of_work import unit_of_work
from tasks.clock import wall_time
from tasks.entries import decide
from tasks.resources import Resources, open_resources
from tasks.sources import arm_of, reasons_of
from tasks.uploads import FLOW, Analysed, Upload, analyse_upload
from tests.adapters.uploads.pictures import encoded, picture
from tests.fixtures.desks import NO_CHART, claimed, flat, offline_resources, settings_of
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with
from tests.fixtures.simulator import Venue
from tests.fixtures.studies import agenda, remember, rows_of, study
from tests.tasks.model_analyst.asking_desk import KEY, PRICES, StandIn
from tests.tasks.model_analyst.conftest import _addresses, stand_in
from tests.trading import builders
from tests.trading.builders import NOW
from trading.candles import Interval
from trading.errors import ExchangeError, InvariantError
from trading.proposals import ApprovalPolicy, OrderSource

__all__ = ["_addresses", "stand_in"]

pytestmark = ONE_WORKER

CHART = read_upload(encoded(picture()))
MINE = Upload(CALM, Interval.H1, CHART)

Ask = Callable[..., Analysed]


@pytest.fixture
def settings(
    quiet_venue: Venue, quiet_proxy: ScriptedProxy, desk_database_url: str, stand_in: StandIn
) -> Settings:
    """A desk that looks at the quiet venue through the proxy and asks the stand-in."""
    model = {"base_url": stand_in.base_url, "api_key": KEY, "name": "stand-in-vision"}
    model |= {"price_file": str(PRICES), "cache": "refresh"}
    asks = {f"model_{name}": value for name, value in model.items()}
    return settings_of(quiet_venue, desk_database_url, exchange_base_url=quiet_proxy.url, **asks)


@pytest.fixture
def resources(settings: Settings) -> Iterator[Resources]:
    with open_resources(settings, role="test") as opened:
        yield opened


@pytest.fixture
def ask(settings: Settings, resources: Resources) -> Ask:
    """What becomes of an upload on this desk, by default one of the calm market."""

    def one(upload: Upload = MINE) -> Analysed:
        return analyse_upload(settings, resources, upload)

    return one


def stored(resources: Resources, table: Any) -> Sequence[Any]:
    of_account = table.account == resources.desk.account.account
    with resources.sessions() as session:
        return session.scalars(select(table).where(of_account).order_by(table.id)).all()


def test_many_at_one_moment_are_decided_apart(ask: Ask, resources: Resources) -> None:
    # Time stands still on the quiet venue.
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: ask(), range(4)))

    decided = {row.id: row for row in stored(resources, DecisionRow)}
    assert {one.decision.id for one in done} == decided.keys()
    moments = sorted(row.slot for row in decided.values())
    assert moments == [moments[0] + place * timedelta(microseconds=1) for place in range(4)]
    runs = stored(resources, CycleRunRow)
    assert [(run.flow, run.state) for run in runs] == [(FLOW, RunState.FINISHED)] * 4
    assert stored(resources, IntentRow) == []


def test_a_run_that_died_at_the_same_moment_is_ended_and_not_taken_over(
    ask: Ask, resources: Resources
) -> None:
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        slots.claim(
            session,
            SlotKey(resources.desk.account, FLOW, now),
            owner="dead",
            now=now,
            lease=timedelta(seconds=1),
            wall_time=wall_time() - timedelta(days=1),
        )

    decision = ask().decision

    dead, alive = sorted(stored(resources, CycleRunRow), key=lambda run: run.slot)
    assert (dead.state, dead.detail) == (RunState.FAILED, "the process that asked died")
    assert (alive.state, alive.slot) == (RunState.FINISHED, decision.slot)


def test_the_file_itself_is_named_by_its_run(ask: Ask, resources: Resources) -> None:
    ask()

    (run,) = stored(resources, CycleRunRow)
    assert run.detail == f"uploaded file {CHART.original_sha256}"


@pytest.mark.parametrize("symbol", [CALM, "NOSUCHUSDT"])
def test_only_a_picture_that_was_shown_is_named_as_shown(
    ask: Ask, resources: Resources, symbol: str
) -> None:
    done = ask(Upload(symbol, Interval.H1, CHART))

    (row,) = stored(resources, DecisionRow)
    assert row.chart_sha256 == CHART.sha256
    with resources.sessions() as session:
        shown = pictures_of(session, row.id)
    assert shown == ((CHART.sha256,) if symbol == CALM else ())
    assert (done.study.answer is None) is (symbol != CALM)


@pytest.mark.parametrize("proposes", [False, True])
def test_an_exchange_that_falls_silent_does_so_before_money_is_spent(
    ask: Ask, resources: Resources, quiet_proxy: ScriptedProxy, stand_in: StandIn, proposes: bool
) -> None:
    quiet_proxy.script("/v5/account/wallet-balance", *[refused_with(10016, "busy")] * 9)

    with pytest.raises(ExchangeError):
        ask(Upload(CALM, Interval.H1, CHART, proposes=proposes))

    assert stand_in.questions() == []
    assert stored(resources, DecisionRow) == []
    (run,) = stored(resources, CycleRunRow)
    assert (run.state, "busy" in run.detail) == (RunState.FAILED, True)


def test_another_timeframe_than_the_desks_is_looked_at(ask: Ask, resources: Resources) -> None:
    ask(Upload(CALM, Interval.M15, CHART))

    (row,) = stored(resources, DecisionRow)
    assert row.snapshot["interval"] == "15m"
    assert resources.desk.interval is Interval.H1


@pytest.mark.parametrize("symbol", ["", "BTC/USDT", " "])
def test_an_upload_of_nothing_is_refused(symbol: str) -> None:
    with pytest.raises(InvariantError, match="give one such as BTCUSDT"):
        Upload(symbol, Interval.H1, CHART)


def test_a_decision_is_kept_under_the_arm_of_its_source() -> None:
    assert {source: arm_of(source) for source in OrderSource} == {
        OrderSource.CYCLE: "main",
        OrderSource.HAND: "main",
        OrderSource.UPLOADED_CHART: "uploaded",
    }


def test_the_owner_reads_first_that_it_was_an_upload() -> None:
    said = flat(builders.snapshot(), NO_CHART)

    assert reasons_of(OrderSource.CYCLE, said) == "nothing to see; nor to do"
    assert reasons_of(OrderSource.UPLOADED_CHART, said) == (
        "from an uploaded chart, which nobody can prove to show this market; nothing to see; "
        "nor to do"
    )
    assert reasons_of(OrderSource.CYCLE, None) == ""


@pytest.mark.parametrize("policy", ApprovalPolicy)
def test_no_policy_lets_an_upload_become_an_order_by_itself(
    session_factory: sessionmaker[Session], policy: ApprovalPolicy
) -> None:
    opened = offline_resources(session_factory, now=NOW, approval=policy)
    remember(opened)
    run = claimed(opened, NOW, flow=FLOW)

    decided = decide.fn(opened, run, agenda(), study(opened), OrderSource.UPLOADED_CHART)

    assert (decided.reason, decided.entry) == (None, None)
    assert rows_of(opened, IntentRow) == []
    (asked,) = rows_of(opened, ApprovalRow)
    assert asked.decision_id == decided.decision_id
