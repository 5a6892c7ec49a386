"""The settings as the worker's flow runs find them: in their environment, every one of them."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from cli.stack.environment import neutral_environment
from config.settings import Settings
from config.sources import OFF, PREFIX


def settings_environment(settings: Settings) -> dict[str, str]:
    """Every setting as AUTOTRADER_<NAME>, secrets in the clear, folders absolute.

    Those with their default too: what stands in the environment wins over a `.env` that a flow
    run happens to find where it runs.
    """
    return {
        f"{PREFIX}{name.upper()}": _text(getattr(settings, name), field.default)
        for name, field in type(settings).model_fields.items()
    }


def worker_environment(settings: Settings, prefect: Mapping[str, str]) -> dict[str, str]:
    """The environment of a worker: the machine's, the settings, and where Prefect is."""
    return {**neutral_environment(), **settings_environment(settings), **prefect}


def _text(value: object, default: object) -> str:
    match value:
        case None:
            return "" if default is None else OFF
        case SecretStr():
            return value.get_secret_value()
        case tuple():
            return ",".join(map(str, value))
        case Path():
            return str(value.resolve())
        case _:
            return str(value)
