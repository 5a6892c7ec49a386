"""How stops follow a winning trade; everything is off unless the owner switches it on."""

from decimal import Decimal

from pydantic import BaseModel, Field

from trading.trailing import TrailingRules

_OFF = Decimal(0)


class ProtectionSettings(BaseModel):
    """Protection: stops that move with a winning trade, at the exchange and only ever tighter."""

    break_even_at_r: Decimal = Field(
        _OFF,
        ge=0,
        le=20,
        description="Gain at which the stop moves to the entry plus fees, in R (multiples of the "
        "planned risk); 0 is off.",
    )
    trail_at_r: Decimal = Field(
        _OFF,
        ge=0,
        le=20,
        description="Gain at which the exchange's trailing stop becomes active, in R; 0 is off.",
    )
    trail_distance_r: Decimal = Field(
        TrailingRules().trail_distance_r,
        gt=0,
        le=20,
        description="How far the trailing stop stays behind the best price, in R.",
    )

    def trailing_rules(self) -> TrailingRules:
        """The rules of moving stops, as the rules take them."""
        return TrailingRules(
            break_even_at_r=self.break_even_at_r or None,
            trail_at_r=self.trail_at_r or None,
            trail_distance_r=self.trail_distance_r,
        )
