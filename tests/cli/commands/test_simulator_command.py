from typing import Any

import pytest
from pydantic import SecretStr

from cli.commands.simulator import simulator_command
from config.settings import Settings

OWN = ["--port", "8900", "--api-key", "paper", "--api-secret", "paper-only-moves-no-money"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], OWN),
        (["--seed", "7"], ["--seed", "7", *OWN]),
        (["--port", "9000"], ["--port", "9000", *OWN[2:]]),
        (["--port=9000"], ["--port=9000", *OWN[2:]]),
        (
            ["--api-key", "k", "--api-secret", "s"],
            ["--api-key", "k", "--api-secret", "s", *OWN[:2]],
        ),
        (["--api-secret", "s"], ["--api-secret", "s", *OWN[:4]]),
    ],
)
def test_what_is_not_given_comes_from_the_settings(given: list[str], expected: list[str]) -> None:
    assert simulator_command(given, Settings())[3:] == expected


def test_a_control_token_of_the_settings_is_used() -> None:
    settings = Settings(sim_control_token=SecretStr("token"))
    assert "--control-token" in simulator_command([], settings)


def test_keys_of_a_real_account_never_reach_the_simulator() -> None:
    fields: dict[str, Any] = {
        "environment": "testnet",
        "exchange_api_key": "real",
        "exchange_api_secret": "secret",
    }
    assert simulator_command(["--seed", "1"], Settings(**fields))[3:] == ["--seed", "1"]
