"""An analysis as the desk's schema asks for it, from what was told and what was seen."""

from collections.abc import Sequence
from decimal import Decimal

from model_sim.answers.facts import Facts
from model_sim.answers.opinion import HORIZON_BARS, Opinion, form_opinion
from model_sim.answers.reading_back import extremes, last_move
from model_sim.sight.looking import Sight
from model_sim.values import Row

_CITED = ("ema_20", "ema_50", "rsi_14", "adx_14", "rsi", "atr_14", "last", "mark", "close")
_MOST_CITED = 4
_FEWEST_CITED = 2
_SHORTEST, _LONGEST = 4, 48


def analysis(facts: Facts, sight: Sight, *, seed: int, citable: Sequence[str] = ()) -> Row:
    """Every field of `analysis.v1`. Only facts named in `citable` are cited, if it names any."""
    opinion = form_opinion(facts, seed)
    is_flat = opinion.action == "FLAT"
    return {
        "schema_version": "analysis.v1",
        "chart_code": sight.code,
        "chart_readback": _readback(facts, sight),
        "regime": _regime(facts, opinion),
        "patterns": [],
        "levels": _levels(facts),
        "evidence": _evidence(facts, opinion, citable),
        "bull_case": "The fast average above the slow one and a firm RSI would carry a rise.",
        "bear_case": "The fast average below the slow one and a weak RSI would carry a fall.",
        "invalidation": "A close on the other side of the slow average.",
        "p_up": opinion.p_up,
        "action": opinion.action,
        "entry": {"type": "NONE" if is_flat else "MARKET", "price": None},
        "stop_loss": _number(opinion.stop_loss),
        "take_profit": _number(opinion.take_profit),
        "horizon_bars": None if is_flat else _horizon(facts),
        "probabilities": opinion.probabilities,
        "flat_reason": opinion.flat_reason,
        "summary": f"{opinion.action}: averages and RSI give a score of {opinion.score:.2f}.",
    }


def _readback(facts: Facts, sight: Sight) -> Row:
    seen = extremes(facts, sight)
    return {
        "last_candle": last_move(facts, sight),
        "visible_high": _number(seen.high) if seen else 0,
        "visible_low": _number(seen.low) if seen else 0,
    }


def _regime(facts: Facts, opinion: Opinion) -> str:
    strength = facts.first("adx_14", "adx")
    if strength is None:
        return "unclear"
    if strength < 20:
        return "range"
    return "trend_up" if opinion.score > 0 else "trend_down"


def _levels(facts: Facts) -> Row:
    last = facts.last
    if last is None:
        return {"support": [], "resistance": []}
    lows = [facts.first("swing_low_1"), facts.first("previous_day_low")]
    highs = [facts.first("swing_high_1"), facts.first("previous_day_high")]
    return {
        "support": [_number(price) for price in lows if price and price < last],
        "resistance": [_number(price) for price in highs if price and price > last],
    }


def _evidence(facts: Facts, opinion: Opinion, citable: Sequence[str]) -> list[Row]:
    known = [name for name in facts.numbers if not citable or name in citable]
    cited = [name for name in _CITED if name in known][:_MOST_CITED]
    cited += [name for name in known if name not in cited][: max(0, _FEWEST_CITED - len(cited))]
    side = {"LONG": "long", "SHORT": "short"}.get(opinion.action, "neutral")
    return [
        {
            "claim": f"{name} stands at {facts.numbers[name]}.",
            "field": name,
            "value": _number(facts.numbers[name]),
            "supports": side,
        }
        for name in cited
    ]


def _horizon(facts: Facts) -> int:
    told = facts.first("horizon_bars")
    return int(told) if told and _SHORTEST <= told <= _LONGEST else HORIZON_BARS


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number that reads as the decimal was told."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
