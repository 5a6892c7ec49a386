"""`sim`: the simulated exchange alone, for any Bybit V5 client."""

import os
import sys
from collections.abc import Sequence

import typer

from cli.settings import load_settings
from config.environments import Environment
from config.settings import Settings


def sim(context: typer.Context) -> None:
    """Run the simulated Bybit alone, until Ctrl-C; any V5 client can trade on it.

    Takes --host, --port, --data DIR or --seed N, --symbols A,B, --start ISO, --speed real|step|N,
    --balance USDT, --journal FILE, --api-key K --api-secret S, --control-token T, --json and more;
    `autotrader sim --help` lists them all. Port, key and token are those of the settings unless
    given, so the desk finds its paper exchange without any option.

    Examples:
    - `autotrader sim`
    - `autotrader sim --data candles/ --speed step --port 9000`
    """
    # Replaced, not accompanied: a signal to this process is then one to the simulator.
    sys.stdout.flush()
    os.execv(sys.executable, simulator_command(context.args, load_settings()))  # noqa: S606


def simulator_command(given: Sequence[str], settings: Settings) -> list[str]:
    """The simulator's command line: what was given, and the desk's own address and key."""
    command = [sys.executable, "-m", "exchange_sim", *given]
    if settings.environment is not Environment.PAPER:
        return command
    key, secret = settings.exchange_key
    own = {
        "--port": str(settings.sim_port),
        "--api-key": key.get_secret_value(),
        "--control-token": settings.sim_control_token.get_secret_value(),
    }
    missing = {name: value for name, value in own.items() if value and not _has(given, name)}
    if "--api-key" in missing and not _has(given, "--api-secret"):
        missing["--api-secret"] = secret.get_secret_value()
    return [*command, *(word for pair in missing.items() for word in pair)]


def _has(given: Sequence[str], name: str) -> bool:
    return any(word == name or word.startswith(f"{name}=") for word in given)
