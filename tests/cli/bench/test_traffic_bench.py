"""Several processes at one account stay within the exchange's limits."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cli.bench.plan import QUICK
from cli.bench.traffic import figures, measure_traffic
from cli.bench.traffic_load import NOT_SENT, Done


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's tmp_path: it is private to its user, and a database has a user of its own.
    with TemporaryDirectory(prefix="desk-") as name:
        yield Path(name)


@pytest.mark.slow
def test_four_processes_never_exceed_a_limit(folder: Path) -> None:
    measured = measure_traffic(QUICK, folder)

    assert (measured.processes, measured.calls) == (4, 240)
    assert (measured.rate_limited, measured.banned, measured.not_sent) == (0, 0, 0)
    assert measured.free_p50_ms > 0


def test_figures_count_what_all_processes_found() -> None:
    done = [
        Done(2.0, Counter({0: 7, 10006: 1}), cost_s=[0.001] * 8, waited_s=[0.0] * 8),
        Done(1.0, Counter({0: 9, 403: 2, NOT_SENT: 1}), cost_s=[0.001] * 12, waited_s=[0.5] * 12),
    ]

    found = figures(done, free_s=[0.0005])

    assert (found.processes, found.calls, found.calls_per_second) == (2, 20, 10.0)
    assert (found.rate_limited, found.banned, found.not_sent) == (1, 2, 1)
    assert (found.free_p50_ms, found.cost_p50_ms, found.wait_p99_ms) == (0.5, 1.0, 500.0)
