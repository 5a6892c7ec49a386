"""Which orders wait for the owner's word, and for how long."""

from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, Field

from trading.proposals import ApprovalPolicy, ApprovalRules

_RULES = ApprovalRules()


class ApprovalSettings(BaseModel):
    """Approval: what waits for your word, on Telegram, by command or in Prefect."""

    approval: ApprovalPolicy = Field(
        _RULES.policy,
        description="Which orders wait for your word: never, the cycle's entries, or all entries, "
        "those by hand among them. Orders that reduce risk never wait.",
    )
    approval_expiry_minutes: int = Field(
        int(_RULES.expiry.total_seconds()) // 60,
        ge=1,
        le=240,
        description="How long an order waits for your word before it is skipped, in minutes.",
    )
    approval_max_drift_fraction: Decimal = Field(
        _RULES.maximum_drift_fraction,
        gt=0,
        le=1,
        description="How far the price may have moved when you approve, as a fraction of the "
        "distance to the stop; beyond it you are asked again.",
    )

    def approval_rules(self) -> ApprovalRules:
        """What waits for the owner, and for how long, as the rules take it."""
        return ApprovalRules(
            policy=self.approval,
            expiry=timedelta(minutes=self.approval_expiry_minutes),
            maximum_drift_fraction=self.approval_max_drift_fraction,
        )
