"""What is asked by hand is counted with the desk's own requests, and not refused without them."""

import pytest

from cli.hand_gate import open_gate_by_hand
from tasks.traffic import open_gate
from trading.errors import ExchangeHaltedError
from trading.traffic import Call, Outcome, Purpose, Result
from trading.traffic_rules import TrafficRules

READ = Call("api.bybit.com", "f00", "get_positions", Purpose.READ, per_second=50)


@pytest.mark.parametrize("url", ["", "postgresql://nobody@127.0.0.1:9/nothing"])
def test_reads_are_sent_though_nobody_counts(url: str) -> None:
    with open_gate_by_hand(url, TrafficRules()) as gate:
        gate.admit(READ)(Outcome(Result.ANSWERED))


def test_an_old_schema_counts_nothing(empty_database_url: str) -> None:
    with open_gate_by_hand(empty_database_url, TrafficRules()) as gate:
        gate.admit(READ)(Outcome(Result.ANSWERED))


def test_silence_is_kept_with_the_desk(own_database_url: str) -> None:
    with open_gate(own_database_url, TrafficRules(), role="desk") as desk:
        desk.admit(READ)(Outcome(Result.BANNED, reason="HTTP status 403"))

    with (
        open_gate_by_hand(own_database_url, TrafficRules()) as gate,
        pytest.raises(ExchangeHaltedError, match="banned this address"),
    ):
        gate.admit(READ)
