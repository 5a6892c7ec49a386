"""Which addresses an API key may be sent to. The addresses themselves are settings."""

import ipaddress
from urllib.parse import urlsplit

from trading.errors import MisconfiguredError


def require_safe_address(url: str) -> None:
    """Refuse what is not an origin, and plain HTTP to anything outside the own network."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        message = f"exchange address {url!r}; it is https://HOST or http://HOST:PORT, no path"
        raise MisconfiguredError(message)
    if parts.username or parts.password:
        message = f"exchange address of host {parts.hostname} holds a user or password; remove it"
        raise MisconfiguredError(message)
    if parts.scheme == "http" and not is_local(url):
        message = f"exchange address {url!r} is plain HTTP; a key only travels by https"
        raise MisconfiguredError(message)


def is_local(url: str) -> bool:
    """Whether the host is this machine, a private address or a bare service name."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return bool(host) and "." not in host
