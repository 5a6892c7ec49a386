"""A desk to which anything may happen in any order, and what must hold whenever it has settled."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cli.faults.arena import Arena, open_arena
from cli.faults.cases import Trait
from cli.faults.catalogue import CASES
from cli.faults.evidence import Evidence
from cli.faults.exercise import attempt, evidence_of, memory_of, settle, strike
from cli.faults.invariants import violations_of
from cli.faults.pace import let_react
from cli.faults.soak_restart import Restarts
from cli.faults.stream import Action, close_one, cycle, sync, trader
from db.repositories import intents
from db.unit_of_work import read_session
from tasks.cancelling import cancel_order
from tasks.halting import halt, resume, standing
from trading.brakes import TripPolicy
from trading.intent_states import IntentState

SEEDS = st.integers(0, 2**16)
SPANS = st.sampled_from((1, 30, 300, 1800, 7200)).map(lambda seconds: timedelta(seconds=seconds))
CATALOGUE = {case.name: case for case in CASES}
POLICIES = st.sampled_from(TripPolicy)


class DeskMachine(RuleBasedStateMachine):
    """The model: ends that may not change, entries that were counted, whether entries are halted.

    Every example has an exchange and an account of its own; what the account did is checked
    against the exchange's records whenever the faults are gone and the desk had time to settle.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__()
        self._place = (database_url, folder)
        self._opened = ExitStack()
        self.ends: dict[str, IntentState] = {}
        self.traits: frozenset[Trait] = frozenset()
        self.fault_is_on = False
        self.is_halted = False

    @initialize(seed=SEEDS, positions=st.integers(1, 2))
    def open_the_desk(self, seed: int, positions: int) -> None:
        database_url, folder = self._place
        self.arena = self._opened.enter_context(
            open_arena(
                database_url,
                folder,
                name=f"stateful-{id(self):x}",
                seed=seed,
                max_open_positions=positions,
            )
        )
        self.restart_desk = self._opened.enter_context(Restarts(self.arena))
        self.began_ms = int(self.arena.now().timestamp() * 1000)

    @rule(seed=SEEDS)
    def trade_by_hand(self, seed: int) -> None:
        self.do("trade", trader(Random(seed)))

    @rule()
    def run_a_cycle(self) -> None:
        self.do("cycle", cycle)

    @rule()
    def synchronise(self) -> None:
        self.do("sync", sync)

    @rule()
    def close_by_hand(self) -> None:
        self.do("close", close_one)

    @rule()
    def cancel_the_newest_order(self) -> None:
        self.do("cancel", cancel_newest)

    @rule(by=SPANS)
    def let_time_pass(self, by: timedelta) -> None:
        let_react(self.arena)
        self.arena.wind(by)

    @rule()
    def restart(self) -> None:
        self.do("restart", lambda _arena: self.restart_desk())

    @rule(policy=POLICIES)
    def stop_entries(self, policy: TripPolicy) -> None:
        self.do(
            "halt",
            lambda arena: halt(arena.resources, reason="drawn", by="machine", policy=policy),
        )

    @precondition(lambda self: self.is_halted)
    @rule()
    def allow_entries(self) -> None:
        self.do("resume", lambda arena: resume(arena.resources, reason="drawn", by="machine"))

    @precondition(lambda self: not self.fault_is_on)
    @rule(name=st.sampled_from(sorted(CATALOGUE)), seed=SEEDS)
    def a_fault_begins(self, name: str, seed: int) -> None:
        case = CATALOGUE[name]
        self.traits |= case.traits
        self.fault_is_on = True
        strike(self.arena, case, Random(seed))

    @precondition(lambda self: self.fault_is_on)
    @rule()
    def the_fault_ends(self) -> None:
        self.arena.control.switch_off()
        self.fault_is_on = False
        self.everything_holds()

    def do(self, name: str, act: Callable[[Arena], object]) -> None:
        """One action; while entries are halted it must not send one."""
        let_react(self.arena)  # most actions wind the market on
        was_halted, before = self.is_halted, self.entries()
        attempt(self.arena, Action(name, act))
        self.is_halted = bool(standing(self.arena.resources))
        assert not was_halted or self.is_halted or name == "resume", f"{name} resumed entries"
        assert not was_halted or self.entries() == before, f"{name} entered though halted"

    def entries(self) -> set[str]:
        """The link ids of all entries that were ever reserved."""
        return {one.link_id for one in memory_of(self.arena).intents if not one.reduce_only}

    def everything_holds(self) -> None:
        """Settle, then hold memory against the exchange's records, and the model against both."""
        troubles = settle(self.arena)
        evidence = evidence_of(self.arena, self.traits, since_ms=self.began_ms)
        broken = [*violations_of(evidence), *troubles]
        assert not broken, "\n".join(f"{one.invariant} {one.detail}" for one in broken)
        self.the_model_agrees(evidence)

    def the_model_agrees(self, evidence: Evidence) -> None:
        """No intent is forgotten, leaves its end or has two orders."""
        states = {intent.link_id: intent.state for intent in evidence.memory.intents}
        assert {name: states.get(name) for name in self.ends} == self.ends
        self.ends = {name: state for name, state in states.items() if state.is_final}
        ours = [order.link_id for order in evidence.truth.orders if order.link_id]
        filled = {name for name, state in states.items() if state is IntentState.FILLED}
        assert len(ours) == len(set(ours))
        assert filled <= set(ours) <= set(states)

    def teardown(self) -> None:
        with self._opened:
            if hasattr(self, "arena"):
                self.arena.control.switch_off()
                self.everything_holds()


def cancel_newest(arena: Arena) -> None:
    """Cancel the order that was reserved last, whatever became of it."""
    resources = arena.resources
    found = memory_of(arena).intents
    if not found:
        return
    with read_session(resources.sessions) as session:
        intent = intents.by_link_id(session, found[-1].link_id)
    if intent is not None and intent.state is not IntentState.RESERVED:
        cancel_order(resources, intent)
