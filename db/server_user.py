"""The system user that PostgreSQL runs as when we are root, which PostgreSQL refuses to be."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from trading.errors import MisconfiguredError

NAME = "pgserver"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Whom the server's programs run as; every field is None for ourselves."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None


def server_user() -> ServerUser:
    """Ourselves or, when we are root, a user that owns nothing else; it is created if missing."""
    if os.geteuid() != 0:
        return ServerUser()
    try:
        account = pwd.getpwnam(NAME)
    except KeyError:
        _create()
        account = pwd.getpwnam(NAME)
    # Without the group, the server would keep root's rights over root's group.
    return ServerUser(account.pw_uid, account.pw_gid, ())


def own_folder(folder: Path, owner: ServerUser) -> None:
    """Create a folder that only the server's user may enter.

    A symbolic link is refused: root would give away the folder that it points to.
    """
    if folder.is_symlink():
        message = f"{folder} is a symbolic link to {folder.readlink()}; remove it"
        raise MisconfiguredError(message)
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner.user is not None and owner.group is not None:
        os.chown(folder, owner.user, owner.group)
    folder.chmod(0o700)


def allow_search(folder: Path) -> None:
    """Let other users pass through a folder and its parents; they still cannot list them."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _create() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - a constant
    except (OSError, subprocess.CalledProcessError) as error:
        message = (
            f"PostgreSQL does not run as root and the user {NAME} could not be created: {error}; "
            "create it, run as another user, or set AUTOTRADER_DATABASE_URL"
        )
        raise MisconfiguredError(message) from error
