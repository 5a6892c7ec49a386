"""What to tell the owner about a setting that was refused."""

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.env_example import allowed
from config.sources import PREFIX

HIDDEN = "**********"


def explanation(error: ValidationError, model: type[BaseModel]) -> str:
    """One line per fault: the variable, the value seen (secrets hidden), what is allowed."""
    faults = [_line(fault, model) for fault in error.errors(include_url=False)]
    advice = "Correct the variable in the environment or in .env; .env.example explains each."
    return "\n".join([*faults, advice])


def _line(fault: ErrorDetails, model: type[BaseModel]) -> str:
    said = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return f"{PREFIX}{said}."
    name = str(fault["loc"][0])
    field = model.model_fields[name]
    is_secret = field.annotation is SecretStr
    seen = HIDDEN if is_secret else repr(fault["input"])
    # Of a choice pydantic lists the allowed values itself.
    bounds = "" if fault["type"] == "enum" else allowed(field)
    return f"{PREFIX}{name.upper()} is {seen}: {said}. {field.description}{bounds}"
