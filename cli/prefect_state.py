"""What Prefect's API says about the desk's worker and schedules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from trading.errors import AutotraderError

_TIMEOUT_SECONDS = 5.0


class PrefectError(AutotraderError):
    """Prefect's API did not answer, or not as expected."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment as it stands; `active_schedules` counts those that will start runs."""

    name: str
    is_paused: bool
    active_schedules: int


class PrefectState:
    """Reads one Prefect API."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def version(self) -> str:
        """The server's version."""
        return str(self._ask("GET", "admin/version"))

    def workers_online(self, pool: str) -> list[str]:
        """Names of the pool's workers that are online; none if there is no such pool."""
        wish = {"workers": {"status": {"any_": ["ONLINE"]}}}
        rows = self._ask("POST", f"work_pools/{pool}/workers/filter", wish) or []
        return [row["name"] for row in rows]

    def deployment(self, name: str) -> Deployment | None:
        """The deployment of `flow/deployment`, None if it was never made."""
        row = self._ask("GET", f"deployments/name/{name}")
        if row is None:
            return None
        active = [schedule for schedule in row["schedules"] if schedule["active"]]
        return Deployment(name, row["paused"], len(active))

    def scheduled_runs(self, name: str) -> int:
        """How many runs of `flow/deployment` are planned."""
        flow, _, deployment = name.partition("/")
        wish = {
            "flows": {"name": {"any_": [flow]}},
            "deployments": {"name": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        return int(self._ask("POST", "flow_runs/count", wish))

    def _ask(self, method: str, path: str, wish: Mapping[str, object] | None = None) -> Any:
        """The answer, None for what is not there."""
        try:
            answer = self._client.request(method, f"{self.api_url}/{path}", json=wish)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            return answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            message = f"Prefect's API at {self.api_url} did not answer {path}: {error}"
            raise PrefectError(message) from error
