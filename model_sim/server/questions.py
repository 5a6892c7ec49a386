"""From a request to a question that can be answered: key, body, model, pictures."""

import hmac
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.requests import Request

from model_sim.errors import WireError, error_of
from model_sim.question import Api, Question
from model_sim.sight.looking import PictureError, decode
from model_sim.values import Row
from model_sim.wire.chat_request import read_chat
from model_sim.wire.responses_request import read_responses

LARGEST_BODY = 50_000_000

_READERS: Mapping[Api, Callable[[Row], Question]] = MappingProxyType(
    {Api.CHAT: read_chat, Api.RESPONSES: read_responses}
)


def check_key(request: Request, api_key: str) -> None:
    """Refuse a request without the right key; "" takes any. Raises: WireError 401."""
    if not api_key:
        return
    given = request.headers.get("authorization", "")
    if not given.lower().startswith("bearer "):
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        raise WireError(401, message)
    key = given[len("bearer ") :].strip()
    if not hmac.compare_digest(key.encode(), api_key.encode()):
        message = (
            f"Incorrect API key provided: {_masked(key)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys."
        )
        raise WireError(401, message, code="invalid_api_key")


async def read_body(request: Request) -> bytes:
    """The whole body. Raises: WireError 413 for one that is too large."""
    body = bytearray()  # bytes would be copied anew with every part
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise error_of(413)
    return bytes(body)


def read_question(api: Api, body: bytes, models: tuple[str, ...]) -> Question:
    """The question in a body. Raises: WireError 400 or 404 with the parameter at fault."""
    question = _READERS[api](json_object(body))
    check_model(question.model, models)
    for image in question.images:
        _check_picture(image)
    return question


def check_model(model: str, models: tuple[str, ...]) -> None:
    """Refuse a model this server does not have. Raises: WireError 404."""
    if model not in models:
        message = f"The model `{model[:200]}` does not exist or you do not have access to it."
        raise WireError(404, message, code="model_not_found")


def json_object(body: bytes) -> Row:
    """The JSON object in a body. Raises: WireError 400 for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        message = (
            "We could not parse the JSON body of your request. (HINT: This likely means you "
            "aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, "
            "but what was sent was not valid JSON.)"
        )
        raise WireError(400, message)
    return found


def _check_picture(image: bytes) -> None:
    try:
        decode(image)
    except PictureError:
        message = "You uploaded an unsupported image. Please make sure your image is valid."
        raise WireError(400, message, code="image_parse_error") from None


def _masked(key: str) -> str:
    return f"{key[:3]}***{key[-4:]}" if len(key) > 12 else "***"
