"""The stand-in's view of a market: a simple rule, so that demos trade and tests can foretell it.

It is no advice and no measure of any model: averages and RSI, and a lean drawn from the seed.
"""

from dataclasses import dataclass
from decimal import Decimal

from model_sim.answers.facts import Facts
from model_sim.values import digest

_ENOUGH = Decimal("0.5")
_STEEPEST = Decimal(2)
_STOP_RANGES, _TARGET_RANGES = Decimal(2), Decimal(5)
_NEITHER = 12
HORIZON_BARS = 12


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the stand-in would do. Levels in USDT on the tick grid, None when FLAT.

    `p_up` and `tp_first` are percents. `score` tells how strongly it leans: up above 0.
    """

    action: str
    score: Decimal
    p_up: int
    flat_reason: str | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    tp_first: int = 0

    @property
    def probabilities(self) -> dict[str, int] | None:
        """What happens first within the horizon, in percent that sum to 100; None when FLAT."""
        if self.flat_reason is not None:
            return None
        loss = 100 - self.tp_first - _NEITHER
        return {"tp_first": self.tp_first, "sl_first": loss, "neither": _NEITHER}


def form_opinion(facts: Facts, seed: int) -> Opinion:
    """The opinion of these facts; equal facts and seeds give equal opinions."""
    last, reach = facts.last, facts.range
    if not last or not reach:
        return Opinion("FLAT", Decimal(0), 50, flat_reason="data_doubt")
    draw = digest("lean", seed, *sorted(facts.numbers.items()), facts.bars)
    lean = Decimal(int(draw[:4], 16) % 121 - 60) / 100
    score = _trend(facts, reach) + _momentum(facts) + lean
    p_up = 50 + round(max(min(score, Decimal(3)), Decimal(-3)) * 7)
    action = "LONG" if score > 0 else "SHORT"
    if abs(score) < _ENOUGH or action not in facts.allowed:
        return Opinion("FLAT", score, p_up, flat_reason="no_setup")
    sign = 1 if action == "LONG" else -1
    below, above = _market(facts, last)[::sign]
    stop = _on_grid(below - sign * _STOP_RANGES * reach, facts.tick)
    target = _on_grid(above + sign * _TARGET_RANGES * reach, facts.tick)
    if not sign * stop < sign * last < sign * target:
        return Opinion("FLAT", score, p_up, flat_reason="data_doubt")
    chance = 36 + int(draw[4:8], 16) % 11
    return Opinion(action, score, p_up, stop_loss=stop, take_profit=target, tp_first=chance)


def _market(facts: Facts, last: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of the prices told of this moment."""
    told = [facts.first(name) or last for name in ("bid", "ask", "mark")]
    return min(last, *told), max(last, *told)


def _trend(facts: Facts, reach: Decimal) -> Decimal:
    """The distance of the averages in average ranges, at most two either way."""
    fast, slow = facts.first("ema_20"), facts.first("ema_50")
    if fast is None or slow is None:
        return Decimal(0)
    return max(min((fast - slow) / reach, _STEEPEST), -_STEEPEST)


def _momentum(facts: Facts) -> Decimal:
    """RSI away from its middle, in steps of 25 points; beyond 75 and 25 it speaks against."""
    rsi = facts.first("rsi_14", "rsi")
    if rsi is None:
        return Decimal(0)
    away = (rsi - 50) / 25
    return away if abs(away) <= 1 else -away


def _on_grid(price: Decimal, tick: Decimal) -> Decimal:
    # Never at or below 0, however wide the range is.
    return max(round(price / tick), 1) * tick
