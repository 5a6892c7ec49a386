"""Look at one symbol: fetch what an analyst may see and check that it can be trusted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.bitcoin import BITCOIN
from trading.candles import Candle
from trading.errors import (
    BadDataError,
    CandleGapError,
    ExchangeError,
    ExchangeHaltedError,
    ExchangeRefusedError,
    OldCandleError,
)
from trading.instruments import Instrument
from trading.positions import Position
from trading.reasons import Reason, Refused
from trading.snapshot import FUNDING_RATES, MarketInputs, MarketSnapshot, build_snapshot

log = structlog.get_logger()

Told = TypeVar("Told")


@step(
    name="look-at-market",
    task_run_name="look at {instrument.symbol}",
    **SAFE_TO_RETRY,
)
def look_at_market(
    resources: Resources,
    instrument: Instrument,
    position: Position | None,
    opened_at: datetime | None = None,
) -> MarketSnapshot | Refused:
    """The snapshot of one symbol now, or why this market is not worth a thought this slot.

    `opened_at` is when the position was opened, as far as the desk knows.
    Data that cannot be trusted refuses the symbol; an exchange that does not answer, or that
    refuses the key as a whole, raises.
    """
    try:
        inputs = replace(_collect(resources, instrument, position), opened_at=opened_at)
        # The ticker carries the exchange's time, which may be a moment ahead of ours.
        now = max(resources.now(), inputs.ticker.taken_at)
        return build_snapshot(inputs, now=now, rules=resources.desk.snapshots)
    except OldCandleError as error:
        return Refused(Reason.DATA_CANDLE_OLD, str(error))
    except CandleGapError as error:
        return Refused(Reason.DATA_CANDLE_GAP, str(error))
    except BadDataError as error:
        return Refused(Reason.DATA_CANDLES, str(error))
    except ExchangeHaltedError:
        raise  # it says nothing of this market
    except ExchangeRefusedError as error:
        return Refused(Reason.DATA_INSTRUMENT, str(error))


def _collect(
    resources: Resources, instrument: Instrument, position: Position | None
) -> MarketInputs:
    desk, gateway, symbol = resources.desk, resources.gateway, instrument.symbol
    now = resources.now()
    candles = gateway.candles(symbol, desk.interval, count=desk.snapshots.bars, now=now)
    since = now - FUNDING_RATES * instrument.funding_interval
    funding = gateway.funding_history(symbol, since=since, until=now)
    return MarketInputs(
        instrument=instrument,
        interval=desk.interval,
        candles=tuple(candles),
        funding=tuple(funding[-FUNDING_RATES:]),
        open_interest=tuple(_if_listed(lambda: gateway.open_interest(symbol)) or ()),
        account_ratio=_if_listed(lambda: gateway.account_ratio(symbol)),
        bitcoin=() if symbol == BITCOIN else _bitcoin(resources, now),
        position=position,
        # Last, because its price is what a signal is checked against.
        ticker=gateway.ticker(symbol),
    )


def _bitcoin(resources: Resources, now: datetime) -> tuple[Candle, ...]:
    """Bitcoin's candles of this slot; none where they are not listed or do not come."""
    desk, gateway = resources.desk, resources.gateway

    def fetch() -> tuple[Candle, ...]:
        count = desk.snapshots.bars
        ask = partial(gateway.candles, BITCOIN, desk.interval, count=count, now=now)
        return tuple(_if_listed(ask) or ())

    return resources.bitcoin.at(desk.interval.floor(now), fetch)


def _if_listed(ask: Callable[[], Told]) -> Told | None:
    """What the exchange tells, None where it does not: of this a snapshot is not in need.

    Raises:
        ExchangeHaltedError: the exchange shut us out; nothing else is to be asked either.
    """
    try:
        return ask()
    except ExchangeHaltedError:
        raise
    except (ExchangeError, BadDataError) as error:
        log.warning("market fact not told", error=str(error))
        return None
