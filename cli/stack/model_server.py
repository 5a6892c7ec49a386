"""The stand-in for a model server, as a process of ours."""

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from cli.stack.child_output import Sink
from cli.stack.children import Child
from cli.stack.environment import neutral_environment

MODEL = "stand-in-vision"
"""The model it has."""

_READY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A model server that is ready, and how to reach it."""

    child: Child
    base_url: str
    api_key: SecretStr

    def stop(self) -> None:
        """Stop the server."""
        self.child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def start_model_server(
    *, seed: int, log: Path | Sink, thinks: timedelta = timedelta(0)
) -> ModelServer:
    """Start a stand-in and wait until it is ready; equal seeds have equal opinions.

    It `thinks` about every question for so long.

    Raises:
        ChildError: it did not start; the message has its own words.
    """
    command = [
        sys.executable, "-m", "model_sim", "--json", "--seed", str(seed), "--model", MODEL,
        "--latency-ms", str(thinks // timedelta(milliseconds=1)),
    ]  # fmt: skip
    child = Child.start("model server", command, neutral_environment(), log=log, announces=True)
    with ExitStack() as undo:
        undo.callback(child.stop)
        child.wait_until_ready(lambda: child.announcement is not None, _READY)
        undo.pop_all()
    facts = json.loads(child.announcement or "")
    return ModelServer(child, facts["base_url"], SecretStr(facts["api_key"]))
