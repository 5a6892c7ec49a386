"""Whether a child still runs, or has done its work."""

from datetime import timedelta

from cli.stack.children import Child, ChildError


def require_running(child: Child) -> None:
    """Return if it runs.

    Raises:
        ChildError: it ended; the message names it and has its last lines.
    """
    if child.poll() is not None:
        child.wait_until_ready(_never, timedelta(0))


def wait_until_done(child: Child, timeout: timedelta) -> None:
    """Return when it has ended with exit code 0.

    Raises:
        ChildError: it ended otherwise, or `timeout` passed.
    """
    try:
        child.wait_until_ready(_never, timeout)
    except ChildError:
        if child.poll() != 0:
            raise


def _never() -> bool:
    return False
