"""What the owner is told to do about a refusal."""

from adapters.openai.access import ModelAccess
from adapters.openai.bad_answer import BadAnswer
from trading.model_errors import RefusalKind


def advice(kind: RefusalKind, answer: BadAnswer, access: ModelAccess) -> str:
    """One sentence that begins after the server's own words."""
    match kind:
        case RefusalKind.WRONG_KEY:
            return _about_the_key(access)
        case RefusalKind.NO_QUOTA:
            return "The account has no credit or quota left: add credit or raise its limit."
        case RefusalKind.NOT_FOUND:
            return _about_the_address(answer, access)
        case RefusalKind.TOO_LARGE:
            return (
                "The question does not fit: send fewer candles or one picture, or use a model or "
                "an account with more room."
            )
        case RefusalKind.NOT_ALLOWED:
            return (
                f"The key may not use {access.model} here: check its project, its rights and "
                "whether the provider serves your country."
            )
        case RefusalKind.BAD_REQUEST:
            named = f" ({answer.parameter})" if answer.parameter else ""
            return (
                f"The server does not accept a part of the request{named}: run `autotrader llm "
                "doctor` to see what the model can do."
            )


def forgotten_version(access: ModelAccess) -> str:
    """The usual cause of an address where nothing is."""
    if access.names_a_version:
        return (
            f"Nothing answers there: check the address {access.base_url}, and whether the server "
            "speaks this API."
        )
    return f"Did you forget /v1? The address is {access.base_url}; try {access.base_url}/v1."


def _about_the_key(access: ModelAccess) -> str:
    if not access.api_key.get_secret_value():
        return "The server asks for an API key and none is set: set it."
    return "The API key is not accepted: copy it again, or make a new one and use that."


def _about_the_address(answer: BadAnswer, access: ModelAccess) -> str:
    if target := answer.headers.get("location"):
        return f"The address leads on to {target}: redirects are not followed, use the right one."
    if "model_not_found" in answer.codes or "model" in answer.message.lower():
        return (
            f"The model {access.model} is not there: check its name, and on a server of your own "
            "whether it is pulled or loaded."
        )
    return forgotten_version(access)
