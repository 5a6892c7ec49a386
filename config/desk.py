"""What is looked at, how often, and by whom."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, Field, field_validator, model_validator

from trading.candles import Interval
from trading.instruments import is_perpetual


class Clock(StrEnum):
    """Whose time decides what is due."""

    SYSTEM = "system"
    EXCHANGE = "exchange"


class Analyst(StrEnum):
    """Who reads the charts."""

    TECHNICAL = "technical"
    OPENAI = "openai"
    """A vision model behind the OpenAI API, of OpenAI or of any compatible server."""


class DeskSettings(BaseModel):
    """Desk: the symbols, the rhythm and the analyst."""

    symbols: tuple[str, ...] = Field(
        ("BTCUSDT", "ETHUSDT", "SOLUSDT"),
        min_length=1,
        max_length=50,
        description="USDT perpetuals to trade, separated by commas; the order decides who gets "
        "the last free place.",
    )
    interval: Interval = Field(Interval.H1, description="Length of the candles that are read.")
    lookback_candles: int = Field(
        250,
        ge=200,
        le=1000,
        description="Closed candles fetched per symbol, as a count; the slowest average needs "
        "200 to warm up.",
    )
    analyst: Analyst = Field(Analyst.TECHNICAL, description="Who reads the charts.")
    clock: Clock = Field(
        Clock.SYSTEM,
        description="Whose time decides what is due: this machine's, or the exchange's when a "
        "simulated market is replayed.",
    )
    cycle_max_lateness_seconds: int = Field(
        300,
        ge=1,
        le=3600,
        description="A cycle that starts later than this after its slot is skipped, in seconds.",
    )
    lease_seconds: int = Field(
        900,
        ge=60,
        le=7200,
        description="How long a run owns its slot before another may take it over, in seconds.",
    )

    @field_validator("symbols", mode="before")
    @classmethod
    def _split_symbols(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part.strip().upper() for part in given.split(",") if part.strip())

    @field_validator("symbols")
    @classmethod
    def _refuse_odd_symbols(cls, symbols: tuple[str, ...]) -> tuple[str, ...]:
        odd = [symbol for symbol in symbols if not is_perpetual(symbol)]
        if odd:
            message = f"{', '.join(odd)} is no USDT perpetual; write them like BTCUSDT,ETHUSDT"
            raise ValueError(message)
        twice = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
        if twice:
            message = f"{', '.join(twice)} is named twice; name each symbol once"
            raise ValueError(message)
        return symbols

    @model_validator(mode="after")
    def _refuse_lateness_over_a_candle(self) -> Self:
        length = int(self.interval.length.total_seconds())
        if self.cycle_max_lateness_seconds >= length:
            message = (
                f"CYCLE_MAX_LATENESS_SECONDS is {self.cycle_max_lateness_seconds}; with "
                f"INTERVAL {self.interval} it must be below {length}, or a cycle would act on "
                "the candle before the last"
            )
            raise ValueError(message)
        return self
