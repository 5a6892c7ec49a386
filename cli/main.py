"""The `autotrader` command as a process: the one place where an error becomes an exit code.

0 good, 1 failed, 2 a wrong option or setting, 3 refused by a limit, 130 stopped with Ctrl-C.
"""

import logging
import sys
from collections.abc import Callable, Sequence

from cli.app import app
from trading.errors import AutotraderError, MisconfiguredError

FAILED = 1
USAGE = 2

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str], command: Callable[..., object] = app) -> int:
    """The exit code of one command. Errors of ours become one message on stderr."""
    try:
        command(list(arguments), prog_name="autotrader")
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else FAILED
    except MisconfiguredError as error:
        return _complain(error, USAGE)
    except AutotraderError as error:
        return _complain(error, FAILED)
    except Exception as error:
        log.exception("command broke off")
        return _complain(error, FAILED)
    return 0


def _complain(error: Exception, code: int) -> int:
    sys.stderr.write(f"autotrader: {error}\n")
    return code


if __name__ == "__main__":
    main()
