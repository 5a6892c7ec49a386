"""Keys only travel where they are safe."""

import pytest

from adapters.bybit.addresses import is_local, require_safe_address
from trading.errors import MisconfiguredError


@pytest.mark.parametrize(
    "url",
    [
        "https://api.bybit.com",
        "http://127.0.0.1:8090",
        "http://[::1]:8090",
        "http://localhost:8090",
        "http://sim:8090",
    ],
)
def test_https_and_the_own_network_are_safe(url: str) -> None:
    require_safe_address(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://api.bybit.com", "only travels by https"),
        ("http://93.184.216.34", "only travels by https"),
        ("api.bybit.com", "https://HOST"),
        ("https://", "https://HOST"),
        ("https://api.bybit.com/v5", "no path"),
        ("https://api.bybit.com?a=b", "no path"),
        ("ftp://api.bybit.com", "https://HOST"),
        ("https://user:hunter2@api.bybit.com", "holds a user or password"),
    ],
)
def test_an_unsafe_address_is_refused_with_the_way_out(url: str, says: str) -> None:
    with pytest.raises(MisconfiguredError, match=says) as refused:
        require_safe_address(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://192.168.0.7:1", True),
        ("http://sim:8090", True),
        ("https://api.bybit.com", False),
        ("https://8.8.8.8", False),
    ],
)
def test_own_network_is_told_from_the_internet(url: str, local: bool) -> None:
    assert is_local(url) is local
