"""`data`: the market's past, fetched, imported, checked, listed and written to files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from adapters.candle_files.names import SUFFIXES
from cli.data.checking import check_folder, judge_stored
from cli.data.files import Meant, export_all, import_file
from cli.data.options import Market, Since, Symbols, Timeframe, Until
from cli.data.orders import Fetched, Order
from cli.data.store import open_store
from cli.data.telling import (
    tell_check,
    tell_fetched,
    tell_holdings,
    tell_imported,
    tell_written,
)
from cli.later import imported
from cli.options import AsJson, moment, symbols_of
from cli.output import warn
from cli.settings import load_settings
from cli.stack.interruption import ended_by_signals
from db.queries.candle_holdings import funding_counts
from db.unit_of_work import read_session
from tasks.candle_store.checking import check_stored
from tasks.clock import wall_time
from trading.candle_series import SeriesName, Span
from trading.candles import Interval
from trading.errors import (
    ExchangeOutcomeUnknownError,
    ExchangeRetryableError,
    MisconfiguredError,
)

FAILED = 1

_GO_ON = (
    "What came is stored; run the same command again for the rest. "
    "--market live reads Bybit's own prices, without a key."
)

app = typer.Typer(help="Market data: the past that backtests trade on.", no_args_is_help=True)


@app.command()
def download(  # noqa: PLR0913 -- one parameter for each option of the command
    *,
    symbols: Symbols = None,
    timeframe: Timeframe = Interval.H1,
    since: Since,
    until: Until = None,
    funding: Annotated[bool, typer.Option(help="Funding rates too.")] = True,
    mark: Annotated[bool, typer.Option("--mark", help="Mark prices too.")] = False,
    market: Market = None,
    as_json: AsJson = False,
) -> None:
    """Fetch candles, funding rates and instruments from the exchange into the database.

    Asks only for what is not stored yet, so it can be stopped at any time and run again. The
    candle that is not closed is never stored. --market live reads Bybit's public data without a
    key, whatever is traded.

    Examples:
    - `autotrader data download --market live --symbols BTCUSDT,ETHUSDT --from 2024-01-01`
    - `autotrader data download --timeframe 15m --from 2025-01-01 --to 2026-01-01 --mark --json`
    """
    settings = load_settings()
    order = Order(
        symbols=symbols_of(symbols, settings.symbols),
        interval=timeframe,
        since=since,
        until=until,
        with_funding=funding,
        with_mark=mark,
    )
    with ended_by_signals(), open_store(settings, market) as store:
        try:
            fetching = imported("cli.data.fetching")
            fetched: Fetched = fetching.fetch_from(settings, market, store, order)
        except KeyboardInterrupt:
            warn("Stopped; what came is stored. Run the same command again for the rest.")
            raise
        except (ExchangeRetryableError, ExchangeOutcomeUnknownError):
            warn(f"The exchange of market {store.candles.market} stopped answering. {_GO_ON}")
            raise
        tell_fetched(fetched, store.candles.market, as_json=as_json)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, Parquet, Feather.")],
    *,
    symbol: Annotated[str | None, typer.Option(help="If the names do not say it.")] = None,
    timeframe: Annotated[Interval | None, typer.Option(help="If the names do not say it.")] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Only say what would be stored.")] = False,
    market: Market = None,
    as_json: AsJson = False,
) -> None:
    """Store candles and funding rates of files: of this desk, ccxt, freqtrade or Binance.

    Symbol and length come from names like BTCUSDT_15m.parquet, BTC_USDT_USDT-1h-futures.feather
    or BTCUSDT-1m-2024-01.csv. A file with an impossible row is refused as a whole and the row
    named; gaps are told and left. What is stored already stays as it is. Exit code 1 if a file
    was refused.

    Examples:
    - `autotrader data import candles/BTCUSDT_15m.parquet candles/BTCUSDT_funding.parquet`
    - `autotrader data import export.csv --symbol BTCUSDT --timeframe 1h --dry`
    """
    settings, now = load_settings(), wall_time()
    meant = Meant(symbols_of(symbol, (None,))[0], timeframe)
    if dry:
        imported = [import_file(None, path, meant, now) for path in files]
    else:
        with open_store(settings, market) as store:
            imported = [import_file(store.candles, path, meant, now) for path in files]
    tell_imported(imported, as_json=as_json)
    if any(one.refused for one in imported):
        raise typer.Exit(FAILED)


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of parquet or CSV files; without it, what is stored."),
    ] = None,
    *,
    symbols: Symbols = None,
    market: Market = None,
    as_json: AsJson = False,
) -> None:
    """Check candles, mark prices and funding rates for gaps, duplicates and impossible values.

    Names every problem with its first row and what to do. Nothing is changed or filled in. Without
    FOLDER it is all that is stored, or that of --symbols; then what is only odd is told as well.

    Examples:
    - `autotrader data check candles/`
    - `autotrader data check --symbols BTCUSDT --json`
    """
    if folder is not None and (symbols or market):
        message = "--symbols and --market choose of what is stored; leave them out for a folder"
        raise MisconfiguredError(message)
    if folder is not None:
        tell_check(check_folder(folder), as_json=as_json)
        return
    settings = load_settings()
    wanted = symbols_of(symbols, None)
    with open_store(settings, market) as store:
        checked = check_stored(store.candles, wanted, now=wall_time())
        tell_check(judge_stored(store.candles.name, checked), as_json=as_json)


@app.command("list")
def show_list(*, market: Market = None, as_json: AsJson = False) -> None:
    """Show which candles and funding rates are stored, from when to when, and what lacks.

    Examples:
    - `autotrader data list`
    - `autotrader data list --market live --json`
    """
    with open_store(load_settings(), market) as store:
        with read_session(store.candles.sessions) as session:
            rates = funding_counts(session, store.candles.market)
        tell_holdings(store.candles.market, store.candles.holdings(), rates, as_json=as_json)


@app.command()
def export(  # noqa: PLR0913 -- one parameter for each option of the command
    folder: Annotated[Path, typer.Argument(help="A folder that exists.")],
    *,
    symbols: Symbols = None,
    timeframe: Timeframe = Interval.H1,
    since: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="DATE", help="UTC.")
    ] = None,
    until: Until = None,
    form: Annotated[str, typer.Option("--format", help="parquet, feather or csv.")] = "parquet",
    market: Market = None,
    as_json: AsJson = False,
) -> None:
    """Write stored candles and funding rates to files that backtests and `sim --data` read.

    The simulator reads parquet and csv, backtests feather too.

    Examples:
    - `autotrader data export candles/ --symbols BTCUSDT --timeframe 15m --from 2025-01-01`
    """
    if f".{form}" not in SUFFIXES:
        raise MisconfiguredError(f"--format {form}; allowed are parquet, feather and csv")
    if not folder.is_dir():
        raise MisconfiguredError(f"{folder} is no folder; make it first")
    settings = load_settings()
    span = Span(since, until)
    names = [SeriesName(one, timeframe) for one in symbols_of(symbols, settings.symbols)]
    with open_store(settings, market) as store:
        written = export_all(store.candles, names, span, folder, f".{form}")
    tell_written(written, as_json=as_json)
