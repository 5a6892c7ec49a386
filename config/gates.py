"""When no new trade is entered although there is room for one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, Field, field_validator, model_validator

from trading.exposure_groups import SymbolGroup
from trading.limits import CooldownScope, RiskLimits

_LIMITS = RiskLimits()


class GateSettings(BaseModel):
    """Gates: pauses after losses, groups of symbols, and markets that are not entered."""

    maximum_balance_age_seconds: int = Field(
        int(_LIMITS.maximum_balance_age.total_seconds()),
        ge=1,
        le=3600,
        description="Age of the wallet reading beyond which no entry is decided, in seconds.",
    )
    max_entries_per_day: int = Field(
        _LIMITS.max_entries_per_day,
        ge=1,
        le=1000,
        description="Entries since 00:00 UTC, as a count.",
    )
    cooldown_after_stop_minutes: int = Field(
        int(_LIMITS.cooldown_after_stop.total_seconds()) // 60,
        ge=0,
        le=10_080,
        description="Pause after a stop before the next entry, in minutes; 0 is none.",
    )
    cooldown_scope: CooldownScope = Field(
        _LIMITS.cooldown_scope,
        description="Whom the pause after a stop holds: the stopped symbol or the account.",
    )
    stop_guard_stops: int = Field(
        _LIMITS.stop_guard_stops,
        ge=0,
        le=100,
        description="Stops within the guard's window that stop all entries, as a count; 0 is off.",
    )
    stop_guard_window_hours: int = Field(
        int(_LIMITS.stop_guard_window.total_seconds()) // 3600,
        ge=1,
        le=720,
        description="Window of the stop guard, in hours.",
    )
    losing_symbol_trades: int = Field(
        _LIMITS.losing_symbol_trades,
        ge=0,
        le=100,
        description="Trades of a symbol in a row that lost and lock it, as a count; 0 is off.",
    )
    losing_symbol_window_hours: int = Field(
        int(_LIMITS.losing_symbol_window.total_seconds()) // 3600,
        ge=1,
        le=720,
        description="How long a losing trade counts against its symbol, in hours.",
    )
    max_symbol_loss_fraction: Decimal = Field(
        _LIMITS.max_symbol_loss_fraction,
        gt=0,
        le=1,
        description="Net loss of a symbol within that window that locks it, as a fraction of "
        "equity.",
    )
    symbol_groups: tuple[str, ...] = Field(
        (),
        max_length=50,
        description="Symbols that move together, such as majors:BTCUSDT+ETHUSDT, groups separated "
        "by commas; none by default.",
    )
    max_group_exposure_fraction: Decimal = Field(
        _LIMITS.max_group_exposure_fraction,
        gt=0,
        le=50,
        description="Largest notional of one group together, as a fraction of equity.",
    )
    max_funding_risk_fraction: Decimal = Field(
        _LIMITS.max_funding_risk_fraction,
        ge=0,
        le=10,
        description="Funding expected over the planned horizon, as a fraction of the distance to "
        "the stop, beyond which a trade is refused.",
    )
    assumed_horizon_hours: int = Field(
        int(_LIMITS.assumed_horizon.total_seconds()) // 3600,
        ge=1,
        le=720,
        description="How long a trade without a planned horizon is taken to be held, in hours.",
    )
    minimum_volatility_fraction: Decimal = Field(
        _LIMITS.minimum_volatility_fraction,
        ge=0,
        le=Decimal("0.1"),
        description="Average true range of a bar below which no trade is entered, as a fraction "
        "of the price; 0 is off.",
    )
    maximum_volatility_fraction: Decimal = Field(
        _LIMITS.maximum_volatility_fraction,
        gt=0,
        le=1,
        description="Average true range of a bar above which no trade is entered, as a fraction "
        "of the price.",
    )

    imminent_funding_minutes: int = Field(
        int(_LIMITS.imminent_funding.total_seconds()) // 60,
        ge=1,
        le=480,
        description="How near a funding settlement must be to keep a trade that pays it from "
        "being entered, in minutes.",
    )
    max_imminent_funding_fraction: Decimal = Field(
        _LIMITS.max_imminent_funding_fraction,
        ge=0,
        le=1,
        description="Funding that a trade may pay at such a settlement, as a fraction of its "
        "notional.",
    )
    minimum_stop_atr: Decimal = Field(
        _LIMITS.minimum_stop_atr,
        ge=0,
        le=5,
        description="Distance of a stop that lies before the last swing, in average true ranges "
        "of a bar.",
    )

    def gated(self, limits: RiskLimits) -> RiskLimits:
        """`limits` with these gates."""
        return replace(
            limits,
            maximum_balance_age=timedelta(seconds=self.maximum_balance_age_seconds),
            max_entries_per_day=self.max_entries_per_day,
            cooldown_after_stop=timedelta(minutes=self.cooldown_after_stop_minutes),
            cooldown_scope=self.cooldown_scope,
            stop_guard_stops=self.stop_guard_stops,
            stop_guard_window=timedelta(hours=self.stop_guard_window_hours),
            losing_symbol_trades=self.losing_symbol_trades,
            losing_symbol_window=timedelta(hours=self.losing_symbol_window_hours),
            max_symbol_loss_fraction=self.max_symbol_loss_fraction,
            symbol_groups=tuple(map(_group, self.symbol_groups)),
            max_group_exposure_fraction=self.max_group_exposure_fraction,
            max_funding_risk_fraction=self.max_funding_risk_fraction,
            assumed_horizon=timedelta(hours=self.assumed_horizon_hours),
            minimum_volatility_fraction=self.minimum_volatility_fraction,
            maximum_volatility_fraction=self.maximum_volatility_fraction,
            imminent_funding=timedelta(minutes=self.imminent_funding_minutes),
            max_imminent_funding_fraction=self.max_imminent_funding_fraction,
            minimum_stop_atr=self.minimum_stop_atr,
        )

    @field_validator("symbol_groups", mode="before")
    @classmethod
    def _split_groups(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @field_validator("symbol_groups")
    @classmethod
    def _refuse_odd_groups(cls, groups: tuple[str, ...]) -> tuple[str, ...]:
        for text in groups:
            name, _, listed = text.partition(":")
            members = listed.split("+")
            if not name or len(set(members)) < 2 or not all(members):
                message = f"{text!r} is no group; write it like majors:BTCUSDT+ETHUSDT"
                raise ValueError(message)
        return groups

    @model_validator(mode="after")
    def _refuse_volatility_without_room(self) -> Self:
        lowest, highest = self.minimum_volatility_fraction, self.maximum_volatility_fraction
        if lowest >= highest:
            message = (
                f"MINIMUM_VOLATILITY_FRACTION is {lowest}, not below MAXIMUM_VOLATILITY_FRACTION "
                f"{highest}; lower the first or raise the second"
            )
            raise ValueError(message)
        return self


def _group(text: str) -> SymbolGroup:
    name, _, members = text.partition(":")
    return SymbolGroup(name, frozenset(members.upper().split("+")))
