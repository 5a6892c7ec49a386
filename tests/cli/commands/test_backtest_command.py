"""`backtest` answers, writes and keeps; a wrong word is a usage error with what is allowed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import open_engine
from db.queries.backtests import count_trades, recent_backtests
from db.unit_of_work import session_factory
from tests.cli.commands.ran import Run
from tests.fixtures.candle_folder import write_candles

ASKED = ("backtest", "--strategy", "sma-cross", "--symbols", "BTCUSDT,ETHUSDT", "--quick")
KILLED_RULE = "def signals(bars):\n    raise KeyboardInterrupt\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_candles(tmp_path_factory.mktemp("candles"), bars=800)


def test_a_backtest_prints_figures_and_badges_and_writes_the_page(
    autotrader: Run, folder: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    ran = autotrader(*ASKED, "--data", str(folder), "--no-store", "--html", str(page))
    assert ran.code == 0, ran.err
    assert "Net profit" in ran.out
    assert "The look-ahead test was not run." in ran.out
    assert "not stored" in ran.out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_it_is_stored_with_its_trades_and_told_as_json(
    autotrader: Run,
    folder: Path,
    own_database_url: str,
    use_settings: Callable[[dict[str, str]], None],
) -> None:
    use_settings({"DATABASE_URL": own_database_url})
    ran = autotrader(*ASKED, "--data", str(folder), "--set", "fast=10", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    with open_engine(own_database_url) as engine, session_factory(engine)() as session:
        (stored,) = recent_backtests(session)
        trades = count_trades(session, stored.id)
    assert told["id"] == str(stored.id)
    assert stored.parameters == {"fast": "10"}
    assert stored.metrics is not None
    assert told["metrics"]["sharpe"]["value"] == stored.metrics["sharpe"]["value"]  # type: ignore[index]
    assert told["metrics"]["trades"]["value"] == trades


def test_trades_and_equity_are_written_as_parquet(
    autotrader: Run, folder: Path, tmp_path: Path
) -> None:
    where = tmp_path / "tables"
    assert (
        autotrader(*ASKED, "--data", str(folder), "--no-store", "--parquet", str(where)).code == 0
    )
    assert {path.name for path in where.iterdir()} == {"trades.parquet", "equity.parquet"}


def test_ctrl_c_stores_nothing_and_says_so(autotrader: Run, folder: Path, tmp_path: Path) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(KILLED_RULE)
    ran = autotrader(
        "backtest", "--strategy", f"{rule}:signals", "--data", str(folder), "--no-store",
        "--symbols", "BTCUSDT",
    )  # fmt: skip
    assert ran.code == 130
    assert "interrupted; nothing of it is stored" in ran.err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--set", "fast"), 2, "write NAME=VALUE"),
        (("--set", "fast=1", "--set", "fast=2"), 2, "is given twice"),
        (("--set", "fst=1"), 2, "did you mean fast"),
        (("--rule", "stopp=1"), 2, "did you mean stop"),
        (("--sizing", "half"), 2, "sizing is 'half'"),
        (("--from", "yesterday"), 2, "is no time"),
        (("--from", "2025-02-01", "--to", "2025-01-01"), 2, "is not before"),
        (("--symbols", "DOGE"), 2, "DOGE is no USDT perpetual"),
        (("--symbols", "SOLUSDT"), 1, "SOLUSDT"),
        (("--finer", "4h"), 2, "must be shorter than 1h"),
        (("--strategy", "nowhere.py:signals"), 2, "there is no file"),
        (("--strategy", "sma-crss"), 2, "Did you mean sma-cross"),
        (("--from", "2031-01-01", "--to", "2032-01-01"), 1, "has not come yet"),
    ],
)
def test_a_wrong_word_is_answered_before_anything_is_run(
    autotrader: Run, folder: Path, options: tuple[str, ...], code: int, message: str
) -> None:
    ran = autotrader(*ASKED, "--data", str(folder), "--no-store", *options)
    assert ran.code == code
    assert message in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("option", "word"), [("--strategies", "oscillator_period"), ("--rules", "max_daily_loss")]
)
def test_what_may_be_typed_is_listed(autotrader: Run, option: str, word: str) -> None:
    ran = autotrader("backtest", option)
    assert ran.code == 0
    assert word in ran.out
