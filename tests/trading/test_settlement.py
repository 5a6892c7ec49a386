import pytest

from trading.reconcile import DiscrepancyKind as Kind
from trading.settlement import RULES, Response, is_same, rule_name

MONEY_IS_AMBIGUOUS = {
    Kind.UNKNOWN_POSITION,
    Kind.MISSING_POSITION,
    Kind.SIDE_MISMATCH,
    Kind.QUANTITY_MISMATCH,
    Kind.PHANTOM_EXECUTION,
    Kind.UNKNOWN_EXECUTION,
    Kind.FUNDING_MISMATCH,
}
THE_OWNERS_OWN = {
    Kind.EXTERNAL_ENTRY,
    Kind.EXTERNAL_CLOSE,
    Kind.UNKNOWN_ORDER,
    Kind.STOP_CHANGED,
    Kind.LEVERAGE_CHANGED,
    Kind.TRANSFER_IN,
    Kind.TRANSFER_OUT,
}


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(Kind)


@pytest.mark.parametrize("kind", sorted(MONEY_IS_AMBIGUOUS))
def test_where_money_is_ambiguous_a_human_is_asked(kind: Kind) -> None:
    assert RULES[kind].response is Response.ASK


@pytest.mark.parametrize("kind", sorted(THE_OWNERS_OWN))
def test_what_the_owner_did_is_adopted_and_never_corrected(kind: Kind) -> None:
    assert RULES[kind].response is Response.ADOPT


def test_a_rule_is_named_by_what_it_does_and_to_what() -> None:
    assert rule_name(Kind.EXTERNAL_ENTRY) == "adopt external_entry"
    assert len({rule_name(kind) for kind in Kind}) == len(Kind)


SEEN = {"direction": "long", "quantity": "1", "entry_price": "150", "levels": "stop none"}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"levels": "stop 140"}, True),
        ({"symbol": "SOLUSDT"}, True),
        ({"quantity": "2"}, False),
        ({"direction": "short"}, False),
    ],
)
def test_an_acknowledged_position_is_told_again_when_it_changes(
    changes: dict[str, str], same: bool
) -> None:
    assert is_same(Kind.UNKNOWN_POSITION, SEEN, SEEN | changes) is same


def test_what_names_no_identity_is_the_same_when_all_of_it_is() -> None:
    seen = {"ours": "1", "exchange": "2"}
    assert is_same(Kind.QUANTITY_MISMATCH, seen, {**seen, "symbol": "BTCUSDT"})
    assert not is_same(Kind.QUANTITY_MISMATCH, seen, {"ours": "1", "exchange": "3"})
    assert not is_same(Kind.QUANTITY_MISMATCH, seen, {})
