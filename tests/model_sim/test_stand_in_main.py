"""The process: what it prints, what it refuses, how it stops."""

import json
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from model_sim.__main__ import announce, main
from model_sim.server.options import parse_options
from model_sim.server.running import Addresses
from tests.fixtures.eventually import eventually
from tests.model_sim.talking import settings

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 30
COMMAND = [sys.executable, "-m", "model_sim", "--json", "--key", "k", "--model", "m"]


def test_it_prints_where_it_is_answers_and_stops_cleanly() -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        facts = json.loads(line)
        headers = {"Authorization": "Bearer k"}
        with httpx.Client(headers=headers, trust_env=False, timeout=WAIT_S) as client:
            body = {"model": "m", "input": "Ready?"}
            reply = client.post(f"{facts['base_url']}/responses", json=body)
            token = {"X-Control-Token": facts["control_token"]}
            hang = [{"kind": "hang", "seconds": 600}]
            client.post(f"{facts['control']}/script", json=hang, headers=token)
            kept_waiting = partial(client.post, f"{facts['base_url']}/responses", json=body)
            with ThreadPoolExecutor(1) as pool:
                late = pool.submit(kept_waiting)
                script = partial(client.get, f"{facts['control']}/script", headers=token)
                eventually(lambda: script().json()["waiting"] == 0)  # the step was taken
                process.send_signal(signal.SIGTERM)
                _, errors = process.communicate(timeout=WAIT_S)
    assert late.result().status_code == 200, "nobody is kept waiting by a server that stops"

    assert reply.status_code == 200
    assert (process.returncode, errors) == (0, "")
    assert set(facts) == {"base_url", "api_key", "models", "control", "control_token"}
    assert (facts["api_key"], facts["models"]) == ("k", ["m"])
    assert facts["base_url"].endswith("/v1")
    assert facts["control"] == facts["base_url"].removesuffix("v1") + "control"


def test_a_person_reads_one_fact_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    announce(settings(), Addresses("http://a/v1", "http://a/control"))

    assert capsys.readouterr().out.splitlines()[0] == "base_url:      http://a/v1"


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        assert main(["--port", str(taken.getsockname()[1])]) == 1
    assert "choose another port with --port" in capsys.readouterr().err


def test_an_ipv6_address_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "::2"]) == 1
    assert "cannot listen on ::2:0" in capsys.readouterr().err


def test_what_is_not_said_has_a_default_and_secrets_are_made_up() -> None:
    one, other = parse_options([]), parse_options([])

    assert one.models == ("stand-in-vision",)
    assert (one.host, one.port, one.seed, one.latency) == ("127.0.0.1", 0, 1, timedelta(0))
    assert one.api_key.startswith("sk-")
    assert one.api_key != other.api_key
    assert one.control_token != other.control_token
    assert one.api_key not in repr(one)
    assert one.control_token not in repr(one)


def test_everything_can_be_chosen() -> None:
    words = "--model a --model b --model a --seed 7 --latency-ms 250 --reasoning 9 --any-key"
    chosen = parse_options(words.split())

    assert chosen.models == ("a", "b")
    assert (chosen.seed, chosen.latency) == (7, timedelta(milliseconds=250))
    assert (chosen.reasoning, chosen.api_key) == (9, "")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--port 70000", "a whole number from 0 to 65535"),
        ("--latency-ms -5", "latency is '-5'"),
        ("--seed x", "seed is 'x'"),
        ("--key a --any-key", "not allowed with"),
        ("--lat 5", "unrecognized arguments"),
    ],
)
def test_a_bad_option_is_refused_with_what_is_allowed(
    words: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse_options(words.split())

    assert left.value.code == 2
    assert complaint in capsys.readouterr().err
