"""What is needed to reach a model: address, key, name and the owner's choices about it."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from trading.errors import MisconfiguredError

NATIVE_HOST = "api.openai.com"
"""The host that speaks the Responses API by itself, as do its regions (eu.api.openai.com)."""

_NO_SECRET = SecretStr("")


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """Address and key of a model server, and how the model is to be asked.

    `base_url` is all up to the last part before `/responses` or `/chat/completions`, usually
    ending in `/v1`. A server on the own network needs no key. `effort`, `temperature` (0 to 2)
    and `seed` are left to the server where they are None. `ca_path` names a PEM file with a
    certificate authority to trust besides the usual ones; verification is never off.
    """

    base_url: str
    api_key: SecretStr = field(default=_NO_SECRET)
    model: str = ""
    effort: str | None = None
    temperature: float | None = None
    seed: int | None = None
    ca_path: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        _require_safe(urlsplit(self.base_url), self.base_url)
        _require_key(self)
        if not self.model.strip():
            message = "the name of the model is empty; name one that the server has"
            raise MisconfiguredError(message)
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            message = f"temperature {self.temperature}; allowed: 0 to 2, or none"
            raise MisconfiguredError(message)
        if self.ca_path is not None and not Path(self.ca_path).is_file():
            message = f"there is no certificate file {self.ca_path!r}; give a PEM file or none"
            raise MisconfiguredError(message)

    @property
    def is_native(self) -> bool:
        """Whether this is OpenAI's own host, in any region."""
        host = urlsplit(self.base_url).hostname or ""
        return host == NATIVE_HOST or host.endswith(f".{NATIVE_HOST}")

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine, a private address or a bare service name."""
        return _is_local(urlsplit(self.base_url).hostname or "")

    @property
    def server(self) -> str:
        """Host and port, for messages, ledgers and cache keys."""
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{parts.port or (443 if parts.scheme == 'https' else 80)}"

    @property
    def names_a_version(self) -> bool:
        """Whether the address ends in a version such as `/v1`, which most servers ask for."""
        last = urlsplit(self.base_url).path.rpartition("/")[2]
        return last[:1] == "v" and last[1:2].isdigit()


def _require_safe(parts: SplitResult, url: str) -> None:
    if parts.username or parts.password:
        message = f"model address of host {parts.hostname} holds a user or password; remove it"
        raise MisconfiguredError(message)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        message = f"model address {url!r}; write it like https://HOST/v1 or http://HOST:PORT/v1"
        raise MisconfiguredError(message)
    if not all("!" <= character <= "~" for character in url):
        message = f"model address {url!r} holds a space or non-ASCII letter; copy it again"
        raise MisconfiguredError(message)
    if not _has_port(parts):
        message = f"model address {url!r}; its port is a number of 1 to 65535"
        raise MisconfiguredError(message)
    if parts.scheme == "http" and not _is_local(parts.hostname):
        message = f"model address {url!r} is plain HTTP; charts and keys only travel by https"
        raise MisconfiguredError(message)


def _require_key(access: ModelAccess) -> None:
    key = access.api_key.get_secret_value()
    # A line break or a letter outside ASCII would fail deep inside the HTTP library, with the key
    # in the message.
    if not all("!" <= character <= "~" for character in key):
        message = (
            "the model's API key holds a space, line break or non-ASCII letter; copy it again"
        )
        raise MisconfiguredError(message)
    if access.is_native and not key:
        message = f"{access.server} needs an API key and none is set; make one in its dashboard"
        raise MisconfiguredError(message)


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return bool(host) and "." not in host
