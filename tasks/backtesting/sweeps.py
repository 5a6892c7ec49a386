"""A sweep from its first part to its best combination: begun, tried in parts, kept, resumed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from db.repositories import backtests
from db.states import BacktestKind, BacktestState
from db.unit_of_work import read_session, unit_of_work
from tasks.backtesting.archive import Archive
from tasks.backtesting.case import Case
from tasks.backtesting.keeping import described, require_same_data
from tasks.backtesting.part_results import PartResult
from tasks.backtesting.past import Past
from tasks.backtesting.plans import Part, plan_of
from tasks.backtesting.questions import FinerCandles, SweepQuestion
from tasks.backtesting.sweepable import require_sweepable
from tasks.backtesting.trying import Ground
from trading.backtest.stretches import Stretch, market_of
from trading.backtest.walk_forward import Window
from trading.errors import AutotraderError, MisconfiguredError

PARTS_A_WINDOW = 10_000
"""Numbers of parts that a window of a walk-forward has for itself."""

ASKED = "sweep"
"""Under this name among a sweep's parameters stands the whole question, to resume it by its id."""


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A sweep that runs. `windows` is empty where it is one over the whole time."""

    id: UUID
    question: SweepQuestion
    case: Case
    windows: tuple[Window, ...]

    @property
    def combinations(self) -> int:
        """How many runs it is in all."""
        return self.question.combinations() * max(len(self.windows), 1)

    def ground(self, window: int | None = None) -> Ground:
        """Where its combinations are tried: on all candles, or on those a window trains on."""
        stretch = None if window is None else self.training(window)
        return ground_of(self.question, self.case, stretch)

    def training(self, window: int) -> Stretch:
        """The time whose candles a window chooses by."""
        return Stretch(self.windows[window].train_from, self.windows[window].test_from)


def ground_of(question: SweepQuestion, case: Case, stretch: Stretch | None) -> Ground:
    """Where the combinations of a question are tried; without a stretch on all candles."""
    return Ground(
        question, case if stretch is None else case.over(market_of(case.market, stretch))
    )


def prepare_sweep(past: Past, question: SweepQuestion) -> Case:
    """The market and the strategy of a sweep that can be run.

    Raises:
        MisconfiguredError: it has no or too many combinations, or a rule that cannot be swept.
    """
    question.combinations()
    base = question.base
    if base.finer is None:
        # A thousand runs through every minute are what only who asks for them wants to wait for.
        base = base.model_copy(update={"finer": FinerCandles.NONE})
    case = past.read(base, varied=question.varied_rules())
    require_sweepable(case.source, question.model_copy(update={"base": case.question}))
    return case


def open_sweep(archive: Archive, question: SweepQuestion | None, resume: UUID | None) -> Sweep:
    """A new sweep of a question, or the rest of one that was interrupted.

    Raises:
        MisconfiguredError: neither is named, or it cannot be run.
    """
    if resume is not None:
        return resume_sweep(archive, resume)
    if question is None:
        message = "a sweep needs a question, or the id of an interrupted sweep to resume"
        raise MisconfiguredError(message)
    return begin_sweep(archive, question)


def begin_sweep(archive: Archive, question: SweepQuestion) -> Sweep:
    """A new sweep, known to the database from now on.

    Raises:
        MisconfiguredError: it cannot be run.
    """
    case = prepare_sweep(archive, question)
    # Written out: it may go on where, or when, the settings of the desk are others.
    question = question.model_copy(update={"base": case.question})
    sweep = Sweep(UUID(int=0), question, case, _windows(question, case))
    new = described(
        case,
        kind=BacktestKind.WALK_FORWARD if sweep.windows else BacktestKind.SWEEP,
        combinations=sweep.combinations,
    )
    new = replace(new, parameters={ASKED: question.model_dump(mode="json")})
    with unit_of_work(archive.kept_in) as session:
        return replace(sweep, id=backtests.begin(session, new, now=archive.now()))


def resume_sweep(archive: Archive, sweep_id: UUID) -> Sweep:
    """A sweep that was left, as it was asked then.

    Raises:
        MisconfiguredError: there is no such sweep, it has finished, or its candles changed.
    """
    with unit_of_work(archive.kept_in) as session:
        stored = backtests.go_on(session, sweep_id)
    question = SweepQuestion.model_validate(stored.parameters[ASKED])
    case = prepare_sweep(archive, question)
    require_same_data(case.loaded, stored.data_hash)
    return Sweep(sweep_id, question, case, _windows(question, case))


def done_parts(archive: Archive, sweep: Sweep, window: int = 0) -> dict[int, PartResult]:
    """The finished parts of a sweep, or of one window of it, by number."""
    first = window * PARTS_A_WINDOW
    with read_session(archive.kept_in) as session:
        stored = backtests.parts_of(session, sweep.id)
    return {
        number - first: PartResult.model_validate(results)
        for number, results in stored.items()
        if first <= number < first + PARTS_A_WINDOW
    }


def next_parts(sweep: Sweep, done: Mapping[int, PartResult], *, at_once: int) -> Iterator[Part]:
    """Parts that may run at the same time now; none when all is tried."""
    return plan_of(sweep.question, sweep.question.grid(), at_once=at_once).next_parts(done)


def keep_part(
    archive: Archive, sweep: Sweep, part: Part, result: PartResult, window: int = 0
) -> None:
    """Remember a finished part, so that an interrupted sweep need not try it again."""
    with unit_of_work(archive.kept_in) as session:
        backtests.add_part(
            session,
            sweep.id,
            window * PARTS_A_WINDOW + part.number,
            combinations=len(part.combinations),
            results=result.model_dump(mode="json"),
        )


@contextmanager
def left_when_interrupted(archive: Archive, sweep: Sweep) -> Iterator[None]:
    """A sweep that breaks off inside says so in the database, where it can be taken up again."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        _leave(archive, sweep, BacktestState.INTERRUPTED, "stopped before its end")
        raise
    except AutotraderError as error:
        _leave(archive, sweep, BacktestState.FAILED, str(error))
        raise


def _leave(archive: Archive, sweep: Sweep, state: BacktestState, detail: str) -> None:
    with unit_of_work(archive.kept_in) as session:
        backtests.break_off(session, sweep.id, state, detail=detail, now=archive.now())


def _windows(question: SweepQuestion, case: Case) -> tuple[Window, ...]:
    """The windows of a walk-forward over the candles there are."""
    stride = question.walk()
    if stride is None:
        return ()
    market = case.market
    return stride.windows(_moment(market.opened_ms[0]), _moment(market.at_ms[-1]))


def _moment(at_ms: np.int64) -> datetime:
    return datetime.fromtimestamp(int(at_ms) / 1000, UTC)
