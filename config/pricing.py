"""The price list of models: a dated data file of ours, and the owner's own over it."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trading.canonical import plain
from trading.errors import InvariantError, MisconfiguredError
from trading.image_tokens import ImageRule, PatchRule, TileRule
from trading.pricing import Price

OURS = Path(__file__).with_name("prices.toml")

_Usd = Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)]
_Words = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Tiles(_Strict):
    rule: Literal["tiles"]
    base: int = Field(ge=0)
    per_tile: int = Field(gt=0)

    def as_rule(self) -> ImageRule:
        return TileRule(self.base, self.per_tile)


class _Patches(_Strict):
    rule: Literal["patches"]
    budget: int = Field(gt=0)
    multiplier: Decimal = Field(gt=0, allow_inf_nan=False)

    def as_rule(self) -> ImageRule:
        return PatchRule(self.budget, self.multiplier)


_Image: TypeAlias = Annotated[_Tiles | _Patches, Field(discriminator="rule")]


class _Entry(_Strict):
    models: list[_Words] = Field(min_length=1)
    effective_from: date
    input: _Usd
    cached: _Usd
    output: _Usd
    cache_write: _Usd | None = None
    image: _Image | None = None


class _File(_Strict):
    currency: Literal["USD"]
    name: _Words
    price: list[_Entry]


@dataclass(frozen=True, slots=True)
class Listed:
    """A price and the name it is for; `pattern` may hold * and ?."""

    pattern: str
    price: Price


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by model name; those of `owner` go before those of `ours`."""

    ours: tuple[Listed, ...]
    owner: tuple[Listed, ...] = ()

    def price_of(self, model: str, on: date) -> Price | None:
        """The price of a model on a UTC day; None if nobody listed it or its prices begin later.

        The most exact name decides (the longest pattern that fits), of equal ones the newest.
        """
        for prices in (self.owner, self.ours):
            fitting = [
                one
                for one in prices
                if fnmatchcase(model, one.pattern) and one.price.effective_from <= on
            ]
            if fitting:
                return max(fitting, key=_exactness).price
        return None


def load_prices(owner_file: Path | None = None) -> PriceList:
    """Our price list, and over it the owner's, if one is named.

    Raises:
        MisconfiguredError: a file that cannot be read, or an entry that is wrong; the message
            names the file and the entry. Show it to the owner and stop.
    """
    owner = () if owner_file is None else _read(owner_file)
    return PriceList(ours=_read(OURS), owner=owner)


def _read(path: Path) -> tuple[Listed, ...]:
    try:
        # Not float: 0.1 USD is to be 0.1 USD.
        found = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return _listed(_File.model_validate(found))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, InvariantError) as error:
        message = f"the price file {path} cannot be used: {error}; see {OURS.name} for its form"
        raise MisconfiguredError(message) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))} is {fault['input']!r}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        message = f"the price file {path} is wrong: {faults}; see {OURS.name} for its form"
        raise MisconfiguredError(message) from error


def _listed(file: _File) -> tuple[Listed, ...]:
    listed = tuple(
        Listed(pattern, _price(file.name, pattern, entry))
        for entry in file.price
        for pattern in entry.models
    )
    seen: set[tuple[str, date]] = set()
    for one in listed:
        key = (one.pattern, one.price.effective_from)
        if key in seen:
            message = f"{one.pattern} has two prices from {key[1]} on; keep one of them"
            raise InvariantError(message)
        seen.add(key)
    return listed


def _price(list_name: str, pattern: str, entry: _Entry) -> Price:
    listed = (entry.input, entry.cached, entry.output, entry.cache_write)
    amounts = "/".join(plain(amount) for amount in listed if amount is not None)
    return Price(
        input=entry.input,
        cached=entry.cached,
        output=entry.output,
        image=None if entry.image is None else entry.image.as_rule(),
        effective_from=entry.effective_from,
        # With the amounts, so that a row of the ledger can be checked without the file.
        version=f"{list_name} {pattern} {entry.effective_from.isoformat()} {amounts}",
        cache_write=entry.cache_write,
    )


def _exactness(one: Listed) -> tuple[int, date]:
    return len(one.pattern.replace("*", "")), one.price.effective_from
