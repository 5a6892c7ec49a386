"""A process that draws: the same pictures, whether it draws them, dies or was never there."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from multiprocessing import Pipe
from threading import Thread

import pytest
from structlog.testing import capture_logs

from adapters.chart_image import render_chart
from adapters.chart_process import ChartProcess, drawn_beside
from adapters.chart_worker import draw_all
from trading.chart import ChartImage, ChartInput
from trading.chart_masking import anonymised, rebasing_of

Draft = Callable[..., ChartInput]


def drawn_here(chart: ChartInput) -> ChartImage:
    """The picture, with a mark of who drew it."""
    return replace(render_chart(chart), renderer="here")


@pytest.fixture(scope="module")
def running() -> Iterator[ChartProcess]:
    with closing(ChartProcess(timedelta(minutes=1))) as process:
        yield process


@pytest.fixture
def stopped() -> Iterator[ChartProcess]:
    """A process that draws nothing, because it stands still."""
    with closing(ChartProcess(timedelta(milliseconds=20))) as process:
        os.kill(process.pid, signal.SIGSTOP)
        yield process


def test_it_draws_what_would_be_drawn_here(running: ChartProcess, draft: Draft) -> None:
    dated = draft(count=200)
    charts = [dated, draft(count=3, tick="0.5"), anonymised(dated, rebasing_of(dated))]

    assert [running.draw(chart) for chart in charts] == [render_chart(chart) for chart in charts]


def test_everybody_gets_his_own_picture(running: ChartProcess, draft: Draft) -> None:
    charts = [draft(count=30, seed=f"{number:064}") for number in range(12)]

    with ThreadPoolExecutor(12) as threads:
        drawn = list(threads.map(running.draw, charts))

    assert drawn == [render_chart(chart) for chart in charts]


def test_ctrl_c_does_not_reach_it(running: ChartProcess, draft: Draft) -> None:
    assert running.draw(draft()) is not None
    os.kill(running.pid, signal.SIGINT)

    assert running.draw(draft()) is not None


def test_who_waits_for_a_process_that_dies_is_told(draft: Draft) -> None:
    with closing(ChartProcess()) as process, ThreadPoolExecutor(2) as threads:
        os.kill(process.pid, signal.SIGSTOP)
        waiting = [threads.submit(process.draw, draft()) for _ in range(2)]
        os.kill(process.pid, signal.SIGKILL)

        assert [one.result() for one in waiting] == [None, None]
        assert process.draw(draft()) is None


def test_a_process_that_stands_still_is_ended(stopped: ChartProcess, draft: Draft) -> None:
    with capture_logs() as told:
        assert stopped.draw(draft()) is None

    assert [line["log_level"] for line in told] == ["warning"]


def test_nothing_is_drawn_after_its_end(draft: Draft) -> None:
    process = ChartProcess()
    process.close()
    process.close()

    assert process.draw(draft()) is None


def test_what_is_not_drawn_beside_the_desk_is_drawn_by_it(draft: Draft) -> None:
    with drawn_beside(drawn_here, charts=20) as draw:
        drawn = [draw(draft())]
    drawn.append(draw(draft()))

    assert drawn == [render_chart(draft()), drawn_here(draft())]


def test_for_a_few_charts_no_process_is_started(draft: Draft) -> None:
    with drawn_beside(drawn_here, charts=3) as draw:
        assert draw(draft()) == drawn_here(draft())


def test_on_a_single_processor_no_process_is_started(
    monkeypatch: pytest.MonkeyPatch, draft: Draft
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    with drawn_beside(drawn_here, charts=20) as draw:
        assert draw(draft()) == drawn_here(draft())


def test_a_desk_that_cannot_start_a_process_draws(
    monkeypatch: pytest.MonkeyPatch, draft: Draft
) -> None:
    monkeypatch.setattr(sys, "executable", "/nobody/has/this")

    with capture_logs() as told, drawn_beside(render_chart, charts=20) as draw:
        assert draw(draft()) == render_chart(draft())

    assert [line["event"] for line in told] == ["no process for charts; the desk draws them"]


def test_the_worker_ends_when_nobody_asks_any_more(draft: Draft) -> None:
    ours, theirs = Pipe()
    worker = Thread(target=draw_all, args=(theirs,))
    worker.start()
    ours.send(draft())
    drawn: ChartImage = ours.recv()
    ours.close()
    worker.join()

    assert drawn == render_chart(draft())
    assert theirs.closed


def test_a_chart_that_cannot_be_drawn_ends_the_worker() -> None:
    ours, theirs = Pipe()
    ours.send("no chart")

    with ours, pytest.raises(AttributeError):
        draw_all(theirs)
