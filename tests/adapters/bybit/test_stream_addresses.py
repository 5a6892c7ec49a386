"""The stream hosts that belong to a REST address."""

import pytest

from adapters.bybit.stream_addresses import StreamAddresses, stream_addresses
from trading.errors import MisconfiguredError


@pytest.mark.parametrize(
    ("rest", "private", "public"),
    [
        ("https://api.bybit.com", "wss://stream.bybit.com", "wss://stream.bybit.com"),
        ("https://api.bybit.nl", "wss://stream.bybit.nl", "wss://stream.bybit.nl"),
        (
            "https://api-testnet.bybit.com",
            "wss://stream-testnet.bybit.com",
            "wss://stream-testnet.bybit.com",
        ),
        ("https://api-demo.bybit.com", "wss://stream-demo.bybit.com", "wss://stream.bybit.com"),
        (
            "https://api-demo-testnet.bybit.com",
            "wss://stream-demo-testnet.bybit.com",
            "wss://stream-testnet.bybit.com",
        ),
        ("http://127.0.0.1:8900", "ws://127.0.0.1:8900", "ws://127.0.0.1:8900"),
        ("http://exchange:8900", "ws://exchange:8900", "ws://exchange:8900"),
        ("https://localhost:1", "wss://localhost:1", "wss://localhost:1"),
    ],
)
def test_each_rest_address_has_its_streams(rest: str, private: str, public: str) -> None:
    assert stream_addresses(rest) == StreamAddresses(private, public)


@pytest.mark.parametrize("rest", ["https://www.bybit.com", "http://api.bybit.com", "ftp://x"])
def test_other_addresses_are_refused(rest: str) -> None:
    with pytest.raises(MisconfiguredError):
        stream_addresses(rest)
