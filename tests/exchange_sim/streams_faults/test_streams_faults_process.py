"""A server process through every way its sockets can end: it says nothing and stops cleanly."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 30
OPTIONS = ["--json", "--speed", "step", "--start", "2025-10-01", "--symbols", "BTCUSDT"]


@pytest.fixture
def facts():
    """What a running process printed; at the end it must stop cleanly, without a word."""
    with subprocess.Popen(
        [sys.executable, "-m", "exchange_sim", *OPTIONS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=WAIT_S)
    assert (process.returncode, errors) == (0, "")


def switch_on(facts: dict, name: str, **parameters: object) -> None:
    headers = {"X-Control-Token": facts["control_token"]}
    with httpx.Client(headers=headers, trust_env=False, timeout=WAIT_S) as client:
        wish = {"name": name, "parameters": parameters, "count": 1}
        reply = client.post(f"{facts['control']}/faults", json=wish)
        assert reply.status_code == 200, reply.text


def opened(facts: dict, **options: object) -> ClientConnection:
    url = f"{facts['websocket']}/v5/public/linear"
    return connect(url, compression=None, proxy=None, close_timeout=0.1, **options)


def test_sockets_are_refused_cut_and_silenced_without_a_word_of_complaint(facts) -> None:
    for how in ("tcp", "502", "timeout"):
        switch_on(facts, "ws.refuse", how=how)
        with pytest.raises((InvalidHandshake, OSError)):
            opened(facts, open_timeout=0.3)
    ends: list[int | None] = []
    for name in ("ws.abort", "ws.close"):
        with opened(facts) as client:
            switch_on(facts, name)
            with pytest.raises(ConnectionClosed):
                client.recv(WAIT_S)
            ends.append(client.close_code)
    with opened(facts) as silent, opened(facts) as other:
        switch_on(facts, "ws.half_open")
        other.send('{"op":"ping"}')
        assert json.loads(other.recv(WAIT_S))["ret_msg"] == "pong"
        silent.send('{"op":"ping"}')
        with pytest.raises(TimeoutError):
            silent.recv(0.05)

    assert ends == [1006, 1001]
