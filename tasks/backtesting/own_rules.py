"""A user's own rule: the function or class that `FILE.py:NAME` or `module:NAME` names."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType

from trading.errors import AutotraderError, BrokenRuleError, MisconfiguredError

Rule = Callable[..., object]


def is_own(strategy: str) -> bool:
    """Whether the name is that of a rule in a file or module of the user's."""
    return ":" in strategy and not strategy.startswith("prompt:")


def load_rule(strategy: str) -> Rule:
    """The function or class that is meant; a file is read anew each time.

    Raises:
        MisconfiguredError: there is no such file, module or name in it.
        BrokenRuleError: the file fails while it is imported.
    """
    place, _, name = strategy.rpartition(":")
    with foreign(strategy):
        module = _from_file(Path(place)) if place.endswith(".py") else _imported(place)
    rule = getattr(module, name, None)
    if rule is None:
        names = [one for one in vars(module) if callable(getattr(module, one)) and one[0] != "_"]
        message = f"{place} has no {name}; it has {', '.join(names) or 'nothing to call'}"
        raise MisconfiguredError(message)
    if not callable(rule):
        message = f"{strategy} is a {type(rule).__name__}; name a function or a class"
        raise MisconfiguredError(message)
    found: Rule = rule
    return found


class foreign:  # noqa: N801 -- reads as a verb of `with`
    """Code of the user's runs inside: whatever it raises becomes a BrokenRuleError that names it.

    Ours and Ctrl-C pass as they are.
    """

    def __init__(self, rule: str) -> None:
        self._rule = rule

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Name the rule and the line that failed."""
        if not isinstance(error, Exception) or isinstance(error, AutotraderError):
            return
        raise BrokenRuleError(f"{self._rule} failed{_where(trace)}: {_said(error)}") from error


def _where(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" in {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"


def _said(error: Exception) -> str:
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, ValueError) and "read-only" in str(error):
        return f"{said}. Candles must not be changed: work on a copy (close.copy())"
    return said


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        message = f"there is no file {path}; name a Python file and a function in it"
        raise MisconfiguredError(message)
    spec = spec_from_file_location(f"own_rule_{path.stem}", path)
    if spec is None or spec.loader is None:
        message = f"{path} is no Python file"
        raise MisconfiguredError(message)
    module = module_from_spec(spec)
    # Dataclasses and pickle look their module up by its name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        message = f"there is no module {name}; name a Python file (rule.py:signals) or a module"
        raise MisconfiguredError(message) from None
