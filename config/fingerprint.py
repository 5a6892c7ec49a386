"""Which settings and which code made a decision, as short texts to store beside it."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import SecretStr

from config.backtesting import BacktestSettings
from config.places import PlaceSettings
from config.settings import Settings
from config.telegram import TelegramSettings
from trading.canonical import fingerprint

PACKAGES = ("adapters", "config", "db", "flows", "tasks", "trading")
"""The packages whose code takes part in a decision."""

_UNDECISIVE = (
    PlaceSettings.model_fields.keys()
    | TelegramSettings.model_fields.keys()
    | BacktestSettings.model_fields.keys()
)


def config_hash(settings: Settings) -> str:
    """SHA-256 of the settings that can change a decision, 64 hex digits.

    Secrets, places (folders, addresses, ports, logs), the owner's chats and how sweeps are spread
    are left out: the same desk moved to another machine keeps its hash.
    """
    decisive = {
        name: getattr(settings, name)
        for name, field in Settings.model_fields.items()
        if name not in _UNDECISIVE and field.annotation is not SecretStr
    }
    return fingerprint(decisive)


def code_version(root: Path | None = None) -> str:
    """Version of the package and, after `+`, 12 hex digits of SHA-256 over its source.

    The digest tells apart two builds of the same version, also where there is no git. `root` is
    the folder of another build.
    """
    return _running() if root is None else _version_of(root)


# Once in a process: what runs in it was imported and stays as it was.
@cache
def _running() -> str:
    return _version_of(Path(__file__).parent.parent)


def _version_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for name in PACKAGES for path in (folder / name).rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(source)}\n".encode())
        digest.update(source)
    return f"{_package_version()}+{digest.hexdigest()[:12]}"


def _package_version() -> str:
    try:
        return version("autotrader")
    except PackageNotFoundError:
        return "0"
