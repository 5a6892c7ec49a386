import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.link_ids import Leg, is_link_id, link_id

TEXTS = st.text(min_size=1, max_size=40)


def _id(**changes: str) -> str:
    parts = {"environment": "testnet", "account": "main", "decision": "0190"} | changes
    return link_id(**parts, leg=Leg.ENTRY)  # type: ignore[arg-type]


def test_the_same_decision_and_leg_give_the_same_id() -> None:
    assert _id() == _id()


@pytest.mark.parametrize("part", ["environment", "account", "decision"])
def test_every_part_of_the_identity_counts(part: str) -> None:
    assert _id(**{part: "other"}) != _id()


def test_the_legs_of_a_decision_have_different_ids() -> None:
    ids = {link_id(environment="live", account="main", decision="0190", leg=leg) for leg in Leg}
    assert len(ids) == len(Leg)


@given(environment=TEXTS, account=TEXTS, decision=TEXTS, leg=st.sampled_from(Leg))
def test_every_id_is_accepted_by_the_exchange(
    environment: str, account: str, decision: str, leg: Leg
) -> None:
    made = link_id(environment=environment, account=account, decision=decision, leg=leg)
    assert len(made) == 30
    assert is_link_id(made)


@pytest.mark.parametrize("text", ["", "a" * 37, "with space", "ümlaut", "dot.ted", "line\n"])
def test_ids_the_exchange_refuses_are_recognised(text: str) -> None:
    assert not is_link_id(text)
