"""Start every process of the desk in order, watch them, and stop them in order."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from cli.database import embedded_database, with_database
from cli.prefect_api import PREFECT_FOLDER
from cli.prefect_state import PrefectState
from cli.stack.child_output import Sink
from cli.stack.children import Child, ChildError
from cli.stack.database import FOLDER, open_database
from cli.stack.monitor import start_monitor
from cli.stack.orchestration import start_prefect_server
from cli.stack.ports import is_taken
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator
from cli.stack.telegram import start_telegram
from cli.up.deploying import POOL, create_pool, deploy_all, project_folder, start_worker
from cli.up.environment import worker_environment
from cli.up.prefixed import PrefixedLog
from cli.up.watching import require_running
from config.environments import Environment
from config.settings import Settings
from db.folder_lock import FolderLock
from trading.errors import MisconfiguredError

_READY = timedelta(seconds=60)
_PAUSE_SECONDS = 0.2

BOT_AGAIN = "Correct what it said and run `autotrader telegram`."


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """The processes of a desk that is ready. `bot` is the owner's, None without one."""

    settings: Settings
    children: tuple[Child, ...]
    owns_database: bool
    bot: Child | None
    tell: Sink

    def watch(self) -> None:
        """Return never; raise ChildError, naming it, as soon as one process has ended.

        The end of the bot is told and changes nothing: a revoked token must not stop the monitor.
        """
        database = embedded_database(self.settings)
        bot = self.bot
        while True:
            for child in self.children:
                require_running(child)
            if bot is not None and bot.poll() is not None:
                self.tell("the bot ended; the desk goes on and its messages wait. " + BOT_AGAIN)
                bot = None
            if self.owns_database and database.process_id is None:
                log = self.settings.data_folder / FOLDER / "cluster" / "server.log"
                message = f"the embedded PostgreSQL ended; its log is {log}"
                raise ChildError(message)
            time.sleep(_PAUSE_SECONDS)


def start_desk(stack: ExitStack, settings: Settings, log: PrefixedLog) -> RunningDesk:
    """Start everything; closing `stack` stops it in the reverse order.

    Raises:
        MisconfiguredError: another desk runs on this data folder, or a port is taken.
        ChildError: a process did not come up; the message has its last lines.
    """
    owns_database = not settings.database_url.get_secret_value()
    project_folder()
    _own_folder(stack, settings)
    _refuse_taken_ports(settings)
    url = stack.enter_context(open_database(settings))
    settings = with_database(settings, url)
    children = []
    if _needs_exchange(settings):
        simulator = stack.enter_context(_start_exchange(settings, log))
        children.append(simulator.child)
    children.append(_start_monitor(stack, settings, log))
    bot = _start_telegram(stack, settings, log)
    children.extend(_start_prefect(stack, settings, log))
    return RunningDesk(settings, tuple(children), owns_database, bot, log.sink("up"))


def _own_folder(stack: ExitStack, settings: Settings) -> None:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(settings.data_folder.resolve())
    lock.take()
    stack.callback(lock.give_back)


def _needs_exchange(settings: Settings) -> bool:
    """Whether paper trades on an exchange of ours, and not on one the owner runs."""
    return settings.environment is Environment.PAPER and not settings.exchange_base_url


def _refuse_taken_ports(settings: Settings) -> None:
    ports = {}
    if _needs_exchange(settings):
        ports["AUTOTRADER_SIM_PORT"] = settings.sim_port
    if not settings.prefect_api_url:
        ports["AUTOTRADER_PREFECT_PORT"] = settings.prefect_port
    for setting, port in ports.items():
        if is_taken(port):
            message = (
                f"port {port} of {setting} is taken by another program; stop it, or choose "
                f"another port with {setting}"
            )
            raise MisconfiguredError(message)


def _start_exchange(settings: Settings, log: PrefixedLog) -> Simulator:
    key, secret = settings.exchange_key
    options = SimulatorOptions(
        symbols=settings.symbols,
        port=settings.sim_port,
        # The market continues where the journal left it; without one it begins now.
        journal=settings.data_folder / "exchange.journal",
        api_key=key,
        api_secret=secret,
        control_token=settings.sim_control_token,
    )
    return start_simulator(options, log=log.sink("exchange"))


def _start_monitor(stack: ExitStack, settings: Settings, log: PrefixedLog) -> Child:
    monitor = start_monitor(worker_environment(settings, {}), log=log.sink("monitor"))
    stack.callback(monitor.stop)
    return monitor


def _start_telegram(stack: ExitStack, settings: Settings, log: PrefixedLog) -> Child | None:
    """The bot, where the owner has one."""
    if not settings.telegram_token.get_secret_value():
        return None
    bot = start_telegram(worker_environment(settings, {}), log=log.sink("telegram"))
    stack.callback(bot.stop)
    return bot


def _start_prefect(stack: ExitStack, settings: Settings, log: PrefixedLog) -> list[Child]:
    folder = settings.data_folder.resolve() / PREFECT_FOLDER
    children = []
    if not settings.prefect_api_url:
        server = start_prefect_server(folder, settings.prefect_port, log=log.sink("prefect"))
        stack.enter_context(server)
        server.wait_until_ready()
        children.append(server.child)
    prefect = {"PREFECT_API_URL": settings.prefect_url, "PREFECT_HOME": str(folder)}
    environment = worker_environment(settings, prefect)
    create_pool(settings.prefect_url)
    worker = start_worker(environment, log=log.sink("worker"))
    stack.callback(worker.stop)
    deploy_all(environment, log=log.sink("deployments"))
    state = PrefectState(settings.prefect_url)
    stack.callback(state.close)
    worker.wait_until_ready(lambda: bool(state.workers_online(POOL)), _READY)
    return [*children, worker]
