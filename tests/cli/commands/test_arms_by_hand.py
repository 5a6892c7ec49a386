"""A question by hand shows the market by the arm of the settings, as a cycle would."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.cli.commands.ran import Run
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.tasks.model_analyst.asking_desk import StandIn

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("account")]


@pytest.mark.parametrize(
    ("pictures", "mask", "shown"),
    [("none", "none", 0), ("ltf+htf", "none", 2), ("ltf+htf", "anonymised", 2)],
)
def test_the_arm_of_the_settings_is_shown(
    pictures: str,
    mask: str,
    shown: int,
    autotrader: Run,
    stand_in: StandIn,
    use_settings: Callable[[Mapping[str, Any]], None],
) -> None:
    use_settings({"MODEL_PICTURES": pictures, "MODEL_MASK": mask})
    question = ("analysis", "run", "--symbol", CALM)

    dry = json.loads(autotrader(*question, "--dry", "--json").out)["question"]
    asked = json.loads(autotrader(*question, "--json").out)

    assert dry["pictures"] == shown
    assert (CALM in dry["user"]) is (mask == "none")
    assert len(stand_in.questions()) == 1
    assert asked["opinion"]["answer"]["doubts"] == []
