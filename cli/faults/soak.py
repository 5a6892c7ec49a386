"""Days of market time with faults at random, on one account: what only shows with time."""

import gc
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import psutil

from cli.faults.arena import Arena, open_arena
from cli.faults.cases import Case, Trait
from cli.faults.evidence import Violation
from cli.faults.exercise import attempt, evidence_of, settle, strike
from cli.faults.human import let_go
from cli.faults.invariants import violations_of
from cli.faults.invariants_fills import naked_seconds
from cli.faults.matrix import quick_database
from cli.faults.pace import let_react
from cli.faults.silence import silenced
from cli.faults.soak_faults import drawn_fault, put_right
from cli.faults.soak_report import SoakDay, SoakReport
from cli.faults.soak_restart import Restarts
from cli.faults.stream import Action, close_one, cycle, sync, trader
from db.queries.evidence import decided_slots
from db.queries.summary import summary
from db.queries.table_sizes import rows_by_table
from db.unit_of_work import read_session
from flows.trading_cycle import FLOW
from trading.candles import Interval

HOURS = 24
_NOTHING: frozenset[Trait] = frozenset()
_MARKS = frozenset({Trait.FOREIGN, Trait.UNTRADED})
"""What an audit is lenient with: it must not cover more than the hour itself."""


def soak(
    folder: Path,
    *,
    seed: int,
    days: int,
    tell: Callable[[SoakDay], None] | None = None,
    hours: int = HOURS,
) -> SoakReport:
    """Trade for so many days of market time in `folder`; `tell` hears of each as it ends.

    A cycle every hour, trades by hand, syncs and restarts between them, and a fault of the whole
    catalogue in about half of the hours. Equal seeds draw the same actions and faults. `hours` is
    how many a day has; fewer than 24 are for a trial.

    Raises:
        AutotraderError: the simulator, the database or the monitor was lost.
        InvariantError: the desk broke one of its own rules; that is a bug.
    """
    with (
        silenced(folder / "soak-desk.log"),
        quick_database(folder) as url,
        open_arena(url, folder, name="soak", seed=seed, interval=Interval.H1) as arena,
        Restarts(arena) as restart,
    ):
        running = _Soak(arena, restart, Random(seed))  # noqa: S311 - not secret
        finished = []
        for number in range(1, days + 1):
            finished.append(running.day(number, hours))
            if tell is not None:
                tell(finished[-1])
        return SoakReport(
            seed=seed,
            days=tuple(finished),
            struck=running.struck,
            errors=running.errors,
            restarts=restart.count,
        )


@dataclass(slots=True)
class _Soak:
    """A soak in its course. `audited_ms` is when everything was looked at last."""

    arena: Arena
    restart: Restarts
    luck: Random
    struck: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    naked_seconds: Decimal = Decimal(0)
    desk_seconds: float = 0.0
    audited_ms: int = 0
    strikes: int = 0
    decided: int = 0

    def day(self, number: int, hours: int) -> SoakDay:
        """So many hours, and a look at everything at the end of them."""
        self.desk_seconds, self.naked_seconds, self.violations = 0.0, Decimal(0), []
        for _ in range(hours):
            case = drawn_fault(self.luck)
            if case is None:
                self._hour(self.luck.randint(0, 2))
            else:
                self._troubled_hour(case)
        self._audit(_NOTHING)
        return self._figures(number, hours)

    def _hour(self, actions: int) -> None:
        self._do(Action("cycle", cycle))
        for _ in range(actions):
            self._do(self._drawn())
        self._do(Action("sync", sync))

    def _troubled_hour(self, case: Case) -> None:
        is_marked = bool(case.traits & _MARKS)
        if is_marked:
            self._audit(_NOTHING)
        self.faults.append(case.name)
        if case.endangers_stops:
            # Nobody can act while an hour passes at once: such a fault comes after the cycle.
            self._do(Action("cycle", cycle))
            strike(self.arena, case, self.luck)
            self._do(self._drawn())
            self._do(Action("sync", sync))
        else:
            strike(self.arena, case, self.luck)
            self._hour(self.luck.randint(1, 3))
        self.arena.control.switch_off()
        self.arena.between = None
        let_react(self.arena)
        self.violations += settle(self.arena)
        put_right(self.arena, case)
        self.violations += let_go(self.arena, case)
        if is_marked:
            self._audit(case.traits)

    def _drawn(self) -> Action:
        names = ("trade", "sync", "pass", "close", "restart")
        name = self.luck.choices(names, weights=(4, 2, 2, 2, 1))[0]
        if name == "pass":
            is_watched = self.arena.between is not None
            by = timedelta(minutes=1 if is_watched else self.luck.choice((1, 5, 15)))
            return Action(name, lambda arena: arena.wind(by))
        if name == "trade":
            return Action(name, trader(self.luck))
        acts = {"sync": sync, "close": close_one, "restart": lambda _arena: self.restart()}
        return Action(name, acts[name])

    def _do(self, action: Action) -> None:
        let_react(self.arena)
        began = time.perf_counter()
        self.errors.update(attempt(self.arena, action))
        self.desk_seconds += time.perf_counter() - began

    def _audit(self, traits: frozenset[Trait]) -> None:
        evidence = evidence_of(self.arena, traits, since_ms=self.audited_ms)
        since = ", ".join(self.faults) or "none"
        self.violations += [
            replace(found, detail=f"{found.detail}; faults since the last look: {since}")
            for found in violations_of(evidence)
        ]
        self.faults.clear()
        if Trait.UNTRADED not in traits:
            self.naked_seconds = max(self.naked_seconds, naked_seconds(evidence))
        self.audited_ms = evidence.truth.now_ms
        for entry in self.arena.control.fault_log(after=self.strikes):
            self.struck[entry["name"]] += 1
            self.strikes = entry["sequence"]

    def _figures(self, number: int, hours: int) -> SoakDay:
        resources = self.arena.resources
        with read_session(resources.sessions) as session:
            totals = summary(session, resources.desk.account, flow=FLOW)
            rows = rows_by_table(session)
            slots = decided_slots(session, resources.desk.account)
        decided, self.decided = slots - self.decided, slots
        gc.collect()
        return SoakDay(
            number=number,
            cycles=hours,
            decided=decided,
            desk_seconds=self.desk_seconds,
            memory_bytes=psutil.Process().memory_info().rss,
            rows=rows,
            trades=totals.trades.closed,
            naked_seconds=self.naked_seconds,
            violations=tuple(self.violations),
        )
