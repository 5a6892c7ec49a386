import json
from collections.abc import Callable
from pathlib import Path

HEAD = "ts_ms,open,high,low,close,volume\n"
HOUR = 3_600_000
START = 1_767_225_600_000


def candles(*hours: int) -> str:
    return HEAD + "".join(f"{START + hour * HOUR},10,11,9,10,1\n" for hour in hours)


def test_a_folder_without_a_fault_passes(autotrader: Callable, tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT_1h.csv").write_text(candles(0, 1, 2))
    ran = autotrader("data", "check", str(tmp_path))
    assert ran.code == 0
    assert "every file is fit for use" in ran.out
    answer = json.loads(autotrader("data", "check", str(tmp_path), "--json").out)
    assert answer == {"ok": True, "findings": []}


def test_every_fault_is_named_with_what_to_do(autotrader: Callable, tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT_1h.csv").write_text(candles(0, 1, 5, 5))
    ran = autotrader("data", "check", str(tmp_path), "--json")
    findings = json.loads(ran.out)["findings"]
    assert ran.code == 1
    assert [row["problem"] for row in findings] == ["duplicate", "gap"]
    assert "3 candles missing" in findings[1]["message"]
    assert "duplicate" in autotrader("data", "check", str(tmp_path)).out


def test_a_folder_that_is_not_there_is_an_error(autotrader: Callable, tmp_path: Path) -> None:
    ran = autotrader("data", "check", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (1, "")
    assert "nowhere" in ran.err
