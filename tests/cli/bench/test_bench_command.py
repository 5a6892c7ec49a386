"""`autotrader bench`: one JSON object with the machine and every part."""

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli.app import app
from cli.bench.backtest.works import Work
from cli.bench.machine import this_machine
from cli.bench.plan import QUICK, Part
from cli.bench.run import run_bench

CYCLE = {
    "symbols", "runs", "analyst_s", "total_s", "fixed_s", "per_symbol_s", "goal_s", "meets_goal",
    "instant_s", "all_total_s",
}  # fmt: skip
SIMULATOR = {
    "orders", "connections", "orders_per_second", "order_p50_ms", "order_p99_ms", "bars",
    "bars_per_second",
}  # fmt: skip
DEMO = {
    "market_hours", "symbols", "market_hours_per_second", "seconds_per_cycle", "duration_s",
    "peak_memory_mib",
}  # fmt: skip


def test_the_machine_is_part_of_every_figure() -> None:
    machine = this_machine()

    assert machine.cores >= 1
    assert machine.memory_mib > 0
    assert machine.python.startswith("3.")


def test_parts_that_were_not_asked_for_are_left_out(tmp_path: Path) -> None:
    done = run_bench(QUICK, tmp_path, parts=(), console=Console(quiet=True))

    assert set(json.loads(done.as_json())) == {"machine"}


def test_the_simulator_is_measured_alone(tmp_path: Path) -> None:
    done = run_bench(QUICK, tmp_path, parts=(Part.SIMULATOR,), console=Console(quiet=True))

    told = json.loads(done.as_json())
    assert set(told) == {"machine", "simulator"}
    assert set(told["simulator"]) == SIMULATOR
    assert told["simulator"]["orders_per_second"] > 0
    assert told["simulator"]["bars_per_second"] > 0


def test_an_unknown_part_is_refused_with_those_that_exist() -> None:
    refused = CliRunner().invoke(app, ["bench", "--only", "weather"])

    assert refused.exit_code == 2
    assert all(part in refused.output for part in Part)


@pytest.mark.slow
def test_a_quick_bench_measures_every_part_and_prints_one_object_last() -> None:
    done = CliRunner().invoke(app, ["bench", "--quick", "--json"])

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert set(told) == {*map(str, Part), "machine", "model_cycle"}
    assert set(told["cycle"]) == CYCLE
    assert set(told["demo"]) == DEMO
    assert told["cycle"]["symbols"] == 3
    assert (told["model_cycle"]["calls"], told["model_cycle"]["known_calls"]) == (3, 0)
    assert told["analyst"]["rounds"] == QUICK.looks
    assert set(told["cycle"]["instant_s"]) == {"1", "3"}
    assert told["demo"]["market_hours"] == QUICK.demo_hours
    assert {"desk", "exchange", "prefect", "postgres"} <= set(told["demo"]["peak_memory_mib"])
    ours = told["backtest"]["ours"]
    assert [row["work"] for row in ours] == [*map(str, Work), "W1 whole process"]
    assert "trades" in ours[-1]["said"]
    assert told["backtest"]["rivals"] == []
