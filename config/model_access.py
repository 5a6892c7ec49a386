"""Which model reads the charts, and where it is."""

from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, SecretStr

from config.models import known_capability
from trading.capabilities import Capability

NATIVE_URL: Final = "https://api.openai.com/v1"


class ModelSettings(BaseModel):
    """Model: the server that is asked about charts, and how it is asked."""

    model_base_url: str = Field(
        NATIVE_URL,
        description="Address of the model server up to its version, like "
        "http://localhost:11434/v1 for Ollama.",
    )
    model_api_key: SecretStr = Field(
        SecretStr(""), description="Key of the model server. Servers of your own need none."
    )
    model_name: str = Field(
        "", max_length=200, description="Name of the model as its server knows it."
    )
    model_effort: str = Field(
        "",
        pattern=r"^[a-z]{0,16}$",
        description="How long the model thinks, in the server's words (low, medium, high); "
        "empty leaves it to the server.",
    )
    model_temperature: float | None = Field(
        None,
        ge=0,
        le=2,
        description="How freely the model chooses its words; empty leaves it to the server.",
    )
    model_seed: int | None = Field(
        None,
        ge=0,
        description="Seed of the model's choices, for servers that know one; empty for none.",
    )
    model_list_file: str = Field(
        "",
        description="Your own list of what models can do, over the one that ships; empty for "
        "none. `autotrader llm doctor` says what belongs into it.",
    )
    model_ca_file: str = Field(
        "",
        description="PEM file of a certificate authority to trust besides the usual ones.",
    )
    model_calls_at_once: int = Field(
        20,
        ge=1,
        le=64,
        description="Calls of one process that may be on their way at once, as a count. With more "
        "symbols than that a cycle takes as much longer.",
    )

    def capability(self, *, native: bool) -> Capability:
        """What the model can do, `native` on OpenAI's own host or on another server.

        Raises:
            MisconfiguredError: the owner's list of models cannot be used.
        """
        own = Path(self.model_list_file) if self.model_list_file else None
        return known_capability(self.model_name, native, own)
