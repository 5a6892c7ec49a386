"""The performance itself: hour by hour, the market moves and the desk acts."""

from collections.abc import Callable

from cli.demo.stage import Stage
from cli.demo.timetable import MarketHour
from cli.stack.orchestration import runs_reported_to
from config.current import settings_in_force
from flows.position_sync import position_sync
from flows.trading_cycle import trading_cycle

Watch = Callable[[MarketHour], None]
"""Told after each market hour."""


def perform(stage: Stage, watch: Watch) -> list[str]:
    """Run every cycle and sync of the timetable; why cycles were skipped, if any were.

    The runs are real Prefect flow runs of this process. The market stands still while one works.
    """
    with settings_in_force(stage.settings), runs_reported_to(stage.prefect):
        skipped = [text for hour in stage.timetable.hours() if (text := _hour(stage, hour, watch))]
        stage.simulator.control.advance_to(stage.timetable.end)
        position_sync(slot=stage.timetable.end)
    return skipped


def _hour(stage: Stage, hour: MarketHour, watch: Watch) -> str:
    control = stage.simulator.control
    control.advance_to(hour.slot)
    report = trading_cycle(slot=hour.slot)
    for moment in hour.syncs:
        control.advance_to(moment)
        position_sync(slot=moment)
    watch(hour)
    return report.skipped
