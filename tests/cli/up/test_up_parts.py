"""The parts of `up` that need no process."""

from contextlib import ExitStack
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from cli.stack.ports import free_port
from cli.up.deploying import project_folder
from cli.up.desk import start_desk
from cli.up.environment import settings_environment, worker_environment
from cli.up.prefixed import PrefixedLog
from config.settings import Settings
from db.folder_lock import FolderLock
from tests.fixtures.ports import listening
from trading.errors import MisconfiguredError


def log() -> PrefixedLog:
    return PrefixedLog(Console(file=StringIO()), ())


def test_a_flow_run_finds_the_very_same_settings_in_its_environment(tmp_path: Path) -> None:
    settings = Settings(
        data_folder=tmp_path,
        symbols=("BTCUSDT", "SOLUSDT"),
        exchange_api_key=SecretStr("key"),
        exchange_api_secret=SecretStr("secret"),
        real_data=None,
        model_budget_per_day_usd=None,
        model_budget_per_month_usd=Decimal(7),
    )
    assert Settings.load(settings_environment(settings), env_file=None) == settings


def test_a_worker_has_nothing_of_the_owners_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere")
    monkeypatch.setenv("AUTOTRADER_LEVERAGE", "2")
    environment = worker_environment(Settings(), {"PREFECT_HOME": "/here"})
    assert "PREFECT_API_URL" not in environment
    assert environment["PREFECT_HOME"] == "/here"
    assert environment["AUTOTRADER_LEVERAGE"] == "3"
    assert "PATH" in environment


def test_every_line_says_whose_it_is_and_hides_secrets() -> None:
    shown = StringIO()
    lines = PrefixedLog(Console(file=shown), ["hidden"])
    exchange, worker = lines.sink("exchange"), lines.sink("worker")
    exchange("key is hidden [x]")
    worker("\x1b[31mred\x1b[0m")
    assert shown.getvalue() == (
        "exchange    │ key is ********** [x]\n"
        "worker      │ red\n"
    )  # fmt: skip


def test_the_project_folder_holds_the_deployments() -> None:
    assert (project_folder() / "prefect.yaml").is_file()


@pytest.mark.parametrize("setting", ["SIM_PORT", "PREFECT_PORT"])
def test_a_taken_port_is_named_with_the_setting_that_changes_it(
    tmp_path: Path, setting: str
) -> None:
    with listening() as taken, ExitStack() as stack:
        ports = {"AUTOTRADER_SIM_PORT": free_port(), "AUTOTRADER_PREFECT_PORT": free_port()}
        ports[f"AUTOTRADER_{setting}"] = taken
        env = {name: str(port) for name, port in ports.items()}
        settings = Settings.load({**env, "AUTOTRADER_DATA_FOLDER": str(tmp_path)}, env_file=None)
        with pytest.raises(MisconfiguredError, match=f"port {taken} of AUTOTRADER_{setting}"):
            start_desk(stack, settings, log())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["owner.lock"]


def test_a_second_up_on_the_same_folder_is_refused_naming_who_holds_it(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.take()
    with ExitStack() as stack, pytest.raises(MisconfiguredError, match=r"in use by process \d+"):
        start_desk(stack, Settings(data_folder=tmp_path), log())
    first.give_back()
