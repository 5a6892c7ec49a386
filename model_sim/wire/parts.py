"""Parts both dialects share: who speaks, texts, pictures as data addresses, tokens."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from model_sim.errors import WireError
from model_sim.values import Row, row_of, rows_of, text_of

ROLES = frozenset({"system", "developer", "user", "assistant"})

_KINDS = ("data:image/png", "data:image/jpeg", "data:image/webp", "data:image/gif")
_DETAILS = ("low", "high", "auto", "original")


@dataclass(frozen=True, slots=True)
class Content:
    """What was said and shown, in order."""

    texts: tuple[str, ...]
    images: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an API calls things. `list_name` is the parameter that holds what is said."""

    list_name: str
    text_kinds: frozenset[str]
    image_kind: str
    parameters: frozenset[str]


def check_parameters(body: Row, dialect: Dialect) -> None:
    """Refuse parameters the API does not have, and the ones this server does not serve.

    Raises: WireError 400 that names the parameter.
    """
    for name in body:
        if name not in dialect.parameters:
            message = f"Unknown parameter: '{name}'."
            raise WireError(400, message, param=name, code="unknown_parameter")
    if body.get("stream"):
        message = "Unsupported value: 'stream' does not support true with this model."
        raise WireError(400, message, param="stream", code="unsupported_value")


def model_of(body: Row) -> str:
    """The model that is asked for. Raises: WireError 400 if none is named."""
    model = text_of(body.get("model"))
    if not model:
        raise WireError(400, "you must provide a model parameter", param="model")
    return model


def token_limit(body: Row, *names: str, lowest: int = 1) -> int | None:
    """The limit on the answer's tokens under the first of these names that is given.

    Raises: WireError 400 for a limit that is no whole number or too small.
    """
    name = next((name for name in names if body.get(name) is not None), "")
    if not name:
        return None
    limit = body[name]
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise _wrong_type(name, "an integer", limit)
    if limit < lowest:
        message = (
            f"Invalid '{name}': integer below minimum value. Expected a value >= {lowest}, "
            f"but got {limit} instead."
        )
        raise WireError(400, message, param=name, code="integer_below_min_value")
    return limit


def read_said(said: object, dialect: Dialect) -> Content:
    """All texts and pictures of a list of messages.

    Raises: WireError 400 for anything that is no message.
    """
    texts: list[str] = []
    images: list[bytes] = []
    for place, message in enumerate(_messages(said, dialect)):
        where = f"{dialect.list_name}[{place}]"
        role = message.get("role")
        if role not in ROLES:
            allowed = ", ".join(f"'{one}'" for one in sorted(ROLES))
            text = f"Invalid value: '{role}'. Supported values are: {allowed}."
            raise WireError(400, text, param=f"{where}.role", code="invalid_value")
        for part in _parts(message.get("content"), f"{where}.content", dialect):
            if isinstance(part, str):
                texts.append(part)
            else:
                images.append(part)
    return Content(tuple(texts), tuple(images))


def _messages(said: object, dialect: Dialect) -> list[Row]:
    name = dialect.list_name
    if said is None:
        message = f"Missing required parameter: '{name}'."
        raise WireError(400, message, param=name, code="missing_required_parameter")
    if not isinstance(said, list):
        raise _wrong_type(name, "an array of objects", said)
    if not said:
        message = f"Invalid '{name}': empty array. Expected an array with minimum length 1."
        raise WireError(400, message, param=name, code="empty_array")
    return [row_of(one) for one in said]


def _parts(content: object, where: str, dialect: Dialect) -> Iterator[str | bytes]:
    if isinstance(content, str):
        yield content
        return
    if not isinstance(content, list):
        raise _wrong_type(where, "a string or an array of objects", content)
    for place, part in enumerate(rows_of(content)):
        yield _part(row_of(part), f"{where}[{place}]", dialect)


def _part(part: Row, where: str, dialect: Dialect) -> str | bytes:
    kind = text_of(part.get("type"))
    if kind in dialect.text_kinds:
        return text_of(part.get("text"))
    if kind != dialect.image_kind:
        known = ", ".join(f"'{one}'" for one in sorted({*dialect.text_kinds, dialect.image_kind}))
        message = f"Invalid value: '{kind}'. Supported values are: {known}."
        raise WireError(400, message, param=f"{where}.type", code="invalid_value")
    address = part.get("image_url")
    # Chat wraps the address in an object, Responses does not.
    wrapped = row_of(address) or {"url": address, "detail": part.get("detail")}
    _check_detail(wrapped.get("detail"), where)
    return _picture(text_of(wrapped.get("url")), f"{where}.image_url")


def _check_detail(detail: object, where: str) -> None:
    if detail is not None and detail not in _DETAILS:
        message = f"Invalid value: '{detail}'. Supported values are: 'low', 'high', and 'auto'."
        raise WireError(400, message, param=f"{where}.detail", code="invalid_value")


def _picture(address: str, where: str) -> bytes:
    head, comma, coded = address.partition(";base64,")
    if not address.startswith("data:"):
        message = f"Error while downloading {address[:80]}."
        raise WireError(400, message, param=where, code="invalid_image_url")
    if head not in _KINDS or not comma:
        message = "You uploaded an unsupported image. Please make sure your image has of one the "
        message += "following formats: ['png', 'jpeg', 'gif', 'webp']."
        raise WireError(400, message, param=where, code="invalid_image_format")
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error:
        message = f"Invalid base64 image_url at {where}."
        raise WireError(400, message, param=where, code="invalid_base64") from None


_JSON_NAMES: Mapping[type, str] = MappingProxyType(
    {
        dict: "an object",
        list: "an array",
        str: "a string",
        int: "an integer",
        float: "a decimal",
        bool: "a boolean",
        type(None): "null",
    }
)


def _wrong_type(param: str, wanted: str, got: object) -> WireError:
    message = f"Invalid type for '{param}': expected {wanted}, but got {_JSON_NAMES[type(got)]}"
    return WireError(400, f"{message} instead.", param=param, code="invalid_type")
