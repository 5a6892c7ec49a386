"""What waits for the owner's word, as he may set it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from config.approvals import ApprovalSettings
from trading.proposals import ApprovalPolicy, ApprovalRules


def settings(**given: Any) -> ApprovalSettings:
    return ApprovalSettings.model_validate(given)


def test_the_defaults_ask_nobody_and_are_the_rules_own() -> None:
    assert settings().approval_rules() == ApprovalRules()


def test_choices_arrive_at_the_rules() -> None:
    chosen = settings(
        approval="entries", approval_expiry_minutes=5, approval_max_drift_fraction="0.5"
    )
    assert chosen.approval_rules() == ApprovalRules(
        ApprovalPolicy.ENTRIES, timedelta(minutes=5), Decimal("0.5")
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"approval": "sometimes"}, "'never', 'entries' or 'all'"),
        ({"approval_expiry_minutes": 0}, "greater than or equal to 1"),
        ({"approval_max_drift_fraction": 0}, "greater than 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settings(**given)
