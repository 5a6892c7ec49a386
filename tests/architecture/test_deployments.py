"""What prefect.yaml deploys, as it is meant: a lost schedule or a moved flow is a red test."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule

FILE = Path(__file__).parents[2] / "prefect.yaml"


@pytest.fixture(scope="module")
def deployed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(FILE.read_text())["deployments"]
    return found


def flow_of(deployment: dict[str, Any]) -> Flow[..., Any]:
    module, _, name = deployment["entrypoint"].rpartition(".")
    found = getattr(import_module(module), name)
    assert isinstance(found, Flow)
    return found


def test_these_flows_are_deployed_with_these_schedules(deployed: list[dict[str, Any]]) -> None:
    assert {
        f"{flow_of(one).name}/{one['name']}": [plan["cron"] for plan in one["schedules"]]
        for one in deployed
    } == {
        "trading-cycle/hourly": ["0 * * * *"],
        "position-sync/every-two-minutes": ["*/2 * * * *"],
        "review-intent/by-hand": [],
        "backtest/by-hand": [],
        "sweep/by-hand": [],
    }


def test_every_schedule_is_a_cron_line_in_utc(deployed: list[dict[str, Any]]) -> None:
    for plan in (plan for one in deployed for plan in one["schedules"]):
        assert CronSchedule(**plan).timezone == "UTC"


def test_no_deployment_runs_beside_itself_and_no_answer_is_dropped(
    deployed: list[dict[str, Any]],
) -> None:
    assert {flow_of(one).name: one["concurrency_limit"] for one in deployed} == {
        "trading-cycle": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
        "position-sync": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
        "review-intent": {"limit": 1, "collision_strategy": "ENQUEUE"},
        "backtest": {"limit": 1, "collision_strategy": "ENQUEUE"},
        "sweep": {"limit": 1, "collision_strategy": "ENQUEUE"},
    }


def test_one_pool_runs_them_all(deployed: list[dict[str, Any]]) -> None:
    assert {one["work_pool"]["name"] for one in deployed} == {"autotrader"}


def test_entrypoints_are_dotted_so_that_no_folder_hides_a_package(
    deployed: list[dict[str, Any]],
) -> None:
    """A path would put `flows/` first on the import path."""
    assert [one["entrypoint"] for one in deployed] == [
        "flows.trading_cycle.trading_cycle",
        "flows.position_sync.position_sync",
        "flows.review_intent.review_intent",
        "flows.backtest.backtest",
        "flows.sweep.sweep",
    ]


def test_every_deployed_flow_reports_how_it_failed(deployed: list[dict[str, Any]]) -> None:
    for one in map(flow_of, deployed):
        hooks = (one.on_failure_hooks, one.on_crashed_hooks, one.on_cancellation_hooks)
        assert [[hook.__name__ for hook in group] for group in hooks] == [["report_failure"]] * 3
