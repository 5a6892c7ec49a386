"""How much may be lost: the limits every order must pass, and what trading costs."""

from datetime import timedelta
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, Field, model_validator

from trading.confidence import ConfidenceRules, Gate
from trading.costs import Costs
from trading.limits import RiskLimits

# The rules own their defaults; the settings only let the owner change them.
_LIMITS = RiskLimits()
_COSTS = Costs()
_CONFIDENCE = ConfidenceRules()

LIVE_GATES = frozenset({Gate.SHADOW, Gate.CALIBRATED, Gate.LIVE_MIN})
"""The gates that real money may stand behind; PAPER takes every signal at its full size."""


class RiskSettings(BaseModel):
    """Risk: limits that no signal, model or person can overrule while the desk runs."""

    max_open_positions: int = Field(
        _LIMITS.max_open_positions,
        ge=1,
        le=50,
        description="Positions open at the same time, as a count.",
    )
    risk_fraction_per_trade: Decimal = Field(
        _LIMITS.risk_fraction_per_trade,
        gt=0,
        le=Decimal("0.05"),
        description="Worst loss of one trade at its stop, all costs in, as a fraction of equity.",
    )
    max_symbol_exposure_fraction: Decimal = Field(
        _LIMITS.max_symbol_exposure_fraction,
        gt=0,
        le=25,
        description="Largest notional of one symbol, as a fraction of equity (1 is unlevered).",
    )
    max_total_exposure_fraction: Decimal = Field(
        _LIMITS.max_total_exposure_fraction,
        gt=0,
        le=50,
        description="Largest notional of all positions together, as a fraction of equity.",
    )
    leverage: Decimal = Field(
        Decimal(3),
        ge=1,
        le=25,
        description="Leverage set for a new position, as a multiple.",
    )
    max_leverage: Decimal = Field(
        _LIMITS.max_leverage,
        ge=1,
        le=25,
        description="Leverage beyond which an order is refused, as a multiple.",
    )
    max_daily_loss_fraction: Decimal = Field(
        _LIMITS.max_daily_loss_fraction,
        gt=0,
        le=Decimal("0.5"),
        description="Loss since 00:00 UTC that stops the account, as a fraction of equity.",
    )
    minimum_reward_risk: Decimal = Field(
        _LIMITS.minimum_reward_risk,
        ge=0,
        le=10,
        description="Smallest gain at the target per loss at the stop, after costs, as a ratio.",
    )
    maximum_spread_bps: Decimal = Field(
        _LIMITS.maximum_spread_bps,
        gt=0,
        le=100,
        description="Widest bid-ask spread to enter at, in basis points of the mid price.",
    )
    liquidation_stop_distances: Decimal = Field(
        _LIMITS.liquidation_stop_distances,
        ge=1,
        le=20,
        description="How far the liquidation price must lie from the entry, in stop distances.",
    )
    maximum_signal_age_seconds: int = Field(
        int(_LIMITS.maximum_signal_age.total_seconds()),
        ge=1,
        le=3600,
        description="Age beyond which an analysis is not traded any more, in seconds.",
    )
    gate: Gate = Field(
        _CONFIDENCE.gate,
        description="Which signals may become orders: none (they are only recorded), all that "
        "pass the rules, those with a measured edge, or all in the smallest order the exchange "
        "takes. Live trades by shadow, calibrated or live_min only.",
    )
    minimum_expected_r: Decimal = Field(
        _CONFIDENCE.minimum_expected_r,
        gt=0,
        le=5,
        description="Smallest expected result the calibrated gate lets pass, at the lower end of "
        "what the outcomes allow, in R (multiples of the risk).",
    )
    kelly_share: Decimal = Field(
        _CONFIDENCE.kelly_share,
        gt=0,
        le=1,
        description="Part of the Kelly stake that a trade with a measured edge may risk, as a "
        "fraction; never more than RISK_FRACTION_PER_TRADE.",
    )
    taker_fee_fraction: Decimal = Field(
        _COSTS.taker_fraction,
        ge=0,
        le=Decimal("0.01"),
        description="Fee of an order that takes liquidity, as a fraction of its notional.",
    )
    entry_slippage_bps: Decimal = Field(
        _COSTS.entry_slippage_bps,
        ge=0,
        le=100,
        description="Slippage assumed for an entry, in basis points of the price.",
    )
    exit_slippage_bps: Decimal = Field(
        _COSTS.exit_slippage_bps,
        ge=0,
        le=100,
        description="Slippage assumed for a stop or target, in basis points of the price.",
    )

    def risk_limits(self) -> RiskLimits:
        """These limits as the rules take them, all others by default."""
        return RiskLimits(
            max_open_positions=self.max_open_positions,
            risk_fraction_per_trade=self.risk_fraction_per_trade,
            max_symbol_exposure_fraction=self.max_symbol_exposure_fraction,
            max_total_exposure_fraction=self.max_total_exposure_fraction,
            max_leverage=self.max_leverage,
            max_daily_loss_fraction=self.max_daily_loss_fraction,
            minimum_reward_risk=self.minimum_reward_risk,
            maximum_spread_bps=self.maximum_spread_bps,
            liquidation_stop_distances=self.liquidation_stop_distances,
            maximum_signal_age=timedelta(seconds=self.maximum_signal_age_seconds),
        )

    def costs(self) -> Costs:
        """Fees and slippage as the rules take them."""
        return Costs(
            taker_fraction=self.taker_fee_fraction,
            entry_slippage_bps=self.entry_slippage_bps,
            exit_slippage_bps=self.exit_slippage_bps,
        )

    def confidence_rules(self) -> ConfidenceRules:
        """The gate as the rules take it."""
        return ConfidenceRules(
            gate=self.gate,
            minimum_expected_r=self.minimum_expected_r,
            kelly_share=self.kelly_share,
        )

    @model_validator(mode="after")
    def _refuse_limits_that_contradict(self) -> Self:
        if self.leverage > self.max_leverage:
            message = (
                f"LEVERAGE is {self.leverage}, above MAX_LEVERAGE {self.max_leverage}; "
                "lower the first or raise the second"
            )
            raise ValueError(message)
        if self.max_symbol_exposure_fraction > self.max_total_exposure_fraction:
            message = (
                f"MAX_SYMBOL_EXPOSURE_FRACTION is {self.max_symbol_exposure_fraction}, above "
                f"MAX_TOTAL_EXPOSURE_FRACTION {self.max_total_exposure_fraction}; one symbol "
                "cannot be more than all of them"
            )
            raise ValueError(message)
        return self
