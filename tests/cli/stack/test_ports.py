import socket

from cli.stack.ports import LOOPBACK, free_port, is_taken


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken(free_port())


def test_a_port_that_somebody_listens_on_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()

        assert is_taken(listener.getsockname()[1])
