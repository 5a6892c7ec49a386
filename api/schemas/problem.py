"""Problems as the OpenAPI document describes them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from api.problems import MEDIA_TYPE


class Problem(BaseModel):
    """RFC 9457. `type` names the kind; some kinds have further members, such as `errors`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of these statuses, for the documentation of a route."""
    # Not as `model`: FastAPI would document it as plain JSON too.
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"content": content} for status in statuses}
