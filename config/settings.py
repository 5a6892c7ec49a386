"""Everything the owner may choose, in one typed object that is read once at an entry point."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from pydantic import SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.approvals import ApprovalSettings
from config.backtesting import BacktestSettings
from config.brakes import BrakeSettings
from config.desk import Clock, DeskSettings
from config.environments import Environment, address_fault, base_url
from config.exchange import LIVE_CONFIRMATION, ExchangeSettings
from config.explanations import explanation
from config.gates import GateSettings
from config.model_access import ModelSettings
from config.model_questions import ModelQuestionSettings, Pictures
from config.places import PlaceSettings
from config.protection import ProtectionSettings
from config.risk import LIVE_GATES, RiskSettings
from config.sources import PREFIX, given_values
from config.telegram import TelegramSettings
from trading.confidence import Gate
from trading.errors import MisconfiguredError
from trading.limits import RiskPolicy
from trading.resampling import bigger


class Settings(
    ExchangeSettings,
    DeskSettings,
    RiskSettings,
    GateSettings,
    BrakeSettings,
    ProtectionSettings,
    ModelSettings,
    ModelQuestionSettings,
    ApprovalSettings,
    TelegramSettings,
    BacktestSettings,
    PlaceSettings,
    BaseSettings,
):
    """The settings, each an environment variable AUTOTRADER_<NAME> or a line of `.env`.

    Build it with `load`. Built directly it reads no environment, which is what tests want.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    @classmethod
    def load(
        cls, env: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")
    ) -> "Settings":
        """Settings from `env` (by default the process's) over those of `env_file`.

        Raises:
            MisconfiguredError: for an unknown variable, a value out of bounds or settings that
                contradict each other; the message names the variable, the value seen and what
                is allowed. Show it to the owner and stop.
        """
        given = given_values(
            cls.model_fields,
            env=os.environ if env is None else env,
            env_file=env_file,
        )
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            # Not chained: the validation error holds the values, secrets among them.
            raise MisconfiguredError(explanation(error, cls)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` collected: pydantic's own sources pass over unknown variables."""
        return (init_settings,)

    def risk_policy(self) -> RiskPolicy:
        """Every limit, the costs and the brakes as the rules take them."""
        limits = replace(
            self.gated(self.risk_limits()), max_drawdown_fraction=self.max_drawdown_fraction
        )
        return RiskPolicy(
            limits=limits,
            costs=self.costs(),
            brakes=self.brake_rules(),
            smallest_only=self.gate is Gate.LIVE_MIN,
        )

    @property
    def exchange_url(self) -> str:
        """REST address of the exchange, without a slash at the end."""
        given = self.exchange_base_url.rstrip("/")
        return given or base_url(self.environment, sim_port=self.sim_port)

    @property
    def prefect_url(self) -> str:
        """Address of the Prefect API."""
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"

    @model_validator(mode="after")
    def _refuse_unconfirmed_live(self) -> Self:
        if self.environment is Environment.LIVE and self.live_confirmation != LIVE_CONFIRMATION:
            message = (
                f"ENVIRONMENT is live and {PREFIX}LIVE_CONFIRMATION is "
                f"{self.live_confirmation!r}; real money moves only when it reads "
                f"{LIVE_CONFIRMATION!r}"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_live_signals_of_unknown_worth(self) -> Self:
        if self.environment is Environment.LIVE and self.gate not in LIVE_GATES:
            message = (
                f"GATE is {self.gate} with {PREFIX}ENVIRONMENT live; real money follows signals "
                "with a measured edge: use calibrated, shadow to record without sending, or "
                "live_min to trade the smallest orders without one"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_wrong_address(self) -> Self:
        fault = address_fault(self.environment, self.exchange_url)
        if fault is not None:
            message = (
                f"EXCHANGE_BASE_URL is {self.exchange_base_url!r} with "
                f"{PREFIX}ENVIRONMENT {self.environment}: {fault}; leave it empty for the usual "
                "address"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_half_a_key(self) -> Self:
        given = [bool(part.get_secret_value()) for part in self._key_parts()]
        if any(given) != all(given):
            message = "EXCHANGE_API_KEY and _SECRET belong together; give both or none"
            raise ValueError(message)
        if self.environment is not Environment.PAPER and not all(given):
            message = (
                f"EXCHANGE_API_KEY is empty; {self.environment} needs a key and its secret "
                "(one that may trade and may not withdraw)"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_a_second_picture_of_nothing(self) -> Self:
        if self.model_pictures is Pictures.LTF_HTF and bigger(self.interval) is None:
            message = (
                f"MODEL_PICTURES is {self.model_pictures} with {PREFIX}INTERVAL {self.interval}, "
                "which has no bigger timeframe to draw; use ltf or a shorter interval"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_replayed_time_outside_paper(self) -> Self:
        if self.clock is Clock.EXCHANGE and self.environment is not Environment.PAPER:
            message = (
                f"CLOCK is exchange with {PREFIX}ENVIRONMENT {self.environment}; only a "
                "simulated market has a time of its own, use system"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _refuse_shared_ports(self) -> Self:
        ports = (self.sim_port, self.prefect_port, self.web_port)
        if len(set(ports)) < len(ports):
            message = (
                f"SIM_PORT, {PREFIX}PREFECT_PORT and {PREFIX}WEB_PORT are "
                f"{', '.join(map(str, ports))}; each needs a port of its own"
            )
            raise ValueError(message)
        return self

    def _key_parts(self) -> tuple[SecretStr, SecretStr]:
        return self.exchange_api_key, self.exchange_api_secret
