"""How the model is asked: which prompt, which pictures, and for how much money."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from config.sources import OFF, PREFIX
from trading.arms import Arm, ImageArm, Mask
from trading.budget import BudgetLimits
from trading.cache_keys import CacheMode

_Usd = Annotated[Decimal, Field(ge=0, le=100_000)]


class Pictures(StrEnum):
    """What the model is shown beside the numbers: an upload is not for the settings to choose."""

    NONE = ImageArm.NONE.value
    LTF = ImageArm.LTF.value
    LTF_HTF = ImageArm.LTF_HTF.value


class ModelQuestionSettings(BaseModel):
    """Questions: what the model is shown and told, and what that may cost."""

    model_prompt: str = Field(
        "chart_reader",
        description="Prompt that is asked, NAME for its active version or NAME@NUMBER.",
    )
    model_pictures: Pictures = Field(
        Pictures.LTF,
        description="Pictures that go along: none, the chart that is decided on, or with it the "
        "one of the bigger timeframe.",
    )
    model_mask: Mask = Field(
        Mask.NONE,
        description="Whether pictures and words hide which market it is: anonymised has no "
        "symbol, no dates, and prices that begin at 100.",
    )
    model_placebo: bool = Field(
        False,
        description="Whether the pictures are wrong on purpose, to learn if the model looks at "
        "them; it is recorded and nothing is sent.",
    )
    model_max_output_tokens: int = Field(
        4000,
        ge=500,
        le=100_000,
        description="Room for an answer, reasoning included, in tokens.",
    )
    model_horizon_bars: int = Field(
        12, ge=4, le=48, description="How far ahead the forecast of direction looks, in bars."
    )
    model_language: str = Field(
        "English", min_length=2, max_length=40, description="Language of the answers' texts."
    )
    model_cache: CacheMode = Field(
        CacheMode.LIVE,
        description="Stored answers: live uses those of the same bar, refresh none, replay only "
        "those and asks nobody.",
    )
    model_price_file: str = Field(
        "", description="Your own price list over the one that ships; empty for none."
    )
    model_budget_per_call_usd: _Usd | None = Field(
        Decimal("0.50"), description="Most one call may cost, in USD; off for no limit."
    )
    model_budget_per_symbol_day_usd: _Usd | None = Field(
        None, description="Most a symbol may cost in a UTC day, in USD; off for no limit."
    )
    model_budget_per_day_usd: _Usd | None = Field(
        Decimal(5), description="Most all calls may cost in a UTC day, in USD; off for no limit."
    )
    model_budget_per_month_usd: _Usd | None = Field(
        Decimal(100), description="Most all calls may cost in a month, in USD; off for no limit."
    )

    @field_validator(
        "model_budget_per_call_usd",
        "model_budget_per_symbol_day_usd",
        "model_budget_per_day_usd",
        "model_budget_per_month_usd",
        mode="before",
    )
    @classmethod
    def _read_off(cls, given: object) -> object:
        return None if given == OFF else given

    @model_validator(mode="after")
    def _refuse_arms_that_cannot_be(self) -> Self:
        changed = self.model_placebo or self.model_mask is not Mask.NONE
        if changed and self.model_pictures is Pictures.NONE:
            message = (
                f"MODEL_PICTURES is none with {PREFIX}MODEL_MASK {self.model_mask} and "
                f"{PREFIX}MODEL_PLACEBO {str(self.model_placebo).lower()}; both are done to "
                "pictures: use ltf or ltf+htf, or mask none and placebo false"
            )
            raise ValueError(message)
        return self

    def arm(self) -> Arm:
        """How the model is shown a market."""
        return Arm(ImageArm(self.model_pictures), self.model_mask, self.model_placebo)

    def budget_limits(self) -> BudgetLimits:
        """What calls may cost."""
        return BudgetLimits(
            per_call=self.model_budget_per_call_usd,
            per_symbol_day=self.model_budget_per_symbol_day_usd,
            per_day=self.model_budget_per_day_usd,
            per_month=self.model_budget_per_month_usd,
        )
