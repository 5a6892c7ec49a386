"""Where the WebSockets of an exchange are, from the address of its REST API.

Docs "WebSocket Connect" (2026-07-24): api hosts have a stream host of the same name; demo trading
has private streams of its own and the market data of the exchange it imitates.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.bybit.addresses import is_local, require_safe_address
from trading.errors import MisconfiguredError

_REST, _STREAM, _DEMO = "api", "stream", "-demo"


@dataclass(frozen=True, slots=True)
class StreamAddresses:
    """The origins of private and public sockets, such as `wss://stream.bybit.com`."""

    private: str
    public: str


def stream_addresses(base_url: str) -> StreamAddresses:
    """The sockets that belong to a REST address; on the own network the same host and port.

    Raises:
        MisconfiguredError: it is no exchange address, or no host of Bybit's naming.
    """
    require_safe_address(base_url)
    parts = urlsplit(base_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    if is_local(base_url):
        origin = f"{scheme}://{parts.netloc}"
        return StreamAddresses(origin, origin)
    name, _, domain = parts.netloc.partition(".")
    if not name.startswith(_REST):
        message = (
            f"exchange address {base_url!r} has no known stream host; hosts of Bybit begin with "
            f"`{_REST}`, as in https://api.bybit.com"
        )
        raise MisconfiguredError(message)
    stream = _STREAM + name.removeprefix(_REST)
    return StreamAddresses(
        private=f"{scheme}://{stream}.{domain}",
        public=f"{scheme}://{stream.replace(_DEMO, '')}.{domain}",
    )
