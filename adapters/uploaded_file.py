"""A chart picture in a file of this machine, as a person names it."""

import stat
from pathlib import Path

from adapters.uploaded_image import MAXIMUM_BYTES, read_upload, require_weight
from trading.chart import UploadedChart
from trading.errors import BadUploadError


def read_upload_file(path: Path) -> UploadedChart:
    """The picture in the file, made safe; never more of it is read than an upload may weigh.

    Raises:
        BadUploadError: there is no such file, it may not be read, or it is no picture that is
            allowed; the message names it.
    """
    try:
        return read_upload(_contents(path))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; give a picture file"
        raise BadUploadError(message) from error
    except BadUploadError as error:
        message = f"{path}: {error}"
        raise BadUploadError(message) from error


def _contents(path: Path) -> bytes:
    status = path.stat()
    # A pipe or a device would be waited for, perhaps forever, already by being opened.
    if not stat.S_ISREG(status.st_mode):
        message = "this is a folder, a pipe or a device; give a picture file"
        raise BadUploadError(message)
    require_weight(status.st_size)
    with path.open("rb") as file:
        return file.read(MAXIMUM_BYTES + 1)
