import json
from pathlib import Path

import pytest

from exchange_sim.check import main

GOOD = "ts_ms,open,high,low,close,volume\n0,10,11,9,10,1\n3600000,10,11,9,10,1\n"


def test_a_good_folder_exits_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "BTCUSDT_1h.csv").write_text(GOOD)
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: every file is fit for use\n"


def test_findings_are_told_in_words_or_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "BTCUSDT_1h.csv").write_text(GOOD.replace("11,9", "8,9", 1))
    assert main([str(tmp_path)]) == 1
    assert "high must be the greatest" in capsys.readouterr().out
    assert main([str(tmp_path), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["findings"][0]["problem"]) == (False, "bad range")


def test_no_folder_is_told_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err
