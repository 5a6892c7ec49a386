"""One symbol of the market: its rules, its history and its funding, from files or from a seed."""

from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.market.catalogue import instrument_for, listing
from exchange_sim.market.files import DataFile, Kind, driving_file, only
from exchange_sim.market.funding import NO_RATES, Funding, KnownRates
from exchange_sim.market.grid import decimals
from exchange_sim.market.intervals import HOUR_MS, MINUTE_MS
from exchange_sim.market.marks import mark_path
from exchange_sim.market.premium import SyntheticRates
from exchange_sim.market.reading import read, read_bars
from exchange_sim.market.series import ReplayedSeries, Series
from exchange_sim.market.synthetic import SyntheticSeries
from exchange_sim.market.values import Instrument


@dataclass(frozen=True, slots=True)
class SymbolMarket:
    """What the market knows about one symbol."""

    instrument: Instrument
    series: Series
    funding: Funding


def replayed_symbol(files: list[DataFile], symbol: str) -> SymbolMarket:
    """`symbol` as recorded in `files`; its shortest candles drive it, longer ones are not read.

    Raises: MarketDataError says which file is missing or unusable, and why.
    """
    driving = driving_file(files, symbol)
    bars = read_bars(driving)
    first_ms = int(bars.start_ms[0])
    instrument = instrument_for(symbol, Decimal(repr(float(bars.close[0]))), first_ms)
    marks = _mark_file(files, symbol)
    if marks is not None:
        path = mark_path(bars, driving.interval_ms, read_bars(marks), instrument.tick_size)
        bars = replace(bars, mark_path=path)
    funding = Funding(
        symbol, instrument.funding_interval_min, first_ms, known=_rates(files, symbol)
    )
    return SymbolMarket(instrument, ReplayedSeries(bars, driving.interval_ms), funding)


def synthetic_symbol(seed: int, symbol: str, start_ms: int) -> SymbolMarket:
    """`symbol` as made up from `seed`. Raises: MarketDataError if it is not in the catalogue."""
    listed = listing(symbol)
    instrument = listed.instrument
    series = SyntheticSeries(seed, listed, start_ms)
    rates = SyntheticRates(seed, instrument, series.skeleton)
    funding = Funding(symbol, instrument.funding_interval_min, series.first_ms, rate_at=rates)
    return SymbolMarket(instrument, series, funding)


def _mark_file(files: list[DataFile], symbol: str) -> DataFile | None:
    return only(
        [
            file
            for file in files
            if (file.symbol, file.kind, file.interval_ms) == (symbol, Kind.MARK, HOUR_MS)
        ]
    )


def _rates(files: list[DataFile], symbol: str) -> KnownRates:
    file = only([file for file in files if (file.symbol, file.kind) == (symbol, Kind.FUNDING)])
    if file is None:
        return NO_RATES
    columns = read(file)
    # Some sources stamp settlements a few ms late; they happen on the minute.
    minutes = (columns["ts_ms"].astype("int64") + MINUTE_MS // 2) // MINUTE_MS * MINUTE_MS
    return KnownRates(
        tuple(minutes.tolist()), tuple(decimals(columns["funding_rate"].astype("float64")))
    )
