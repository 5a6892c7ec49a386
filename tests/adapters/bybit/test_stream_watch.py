"""What is to be thought of a socket."""

from datetime import timedelta

import pytest

from adapters.bybit.stream_watch import SocketState, Verdict, judge_socket

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (SocketState(True, False, "", 19 * SECOND), Verdict.ALIVE),
        (SocketState(True, False, "", 20 * SECOND), Verdict.ALIVE),
        (SocketState(True, False, "", 21 * SECOND), Verdict.SILENT),
        (SocketState(False, False, "", SECOND), Verdict.DISCONNECTED),
        (SocketState(True, True, "", SECOND), Verdict.DISCONNECTED),
        (SocketState(False, True, "reset", 99 * SECOND), Verdict.FAILED),
        (SocketState(True, False, "a bug", SECOND), Verdict.FAILED),
    ],
)
def test_a_socket_is_alive_only_if_nothing_speaks_against_it(
    state: SocketState, verdict: Verdict
) -> None:
    assert judge_socket(state, longest_silence=20 * SECOND) is verdict
