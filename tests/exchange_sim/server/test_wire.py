"""The connection under a request: what is written past HTTP, and a server that has none."""

import asyncio

import pytest

from exchange_sim.server.messages import HttpReply
from exchange_sim.server.wire import Wire, head

REPLY = HttpReply(502, b"body", ((b"x-one", b"1"),))


@pytest.mark.parametrize(
    ("length", "line"),
    [(4, b"content-length: 4"), (None, b"transfer-encoding: chunked")],
)
def test_the_head_announces_the_body_and_the_end_of_the_connection(length, line) -> None:
    assert head(REPLY, length).split(b"\r\n") == [
        b"HTTP/1.1 502 Bad Gateway",
        b"x-one: 1",
        line,
        b"server: Openresty",
        b"connection: close",
        b"",
        b"",
    ]


def test_without_a_connection_to_cut_it_says_so() -> None:
    async def scenario() -> None:
        async def receive() -> dict:
            return {"type": "http.disconnect"}

        async def send(_message: dict) -> None:
            return None

        wire = Wire({"type": "http"}, receive, send)
        wire.account = "1"
        assert wire.account == ""
        with pytest.raises(ConnectionResetError, match="run it with HttpProtocol"):
            await wire.reset()

    asyncio.run(scenario())
