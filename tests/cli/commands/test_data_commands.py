"""`data download`, `import`, `list`, `check`, `export`: against the exchange as a process."""

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.desk_fixtures import quiet_proxy
from tests.fixtures.desks import NOWHERE
from tests.fixtures.plotted_market import SYMBOLS
from tests.fixtures.scripted_proxy import KLINE, Forward, ScriptedProxy, Seen, passed_on
from tests.fixtures.simulator import Venue

__all__ = ["quiet_proxy"]

Autotrader = Callable[..., Any]

HEAD = "timestamp,open,high,low,close,volume\n"
HOUR = 3_600_000
START = 1_767_225_600_000  # 2026-01-01 UTC


@pytest.fixture
def own_desk(
    quiet_venue: Venue,
    own_database_url: str,
    use_settings: Callable[[Mapping[str, Any]], None],
    tmp_path: Path,
) -> None:
    """Settings of a desk with a database of its own, on a market that stands still."""
    use_settings(
        {
            "DATABASE_URL": own_database_url,
            "DATA_FOLDER": tmp_path / "desk",
            "EXCHANGE_BASE_URL": quiet_venue.rest,
            "CLOCK": "exchange",
            "SYMBOLS": ",".join(SYMBOLS),
        }
    )


def answer_of(ran: Any, code: int = 0) -> Any:
    assert ran.code == code, ran.err
    return json.loads(ran.out.splitlines()[-1])


def hours(*numbers: int) -> str:
    return HEAD + "".join(f"{START + hour * HOUR},10,11,9,10,1\n" for hour in numbers)


@pytest.mark.usefixtures("own_desk")
def test_a_download_stores_what_lacks_and_the_next_one_only_what_is_new(
    autotrader: Autotrader,
) -> None:
    wish = ("data", "download", "--symbols", "BTCUSDT", "--timeframe", "5m", "--from")
    first = answer_of(autotrader(*wish, "2026-01-05", "--mark", "--json"))
    # 2026-01-05 00:00 to 2026-01-11 20:00, the last closed candle opens at 19:55.
    count = 6 * 288 + 240
    nothing: dict[str, Any] = {"missing": 0, "unavailable": []}
    assert first["series"] == [
        {"series": "BTCUSDT 5m", "new": count, **nothing},
        {"series": "BTCUSDT 5m mark", "new": count, **nothing},
    ]
    assert first["funding"] == {"BTCUSDT": 6 * 3 + 3}
    longer = answer_of(autotrader(*wish, "2026-01-04", "--json"))
    assert longer["series"] == [{"series": "BTCUSDT 5m", "new": 288, **nothing}]
    assert longer["funding"] == {"BTCUSDT": 3}
    held = answer_of(autotrader("data", "list", "--json"))
    assert [(one["prices"], one["rows"], one["missing"]) for one in held["series"]] == [
        ("last", count + 288, 0),
        ("mark", count, 0),
    ]
    assert "BTCUSDT 5m" in autotrader(*wish, "2026-01-04").out


@pytest.mark.usefixtures("own_desk")
def test_a_download_that_is_stopped_keeps_what_came_and_goes_on_from_there(
    autotrader: Autotrader,
    quiet_proxy: ScriptedProxy,
    use_settings: Callable[[Mapping[str, Any]], None],
) -> None:
    def stopped(_seen: Seen, _forward: Forward) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    use_settings({"EXCHANGE_BASE_URL": quiet_proxy.url})
    quiet_proxy.script(KLINE, passed_on, stopped)
    wish = ("data", "download", "--symbols", "BTCUSDT", "--timeframe", "5m", "--no-funding")
    ran = autotrader(*wish, "--from", "2026-01-05")
    assert ran.code == 130
    assert "Run the same command again for the rest" in ran.err
    came = sum(one["rows"] for one in answer_of(autotrader("data", "list", "--json"))["series"])
    assert came in {0, 1000}  # the page before may be stored before the signal arrives, or not
    (rest,) = answer_of(autotrader(*wish, "--from", "2026-01-05", "--json"))["series"]
    assert (rest["new"], rest["missing"]) == (6 * 288 + 240 - came, 0)


@pytest.mark.usefixtures("own_desk")
def test_an_exchange_that_is_away_is_told_with_what_else_can_be_done(
    autotrader: Autotrader, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"EXCHANGE_BASE_URL": NOWHERE})
    ran = autotrader("data", "download", "--from", "2026-01-05")
    assert ran.code == 1
    assert "--market live reads Bybit's own prices" in ran.err


@pytest.mark.usefixtures("own_desk")
def test_what_lies_before_the_first_candle_is_told_as_not_to_be_had(
    autotrader: Autotrader,
) -> None:
    ran = autotrader("data", "download", "--symbols", "SOLUSDT", "--from", "2025-12-31")
    assert ran.code == 0
    assert "the exchange has none from 2025-12-31 00:00 to before 2026-01-01 00:00" in ran.err


@pytest.mark.usefixtures("own_desk")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--symbols", "NOSUCHUSDT", "--from", "2026-01-05"), "no USDT perpetual NOSUCHUSDT"),
        (("--from", "2026-01-30"), "or wait until it has closed"),
        (("--from", "yesterday"), "'yesterday' is no time"),
        (("--symbols", "BTC/USDT", "--from", "2026-01-05"), "BTC/USDT is no USDT perpetual"),
    ],
)
def test_a_download_that_cannot_be_is_refused_in_words(
    autotrader: Autotrader, words: tuple[str, ...], says: str
) -> None:
    ran = autotrader("data", "download", *words)
    assert ran.code == 2
    assert says in ran.err


@pytest.mark.usefixtures("own_desk")
def test_a_file_is_imported_once_and_can_be_written_again(
    autotrader: Autotrader, tmp_path: Path
) -> None:
    file = tmp_path / "BTCUSDT_1h.csv"
    file.write_text(hours(0, 1, 2, 5))
    dry = answer_of(autotrader("data", "import", str(file), "--dry", "--json"))["files"][0]
    assert (dry["rows"], dry["new"], dry["contents"]) == (4, None, "BTCUSDT 1h")
    assert "2 candles missing" in dry["remarks"][0]
    stored = answer_of(autotrader("data", "import", str(file), "--json"))["files"][0]
    again = answer_of(autotrader("data", "import", str(file), "--json"))["files"][0]
    assert (stored["new"], again["new"]) == (4, 0)
    out = tmp_path / "out"
    out.mkdir()
    ran = autotrader("data", "export", str(out), "--symbols", "BTCUSDT", "--format", "csv")
    assert ran.code == 0, ran.err
    assert "BTCUSDT_1h.csv" in ran.out
    assert (out / "BTCUSDT_1h.csv").read_text().splitlines()[1] == f"{START},10,11,9,10,1"
    files = answer_of(autotrader("data", "export", str(out), "--symbols", "BTCUSDT", "--json"))
    assert files == {"files": [{"file": str(out / "BTCUSDT_1h.parquet"), "rows": 4}]}
    assert "2026-01-01 05:00:00" in autotrader("data", "list").out
    assert "allowed are parquet" in autotrader("data", "export", str(out), "--format", "xls").err
    assert "is no folder" in autotrader("data", "export", str(out / "nowhere")).err


@pytest.mark.usefixtures("own_desk")
def test_a_refused_file_names_its_row_and_keeps_no_other_from_being_stored(
    autotrader: Autotrader, tmp_path: Path
) -> None:
    good, bad = tmp_path / "ETHUSDT_1h.csv", tmp_path / "some.csv"
    good.write_text(hours(0, 1))
    bad.write_text(HEAD + f"{START},10,11,9,10,1\n{START + HOUR},10,8,9,10,1\n")
    words = ("data", "import", str(bad), str(good))
    assert "give --symbol" in autotrader(*words).err
    meant = ("--symbol", "BTCUSDT", "--timeframe", "1h", "--json")
    answer = answer_of(autotrader("data", "import", str(bad), *meant), 1)
    assert answer["ok"] is False
    assert "row 2: the candle of 2026-01-01T01:00:00+00:00 opens" in answer["files"][0]["refused"]
    held = answer_of(autotrader("data", "list", "--json"))["series"]
    assert [(one["symbol"], one["rows"]) for one in held] == [("ETHUSDT", 2)]


@pytest.mark.usefixtures("own_desk")
def test_what_is_stored_is_checked(autotrader: Autotrader, tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT_1h.csv"
    file.write_text(hours(0, 1, 2, 5))
    assert answer_of(autotrader("data", "check", "--json"))["ok"]
    assert autotrader("data", "import", str(file)).code == 0
    answer = answer_of(autotrader("data", "check", "--symbols", "BTCUSDT", "--json"), 1)
    assert [(row["file"], row["problem"]) for row in answer["findings"]] == [("BTCUSDT 1h", "gap")]
    assert [row["problem"] for row in answer["remarks"]] == ["late"]
    shown = autotrader("data", "check")
    assert "gap" in shown.out
    assert "Worth knowing" in shown.out
    assert (
        "nothing is stored of ETHUSDT" in autotrader("data", "check", "--symbols", "ETHUSDT").err
    )
    assert autotrader("data", "check", str(tmp_path), "--symbols", "BTCUSDT").code == 2
