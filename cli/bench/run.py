"""All measurements, each in a folder of its own that is gone afterwards."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from cli.bench.analyst import AnalystFigures, measure_analyst
from cli.bench.backtest.measure import BacktestFigures, measure_backtest
from cli.bench.cycle import CycleFigures, measure_cycle
from cli.bench.demo import DemoBench, measure_demo
from cli.bench.machine import Machine, this_machine
from cli.bench.model_cycle import ModelCycleFigures, measure_model_cycle
from cli.bench.own_process import in_own_process
from cli.bench.plan import Part, Plan
from cli.bench.simulator import SimulatorFigures, measure_simulator
from cli.bench.stream import StreamFigures, measure_stream
from cli.bench.traffic import TrafficFigures, measure_traffic


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What was measured; a part that was not asked for is None."""

    machine: Machine
    cycle: CycleFigures | None
    simulator: SimulatorFigures | None
    demo: DemoBench | None
    traffic: TrafficFigures | None = None
    stream: StreamFigures | None = None
    analyst: AnalystFigures | None = None
    model_cycle: ModelCycleFigures | None = None
    backtest: BacktestFigures | None = None

    def as_json(self) -> str:
        """One line; parts that were not measured are left out."""
        return json.dumps({name: part for name, part in asdict(self).items() if part is not None})


def run_bench(plan: Plan, folder: Path, *, parts: Collection[Part], console: Console) -> Benchmark:
    """Measure `parts` one after another in `folder`, so that none disturbs another."""
    machine = this_machine()

    def room(part: Part) -> Path | None:
        if part not in parts:
            return None
        console.print(f"measuring: {part}", style="dim")
        own = folder / part
        own.mkdir()
        return own

    cycle, simulator, demo, traffic, stream, analyst, model_cycle, backtest = (None,) * 8
    if (own := room(Part.CYCLE)) is not None:
        cycle = in_own_process(measure_cycle, plan, own)
        model_cycle = in_own_process(measure_model_cycle, plan, _inside(own, "model"))
    if (own := room(Part.SIMULATOR)) is not None:
        simulator = measure_simulator(plan, own)
    if (own := room(Part.DEMO)) is not None:
        demo = in_own_process(measure_demo, plan, own)
    if (own := room(Part.TRAFFIC)) is not None:
        traffic = in_own_process(measure_traffic, plan, own)
    if (own := room(Part.STREAM)) is not None:
        stream = in_own_process(measure_stream, plan, own)
    if (own := room(Part.ANALYST)) is not None:
        analyst = in_own_process(measure_analyst, plan, own)
    if (own := room(Part.BACKTEST)) is not None:
        backtest = measure_backtest(plan, own)
    return Benchmark(
        machine,
        cycle,
        simulator,
        demo,
        traffic,
        stream,
        analyst,
        model_cycle=model_cycle,
        backtest=backtest,
    )


def _inside(folder: Path, name: str) -> Path:
    inner = folder / name
    inner.mkdir()
    return inner
