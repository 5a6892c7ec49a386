"""Where things run and are kept: folders, addresses, ports and logs. None changes a decision."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

Port = Annotated[int, Field(ge=1024, le=65_535)]


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """For whom the log is written: a person, or a program that reads one JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


class PlaceSettings(BaseModel):
    """Places: where things run and are kept. None of these changes a decision."""

    data_folder: Path = Field(
        Path(".autotrader"), description="Folder of the embedded database, journals and pictures."
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL 15 or later, as postgresql://user:password@host:port/name; "
        "empty for the embedded one.",
    )
    exchange_base_url: str = Field(
        "",
        description="REST address of the exchange; empty for the one of the environment.",
    )
    sim_port: Port = Field(8900, description="TCP port of the simulated exchange.")
    sim_control_token: SecretStr = Field(
        SecretStr(""),
        description="Token of the simulator's control API; empty to let the simulator make one.",
    )
    prefect_api_url: str = Field(
        "",
        description="Address of a Prefect API, as http://host:port/api; empty for the one we "
        "start.",
    )
    prefect_port: Port = Field(4200, description="TCP port of the Prefect server we start.")
    web_port: Port = Field(8501, description="TCP port of the dashboard and the API.")
    log_level: LogLevel = Field(LogLevel.INFO, description="How much is logged.")
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="Log lines for a person, or one JSON object per line."
    )
    real_data: Path | None = Field(
        None,
        description="Folder of real candles and payloads that the tests marked realdata read.",
    )

    @field_validator("database_url")
    @classmethod
    def _refuse_other_databases(cls, url: SecretStr) -> SecretStr:
        allowed = ("postgresql://", "postgresql+psycopg://")
        if url.get_secret_value() and not url.get_secret_value().startswith(allowed):
            message = f"it must start with {' or '.join(allowed)}"
            raise ValueError(message)
        return url

    @field_validator("prefect_api_url")
    @classmethod
    def _refuse_other_apis(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and not (parts.scheme in {"http", "https"} and parts.path.endswith("/api")):
            message = "it must look like http://127.0.0.1:4200/api"
            raise ValueError(message)
        return url
