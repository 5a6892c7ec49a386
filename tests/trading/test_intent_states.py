"""The life of an order-to-be is a table: every state is in it, and an end is an end."""

from itertools import product

import pytest

from trading.errors import InvariantError
from trading.intent_states import (
    FINAL_INTENT_STATES,
    TRANSITIONS,
    IntentState,
    predecessors,
    require_step,
)

FINAL = {
    IntentState.FILLED,
    IntentState.REFUSED,
    IntentState.NOT_EXECUTED,
    IntentState.CANCELLED,
}


def test_the_table_names_every_state_and_leads_to_states_only() -> None:
    assert set(TRANSITIONS) == set(IntentState)
    assert {step for steps in TRANSITIONS.values() for step in steps} <= set(IntentState)


def test_final_states_are_never_left_and_all_others_are() -> None:
    assert FINAL_INTENT_STATES == FINAL
    for state in IntentState:
        assert state.is_final == (not TRANSITIONS[state]) == (state in FINAL)


def test_nothing_becomes_reserved_and_every_other_state_can_be_reached() -> None:
    reached = {IntentState.RESERVED}
    while grown := {step for state in reached for step in TRANSITIONS[state]} - reached:
        reached |= grown
    assert reached == set(IntentState)
    assert predecessors(IntentState.RESERVED) == frozenset()


def test_every_unfinished_state_leads_to_an_end() -> None:
    for state in set(IntentState) - FINAL:
        assert TRANSITIONS[state] & FINAL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (IntentState.RESERVED, IntentState.FILLED),
        (IntentState.RESERVED, IntentState.UNKNOWN),
        (IntentState.ACKNOWLEDGED, IntentState.NOT_EXECUTED),
        (IntentState.ACKNOWLEDGED, IntentState.UNKNOWN),
        (IntentState.ACKNOWLEDGED, IntentState.SENT),
        (IntentState.NOT_EXECUTED, IntentState.FILLED),
        (IntentState.CANCELLED, IntentState.FILLED),
    ],
)
def test_what_would_lose_or_invent_an_order_is_no_step(
    before: IntentState, after: IntentState
) -> None:
    assert after not in TRANSITIONS[before]


@pytest.mark.parametrize(("before", "after"), list(product(IntentState, repeat=2)))
def test_a_step_is_taken_exactly_where_the_table_has_it(
    before: IntentState, after: IntentState
) -> None:
    if after in TRANSITIONS[before]:
        require_step("intent x", before, after)
        return
    with pytest.raises(InvariantError, match=f"intent x is {before} and cannot become {after}"):
        require_step("intent x", before, after)
