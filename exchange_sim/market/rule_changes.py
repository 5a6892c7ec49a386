"""Trading rules after somebody changed some of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from exchange_sim.market.changes import MarketChange
from exchange_sim.market.values import Instrument, RiskTier


def changed_rules(instrument: Instrument, changes: Iterable[MarketChange]) -> Instrument:
    """`instrument` after the RULES changes, one on top of the other.

    Raises: MarketDataError if the rules would contradict each other.
    """
    for change in changes:
        instrument = _changed(instrument, change.values)
    return instrument


def with_risk_limits(instrument: Instrument, fraction: Decimal) -> Instrument:
    """`instrument` with every risk limit lowered to `fraction` (0..1] of what it was."""
    tiers = tuple(_lowered(tier, fraction) for tier in instrument.risk_tiers)
    return replace(instrument, risk_tiers=tiers)


def _changed(instrument: Instrument, values: Mapping[str, Decimal]) -> Instrument:
    instrument = replace(
        instrument,
        tick_size=values.get("tick_size", instrument.tick_size),
        min_notional=values.get("min_notional", instrument.min_notional),
        refusal=int(values.get("refusal", instrument.refusal)),
        delivery_ms=int(values.get("delivery_ms", instrument.delivery_ms)),
        funding_interval_min=int(
            values.get("funding_interval_min", instrument.funding_interval_min)
        ),
    )
    if "qty_step" in values or "max_market_qty" in values:
        instrument = _with_sizes(instrument, values)
    return replace(instrument, status="Closed") if values.get("closed") else instrument


def _with_sizes(instrument: Instrument, values: Mapping[str, Decimal]) -> Instrument:
    """The size rules on a new step: the smallest rounded up to it, the largest down."""
    step = values.get("qty_step", instrument.qty_step)
    smallest = max(step, -(-instrument.min_qty // step) * step)
    largest = max(smallest, instrument.max_qty // step * step)
    market = values.get("max_market_qty", instrument.max_market_qty)
    return replace(
        instrument,
        qty_step=step,
        min_qty=smallest,
        max_qty=largest,
        max_market_qty=min(largest, max(smallest, market // step * step)),
    )


def _lowered(tier: RiskTier, fraction: Decimal) -> RiskTier:
    """A tier that ends earlier; the deduction shrinks with it, so maintenance stays continuous."""
    return replace(
        tier, limit_value=tier.limit_value * fraction, deduction=tier.deduction * fraction
    )
