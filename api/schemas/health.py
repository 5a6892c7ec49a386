"""Whether the process lives, and whether it can work."""

from typing import Literal

from api.schemas.values import Shown


class Alive(Shown):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Shown):
    """The database is there, with this program's schema."""

    status: Literal["ready"] = "ready"
