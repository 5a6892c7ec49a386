"""Look at one symbol: fetch what an analyst may see and check that it can be trusted."""

from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.errors import (
    BadDataError,
    CandleGapError,
    ExchangeRefusedError,
    OldCandleError,
)
from trading.instruments import Instrument
from trading.positions import Position
from trading.reasons import Reason, Refused
from trading.snapshot import MarketInputs, MarketSnapshot, build_snapshot


@step(
    name="look-at-market",
    task_run_name="look at {instrument.symbol}",
    tags=["read"],
    **SAFE_TO_RETRY,
)
def look_at_market(
    resources: Resources, instrument: Instrument, position: Position | None
) -> MarketSnapshot | Refused:
    """The snapshot of one symbol now, or why this market is not worth a thought this slot.

    Data that cannot be trusted refuses the symbol; an exchange that does not answer raises.
    """
    try:
        inputs = _collect(resources, instrument, position)
        # The ticker carries the exchange's time, which may be a moment ahead of ours.
        now = max(resources.now(), inputs.ticker.taken_at)
        return build_snapshot(inputs, now=now, rules=resources.desk.snapshots)
    except OldCandleError as error:
        return Refused(Reason.DATA_CANDLE_OLD, str(error))
    except CandleGapError as error:
        return Refused(Reason.DATA_CANDLE_GAP, str(error))
    except BadDataError as error:
        return Refused(Reason.DATA_CANDLES, str(error))
    except ExchangeRefusedError as error:
        return Refused(Reason.DATA_INSTRUMENT, str(error))


def _collect(
    resources: Resources, instrument: Instrument, position: Position | None
) -> MarketInputs:
    desk, symbol = resources.desk, instrument.symbol
    now = resources.now()
    candles = resources.gateway.candles(symbol, desk.interval, count=desk.snapshots.bars, now=now)
    since = now - 3 * instrument.funding_interval
    funding = resources.gateway.funding_history(symbol, since=since, until=now)
    return MarketInputs(
        instrument=instrument,
        interval=desk.interval,
        candles=tuple(candles),
        # Last, because its price is what a signal is checked against.
        ticker=resources.gateway.ticker(symbol),
        funding=tuple(funding),
        position=position,
    )
