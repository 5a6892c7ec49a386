"""The life of an order that waits for the owner is a table, and an end is an end."""

from itertools import product

import pytest

from trading.errors import InvariantError
from trading.proposal_states import TRANSITIONS, ProposalState, require_step

FINAL = {ProposalState.REJECTED, ProposalState.EXPIRED, ProposalState.REPROPOSED}


def test_the_table_names_every_state_and_ends_in_the_final_ones() -> None:
    assert set(TRANSITIONS) == set(ProposalState)
    assert {state for state in ProposalState if not state.is_live} == FINAL


def test_an_approval_is_never_taken_back_into_a_question_or_a_no() -> None:
    assert TRANSITIONS[ProposalState.APPROVED] == {
        ProposalState.EXPIRED,
        ProposalState.REPROPOSED,
    }


@pytest.mark.parametrize(("before", "after"), list(product(ProposalState, repeat=2)))
def test_a_step_is_taken_exactly_where_the_table_has_it(
    before: ProposalState, after: ProposalState
) -> None:
    if after in TRANSITIONS[before]:
        require_step("proposal 1", before, after)
        return
    with pytest.raises(InvariantError, match=f"proposal 1 is {before} and cannot become {after}"):
        require_step("proposal 1", before, after)
