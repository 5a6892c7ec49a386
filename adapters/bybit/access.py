"""What is needed to reach an exchange account."""

from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import SecretStr

from adapters.bybit.addresses import require_safe_address
from trading.errors import MisconfiguredError

_NO_SECRET = SecretStr("")


@dataclass(frozen=True, slots=True)
class ExchangeAccess:
    """Address and key of an account. Without a key only market data can be read.

    `timeout` bounds each wait for the connection and for the next bytes. `receive_window` is how
    old a signed request may be when the exchange reads it, 1 ms to 60 s.
    """

    base_url: str
    api_key: SecretStr = field(default=_NO_SECRET)
    api_secret: SecretStr = field(default=_NO_SECRET)
    receive_window: timedelta = timedelta(milliseconds=5000)
    timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        require_safe_address(self.base_url)
        _require_printable("API key", self.api_key)
        _require_printable("API secret", self.api_secret)
        if bool(self.api_key.get_secret_value()) != bool(self.api_secret.get_secret_value()):
            message = "only one of API key and API secret is set; set both or neither"
            raise MisconfiguredError(message)
        if not timedelta(milliseconds=1) <= self.receive_window <= timedelta(seconds=60):
            message = f"receive window {self.receive_window}; allowed: 1 ms to 60 s"
            raise MisconfiguredError(message)
        if self.timeout <= timedelta(0):
            message = f"exchange time-out {self.timeout}; it must be above 0"
            raise MisconfiguredError(message)

    @property
    def has_key(self) -> bool:
        """Whether private requests can be signed."""
        return bool(self.api_key.get_secret_value())


def _require_printable(name: str, secret: SecretStr) -> None:
    # A line break or a letter outside ASCII would fail deep inside the HTTP library, with the key
    # in the message.
    if not all("!" <= character <= "~" for character in secret.get_secret_value()):
        message = f"{name} holds a space, line break or non-ASCII letter; copy it again"
        raise MisconfiguredError(message)
