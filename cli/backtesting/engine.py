"""The door to the engine, opened by the commands that need it and by no other."""

from importlib import import_module
from types import ModuleType


def engine(module: str) -> ModuleType:
    """A module of this package, imported now.

    Numba, pandas, SciPy and Optuna take seconds to import. At the top of a command's file they
    would be imported by every command there is, and `autotrader halt` must not wait for them.
    """
    return import_module(f"cli.backtesting.{module}")
