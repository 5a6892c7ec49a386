"""The four places the desk can trade in, and the exchange addresses that belong to each."""

import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit


class Environment(StrEnum):
    """Where orders go. Only `live` moves real money."""

    PAPER = "paper"
    TESTNET = "testnet"
    DEMO = "demo"
    LIVE = "live"


# https://bybit-exchange.github.io/docs/v5/guide#authentication (read 2026-11-21)
_BASE_URLS = {
    Environment.TESTNET: "https://api-testnet.bybit.com",
    Environment.DEMO: "https://api-demo.bybit.com",
    Environment.LIVE: "https://api.bybit.com",
}
_HOST_PREFIXES = {
    Environment.TESTNET: ("api-testnet.",),
    Environment.DEMO: ("api-demo.", "api-demo-testnet."),
    Environment.LIVE: ("api.",),
}


def base_url(environment: Environment, *, sim_port: int) -> str:
    """The exchange's REST address of an environment; paper is the simulator on this machine."""
    if environment is Environment.PAPER:
        return f"http://127.0.0.1:{sim_port}"
    return _BASE_URLS[environment]


def address_fault(environment: Environment, url: str) -> str | None:
    """What is wrong with `url` as the address of an environment, or None.

    An environment without real money must not be able to reach the live exchange through a
    mistyped address: paper stays on this machine (a name without a dot is a container beside
    us), testnet and demo talk to hosts of their own name, live to `api.` hosts over https.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 -- raises ValueError for a port that is no number up to 65535
    except ValueError:
        return "it is not a URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "it must look like https://host or http://host:port"
    if parts.path not in {"", "/"} or parts.query or parts.username:
        return "it must end after the host and port"
    return _host_fault(environment, parts.scheme, host)


def _host_fault(environment: Environment, scheme: str, host: str) -> str | None:
    if environment is Environment.PAPER:
        if is_loopback(host) or "." not in host:
            return None
        return "paper trades on this machine only: use a loopback address such as 127.0.0.1"
    if environment is not Environment.LIVE and is_loopback(host):
        return None
    prefixes = _HOST_PREFIXES[environment]
    if not host.startswith(prefixes):
        return f"a {environment} host starts with {' or '.join(prefixes)}"
    if scheme != "https":
        return "keys travel over https only"
    return None


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, by name or by address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
