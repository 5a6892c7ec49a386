"""What the API works with: one desk, opened by whoever starts the process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from config.settings import Settings
from tasks.door import Door
from trading.chart import UploadedChart

ReadUpload = Callable[[bytes], UploadedChart]
"""Makes an uploaded picture safe; raises BadUploadError for what is none."""


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """The desk behind the API: its settings, the door to it, and how pictures are read."""

    settings: Settings
    door: Door
    read_upload: ReadUpload


def desk_of(request: Request) -> ApiDesk:
    """The desk of the application that was asked."""
    desk = request.app.state.desk
    assert isinstance(desk, ApiDesk)  # create_app puts it there
    return desk


TheDesk = Annotated[ApiDesk, Depends(desk_of)]
"""The desk, as a parameter of a route."""
