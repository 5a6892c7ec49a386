"""A report on disk: written beside its place and moved there whole, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from adapters.report.arrow_tables import equity_table, trade_table
from adapters.report.document import report_document
from adapters.report.html import page
from trading.backtest.report import Report

TRADES_FILE, EQUITY_FILE = "trades.parquet", "equity.parquet"


def write_html(report: Report, path: Path) -> None:
    """The page; a file that exists is replaced. Equal reports give equal bytes."""
    text = page(report)
    _write(path, lambda beside: beside.write_text(text, encoding="utf-8", newline="\n"))


def write_json(report: Report, path: Path) -> None:
    """The report's values as one JSON object, indented."""
    text = json.dumps(report_document(report), indent=1, ensure_ascii=False, allow_nan=False)
    _write(path, lambda beside: beside.write_text(f"{text}\n", encoding="utf-8", newline="\n"))


def write_parquet(report: Report, folder: Path) -> tuple[Path, Path]:
    """Every trade and the account at every bar, as `trades.parquet` and `equity.parquet`."""
    trades, equity = folder / TRADES_FILE, folder / EQUITY_FILE
    _write_table(trade_table(report.ran.backtest), trades)
    _write_table(equity_table(report), equity)
    return trades, equity


def _write_table(table: pa.Table, path: Path) -> None:
    _write(path, lambda beside: parquet.write_table(table, beside, compression="zstd"))


def _write(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        write(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
