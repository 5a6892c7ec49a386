"""Real history: whole folders replay exactly, damaged downloads are named."""

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as arrow_parquet
import pytest

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.findings import Problem
from exchange_sim.market.folder import check_folder
from exchange_sim.market.intervals import DAY_MS, HOUR_MS
from exchange_sim.market.values import FundingEvent, Tick

pytestmark = pytest.mark.realdata

BYBIT = "bybit_linear_mohsenjfar"
SOUND = [BYBIT, "bybit_linear_dkotl", "bybit_linear_cobra", "binance_usdm_typhonun"]


@pytest.mark.parametrize("folder", SOUND)
def test_sound_folders_have_no_findings_and_replay(real_candles: Path, folder: str) -> None:
    assert check_folder(real_candles / folder) == []
    market = Market.replay(real_candles / folder)
    assert market.end_ms is not None
    assert market.end_ms - market.start_ms > 24 * DAY_MS


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        (
            "gappy_binance_usdm",
            r"2 hole\(s\), 1000 candles missing; the first hole is 500 candle\(s\) "
            "from 2024-11-11 16:00:00 UTC to 2024-12-02 11:00:00 UTC",
        ),
        ("gappy_bybit", r"14 hole\(s\), 14 candles missing; the first hole is 1 candle\(s\)"),
    ],
)
def test_folders_with_holes_are_named_and_refused(
    real_candles: Path, folder: str, text: str
) -> None:
    assert [finding.problem for finding in check_folder(real_candles / folder)] == [Problem.GAP]
    with pytest.raises(MarketDataError, match=text):
        Market.replay(real_candles / folder)


def rows(path: Path) -> list[dict[str, float]]:
    listed: list[dict[str, float]] = arrow_parquet.read_table(path).to_pylist()
    return listed


@pytest.mark.parametrize(
    ("symbol", "interval", "name"),
    [
        ("BTCUSDT", "60", "1h"),
        ("SOLUSDT", "240", "4h"),
        ("ETHUSDT", "D", "1d"),
    ],
)
def test_longer_candles_added_up_equal_those_the_exchange_published(
    real_candles: Path, symbol: str, interval: str, name: str
) -> None:
    folder = real_candles / BYBIT
    market = Market.replay(folder, [symbol])
    published = rows(folder / f"{symbol}_{name}.parquet")[-500:]
    last = int(published[-1]["ts_ms"])
    assert market.end_ms is not None
    bars = market.klines(symbol, interval, None, last, 500, market.end_ms)
    assert [
        (bar.start_ms, float(bar.open), float(bar.high), float(bar.low), float(bar.close))
        for bar in reversed(bars)
    ] == [(row["ts_ms"], row["open"], row["high"], row["low"], row["close"]) for row in published]
    for bar, row in zip(reversed(bars), published, strict=True):
        assert float(bar.volume) == pytest.approx(row["volume"], abs=1e-6)


def test_hourly_mark_candles_equal_those_of_the_file(real_candles: Path) -> None:
    folder = real_candles / BYBIT
    market = Market.replay(folder, ["BTCUSDT"])
    published = rows(folder / "BTCUSDT_1h_mark.parquet")[-1000:]
    last = int(published[-1]["ts_ms"])
    assert market.end_ms is not None
    bars = market.mark_klines("BTCUSDT", "60", None, last, 1000, market.end_ms)
    assert [
        (bar.start_ms, float(bar.open), float(bar.high), float(bar.low), float(bar.close))
        for bar in reversed(bars)
    ] == [(row["ts_ms"], row["open"], row["high"], row["low"], row["close"]) for row in published]


def test_the_mark_price_stays_close_to_the_last_price(real_candles: Path) -> None:
    market = Market.replay(real_candles / BYBIT)
    start = market.start_ms + 300 * DAY_MS
    for event in market.events(start, start + 30 * DAY_MS):
        if isinstance(event, Tick):
            assert abs(event.mark / event.last - 1) < Decimal("0.02")


def test_recorded_settlements_are_replayed_at_their_times(real_candles: Path) -> None:
    folder = real_candles / BYBIT
    market = Market.replay(folder, ["SOLUSDT"])
    recorded = {
        (int(row["ts_ms"]), Decimal(repr(row["funding_rate"])))
        for row in rows(folder / "SOLUSDT_funding.parquet")[-90:]
    }
    first = min(ts_ms for ts_ms, _ in recorded)
    last = max(ts_ms for ts_ms, _ in recorded)
    settled = {
        (event.ts_ms, event.rate)
        for event in market.events(first - 1, last)
        if isinstance(event, FundingEvent)
    }
    assert settled == recorded


def test_prices_of_a_finer_historic_grid_are_not_distorted(real_candles: Path) -> None:
    market = Market.replay(real_candles / BYBIT, ["SOLUSDT"])
    bars = market.klines(
        "SOLUSDT", "15", None, market.start_ms + DAY_MS, 96, market.start_ms + DAY_MS
    )
    assert any(bar.high % Decimal("0.01") for bar in bars)


def test_the_october_crash_is_replayed_to_its_depth(real_candles: Path) -> None:
    market = Market.replay(real_candles / "bybit_linear_dkotl", ["AVAXUSDT"])
    crash = 1_760_130_900_000  # 2025-10-10 21:15 UTC
    bars = market.klines("AVAXUSDT", "60", crash - HOUR_MS, crash, 9, crash + 2 * HOUR_MS)
    assert max(bar.high / bar.low for bar in bars) > 2
