"""Which model can do what: the dated list in `models.toml`, and the owner's own over it."""

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trading.capabilities import Api, Capability, InstructionRole, Structured, TokenParameter
from trading.errors import MisconfiguredError

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


class _OwnList(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    family: tuple[_Family, ...]


_CAPABILITY = TypeAdapter(Capability)


def known_capability(model: str, native: bool, own_list: Path | None = None) -> Capability:
    """What `model` can do, on OpenAI's own host (`native`) or on any other server.

    A model that the list does not name is taken for one that can do what most can; the doctor
    tells where that is wrong, and the owner writes it into a list of his own. That goes over all.

    Raises:
        MisconfiguredError: the owner's list cannot be read, or says what cannot be.
    """
    known = _model_list()
    own = () if own_list is None else _own_families(own_list)
    layers: list[_Abilities] = [known.default, *_families(known.family, model)[:1]]
    layers += [known.native] if native else []
    layers += _families(own, model)[:1]
    abilities: dict[str, object] = {}
    for layer in layers:
        abilities |= layer.model_dump(exclude={"pattern"}, exclude_none=True)
    try:
        return _CAPABILITY.validate_python(abilities)
    except ValidationError as error:
        why = "; ".join(fault["msg"] for fault in error.errors(include_url=False))
        message = f"the model list {own_list} says of {model} what cannot be: {why}"
        raise MisconfiguredError(message) from error


def is_listed(model: str) -> bool:
    """Whether our list names the model, or its abilities are guessed."""
    return bool(_families(_model_list().family, model))


def _families(families: tuple[_Family, ...], model: str) -> list[_Family]:
    name = model.lower().rpartition("/")[2]
    return [family for family in families if fnmatchcase(name, family.pattern.lower())]


def _own_families(path: Path) -> tuple[_Family, ...]:
    see = f"write entries like the [[family]] ones of {_LIST}"
    try:
        return _OwnList.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).family
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"the model list {path} cannot be used: {error}; {see}"
        raise MisconfiguredError(message) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))} is {fault['input']!r}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        message = f"the model list {path} is wrong: {faults}; {see}"
        raise MisconfiguredError(message) from error


@cache
def _model_list() -> _ModelList:
    parsed = tomllib.loads(files("config").joinpath(_LIST).read_text(encoding="utf-8"))
    return _ModelList.model_validate({**parsed, "as_of": str(parsed["as_of"])})
