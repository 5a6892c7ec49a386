"""Checks of this machine: is there room on the disk."""

import shutil
from pathlib import Path

from cli.doctor.verdicts import Verdict, failure, ok, warning
from config.settings import Settings

NEEDED_BYTES = 500_000_000
"""Below this a day of logs, pictures and rows may not fit; entries should not begin."""

COMFORTABLE_BYTES = 5_000_000_000
_GIGA = 1e9


def check_disk(settings: Settings, *, needed_bytes: int = NEEDED_BYTES) -> Verdict:
    """Whether the disk of the data folder has room."""
    folder = _existing(settings.data_folder.resolve())
    free = shutil.disk_usage(folder).free
    detail = f"{free / _GIGA:.1f} GB free for {settings.data_folder}"
    fix = "free some space, or move the data folder with AUTOTRADER_DATA_FOLDER"
    if free < needed_bytes:
        return failure("disk", f"{detail}, {needed_bytes / _GIGA:.1f} GB needed", fix)
    if free < COMFORTABLE_BYTES:
        return warning("disk", detail, fix)
    return ok("disk", detail)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())
