"""A user's own file: found, read, and told apart from our faults when it fails."""

from pathlib import Path

import pytest

from tasks.backtesting.own_rules import foreign, is_own, load_rule
from trading.errors import BadDataError, BrokenRuleError, MisconfiguredError

RULE = """
from dataclasses import dataclass

@dataclass
class Ruler:
    fast: int = 3

LENGTH = 5

def signals(bars, fast=3):
    return fast
"""


@pytest.fixture
def rule_file(tmp_path: Path) -> Path:
    path = tmp_path / "my_rule.py"
    path.write_text(RULE)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rule.py:signals", True),
        ("package.module:signals", True),
        ("sma-cross", False),
        ("prompt:reader@1", False),
    ],
)
def test_a_colon_means_a_rule_of_the_users(name: str, *, expected: bool) -> None:
    assert is_own(name) is expected


def test_a_function_of_a_file_or_a_module_is_found(rule_file: Path) -> None:
    assert load_rule(f"{rule_file}:signals")(None, fast=7) == 7
    assert load_rule("math:hypot")(3, 4) == 5.0


def test_a_file_is_read_anew_each_time(rule_file: Path) -> None:
    load_rule(f"{rule_file}:signals")
    rule_file.write_text("def signals(bars):\n    return 'edited'\n")
    assert load_rule(f"{rule_file}:signals")(None) == "edited"


def test_what_is_not_there_is_named_with_what_is(rule_file: Path) -> None:
    with pytest.raises(MisconfiguredError, match=r"there is no file .*gone\.py"):
        load_rule(f"{rule_file.with_name('gone.py')}:signals")
    with pytest.raises(
        MisconfiguredError, match="has no signal; it has dataclass, Ruler, signals"
    ):
        load_rule(f"{rule_file}:signal")
    with pytest.raises(MisconfiguredError, match="is a int; name a function or a class"):
        load_rule(f"{rule_file}:LENGTH")
    with pytest.raises(MisconfiguredError, match=r"there is no module nowhere\.at_all"):
        load_rule("nowhere.at_all:signals")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import nowhere_at_all\n", "line 1: ModuleNotFoundError"),
        ("def broken(:\n", "SyntaxError"),
        ("x = 1\ny = x / 0\n", "my_rule.py line 2: ZeroDivisionError"),
    ],
)
def test_a_file_that_cannot_be_imported_says_where(
    rule_file: Path, source: str, message: str
) -> None:
    rule_file.write_text(source)
    with pytest.raises(BrokenRuleError, match=message):
        load_rule(f"{rule_file}:signals")


def test_what_the_rule_raises_is_the_rules_and_ours_and_ctrl_c_pass() -> None:
    with (
        pytest.raises(BrokenRuleError, match=r"mine failed in .* KeyError: 'close'"),
        foreign("mine"),
    ):
        raise KeyError("close")
    with pytest.raises(BadDataError, match="no candle"), foreign("mine"):
        raise BadDataError("no candle")
    with pytest.raises(KeyboardInterrupt), foreign("mine"):
        raise KeyboardInterrupt


def test_writing_to_candles_is_explained() -> None:
    with pytest.raises(BrokenRuleError, match="work on a copy"), foreign("mine"):
        raise ValueError("assignment destination is read-only")
