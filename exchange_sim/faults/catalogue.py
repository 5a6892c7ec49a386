"""The catalogue: every fault there is, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from exchange_sim.faults.auth_kinds import AUTH_FAULTS
from exchange_sim.faults.engine_kinds import ENGINE_FAULTS
from exchange_sim.faults.http_kinds import HTTP_FAULTS
from exchange_sim.faults.kinds import FaultKind
from exchange_sim.faults.platform_kinds import PLATFORM_FAULTS
from exchange_sim.faults.rest_kinds import KLINE_FAULTS, REST_FAULTS
from exchange_sim.faults.stream_kinds import STREAM_FAULTS

_ALL = (
    *HTTP_FAULTS,
    *AUTH_FAULTS,
    *REST_FAULTS,
    *KLINE_FAULTS,
    *STREAM_FAULTS,
    *ENGINE_FAULTS,
    *PLATFORM_FAULTS,
)
CATALOGUE: Mapping[str, FaultKind] = MappingProxyType({kind.name: kind for kind in _ALL})
assert len(CATALOGUE) == len(_ALL), "two faults of one name"
