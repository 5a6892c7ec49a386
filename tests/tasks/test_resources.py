"""Opening a run: what must be right before anything is traded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.bybit.gateway import BybitGateway
from adapters.chart_image import render_chart
from tasks.charts import chart_input
from tasks.resources import Resources, open_resources, refuse_withdrawal_right
from tasks.sync import synchronise
from tests.fixtures.desks import NO_CHART, settings_of
from tests.fixtures.simulator import Venue
from tests.trading.builders import NOW, snapshot
from trading.analysis import Abstention, Analysis
from trading.errors import ExchangeHaltedError, ExchangeRetryableError, MisconfiguredError
from trading.technical_analyst import NAME


def test_a_replayed_market_keeps_its_own_time(quiet_desk: Resources) -> None:
    assert quiet_desk.clock_skew is None
    assert quiet_desk.now() == quiet_desk.gateway.server_time()


def test_who_knows_the_time_of_a_market_need_not_ask_for_it(
    quiet_venue: Venue, desk_database_url: str
) -> None:
    settings = settings_of(quiet_venue, desk_database_url)

    with open_resources(settings, role="test", clock=lambda: NOW) as resources:
        assert (resources.now(), resources.clock_skew) == (NOW, None)


def test_a_desk_waits_as_long_as_a_request_can_be_on_its_way(quiet_desk: Resources) -> None:
    assert quiet_desk.desk.settle_time == timedelta(seconds=2)


def test_the_built_in_analyst_reads_the_charts(quiet_venue: Venue, desk_database_url: str) -> None:
    with open_resources(settings_of(quiet_venue, desk_database_url), role="test") as resources:
        answer = resources.analyst(snapshot(), NO_CHART)

    assert isinstance(answer, Analysis | Abstention)
    assert isinstance(answer, Abstention) or answer.analyst == NAME


@pytest.mark.parametrize("charts", [1, 50])
def test_a_picture_is_the_same_wherever_it_is_drawn(
    quiet_venue: Venue, desk_database_url: str, charts: int
) -> None:
    settings, shown = settings_of(quiet_venue, desk_database_url), chart_input(snapshot())

    with open_resources(settings, role="test", charts=charts) as resources:
        assert resources.render(shown) == render_chart(shown)


def test_a_wrong_model_keeps_nothing_but_a_question_from_its_work(
    quiet_venue: Venue, desk_database_url: str
) -> None:
    settings = settings_of(quiet_venue, desk_database_url, analyst="openai")

    with open_resources(settings, role="test") as resources:
        assert synchronise(resources).positions == 0
        for _ in range(2):
            with pytest.raises(MisconfiguredError, match="needs an API key"):
                resources.analyst(snapshot(), NO_CHART)


def test_a_database_that_was_not_migrated_opens_no_run(
    quiet_venue: Venue, empty_database_url: str
) -> None:
    settings = settings_of(quiet_venue, empty_database_url)

    with (
        pytest.raises(MisconfiguredError, match="autotrader db upgrade"),
        open_resources(settings, role="test"),
    ):
        pytest.fail("it opened")


def test_an_exchange_out_of_reach_opens_no_run(quiet_venue: Venue, desk_database_url: str) -> None:
    settings = settings_of(quiet_venue, desk_database_url, exchange_base_url="http://127.0.0.1:9")

    with (
        pytest.raises(ExchangeRetryableError, match="no connection"),
        open_resources(settings, role="test"),
    ):
        pytest.fail("it opened")


def test_a_wrong_key_opens_no_run(quiet_venue: Venue, desk_database_url: str) -> None:
    stranger = replace(quiet_venue, api_key="somebody-else")

    with (
        pytest.raises(ExchangeHaltedError, match="10003"),
        open_resources(settings_of(stranger, desk_database_url), role="test"),
    ):
        pytest.fail("it opened")


@pytest.mark.parametrize(
    ("permission", "error", "message"),
    [
        ("withdraw", MisconfiguredError, "may withdraw money; make one that may only trade"),
        ("read", ExchangeHaltedError, "the API key may not trade contracts"),
    ],
)
def test_a_key_with_the_wrong_rights_opens_no_run(
    open_venue: Callable[..., Venue], permission: str, error: type[Exception], message: str
) -> None:
    gateway: BybitGateway = open_venue("--symbols", "BTCUSDT", "--permission", permission).gateway

    with pytest.raises(error, match=message):
        refuse_withdrawal_right(gateway)
