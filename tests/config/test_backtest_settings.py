"""How sweeps are spread is a setting, and changes no decision of the desk."""

import pytest

from config.backtesting import SweepRunner
from config.fingerprint import config_hash
from config.settings import Settings
from trading.errors import MisconfiguredError


def test_a_sweep_takes_every_processor_of_this_machine_unless_told() -> None:
    assert Settings().sweep_runner is SweepRunner.THREADS
    assert Settings().sweep_parts_at_once >= 1
    assert Settings(sweep_workers=7).sweep_parts_at_once == 7


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tls://cluster.example:8786", ""])
def test_a_scheduler_is_named_by_its_address(address: str) -> None:
    assert Settings(dask_address=address).dask_address == address


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://"])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(MisconfiguredError, match=r"DASK_ADDRESS.*must look like tcp://"):
        Settings.load({"AUTOTRADER_DASK_ADDRESS": address}, env_file=None)


def test_where_sweeps_run_is_no_part_of_a_decision() -> None:
    assert config_hash(Settings(sweep_runner="dask", sweep_workers=3)) == config_hash(Settings())
