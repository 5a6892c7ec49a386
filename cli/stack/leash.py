"""`python leash.py PARENT COMMAND…`: become COMMAND, and receive SIGTERM when PARENT ends.

A parent that is killed cannot stop its children. Linux can do it for the parent (prctl(2),
PR_SET_PDEATHSIG); on other systems COMMAND simply runs. The setting is made here, between fork and
exec, because code that runs in a forked child of a threaded process may deadlock (`preexec_fn`).
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> None:
    """Become the command; end at once if the parent is gone already."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        # A parent that died before the line above sends no signal any more.
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 -- the whole purpose: no shell in between


if __name__ == "__main__":
    main(sys.argv[1:])
