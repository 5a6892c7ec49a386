"""A real server on a loopback port, steered by the control API, for the real clients."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from exchange_sim.server.options import parse_options
from exchange_sim.server.running import Addresses, build_simulator

KEY, SECRET, TOKEN = "contract-key", "contract-secret", "contract-token"
WAIT_S = 20  # the longest any test waits for an answer or a push
_LINE = (
    "--seed 11 --symbols BTCUSDT,ETHUSDT,SOLUSDT --start 2025-10-01T00:00:00Z --speed step "
    f"--rate-limits off --api-key {KEY} --api-secret {SECRET} --control-token {TOKEN}"
)


@dataclass(frozen=True)
class Venue:
    """Where the server is, whose key opens it, and the hand on its clock."""

    rest: str
    websocket: str
    control: httpx.Client
    key: str = KEY
    secret: str = SECRET

    def advance(self, minutes: int = 1) -> int:
        """Let the market happen for some minutes; its clock afterwards."""
        reply = self.control.post("/control/advance", json={"by_ms": minutes * 60_000})
        assert reply.status_code == 200, reply.text
        return reply.json()["now_ms"]

    @property
    def now_ms(self) -> int:
        """The market clock."""
        return self.control.get("/control/status").json()["now_ms"]


def serve(line: str) -> Iterator[Venue]:
    """Run a server in a thread until the caller is done with it."""
    ready = threading.Event()
    found: list[Addresses] = []

    def tell(addresses: Addresses) -> None:
        found.append(addresses)
        ready.set()

    simulator = build_simulator(parse_options(line.split()), tell)
    thread = threading.Thread(target=simulator.run, kwargs={"handle_signals": False})
    thread.start()
    try:
        assert ready.wait(WAIT_S), "the server did not start"
        headers = {"X-Control-Token": TOKEN}
        with httpx.Client(base_url=found[0].rest, headers=headers, trust_env=False) as control:
            yield Venue(found[0].rest, found[0].websocket, control)
    finally:
        simulator.server.stop()
        thread.join(WAIT_S)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="module")
def venue() -> Iterator[Venue]:
    """One exchange per test module, an hour after its start."""
    for one in serve(_LINE):
        one.advance(minutes=60)
        yield one
