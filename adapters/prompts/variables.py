"""The variables of a prompt, filled from one snapshot (analysis.md §3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from trading.arms import USUAL, Arm
from trading.candles import Interval
from trading.canonical import plain
from trading.checks import require
from trading.costs import Costs
from trading.limits import RiskLimits
from trading.prompt_tables import (
    CANDLES_HIGH,
    CANDLES_LOW,
    action_words,
    candles_csv,
    external_block,
    fact_tables,
    moment,
    position_lines,
    without_extremes,
)
from trading.resampling import bigger, resample
from trading.signals import SignalRules
from trading.snapshot import MarketSnapshot
from trading.snapshot_facts import facts_of
from trading.snapshot_masking import as_shown

VARIABLES = (
    "symbol",
    "timeframe",
    "as_of",
    "horizon_bars",
    "htf",
    "snapshot_table",
    "candles_csv_ltf",
    "candles_csv_htf",
    "levels",
    "derivatives",
    "position",
    "risk_limits",
    "fee_roundtrip_pct",
    "allowed_actions",
    "image_arm",
    "output_language",
    "news_block",
)
"""Every word a template may use, and all of them are always there."""

RISK_LIMITS = ("min_rr", "max_rr", "min_stop_atr", "max_stop_atr", "max_leverage")
"""What `risk_limits` holds: reward over risk, stop distances in ATR, leverage."""

UNDATED = "at a moment that is not told"
"""In place of a date, where the market is anonymous."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the desk adds to a snapshot when it asks: its limits, its costs, its wishes.

    `horizon_bars` is how far ahead the forecast of direction looks. `news` are texts of others,
    told as such.
    """

    signals: SignalRules
    limits: RiskLimits
    costs: Costs
    horizon_bars: int
    output_language: str = "English"
    news: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.horizon_bars > 0, f"a forecast over {self.horizon_bars} bars; at least 1")


def variables_of(
    snapshot: MarketSnapshot, question: Question, arm: Arm = USUAL
) -> dict[str, object]:
    """Exactly the variables of `VARIABLES`: text, one number, the allowed actions, the limits.

    Nothing of the picture is among them: a text that held the chart code would prove nothing
    about having seen it. What a masked arm hides in its pictures is not in the text either; news
    would tell it and are left out.
    """
    seen = as_shown(snapshot, arm)
    facts = facts_of(seen)
    tables = fact_tables(without_extremes(facts) if arm.sends_picture else facts)
    higher = bigger(seen.interval)
    return {
        "symbol": seen.symbol,
        "timeframe": str(seen.interval),
        "as_of": UNDATED if arm.is_masked else moment(seen.as_of),
        "horizon_bars": question.horizon_bars,
        "htf": str(higher or ""),
        "snapshot_table": tables.market,
        "candles_csv_ltf": _candles_low(seen, arm),
        "candles_csv_htf": _candles_high(seen, higher, arm),
        "levels": tables.levels,
        "derivatives": tables.derivatives,
        "position": position_lines(seen.position, facts, seen.bars_held),
        "risk_limits": _risk_limits(question, seen),
        "fee_roundtrip_pct": plain(_roundtrip_percent(question.costs)),
        "allowed_actions": action_words(seen.allowed_actions),
        "image_arm": arm.pictures.value,
        "output_language": question.output_language,
        "news_block": external_block(() if arm.is_masked else question.news),
    }


def _candles_low(snapshot: MarketSnapshot, arm: Arm) -> str:
    tick = snapshot.instrument.tick_size
    return candles_csv(snapshot.candles, tick, rows=CANDLES_LOW, is_dated=not arm.is_masked)


def _candles_high(snapshot: MarketSnapshot, higher: Interval | None, arm: Arm) -> str:
    if higher is None:
        return ""
    # From the snapshot's own bars, so that a stored decision is asked the same question again.
    candles = resample(snapshot.candles, snapshot.interval, higher)
    tick = snapshot.instrument.tick_size
    return candles_csv(candles, tick, rows=CANDLES_HIGH, is_dated=not arm.is_masked)


def _risk_limits(question: Question, snapshot: MarketSnapshot) -> Mapping[str, str]:
    signals, limits = question.signals, question.limits
    leverage = min(limits.max_leverage, snapshot.instrument.maximum_leverage)
    # Both are checked; only a stop behind the last swing may be nearer than the limit.
    nearest = max(signals.minimum_stop_atr, limits.minimum_stop_atr)
    # The farthest target over the nearest stop.
    largest = signals.maximum_target_atr / nearest
    return {
        "min_rr": plain(limits.minimum_reward_risk),
        "max_rr": plain(largest.quantize(Decimal("0.1"))),
        "min_stop_atr": plain(nearest),
        "max_stop_atr": plain(signals.maximum_stop_atr),
        "max_leverage": plain(leverage),
    }


def _roundtrip_percent(costs: Costs) -> Decimal:
    """Fees and slippage of entry and exit, in percent of the notional."""
    # Counted in stops that are the whole price away, costs are a fraction of the notional.
    whole_price = costs.in_r(Decimal(1), Decimal(0))
    return 100 * whole_price
