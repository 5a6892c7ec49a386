"""Which account is traded, with which key, and how long the exchange may take."""

from pydantic import BaseModel, Field, SecretStr

from config.environments import Environment

LIVE_CONFIRMATION = "I trade real money"
"""The second, explicit yes that live trading asks for."""


PAPER_KEY = SecretStr("paper")
PAPER_SECRET = SecretStr("paper-only-moves-no-money")
"""The key pair of the simulated exchange where the owner gives none. It opens nothing else."""


class ExchangeSettings(BaseModel):
    """Exchange: the account and the manners of talking to it."""

    environment: Environment = Field(
        Environment.PAPER,
        description="Where orders go: the built-in simulator, Bybit testnet, demo or mainnet.",
    )
    live_confirmation: str = Field(
        "",
        description=f"Must read '{LIVE_CONFIRMATION}' when the environment is live.",
    )
    account: str = Field(
        "main",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$",
        description="Name of the account in our records: 1 to 32 of a-z, 0-9, _ and -.",
    )
    exchange_api_key: SecretStr = Field(
        SecretStr(""),
        description="API key; may trade, must not be able to withdraw. Paper needs none.",
    )
    exchange_api_secret: SecretStr = Field(
        SecretStr(""), description="Secret of the API key. Paper needs none."
    )
    recv_window_ms: int = Field(
        5000,
        ge=1000,
        le=60_000,
        description="How long a signed request stays valid, in milliseconds.",
    )
    exchange_timeout_seconds: int = Field(
        10,
        ge=1,
        le=60,
        description="How long one request may take, in seconds.",
    )
    max_clock_skew_ms: int = Field(
        1000,
        ge=50,
        le=1000,
        description="Largest difference between our clock and the exchange's, in milliseconds; "
        "beyond it nothing is traded.",
    )

    @property
    def exchange_key(self) -> tuple[SecretStr, SecretStr]:
        """API key and secret of the account; on paper those of the simulator by default."""
        given = (self.exchange_api_key, self.exchange_api_secret)
        if self.environment is Environment.PAPER and not any(map(bool, given)):
            return PAPER_KEY, PAPER_SECRET
        return given
