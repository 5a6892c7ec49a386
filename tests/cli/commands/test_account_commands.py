import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fixtures.owner import Owner
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER
UseDesk = Callable[[Venue], str]


def test_an_account_that_was_never_synchronised_says_so(
    autotrader: Callable, use_desk: UseDesk, quiet_venue: Venue
) -> None:
    use_desk(quiet_venue)
    assert "never synchronised" in autotrader("positions").out
    assert autotrader("balance").out == (
        "The account was never synchronised; run `autotrader sync`.\n"
    )
    assert json.loads(autotrader("positions", "--json").out) == {
        "positions": [],
        "mirrored_at": None,
    }


def test_the_exchange_is_asked_only_when_wanted(
    autotrader: Callable, use_desk: UseDesk, quiet_venue: Venue
) -> None:
    use_desk(quiet_venue)
    assert "Open positions, from the exchange now" in autotrader("positions", "--live").out
    assert "equity         │ 10000.00" in autotrader("balance", "--live").out
    live = json.loads(autotrader("balance", "--live", "--json").out)
    assert live["wallet"]["equity_usdt"] == "10000"
    assert live["ledger_error_usdt"] is None


def test_after_a_sync_the_mirror_is_shown_with_its_age(
    autotrader: Callable, use_desk: UseDesk, venue: Venue, owner: Owner, with_prefect: None
) -> None:
    del with_prefect
    use_desk(venue)
    assert autotrader("sync", "--json").code == 0
    venue.advance(timedelta(minutes=2))
    owner.buy("SOLUSDT", "2")
    assert autotrader("positions", "--json").out.startswith('{"positions": []')
    report = json.loads(autotrader("sync", "--json").out)
    assert report["new_executions"] == 1
    shown = autotrader("positions").out
    assert "synchronised" in shown
    assert "SOLUSDT │ long      │        2" in shown
    balance = autotrader("balance").out
    assert "ledger error" in balance
    answer = json.loads(autotrader("balance", "--json").out)
    assert answer["ledger_error_usdt"] == "0"
    assert Decimal(answer["fees_usdt"]) > 0


def test_a_silent_exchange_is_an_error_of_one_line(
    autotrader: Callable, use_desk: UseDesk, quiet_venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_desk(quiet_venue)
    monkeypatch.setenv("AUTOTRADER_EXCHANGE_BASE_URL", "http://127.0.0.1:9")
    ran = autotrader("positions", "--live")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1].startswith("autotrader: ")
    assert "Traceback" not in ran.err
