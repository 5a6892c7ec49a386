"""Each scope includes those before it."""

import pytest

from trading.api_access import Scope


@pytest.mark.parametrize(
    ("held", "allowed"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.TRADE, {Scope.READ, Scope.TRADE}),
        (Scope.ADMIN, {Scope.READ, Scope.TRADE, Scope.ADMIN}),
    ],
)
def test_a_scope_allows_itself_and_what_is_less(held: Scope, allowed: set[Scope]) -> None:
    assert {needed for needed in Scope if held.allows(needed)} == allowed
