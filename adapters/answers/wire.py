"""An answer as it comes over the wire: `analysis.v1`, every key there and no other."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from adapters.answers import limits, words
from adapters.answers.fields import number, one_of, plain_text, price, whole, word
from trading.analysis import (
    LONGEST_HORIZON_BARS,
    SHORTEST_HORIZON_BARS,
    Action,
    FlatReason,
    Regime,
)
from trading.model_answer import Bias, EntryType, Move, PatternName, Stage
from trading.snapshot_facts import FACT_NAMES

Number = Annotated[Decimal, BeforeValidator(number)]
Price = Annotated[Decimal, BeforeValidator(price)]
Percent = Annotated[int, BeforeValidator(whole(0, 100))]
Forecast = Annotated[int, BeforeValidator(whole(1, 99))]
Horizon = Annotated[int, BeforeValidator(whole(SHORTEST_HORIZON_BARS, LONGEST_HORIZON_BARS))]

PlainText = Annotated[str, AfterValidator(plain_text)]
Code = Annotated[PlainText, Field(max_length=limits.LONGEST_CODE)]
Note = Annotated[PlainText, Field(max_length=limits.LONGEST_NOTE)]
Claim = Annotated[PlainText, Field(max_length=limits.LONGEST_CLAIM)]
Case = Annotated[PlainText, Field(min_length=1, max_length=limits.LONGEST_CASE)]
Summary = Annotated[PlainText, Field(max_length=limits.LONGEST_SUMMARY)]
Prices = Annotated[list[Price], Field(max_length=limits.MOST_LEVELS)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class WireReadback(_Wire):
    """`chart_readback`."""

    last_candle: Annotated[Move, BeforeValidator(word(words.MOVES))]
    visible_high: Price
    visible_low: Price


class WirePattern(_Wire):
    """One of `patterns`."""

    name: Annotated[PatternName, BeforeValidator(word(words.PATTERNS))]
    stage: Annotated[Stage, BeforeValidator(word(words.STAGES))]
    bias: Annotated[Bias, BeforeValidator(word(words.BIASES))]
    note: Note


class WireLevels(_Wire):
    """`levels`."""

    support: Prices
    resistance: Prices


class WireEvidence(_Wire):
    """One of `evidence`."""

    claim: Claim
    field: Annotated[str, BeforeValidator(one_of(FACT_NAMES))]
    value: Number | None
    supports: Annotated[Bias, BeforeValidator(word(words.BIASES))]


class WireEntry(_Wire):
    """`entry`."""

    type: Annotated[EntryType, BeforeValidator(word(words.ENTRY_TYPES))]
    price: Price | None


class WireProbabilities(_Wire):
    """`probabilities`: percents that may miss 100 by one in sum, which reading mends."""

    tp_first: Percent
    sl_first: Percent
    neither: Percent


class WireAnswer(_Wire):
    """The whole answer, in the order in which it is generated: evidence before the decision."""

    schema_version: Literal["analysis.v1"]
    chart_code: Code
    chart_readback: WireReadback
    regime: Annotated[Regime, BeforeValidator(word(words.REGIMES))]
    patterns: Annotated[list[WirePattern], Field(max_length=limits.MOST_PATTERNS)]
    levels: WireLevels
    evidence: Annotated[
        list[WireEvidence],
        Field(min_length=limits.LEAST_EVIDENCE, max_length=limits.MOST_EVIDENCE),
    ]
    bull_case: Case
    bear_case: Case
    invalidation: Case
    p_up: Forecast
    action: Annotated[Action, BeforeValidator(word(words.ACTIONS))]
    entry: WireEntry
    stop_loss: Price | None
    take_profit: Price | None
    horizon_bars: Horizon | None
    probabilities: WireProbabilities | None
    flat_reason: Annotated[FlatReason, BeforeValidator(word(words.FLAT_REASONS))] | None
    summary: Summary
