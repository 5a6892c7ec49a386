"""The command line of the stand-in model server, read into Settings."""

import argparse
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

from model_sim.server.settings import DEFAULT_MODEL, Settings

_MAX_PORT = 65_535
_MAX_LATENCY_MS = 600_000
_MAX_REASONING = 1_000_000
_MAX_SEED = 2**63 - 1


def parse_options(arguments: Sequence[str]) -> Settings:
    """The settings of a command line; a missing key and token are made up.

    A bad value prints what is allowed and leaves with exit code 2.
    """
    options = _parser().parse_args(arguments)
    return Settings(
        api_key="" if options.any_key else options.key or f"sk-{secrets.token_hex(16)}",
        control_token=options.control_token or secrets.token_hex(16),
        host=options.host,
        port=options.port,
        seed=options.seed,
        models=tuple(dict.fromkeys(options.model or [DEFAULT_MODEL])),
        latency=timedelta(milliseconds=options.latency_ms),
        reasoning=options.reasoning,
        json=options.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model_sim",
        description="A stand-in for a vision model's server that speaks OpenAI's wire.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    add("--port", type=_whole("port", 0, _MAX_PORT), default=0, help="0 (default): any free port")
    add("--model", action="append", metavar="NAME", help=f"a model it has ({DEFAULT_MODEL})")
    add("--seed", type=_whole("seed", 0, _MAX_SEED), default=1, help="seed of its opinions (1)")
    add(
        "--latency-ms",
        type=_whole("latency", 0, _MAX_LATENCY_MS),
        default=0,
        help="how long every answer takes",
    )
    add(
        "--reasoning",
        type=_whole("reasoning", 0, _MAX_REASONING),
        default=0,
        help="tokens thought before every answer",
    )
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--key", help="the API key; default: made up and printed")
    keys.add_argument("--any-key", action="store_true", help="take any key, or none")
    add("--control-token", help="default: made up and printed")
    add("--json", action="store_true", help="print one JSON line when ready")
    return parser


def _whole(name: str, lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
        if not lowest <= value <= highest:
            message = f"{name} is {text!r}; a whole number from {lowest} to {highest} is needed"
            raise argparse.ArgumentTypeError(message)
        return value

    return read
