"""Shorter candles are found where they are, chosen where they fill the bars, and never guessed."""

from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from adapters.candle_files.folder import FolderCandles
from db.queries.backtests import backtest
from db.unit_of_work import read_session
from tasks.backtesting.archive import Archive
from tasks.backtesting.finding_finer import find_finer
from tasks.backtesting.keeping import keep_report
from tasks.backtesting.past import Past
from tasks.backtesting.questions import FinerCandles, Question, SweepQuestion
from tasks.backtesting.running import QUICK, judge, run_case
from tasks.backtesting.sweeps import prepare_sweep
from tests.fixtures.candle_folder import START, SYMBOLS, write_candles
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import BadDataError, NoCandlesError

HOURS = 100
UNTIL = START + HOURS * timedelta(hours=1)

Write = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_candles(tmp_path, bars=HOURS)


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes shorter candles of every symbol that repeat their hour; some hours may be missing."""

    def written(
        interval: Interval,
        *,
        without: Collection[int] = (),
        symbols: Collection[str] = SYMBOLS,
        **changed: float,
    ) -> None:
        for symbol in symbols:
            hours = parquet.read_table(folder / f"{symbol}_1h.parquet").to_pydict()
            each = Interval.H1.length // interval.length
            length_ms = int(interval.length.total_seconds() * 1000)
            kept = np.repeat(~np.isin(np.arange(HOURS), list(without)), each)
            table = {name: np.repeat(values, each)[kept] for name, values in hours.items()}
            opened = np.arange(HOURS * each) * length_ms + hours["ts_ms"][0]
            table |= {"ts_ms": opened[kept]}
            table |= {name: np.full(kept.sum(), value) for name, value in changed.items()}
            parquet.write_table(pa.table(table), folder / f"{symbol}_{interval}.parquet")

    return written


@pytest.fixture
def question(folder: Path) -> Question:
    return Question(
        strategy="sma-cross", symbols=SYMBOLS, since=START, until=UNTIL, folder=folder,
        parameters={"fast": "3", "slow": "8"}, rules={"stop": 0.004, "target": 0.004},
    )  # fmt: skip


def found(question: Question, finer: FinerCandles | None = None) -> set[Interval]:
    """The lengths that are looked at, for all symbols or for none."""
    assert question.folder is not None
    asked, source = question.model_copy(update={"finer": finer}), FolderCandles(question.folder)
    span = Span(question.since, question.until)
    series = [
        source.series(symbol, question.interval, since=span.since, until=span.until)
        for symbol in question.symbols
    ]
    finer_series = find_finer(asked, source, span, series)
    assert set(finer_series) in (set(), set(SYMBOLS))
    return {one.interval for one in finer_series.values()}


@pytest.mark.parametrize(
    ("finer", "wanted"),
    [
        (None, {Interval.M5}),
        (FinerCandles.FINEST, {Interval.M5}),
        (FinerCandles.M15, {Interval.M15}),
        (FinerCandles.NONE, set()),
    ],
)
def test_the_finest_that_is_there_decides_unless_another_is_named(
    question: Question, write: Write, finer: FinerCandles | None, wanted: set[Interval]
) -> None:
    write(Interval.M15)
    write(Interval.M5)
    assert found(question, finer) == wanted


def test_candles_that_are_as_long_as_the_bars_look_into_nothing(
    question: Question, write: Write
) -> None:
    assert found(question) == set()
    write(Interval.M15)
    assert found(question.model_copy(update={"interval": Interval.M15})) == set()


def test_candles_of_one_symbol_alone_are_not_chosen(question: Question, write: Write) -> None:
    write(Interval.M5, symbols=SYMBOLS[:1])
    write(Interval.M15)
    assert found(question) == {Interval.M15}


@pytest.mark.parametrize(
    ("missing", "wanted"), [(range(10), {Interval.M5}), (range(11), {Interval.M15})]
)
def test_candles_that_leave_too_many_bars_empty_give_way_to_longer_ones(
    question: Question, write: Write, missing: range, wanted: set[Interval]
) -> None:
    write(Interval.M5, without=missing)
    write(Interval.M15)
    assert found(question) == wanted


def test_candles_of_another_time_are_as_good_as_none(question: Question, write: Write) -> None:
    write(Interval.M5, without=range(HOURS // 2, HOURS))
    later = question.between(START + 60 * timedelta(hours=1), UNTIL)
    assert found(later) == set()
    with pytest.raises(NoCandlesError, match="no candle from"):
        found(later, FinerCandles.M5)


def test_what_is_named_must_be_there(question: Question) -> None:
    with pytest.raises(NoCandlesError, match="no file holds BTCUSDT 1m"):
        found(question, FinerCandles.M1)


def test_impossible_candles_are_not_passed_over(question: Question, write: Write) -> None:
    write(Interval.M5, low=1e9)
    with pytest.raises(BadDataError):
        found(question)


def test_a_backtest_looks_inside_and_says_so(
    free_archive: Past, question: Question, write: Write
) -> None:
    write(Interval.M5, without=range(5))
    case = free_archive.read(question)
    report = judge(case, run_case(case), QUICK)
    assert {(one.interval, one.share) for one in report.inside} == {(Interval.M5, 0.95)}
    assert "candle of 5m" in next(one for one in report.badges if one.name == "ambiguity").sentence
    plain = free_archive.read(question.model_copy(update={"finer": FinerCandles.NONE}))
    assert plain.loaded.data_hash != case.loaded.data_hash
    assert judge(plain, run_case(plain), QUICK).inside == ()


def test_a_sweep_looks_inside_only_where_it_is_asked_to(
    free_archive: Past, question: Question, write: Write
) -> None:
    write(Interval.M15)
    sweep = _sweep(question)
    assert prepare_sweep(free_archive, sweep).market.finer == {}
    asked = _sweep(question.model_copy(update={"finer": FinerCandles.FINEST}))
    assert set(prepare_sweep(free_archive, asked).market.finer) == set(SYMBOLS)


def _sweep(question: Question) -> SweepQuestion:
    return SweepQuestion(base=question, grids=("fast=2,3",))


def test_what_was_looked_at_is_stored_beside_the_figures(
    archive: Archive, question: Question, write: Write
) -> None:
    write(Interval.M15, without=range(5))
    case = archive.read(question)
    stored = keep_report(archive, case, judge(case, run_case(case), QUICK))
    with read_session(archive.kept_in) as session:
        found = backtest(session, stored)
    assert found is not None
    assert found.metrics is not None
    filled = {"interval": "15m", "share": 0.95}
    assert found.metrics["inside_bars"] == [{"symbol": one, **filled} for one in SYMBOLS]
