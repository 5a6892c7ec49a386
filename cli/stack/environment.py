"""The environment variables that our child processes are started with."""

import os

_OURS = ("AUTOTRADER_", "PREFECT_")


def neutral_environment() -> dict[str, str]:
    """The present environment without any setting of the desk or of Prefect."""
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)
    }
