"""When the whole account stops, and what becomes of its positions then."""

from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, Field

from trading.brakes import BrakeRules, TripPolicy
from trading.limits import RiskLimits

_LIMITS, _RULES = RiskLimits(), BrakeRules()


class BrakeSettings(BaseModel):
    """Brakes: what stops the whole account until a human resumes.

    The day's loss that pulls a brake is MAX_DAILY_LOSS_FRACTION.
    """

    max_drawdown_fraction: Decimal = Field(
        _LIMITS.max_drawdown_fraction,
        gt=0,
        le=Decimal("0.9"),
        description="Loss from the highest equity that stops the account, as a fraction of it.",
    )
    brake_policy: TripPolicy = Field(
        _RULES.policy,
        description="What a tripped brake does with positions; entry orders are always cancelled. "
        "keep leaves them to their stops, reduce closes half of each, flatten closes all.",
    )
    brake_reading_age_seconds: int = Field(
        int(_RULES.maximum_reading_age.total_seconds()),
        ge=5,
        le=600,
        description="Oldest of the two equity readings that trip a brake together, in seconds.",
    )
    brake_patience_seconds: int = Field(
        int(_RULES.patience.total_seconds()),
        ge=0,
        le=3600,
        description="How long money that left the wallet unbooked may be a withdrawal before it "
        "counts as lost, in seconds.",
    )

    def brake_rules(self) -> BrakeRules:
        """The brakes as the rules take them."""
        return BrakeRules(
            policy=self.brake_policy,
            maximum_reading_age=timedelta(seconds=self.brake_reading_age_seconds),
            patience=timedelta(seconds=self.brake_patience_seconds),
        )
