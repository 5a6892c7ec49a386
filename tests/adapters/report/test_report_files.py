"""The files hold the report whole, typed and repeatable, or are not there."""

import json
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from adapters.report.document import report_document
from adapters.report.files import write_html, write_json, write_parquet
from tests.adapters.report.conftest import reported
from trading.backtest.report import Report


def test_equal_reports_give_equal_files(report: Report, tmp_path: Path) -> None:
    for folder, one in (("first", report), ("second", reported())):
        write_html(one, tmp_path / folder / "report.html")
        write_json(one, tmp_path / folder / "report.json")
        write_parquet(one, tmp_path / folder)

    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["equity.parquet", "report.html", "report.json", "trades.parquet"]
    for name in names:
        first, second = (tmp_path / folder / name for folder in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_the_document_is_json_and_keeps_every_figure(report: Report, tmp_path: Path) -> None:
    write_json(report, tmp_path / "report.json")

    document = json.loads((tmp_path / "report.json").read_text())

    assert document == report_document(report)
    sharpe = report.metrics.sharpe
    assert document["metrics"]["sharpe"] == {
        "value": sharpe.value,
        "unit": "ratio",
        "low": sharpe.low,
        "high": sharpe.high,
        "note": sharpe.note,
    }
    assert set(document["metrics"]) == set(report.figures())


def test_the_document_says_what_was_asked_and_how_it_was_judged(report: Report) -> None:
    document = report_document(report)

    assert document["asked"] == {
        "strategy": "every-36-bars",
        "parameters": {"every": "36", "stop": "1.5 %"},
        "symbols": ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
        "interval": "1h",
        "since": "2024-01-01T00:00:00+00:00",
        "until": "2024-04-10T00:00:00+00:00",
        "data_hash": "3f9a1c",
        "code_version": "0.1.0",
        "seed": 7,
        "trials": 1,
        "decisions": None,
        "contaminated": 0,
        "timing": None,
    }
    assert document["badges"] == [
        {"name": badge.name, "level": badge.level.value, "sentence": badge.sentence}
        for badge in report.badges
    ]
    assert document["refused"] == {"backtest.no_next_bar": 1, "risk.max_open_positions": 12}


def test_the_baselines_are_in_the_document(report: Report) -> None:
    baselines = report_document(report)["baselines"]

    assert isinstance(baselines, dict)
    assert isinstance(baselines["held"], list)
    assert len(baselines["held"]) == 5
    assert baselines["random_entries"] == {
        "runs": 200,
        "percentile": 0.4,
        "mean_trades": 198.0,
        "median_net_usdt": pytest.approx(0, abs=60),
    }


def test_all_trades_are_in_the_table_with_their_types(report: Report, tmp_path: Path) -> None:
    trades = report.ran.backtest.trades
    path, _ = write_parquet(report, tmp_path)

    table = parquet.read_table(path)

    assert table.num_rows == len(trades)
    assert str(table.schema.field("entry_at").type) == "timestamp[ms, tz=UTC]"
    assert table["net"].to_numpy().tolist() == trades.net.tolist()
    assert set(table["reason"].to_pylist()) <= {"stop", "target", "time"}
    assert set(table["side"].to_pylist()) == {"long", "short"}


def test_the_equity_table_has_a_row_per_bar_and_the_ways_of_holding(
    report: Report, tmp_path: Path
) -> None:
    _, path = write_parquet(report, tmp_path)

    table = parquet.read_table(path)

    assert np.array_equal(table["equity"].to_numpy(), report.ran.backtest.equity)
    assert table.column_names[:4] == ["at", "equity", "exposure", "held: BTCUSDT"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    report: Report, tmp_path: Path
) -> None:
    (tmp_path / "report.json").mkdir()

    with pytest.raises(OSError, match=r"report\.json"):
        write_json(report, tmp_path / "report.json")

    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
