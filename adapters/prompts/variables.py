"""The variables of a prompt, filled from one snapshot (analysis.md §3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

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

NO_PICTURE = "none"
"""The image arm that is asked in words alone."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the desk adds to a snapshot when it asks: its limits, its costs, the arm.

    `image_arm` names the pictures that go along (`none`, `ltf`, `ltf+htf`). `horizon_bars` is how
    far ahead the forecast of direction looks. `news` are texts of others, told as such.
    """

    signals: SignalRules
    limits: RiskLimits
    costs: Costs
    image_arm: str
    horizon_bars: int
    output_language: str = "English"
    news: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.horizon_bars > 0, f"a forecast over {self.horizon_bars} bars; at least 1")
        require(bool(self.image_arm), "the image arm of a question is empty; `none` is no image")


def variables_of(snapshot: MarketSnapshot, question: Question) -> dict[str, object]:
    """Exactly the variables of `VARIABLES`: text, one number, the allowed actions, the limits.

    Nothing of the picture is among them: a text that held the chart code would prove nothing
    about having seen it.
    """
    facts = facts_of(snapshot)
    has_picture = question.image_arm != NO_PICTURE
    tables = fact_tables(without_extremes(facts) if has_picture else facts)
    higher = bigger(snapshot.interval)
    return {
        "symbol": snapshot.symbol,
        "timeframe": str(snapshot.interval),
        "as_of": moment(snapshot.as_of),
        "horizon_bars": question.horizon_bars,
        "htf": str(higher or ""),
        "snapshot_table": tables.market,
        "candles_csv_ltf": _candles_low(snapshot),
        "candles_csv_htf": _candles_high(snapshot, higher),
        "levels": tables.levels,
        "derivatives": tables.derivatives,
        "position": position_lines(snapshot.position, facts),
        "risk_limits": _risk_limits(question, snapshot),
        "fee_roundtrip_pct": plain(_roundtrip_percent(question.costs)),
        "allowed_actions": action_words(snapshot.allowed_actions),
        "image_arm": question.image_arm,
        "output_language": question.output_language,
        "news_block": external_block(question.news),
    }


def _candles_low(snapshot: MarketSnapshot) -> str:
    return candles_csv(snapshot.candles, snapshot.instrument, rows=CANDLES_LOW)


def _candles_high(snapshot: MarketSnapshot, higher: Interval | None) -> str:
    if higher is None:
        return ""
    # From the snapshot's own bars, so that a stored decision is asked the same question again.
    candles = resample(snapshot.candles, snapshot.interval, higher)
    return candles_csv(candles, snapshot.instrument, rows=CANDLES_HIGH)


def _risk_limits(question: Question, snapshot: MarketSnapshot) -> Mapping[str, str]:
    signals, limits = question.signals, question.limits
    leverage = min(limits.max_leverage, snapshot.instrument.maximum_leverage)
    # The farthest target over the nearest stop: beyond it an answer is refused for its distances.
    largest = signals.maximum_target_atr / signals.minimum_stop_atr
    return {
        "min_rr": plain(limits.minimum_reward_risk),
        "max_rr": plain(largest.quantize(Decimal("0.1"))),
        "min_stop_atr": plain(signals.minimum_stop_atr),
        "max_stop_atr": plain(signals.maximum_stop_atr),
        "max_leverage": plain(leverage),
    }


def _roundtrip_percent(costs: Costs) -> Decimal:
    """Fees and slippage of entry and exit, in percent of the notional."""
    # Counted in stops that are the whole price away, costs are a fraction of the notional.
    whole_price = costs.in_r(Decimal(1), Decimal(0))
    return 100 * whole_price
