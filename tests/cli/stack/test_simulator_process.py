from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from cli.stack.children import ChildError
from cli.stack.control import Control, ControlError
from cli.stack.ports import free_port
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    options = SimulatorOptions(symbols=("BTCUSDT",), start=START, speed="step")
    log = tmp_path_factory.mktemp("simulator") / "simulator.log"
    with start_simulator(options, log=log) as running:
        yield running


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (SimulatorOptions(), "--speed real --port 0 --seed 1"),
        (
            SimulatorOptions(seed=7, start=START, speed="step", port=8900),
            "--speed step --port 8900 --seed 7 --start 2026-01-01T00:00:00+00:00",
        ),
        (
            SimulatorOptions(data=Path("/candles"), start=START, symbols=("A", "B")),
            "--speed real --port 0 --data /candles --symbols A,B",
        ),
        (
            SimulatorOptions(balance_usdt=Decimal("1E+3"), journal=Path("/exchange.jsonl")),
            "--speed real --port 0 --seed 1 --balance 1000 --journal /exchange.jsonl",
        ),
        (
            SimulatorOptions(
                api_key=SecretStr("k"), api_secret=SecretStr("s"), control_token=SecretStr("t")
            ),
            "--speed real --port 0 --seed 1 --api-key k --api-secret s --control-token t",
        ),
        (SimulatorOptions(control_token=SecretStr("")), "--speed real --port 0 --seed 1"),
    ],
)
def test_only_what_was_chosen_is_on_the_command_line(
    options: SimulatorOptions, expected: str
) -> None:
    assert " ".join(options.arguments()) == expected


def test_the_market_tells_what_it_has(simulator: Simulator) -> None:
    status = simulator.control.status()

    assert (status.symbols, status.starts_at, status.ends_at) == (("BTCUSDT",), START, None)


def test_time_passes_only_when_it_is_told_to(simulator: Simulator) -> None:
    later = simulator.control.status().now + timedelta(minutes=20, milliseconds=1)

    simulator.control.advance_to(later)

    assert simulator.control.status().now == later


def test_time_passes_by_a_length_from_wherever_the_market_is(simulator: Simulator) -> None:
    before = simulator.control.status().now

    assert simulator.control.advance_by(timedelta(seconds=90)) == before + timedelta(seconds=90)


def test_what_the_simulator_refuses_is_told_in_its_words(simulator: Simulator) -> None:
    with pytest.raises(ControlError, match="never goes back"):
        simulator.control.advance_to(START - timedelta(hours=1))


def test_a_deposit_is_in_the_records(simulator: Simulator) -> None:
    def balance() -> Decimal:
        (account,) = simulator.control.records()["accounts"].values()
        return Decimal(account["wallet"]["totalWalletBalance"])

    before = balance()

    simulator.control.deposit(Decimal("12.5"))

    assert balance() - before == Decimal("12.5")


def test_its_keys_are_in_no_log() -> None:
    lines: list[str] = []
    with start_simulator(SimulatorOptions(speed="step", start=START), log=lines.append) as other:
        secret = other.api_secret.get_secret_value()

    assert secret
    assert not [line for line in lines if secret in line]


def test_a_stopped_simulator_answers_nobody(tmp_path: Path) -> None:
    options = SimulatorOptions(symbols=("BTCUSDT",), start=START, speed="step")
    with start_simulator(options, log=tmp_path / "log") as stopped:
        pass

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{stopped.rest_url}/v5/market/time", trust_env=False)


def test_a_simulator_that_cannot_start_says_why(tmp_path: Path) -> None:
    options = SimulatorOptions(symbols=("NOSUCHUSDT",), start=START)

    with pytest.raises(ChildError, match="NOSUCHUSDT"):
        start_simulator(options, log=tmp_path / "log")


def test_a_control_api_that_is_not_there_is_named() -> None:
    control = Control(f"http://127.0.0.1:{free_port()}/control/", "token")

    with pytest.raises(ControlError, match="did not answer status"):
        control.status()

    control.close()
