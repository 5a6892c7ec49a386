"""Studying a symbol: look, draw, ask, judge; only the look is repeated by the scheduler."""

from dataclasses import replace

import pytest
from prefect import Task, flow

from tasks import market, study
from tasks.resources import Resources
from tasks.study import Study, study_symbol
from tests.fixtures.desks import LongOf, flat, silent, with_analyst
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import KLINE, ScriptedProxy, lost_before
from trading.analysis import Abstention, Analysis
from trading.chart import ChartImage
from trading.instruments import Instrument
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

STEPS: tuple[Task[..., object], ...] = (
    market.look_at_market,
    study.study_symbol,
)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler's pauses between attempts; how often it tries stays."""
    for step in STEPS:
        monkeypatch.setattr(step, "retry_delay_seconds", [0.0] * step.retries)


@flow(name="study-of-a-test")
def scheduled(resources: Resources, instrument: Instrument) -> Study:
    """A study as a cycle runs it: only a run of Prefect's tries a step again."""
    studied: Study = study_symbol(resources, instrument, None)
    return studied


@pytest.fixture
def calm(quiet_desk: Resources) -> Instrument:
    (found,) = quiet_desk.gateway.instruments([CALM])
    return found


def test_a_signal_comes_with_everything_it_rests_on(
    quiet_desk: Resources, calm: Instrument
) -> None:
    seen: list[bytes] = []

    def looking(snapshot: MarketSnapshot, chart: ChartImage) -> Analysis:
        seen.append(chart.png)
        return LongOf()(snapshot, chart)

    done = study_symbol(with_analyst(quiet_desk, looking), calm, None)

    assert done.judgement.refused is None
    assert done.judgement.signal is not None
    assert done.snapshot is not None
    assert done.chart is not None
    assert seen == [done.chart.png]
    assert done.judgement.signal.snapshot_hash == done.snapshot.hash
    assert isinstance(done.answer, Analysis)


def test_a_flat_answer_is_kept_with_its_picture(quiet_desk: Resources, calm: Instrument) -> None:
    done = study_symbol(with_analyst(quiet_desk, flat), calm, None)

    assert done.judgement.refused is not None
    assert done.judgement.refused.reason is Reason.ANALYST_FLAT
    assert done.chart is not None


def test_an_analyst_that_says_nothing_is_kept_as_such(
    quiet_desk: Resources, calm: Instrument
) -> None:
    done = study_symbol(with_analyst(quiet_desk, silent), calm, None)

    assert isinstance(done.answer, Abstention)
    assert done.judgement.refused is not None
    assert done.judgement.refused.reason is Reason.ANALYST_ABSTAINED


def test_a_signal_against_the_rules_is_refused(quiet_desk: Resources, calm: Instrument) -> None:
    far = LongOf(stop=LongOf().stop * 10)

    done = study_symbol(with_analyst(quiet_desk, far), calm, None)

    assert done.judgement.refused is not None
    assert done.judgement.refused.reason is Reason.SIGNAL_STOP_DISTANCE


def test_a_market_that_cannot_be_trusted_is_not_studied(
    quiet_desk: Resources, calm: Instrument
) -> None:
    unknown = replace(calm, symbol="NOSUCHUSDT")

    done = study_symbol(quiet_desk, unknown, None)

    assert (done.snapshot, done.chart, done.answer) == (None, None, None)
    assert isinstance(done.judgement.refused, Refused)
    assert done.judgement.refused.reason is Reason.DATA_INSTRUMENT


def test_an_exchange_out_of_reach_is_tried_again_and_then_the_reason(
    quiet_desk: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.always(KLINE, lost_before)

    done = scheduled(quiet_desk, calm)

    assert done.judgement.refused is not None
    assert done.judgement.refused.reason is Reason.DATA_EXCHANGE
    assert "no answer" in done.judgement.refused.detail
    # Three reads of the gateway, each time in three runs of the step.
    assert len(quiet_proxy.calls(KLINE)) == 9


def test_an_exchange_that_comes_back_is_studied_after_all(
    quiet_desk: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.script(KLINE, *[lost_before] * 4)

    done = scheduled(quiet_desk, calm)

    assert done.snapshot is not None
    # The fifth brings the candles, the one after it bitcoin's.
    assert len(quiet_proxy.calls(KLINE)) == 6
