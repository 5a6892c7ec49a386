"""What a demo tells beside its figures."""

import json
from dataclasses import replace

import pytest

from cli.commands.demo import _tell
from tests.cli.demo.builders import DIFFERENCE, demo


@pytest.mark.parametrize("as_json", [True, False])
def test_skipped_cycles_and_differences_are_told_on_stderr(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    finished = demo()
    audit = replace(finished.results.audit, differences=(DIFFERENCE,))
    results = replace(finished.results, audit=audit)

    _tell(replace(finished, results=results, skipped=["late: an hour"]), None, as_json=as_json)

    assert capsys.readouterr().err.splitlines() == [
        "autotrader: late: an hour",
        "autotrader: order o-1: quantity is 1 here and 2 at the exchange",
    ]


def test_the_json_is_the_last_line_of_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(demo(), None, as_json=True)

    *_, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["cycles"] == 4
