"""The text of `.env.example`: `python -m config.env_example > .env.example` renews it."""

import sys
from enum import StrEnum
from textwrap import wrap

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.approvals import ApprovalSettings
from config.backtesting import BacktestSettings
from config.brakes import BrakeSettings
from config.desk import DeskSettings
from config.exchange import ExchangeSettings
from config.gates import GateSettings
from config.model_access import ModelSettings
from config.model_questions import ModelQuestionSettings
from config.places import PlaceSettings
from config.protection import ProtectionSettings
from config.risk import RiskSettings
from config.sources import PREFIX
from config.telegram import TelegramSettings

GROUPS: tuple[type[BaseModel], ...] = (
    ExchangeSettings,
    DeskSettings,
    RiskSettings,
    GateSettings,
    BrakeSettings,
    ProtectionSettings,
    ModelSettings,
    ModelQuestionSettings,
    ApprovalSettings,
    TelegramSettings,
    BacktestSettings,
    PlaceSettings,
)
"""Every setting, grouped by subject, in the order in which people read them."""

_HEAD = """\
# Every setting with its meaning, unit, bounds and default. Copy this file to .env and take the
# `# ` away from the lines you change. A variable of the environment wins over .env; an unknown
# AUTOTRADER_ name is refused.
"""


def env_example() -> str:
    """The whole file: every setting, grouped by subject, as a comment with its default."""
    return "\n".join([_HEAD, *(_group(group) for group in GROUPS)])


def _group(group: type[BaseModel]) -> str:
    title = (group.__doc__ or "").splitlines()[0]
    settings = [_setting(name, field) for name, field in group.model_fields.items()]
    return "\n".join([f"# --- {title}\n", *settings])


def _setting(name: str, field: FieldInfo) -> str:
    meaning = f"{field.description}{allowed(field)}"
    lines = wrap(meaning, 97, initial_indent="# ", subsequent_indent="# ")
    return "\n".join([*lines, f"# {PREFIX}{name.upper()}={default_text(field.default)}", ""])


def allowed(field: FieldInfo) -> str:
    """The bounds or choices of a setting as a sentence, empty if any value will do."""
    if isinstance(field.default, StrEnum):
        return f" One of {', '.join(type(field.default))}."
    signs = {"ge": "at least", "gt": "above", "le": "at most"}
    bounds = [
        f"{words} {getattr(rule, sign)}"
        for rule in field.metadata
        for sign, words in signs.items()
        if hasattr(rule, sign)
    ]
    return f" {', '.join(bounds).capitalize()}." if bounds else ""


def default_text(value: object) -> str:
    """A default as it is written in the environment, empty for none."""
    match value:
        case SecretStr() | None:
            return ""
        case StrEnum():
            return value.value
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


if __name__ == "__main__":
    sys.stdout.write(env_example())
