"""Looking at a market: what cannot be trusted refuses the symbol, a lost exchange raises."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tasks.market import look_at_market
from tasks.resources import Resources
from tests.fixtures.plotted_market import CALM, OPENS
from tests.fixtures.scripted_proxy import KLINE, Fault, ScriptedProxy, rewritten
from trading.analysis import Action
from trading.errors import ExchangeError
from trading.instruments import Instrument
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot


@pytest.fixture
def resources(quiet_desk: Resources) -> Resources:
    return quiet_desk


@pytest.fixture
def calm(resources: Resources) -> Instrument:
    (found,) = resources.gateway.instruments([CALM])
    return found


def test_a_snapshot_holds_the_closed_candles_up_to_now(
    resources: Resources, calm: Instrument
) -> None:
    snapshot = look_at_market.fn(resources, calm, None)

    assert isinstance(snapshot, MarketSnapshot)
    assert (snapshot.symbol, snapshot.as_of, len(snapshot.candles)) == (CALM, OPENS, 250)
    assert snapshot.candles[-1].opened_at == OPENS - timedelta(hours=1)
    assert snapshot.allowed_actions == tuple(Action)
    assert snapshot.funding


def shifted(rows: list[Any], *, hours: int = 1) -> list[Any]:
    return [[str(int(start) + hours * 3_600_000), *rest] for start, *rest in rows]


# Rows come newest first.
FAULTS: dict[str, tuple[Fault, str, Reason]] = {
    "gap": (
        rewritten(lambda rows: [*rows[:100], *shifted(rows[100:], hours=-1)]),
        "without a gap",
        Reason.DATA_CANDLE_GAP,
    ),
    "hole": (
        rewritten(lambda rows: rows[:99] + rows[100:]),
        "without a gap",
        Reason.DATA_CANDLE_GAP,
    ),
    "few": (
        rewritten(lambda rows: rows[:-1]),
        "249 closed 1h candles, 250 are",
        Reason.DATA_CANDLES,
    ),
    "twice": (
        rewritten(lambda rows: [rows[0], *rows]),
        "is followed by 2026-01-11T19:00",
        Reason.DATA_CANDLE_GAP,
    ),
    "old": (
        rewritten(lambda rows: shifted(rows, hours=-1)),
        "last closed 1h candle opened at 2026-01-11T18:00:00+00:00, expected 2026-01-11T19:00",
        Reason.DATA_CANDLE_OLD,
    ),
    "impossible": (
        rewritten(lambda rows: [[row[0], row[1], "1", *row[3:]] for row in rows]),
        "is impossible",
        Reason.DATA_CANDLES,
    ),
    "negative": (
        rewritten(lambda rows: [[row[0], row[1], row[2], "-5", *row[4:]] for row in rows]),
        "-5",
        Reason.DATA_CANDLES,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_candles_that_cannot_be_trusted_refuse_the_symbol(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy, name: str
) -> None:
    fault, message, reason = FAULTS[name]
    quiet_proxy.always(KLINE, fault)

    refused = look_at_market.fn(resources, calm, None)

    assert isinstance(refused, Refused), refused
    assert refused.reason is reason
    assert message in refused.detail


def test_a_symbol_the_exchange_does_not_know_is_not_tradable(
    resources: Resources, calm: Instrument
) -> None:
    unknown = replace(calm, symbol="NOSUCHUSDT")

    refused = look_at_market.fn(resources, unknown, None)

    assert isinstance(refused, Refused)
    assert refused.reason is Reason.DATA_INSTRUMENT
    assert "10001" in refused.detail


def test_an_exchange_that_does_not_answer_raises(
    resources: Resources, calm: Instrument, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.always(KLINE, lambda _seen, _forward: None)

    with pytest.raises(ExchangeError, match="no answer"):
        look_at_market.fn(resources, calm, None)

    assert len(quiet_proxy.calls(KLINE)) == 3
