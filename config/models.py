"""Which model can do what: the dated list in `models.toml`."""

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trading.capabilities import Api, Capability, InstructionRole, Structured, TokenParameter

_LIST = "models.toml"


class _Abilities(BaseModel):
    """What a table of the list may say; what it leaves out is as in [default]."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: Api | None = None
    structured: Structured | None = None
    vision: bool | None = None
    vision_and_structured: bool | None = None
    temperature: bool | None = None
    effort: bool | None = None
    seed: bool | None = None
    token_parameter: TokenParameter | None = None
    instruction_role: InstructionRole | None = None
    context_tokens: int | None = Field(None, gt=0)


class _Family(_Abilities):
    pattern: Annotated[str, Field(min_length=2)]


class _ModelList(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: str
    sources: tuple[str, ...]
    default: _Abilities
    native: _Abilities
    family: tuple[_Family, ...]


_CAPABILITY = TypeAdapter(Capability)


def known_capability(model: str, native: bool) -> Capability:
    """What `model` can do, on OpenAI's own host (`native`) or on any other server.

    A model that the list does not name is taken for one that can do what most can; the doctor
    tells where that is wrong.
    """
    known = _model_list()
    layers = [known.default, *_families(known, model)[:1], *([known.native] if native else [])]
    abilities: dict[str, object] = {}
    for layer in layers:
        abilities |= layer.model_dump(exclude={"pattern"}, exclude_none=True)
    return _CAPABILITY.validate_python(abilities)


def is_listed(model: str) -> bool:
    """Whether the list names the model, or its abilities are guessed."""
    return bool(_families(_model_list(), model))


def _families(known: _ModelList, model: str) -> list[_Family]:
    name = model.lower().rpartition("/")[2]
    return [family for family in known.family if fnmatchcase(name, family.pattern)]


@cache
def _model_list() -> _ModelList:
    parsed = tomllib.loads(files("config").joinpath(_LIST).read_text(encoding="utf-8"))
    return _ModelList.model_validate({**parsed, "as_of": str(parsed["as_of"])})
