"""Symbols that move together: their positions count as one risk."""

from dataclasses import dataclass

from trading.checks import require


@dataclass(frozen=True, slots=True)
class SymbolGroup:
    """A name the owner gave and the symbols that belong to it."""

    name: str
    symbols: frozenset[str]

    def __post_init__(self) -> None:
        require(self.name != "", "a group of symbols has no name; write it like majors")
        require(
            len(self.symbols) > 1,
            f"group {self.name} has {len(self.symbols)} symbols; a group holds at least 2",
        )


def groups_of(symbol: str, groups: tuple[SymbolGroup, ...]) -> tuple[SymbolGroup, ...]:
    """The groups that `symbol` belongs to; it may be in several."""
    return tuple(group for group in groups if symbol in group.symbols)
