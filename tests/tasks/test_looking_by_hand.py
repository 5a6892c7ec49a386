"""A market looked at by hand is seen with its position, and how long the desk has held that."""

from datetime import timedelta

import pytest

from tasks.by_hand import look
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM
from tests.fixtures.simulator import Venue
from trading.analysis import Action
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot


@pytest.fixture
def desk(open_desk: OpenDesk) -> Resources:
    """A desk that has looked at its account once."""
    opened = open_desk()
    synchronise(opened)
    return opened


def looked(desk: Resources) -> MarketSnapshot:
    snapshot = look(desk, CALM)
    assert isinstance(snapshot, MarketSnapshot), snapshot
    return snapshot


def test_a_position_of_the_desk_has_an_age(desk: Resources, venue: Venue) -> None:
    assert looked(desk).bars_held is None
    enter(desk, CALM)
    venue.advance(timedelta(minutes=1))
    synchronise(desk)

    fresh = looked(desk)
    venue.advance(timedelta(hours=2))
    later = looked(desk)

    assert (fresh.bars_held, later.bars_held) == (0, 2)
    assert later.position is not None
    assert later.allowed_actions == (Action.FLAT,)


def test_a_position_that_the_desk_did_not_open_has_none(desk: Resources, owner: Owner) -> None:
    owner.buy(CALM, "1")

    snapshot = looked(desk)

    assert snapshot.position is not None
    assert snapshot.bars_held is None


def test_a_market_that_is_not_listed_is_not_looked_at(desk: Resources) -> None:
    refused = look(desk, "NOSUCHUSDT")

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.DATA_INSTRUMENT
