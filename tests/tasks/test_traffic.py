"""The gate: who waits, who goes first, and when nothing is sent at all."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from db.engine import create_engine
from db.repositories import breakers
from tasks.traffic import SharedGate, gate_options, open_gate
from tests.fixtures.slept_time import SleptTime
from trading.errors import ExchangeHaltedError, ExchangeRetryableError
from trading.traffic import BreakerState, Call, Outcome, Purpose, Result
from trading.traffic_rules import SILENCE, TrafficRules

ENTRY = Call("api.bybit.com", "f00", "place_order", Purpose.ENTRY, per_second=10)
CLOSE = replace(ENTRY, purpose=Purpose.PROTECT)
STOP = replace(CLOSE, endpoint="set_trading_stop")
READ = Call("api.bybit.com", "f00", "get_positions", Purpose.READ, per_second=50)
PUBLIC = Call("api.bybit.com", "f00", "get_tickers", Purpose.READ, per_second=None)

ANSWERED = Outcome(Result.ANSWERED)
FAILED = Outcome(Result.FAILED, reason="HTTP status 503")
BANNED = Outcome(Result.BANNED, reason="HTTP status 403")
LIMITED = Outcome(Result.LIMITED)

MakeGate = Callable[..., SharedGate]


@pytest.fixture
def gate_engine(own_database_url: str) -> Iterator[Engine]:
    engine = create_engine(own_database_url, gate_options("test"))
    yield engine
    engine.dispose()


@pytest.fixture
def pause(gate_engine: Engine) -> SleptTime:
    return SleptTime(gate_engine)


@pytest.fixture
def make_gate(gate_engine: Engine, pause: SleptTime) -> MakeGate:
    """Gates on one database, as several processes have them; keywords are rules."""

    def make(**rules: object) -> SharedGate:
        return SharedGate(
            gate_engine,
            TrafficRules(**rules),  # type: ignore[arg-type]
            pause=pause,
            draw=lambda: 0.0,
        )

    return make


@pytest.fixture
def gate(make_gate: MakeGate) -> SharedGate:
    return make_gate()


def fail(gate: SharedGate, call: Call, times: int) -> None:
    for _ in range(times):
        gate.admit(call)(FAILED)


def was_admitted(gate: SharedGate, call: Call) -> bool:
    try:
        gate.admit(call)
    except ExchangeRetryableError:
        return False
    return True


def breaker_states(engine: Engine) -> dict[str, BreakerState]:
    with engine.connect() as connection:
        found = breakers.standing(connection, ENTRY.host).breakers
    return {purpose: breaker.state for purpose, breaker in found.items()}


# Limits


def test_a_burst_passes_and_the_next_waits_for_its_token(
    gate: SharedGate, pause: SleptTime
) -> None:
    for _ in range(2):
        gate.admit(ENTRY)
    assert pause.naps == []

    gate.admit(ENTRY)

    assert sum(pause.naps) == pytest.approx(1 / 6.32, abs=0.1)


def test_a_close_passes_while_entries_wait(gate: SharedGate, pause: SleptTime) -> None:
    gate.admit(ENTRY)
    gate.admit(ENTRY)

    gate.admit(CLOSE)

    assert pause.naps == []


def test_a_close_without_a_token_is_promised_the_next_one(
    gate: SharedGate, make_gate: MakeGate, pause: SleptTime
) -> None:
    for _ in range(3):
        gate.admit(CLOSE)
    assert pause.naps == []

    gate.admit(CLOSE)

    assert len(pause.naps) == 1
    with pytest.raises(ExchangeRetryableError, match="its turn comes in"):
        make_gate(patience=timedelta(milliseconds=50)).admit(ENTRY)


def test_reads_leave_a_third_of_the_address_to_protection(
    make_gate: MakeGate, pause: SleptTime
) -> None:
    hasty = make_gate(patience=timedelta(milliseconds=1))
    admitted = sum(was_admitted(hasty, PUBLIC) for _ in range(290))

    assert 200 <= admitted < 290
    hasty.admit(STOP)
    assert pause.naps == [] or max(pause.naps) <= 0.001


def test_who_cannot_wait_that_long_sends_nothing(make_gate: MakeGate) -> None:
    hasty = make_gate(patience=timedelta(milliseconds=10))
    hasty.admit(ENTRY)
    hasty.admit(ENTRY)

    with pytest.raises(
        ExchangeRetryableError, match=r"place_order: not sent: its turn comes in 0\.\d s"
    ):
        hasty.admit(ENTRY)


@pytest.mark.parametrize(
    ("reset_after", "blocked_s"),
    [(timedelta(seconds=3), 3), (None, 1)],
    ids=["as the exchange says", "for its window"],
)
def test_an_exceeded_limit_closes_the_endpoint_for_all(
    make_gate: MakeGate, pause: SleptTime, reset_after: timedelta | None, blocked_s: float
) -> None:
    make_gate().admit(ENTRY)(replace(LIMITED, reset_after=reset_after))

    make_gate().admit(READ)
    assert pause.naps == []
    make_gate().admit(CLOSE)
    assert sum(pause.naps) == pytest.approx(blocked_s, abs=0.2)


@pytest.mark.parametrize(
    ("call", "result"), [(ENTRY, Result.ADDRESS_LIMITED), (PUBLIC, Result.LIMITED)]
)
def test_an_exceeded_limit_of_the_address_closes_everything(
    gate: SharedGate, pause: SleptTime, call: Call, result: Result
) -> None:
    gate.admit(call)(Outcome(result, reset_after=timedelta(seconds=2)))

    gate.admit(STOP)

    assert sum(pause.naps) == pytest.approx(2, abs=0.2)


def test_a_lower_limit_of_the_exchange_is_learnt_by_all_and_unlearnt(
    make_gate: MakeGate, gate_engine: Engine
) -> None:
    def capacity() -> int:
        statement = "SELECT capacity FROM rate_buckets WHERE bucket LIKE '%place_order'"
        with gate_engine.connect() as connection:
            return int(connection.scalar(text(statement)) or 0)

    make_gate().admit(ENTRY)(replace(ANSWERED, limit=5))
    assert capacity() == 1
    make_gate().admit(ENTRY)(ANSWERED)
    assert capacity() == 1
    make_gate().admit(ENTRY)(replace(ANSWERED, limit=60))
    assert capacity() == 3


def test_what_others_used_of_the_account_is_believed(gate: SharedGate, pause: SleptTime) -> None:
    gate.admit(READ)(replace(ANSWERED, remaining=0))

    gate.admit(READ)

    assert sum(pause.naps) > 0


# Breakers


def test_five_failures_in_a_row_stop_requests_of_a_kind_for_all(make_gate: MakeGate) -> None:
    for _ in range(5):
        make_gate().admit(READ)(FAILED)

    with pytest.raises(
        ExchangeRetryableError,
        match=r"not sent: 5 read requests failed in a row, tried again in .* 503",
    ):
        make_gate().admit(READ)
    make_gate().admit(ENTRY)
    make_gate().admit(replace(READ, host="api-testnet.bybit.com"))


@pytest.mark.parametrize("answer", [ANSWERED, LIMITED])
def test_an_answer_in_between_begins_the_count_anew(
    make_gate: MakeGate, gate_engine: Engine, answer: Outcome
) -> None:
    fail(make_gate(), STOP, 4)
    make_gate().admit(STOP)(answer)
    fail(make_gate(), STOP, 4)

    assert breaker_states(gate_engine) == {"protect": BreakerState.CLOSED}


def test_protection_is_sent_whatever_failed(gate: SharedGate, gate_engine: Engine) -> None:
    fail(gate, STOP, 7)

    assert breaker_states(gate_engine) == {"protect": BreakerState.OPEN}
    gate.admit(STOP)(ANSWERED)
    assert breaker_states(gate_engine) == {"protect": BreakerState.CLOSED}


def test_after_the_open_time_one_of_many_tries(
    make_gate: MakeGate, pause: SleptTime, gate_engine: Engine
) -> None:
    fail(make_gate(), READ, 5)
    pause.pass_by(timedelta(seconds=1))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: was_admitted(make_gate(), READ), range(8))) == 1
    assert breaker_states(gate_engine) == {"read": BreakerState.HALF_OPEN}


def test_a_probe_that_is_answered_lets_all_pass(gate: SharedGate, pause: SleptTime) -> None:
    fail(gate, READ, 5)
    pause.pass_by(timedelta(seconds=1))

    gate.admit(READ)(ANSWERED)

    gate.admit(READ)
    gate.admit(READ)


def test_a_probe_that_fails_stops_all_for_longer(gate: SharedGate, pause: SleptTime) -> None:
    fail(gate, ENTRY, 5)
    for seconds in (1, 2, 4, 8):
        pause.pass_by(timedelta(seconds=seconds))
        gate.admit(ENTRY)(FAILED)
    # Sixteen seconds now, of which the test itself may take some.
    pause.pass_by(timedelta(seconds=8))

    with pytest.raises(ExchangeRetryableError, match="9 entry requests failed"):
        gate.admit(ENTRY)
    pause.pass_by(timedelta(seconds=8))
    gate.admit(ENTRY)


def test_a_probe_of_a_process_that_died_is_tried_again(
    make_gate: MakeGate, pause: SleptTime
) -> None:
    fail(make_gate(), ENTRY, 5)
    pause.pass_by(timedelta(seconds=1))
    make_gate().admit(ENTRY)
    with pytest.raises(ExchangeRetryableError):
        make_gate().admit(ENTRY)
    pause.pass_by(timedelta(seconds=10))

    make_gate().admit(ENTRY)


def test_an_answer_in_ordinary_times_writes_nothing(gate: SharedGate, gate_engine: Engine) -> None:
    report = gate.admit(READ)
    rows = "SELECT xmin::text, bucket FROM rate_buckets ORDER BY bucket"
    with gate_engine.connect() as connection:
        before = connection.execute(text(rows)).all()

    report(replace(ANSWERED, limit=50, remaining=49))

    with gate_engine.connect() as connection:
        assert connection.execute(text(rows)).all() == before
    assert breaker_states(gate_engine) == {}


def test_a_request_in_ordinary_times_costs_one_statement(
    gate: SharedGate, gate_engine: Engine
) -> None:
    gate.admit(READ)(ANSWERED)
    statements: list[str] = []
    event.listen(
        gate_engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
    )

    gate.admit(READ)(ANSWERED)

    assert len(statements) == 1


def test_while_one_kind_fails_the_others_are_counted_as_ever(
    gate: SharedGate, pause: SleptTime
) -> None:
    fail(gate, READ, 5)

    for _ in range(2):
        gate.admit(ENTRY)
    assert pause.naps == []
    gate.admit(ENTRY)

    assert sum(pause.naps) == pytest.approx(1 / 6.32, abs=0.1)


# Silence


@pytest.mark.parametrize("call", [READ, PUBLIC, ENTRY, CLOSE, STOP])
def test_a_ban_silences_all_processes_and_says_for_how_long(
    make_gate: MakeGate, call: Call
) -> None:
    make_gate().admit(READ)(BANNED)

    with pytest.raises(
        ExchangeHaltedError, match=r"not sent: .* nothing is sent for another (600|599) s .*403"
    ):
        make_gate().admit(call)
    make_gate().admit(replace(call, host="api-testnet.bybit.com"))


def test_the_silence_ends_after_ten_minutes(
    gate: SharedGate, pause: SleptTime, gate_engine: Engine
) -> None:
    gate.admit(READ)(BANNED)
    pause.pass_by(timedelta(minutes=9, seconds=58))
    with pytest.raises(ExchangeHaltedError):
        gate.admit(READ)
    pause.pass_by(timedelta(seconds=2))

    gate.admit(READ)(ANSWERED)

    assert breaker_states(gate_engine) == {SILENCE: BreakerState.CLOSED}


def test_an_answer_that_comes_after_a_ban_does_not_end_it(
    gate: SharedGate, pause: SleptTime
) -> None:
    gate.admit(READ)(BANNED)
    pause.pass_by(timedelta(minutes=10))
    early, late = gate.admit(READ), gate.admit(READ)

    early(BANNED)
    late(ANSWERED)

    with pytest.raises(ExchangeHaltedError):
        gate.admit(READ)


def test_a_ban_that_comes_while_a_close_waits_for_its_token_is_kept(
    gate: SharedGate, gate_engine: Engine, pause: SleptTime
) -> None:
    reports = [gate.admit(CLOSE) for _ in range(3)]

    def ban_meanwhile(seconds: float) -> None:
        pause(seconds)
        reports.pop()(BANNED)

    waiting = SharedGate(gate_engine, pause=ban_meanwhile)

    with pytest.raises(ExchangeHaltedError):
        waiting.admit(CLOSE)


# The database


def test_without_a_database_only_protection_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    with open_gate(nowhere, TrafficRules(), role="test") as gate:
        for call in (READ, ENTRY):
            with pytest.raises(ExchangeRetryableError, match="not sent: the database cannot"):
                gate.admit(call)

        gate.admit(STOP)(ANSWERED)

    assert "set_trading_stop is sent uncounted" in caplog.text


def test_an_outcome_that_cannot_be_written_down_is_no_error(
    gate: SharedGate, gate_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    report = gate.admit(ENTRY)
    with gate_engine.execution_options(isolation_level="READ COMMITTED").begin() as other:
        other.execute(text("LOCK TABLE breakers IN ACCESS EXCLUSIVE MODE"))
        report(FAILED)

    assert "place_order taught nothing" in caplog.text
