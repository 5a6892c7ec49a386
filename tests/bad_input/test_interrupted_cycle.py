"""Ctrl-C while a cycle's orders are under way, at the worst moment: executed and not answered."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, select

from db.models import DecisionRow, IntentRow
from tests.bad_input.breakout_market import SYMBOLS
from tests.bad_input.commands import Command, Told, begin, ended
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import CREATE, Forward, ScriptedProxy, Seen
from tests.fixtures.simulator import Venue
from trading.intent_states import IntentState

pytestmark = [ONE_WORKER, pytest.mark.slow]


@pytest.fixture
def proxy(venue: Venue) -> Iterator[ScriptedProxy]:
    """A way to the exchange on which somebody presses Ctrl-C."""
    opened = ScriptedProxy(venue.rest)
    yield opened
    opened.close()


@pytest.fixture
def interrupted(
    proxy: ScriptedProxy, desk: dict[str, Any], tmp_path: Path
) -> Callable[[], tuple[Told, list[psutil.Process]]]:
    """Run a cycle until its first order is executed, press Ctrl-C, and lose the answer."""

    def run_one() -> tuple[Told, list[psutil.Process]]:
        family: list[psutil.Process] = []

        def press(seen: Seen, forward: Forward) -> None:
            forward(seen)
            family.extend(psutil.Process(running.pid).children(recursive=True))
            os.killpg(running.pid, signal.SIGINT)

        proxy.script(CREATE, press)
        running = begin("cycle", cwd=tmp_path, **{**desk, "exchange_base_url": proxy.url})
        return ended(running), family

    return run_one


def test_no_order_is_lost_or_doubled_and_the_desk_goes_on(
    interrupted: Callable[[], tuple[Told, list[psutil.Process]]],
    command: Command,
    desk: dict[str, Any],
    venue: Venue,
    engine: Engine,
) -> None:
    told, family = interrupted()

    assert told.code == 130
    assert "Execution was aborted by an interrupt signal" in told.err
    assert "Traceback" not in told.err
    assert psutil.wait_procs(family, timeout=5)[1] == []
    promised = intents(engine)
    assert {symbol for symbol, _ in promised} <= set(SYMBOLS)
    assert IntentState.REFUSED not in promised.values()

    # What was sent and not heard of is looked up when its request has expired.
    venue.advance(timedelta(minutes=2))
    synced = command("sync", "--json", **desk)
    assert (synced.code, synced.answer["discrepancies_open"]) == (0, 0)

    sent = entries(venue)
    assert len(sent) == len(set(sent)) > 0
    ended_well = {link for (_, link), state in intents(engine).items() if state == "filled"}
    assert set(sent) == ended_well
    assert all(state.is_final for state in intents(engine).values())
    assert outcomes_missing(engine) == 0

    same_slot = command("cycle", "--json", **desk)
    assert same_slot.answer["skipped"].startswith("already_claimed: ")
    venue.advance(timedelta(hours=1))
    next_slot = command("cycle", "--json", **desk)
    assert (next_slot.code, next_slot.answer["skipped"]) == (0, "")
    assert set(sent) <= set(entries(venue))
    assert len(entries(venue)) == len(set(entries(venue))) <= len(SYMBOLS)


def intents(engine: Engine) -> dict[tuple[str, str], IntentState]:
    with engine.connect() as connection:
        found = connection.execute(select(IntentRow.symbol, IntentRow.link_id, IntentRow.state))
        return {(symbol, link): state for symbol, link, state in found}


def outcomes_missing(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(
            connection.execute(
                select(DecisionRow.symbol).where(DecisionRow.outcome.is_(None))
            ).all()
        )


def entries(venue: Venue) -> list[str]:
    """The link ids of the orders that the exchange took from the desk."""
    links = (order["orderLinkId"] for order in venue.records()["orders"])
    return [link for link in links if link]
