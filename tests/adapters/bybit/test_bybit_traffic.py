"""Each request passes the gate once and its outcome is told, whatever the headers say."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.bybit.endpoints import Read, Write
from adapters.bybit.gateway import connect
from adapters.bybit.traffic import OPEN_GATE, outcome_of
from adapters.bybit.transport import BybitTransport
from tests.adapters.bybit.scripted_exchange import (
    Reply,
    ScriptedExchange,
    access_to,
    envelope,
    ok,
)
from trading.errors import (
    ExchangeDuplicateError,
    ExchangeError,
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
    MisconfiguredError,
)
from trading.traffic import Call, Outcome, Purpose, Result

CREATE = "/v5/order/create"
BALANCE = "/v5/account/wallet-balance"
NOW_MS = 1_700_000_000_000


class NotingGate:
    """Admits all and notes calls and outcomes in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.outcomes: list[Outcome] = []

    def admit(self, call: Call, /) -> Callable[[Outcome], None]:
        self.calls.append(call)
        return self.outcomes.append


class ShutGate:
    """Admits nothing."""

    def admit(self, call: Call, /) -> Callable[[Outcome], None]:
        message = f"{call.endpoint}: not sent"
        raise ExchangeHaltedError(message)


@pytest.fixture
def gate() -> NotingGate:
    return NotingGate()


@pytest.fixture
def gated(exchange: ScriptedExchange, gate: NotingGate) -> BybitTransport:
    return BybitTransport(access_to(exchange.url), gate=gate)


def test_every_repeat_of_a_read_passes_the_gate(
    exchange: ScriptedExchange, gated: BybitTransport, gate: NotingGate
) -> None:
    exchange.script(BALANCE, Reply(b"", 503), Reply(b"", how="reset"), ok({}))

    gated.read(Read.WALLET_BALANCE)

    assert [call.endpoint for call in gate.calls] == ["get_wallet_balance"] * 3
    assert [outcome.result for outcome in gate.outcomes] == [
        Result.FAILED,
        Result.FAILED,
        Result.ANSWERED,
    ]


def test_a_write_passes_the_gate_once_as_what_it_is(
    exchange: ScriptedExchange, gated: BybitTransport, gate: NotingGate
) -> None:
    exchange.script(CREATE, envelope(110007, "not enough"))

    with pytest.raises(ExchangeRefusedError):
        gated.write(Write.PLACE_ORDER, category="linear", reduceOnly=True)

    assert [call.purpose for call in gate.calls] == [Purpose.PROTECT]
    assert gate.outcomes == [Outcome(Result.ANSWERED)]


def test_what_the_gate_refuses_is_not_sent(exchange: ScriptedExchange) -> None:
    shut = connect(access_to(exchange.url), gate=ShutGate())

    with pytest.raises(ExchangeHaltedError, match="not sent"):
        shut.server_time()
    assert exchange.seen == []


def test_a_request_that_cannot_be_signed_teaches_nothing(
    exchange: ScriptedExchange, gate: NotingGate
) -> None:
    keyless = BybitTransport(
        access_to(exchange.url, api_key=SecretStr(""), api_secret=SecretStr("")), gate=gate
    )

    with pytest.raises(MisconfiguredError):
        keyless.read(Read.WALLET_BALANCE)
    assert gate.outcomes == []


def test_headers_reach_the_gate_with_success_and_refusal(
    exchange: ScriptedExchange, gated: BybitTransport, gate: NotingGate
) -> None:
    headers = {"X-Bapi-Limit": "50", "X-Bapi-Limit-Status": "49"}
    limited = envelope(10006, "Too many visits!")
    exchange.script(BALANCE, Reply(ok({}).body, headers=headers))
    exchange.script(
        CREATE,
        Reply(
            limited.body,
            headers={
                "X-Bapi-Limit": "10",
                "X-Bapi-Limit-Status": "0",
                "X-Bapi-Limit-Reset-Timestamp": str(NOW_MS + 700),
                "Timenow": str(NOW_MS),
            },
        ),
    )

    gated.read(Read.WALLET_BALANCE)
    with pytest.raises(ExchangeRetryableError):
        gated.write(Write.PLACE_ORDER, category="linear")

    answered, refused = gate.outcomes
    assert (answered.limit, answered.remaining) == (50, 49)
    assert (refused.result, refused.limit, refused.remaining) == (Result.LIMITED, 10, 0)
    assert refused.reset_after == timedelta(milliseconds=700)


def test_headers_of_an_earlier_answer_are_forgotten(
    exchange: ScriptedExchange, gated: BybitTransport, gate: NotingGate
) -> None:
    exchange.script(
        BALANCE, Reply(ok({}).body, headers={"X-Bapi-Limit": "50"}), Reply(b"", how="reset")
    )

    gated.read(Read.WALLET_BALANCE)
    with pytest.raises(ExchangeOutcomeUnknownError):
        gated.read_once(Read.WALLET_BALANCE)

    assert [outcome.limit for outcome in gate.outcomes] == [50, None]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (None, Result.ANSWERED),
        (ExchangeRefusedError("no", code=10001), Result.ANSWERED),
        (ExchangeDuplicateError("twice", code=110072), Result.ANSWERED),
        (ExchangeHaltedError("key", code=10003), Result.ANSWERED),
        (ExchangeHaltedError("key", code=401), Result.ANSWERED),
        (ExchangeHaltedError("banned", code=403), Result.BANNED),
        (ExchangeRetryableError("clock", code=10002), Result.ANSWERED),
        (ExchangeRetryableError("limit", code=10006), Result.LIMITED),
        (ExchangeRetryableError("limit", code=429), Result.LIMITED),
        (ExchangeRetryableError("limit", code=10429), Result.LIMITED),
        (ExchangeRetryableError("address", code=10018), Result.ADDRESS_LIMITED),
        (ExchangeRetryableError("no connection"), Result.FAILED),
        (ExchangeOutcomeUnknownError("no answer"), Result.FAILED),
        (ExchangeOutcomeUnknownError("gateway", code=503), Result.FAILED),
    ],
)
def test_what_an_answer_teaches(error: ExchangeError | None, result: Result) -> None:
    told = outcome_of(error, {})

    assert told.result is result
    assert told.reason == ("" if result is Result.ANSWERED else str(error))


@pytest.mark.parametrize(
    ("reset", "now", "after_ms"),
    [
        (str(NOW_MS + 1000), str(NOW_MS), 1000),
        (str(NOW_MS + 5000), str(NOW_MS), 5000),
        (str(NOW_MS + 5001), str(NOW_MS), None),
        ("99999999999999", str(NOW_MS), None),
        (str(NOW_MS), str(NOW_MS), None),
        ("1000", str(NOW_MS), None),
        (str(NOW_MS + 1000), None, None),
        (None, str(NOW_MS), None),
        ("soon", str(NOW_MS), None),
        ("-5", str(NOW_MS), None),
        ("", "", None),
        ("9" * 400, str(NOW_MS), None),
        ("1e3", "0", None),
        ("١٢٣", "0", None),
    ],
)
def test_a_reset_is_believed_when_it_is_near(
    reset: str | None, now: str | None, after_ms: int | None
) -> None:
    given = {"X-Bapi-Limit-Reset-Timestamp": reset, "Timenow": now}

    told = outcome_of(None, {name: text for name, text in given.items() if text is not None})

    assert told.reset_after == (after_ms and timedelta(milliseconds=after_ms))


def test_the_open_gate_lets_everything_through() -> None:
    call = Call("host", "", "get_server_time", Purpose.READ, None)

    assert OPEN_GATE.admit(call)(Outcome(Result.BANNED)) is None
