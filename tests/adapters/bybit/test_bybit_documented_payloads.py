"""The exchange's own documentation samples can be read."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.bybit import rows_account, rows_market, rows_orders, rows_positions
from adapters.bybit.parsing import Row
from adapters.bybit.ret_codes import RET_CODES

pytestmark = pytest.mark.realdata

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLES: list[tuple[str, Callable[[Row], object]]] = [
    ("order/open-order", rows_orders.order),
    ("order/order-list", rows_orders.order),
    ("order/execution", rows_positions.execution),
    ("position/position", rows_positions.position),
    ("account/transaction-log", rows_account.transaction),
    ("account/fee-rate", rows_account.fee_rates),
    ("account/wallet-balance", lambda row: rows_account.wallet(row, NOW)),
    ("market/history-fund-rate", rows_market.funding_rate),
]


@pytest.fixture(scope="module")
def documentation() -> Path:
    folder = os.environ.get("AUTOTRADER_REAL_DATA")
    if not folder:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real payloads")
    return Path(folder) / "bybit" / "docs_v5"


def results(page: Path) -> list[dict[str, object]]:
    """The results of all sample answers of a page."""
    answers: list[dict[str, dict[str, object]]] = []
    for block in json.loads(page.read_text(encoding="utf-8")):
        sample = block.get("json", [])
        answers += sample if isinstance(sample, list) else [sample]
    return [answer["result"] for answer in answers if answer.get("result")]


@pytest.mark.parametrize(("page", "value"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_every_row_of_a_documented_answer_is_read(
    documentation: Path, page: str, value: Callable[[Row], object]
) -> None:
    rows = [
        row
        for result in results(documentation / f"{page}.json")
        for row in Row(result, page).rows("list", page)
    ]

    assert rows
    assert all(row.build(value) for row in rows)


def test_documented_transactions_have_ids_of_their_own(documentation: Path) -> None:
    (result,) = results(documentation / "account/transaction-log.json")
    rows = Row(result, "log").rows("list", "log")

    ids = [rows_account.transaction(row).transaction_id for row in rows]

    assert len(set(ids)) == len(ids)


def test_documented_instruments_are_read_where_the_desk_can_trade_them(
    documentation: Path,
) -> None:
    rows = [
        row
        for result in results(documentation / "market/instrument.json")
        for row in Row(result, "instrument").rows("list", "instrument")
        if rows_market.is_usdt_perpetual(row)
    ]

    instruments = [row.build(rows_market.instrument) for row in rows]

    assert "BTCUSDT" in {instrument.symbol for instrument in instruments if instrument.is_trading}


def test_documented_candles_are_read(documentation: Path) -> None:
    (result,) = results(documentation / "market/kline.json")
    cells = result["list"]

    assert isinstance(cells, list)
    assert len([rows_market.candle(row, what="kline") for row in cells]) == 3


def test_recorded_open_interest_is_read(documentation: Path) -> None:
    folder = documentation.parent / "hirokisan" / "rest"
    recorded = json.loads((folder / "v5-market-get-open-interest.json").read_text("utf-8"))

    rows = Row(recorded, "open interest").rows("list", "open interest")
    hours = [row.build(lambda one: rows_market.open_interest(one, "BTCUSDT")) for row in rows]

    assert len(hours) == 5
    assert hours[0].recorded_at - hours[1].recorded_at == timedelta(hours=1)


def test_the_documented_key_is_read_only(documentation: Path) -> None:
    (result,) = results(documentation / "user/apikey-info.json")

    permissions = rows_account.key_permissions(Row(result, "key"))

    assert permissions.is_read_only
    assert not permissions.may_trade


def test_codes_of_the_table_are_documented_codes(documentation: Path) -> None:
    table = json.loads((documentation / "error_codes.json").read_text(encoding="utf-8"))
    documented = {row["code"] for row in table}
    # Seen by clients in the wild, not in the page: rate limits of older services.
    observed_only = {30034, 10403}

    assert set(RET_CODES) - documented - observed_only == set()
