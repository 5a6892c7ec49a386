"""What changed between two versions of a prompt."""

from dataclasses import dataclass
from difflib import unified_diff

from trading.prompts import PromptVersion


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines of a unified diff from `before` to `after`, one list for each template."""

    before: str
    after: str
    system: list[str]
    user: list[str]


def compare(before: PromptVersion, after: PromptVersion) -> Difference:
    """The difference of both templates; empty lists where nothing changed."""
    return Difference(
        before=str(before.reference),
        after=str(after.reference),
        system=_lines(before, after, "system"),
        user=_lines(before, after, "user"),
    )


def _lines(before: PromptVersion, after: PromptVersion, template: str) -> list[str]:
    return list(
        unified_diff(
            getattr(before.texts, template).splitlines(),
            getattr(after.texts, template).splitlines(),
            f"{before.reference}/{template}",
            f"{after.reference}/{template}",
            lineterm="",
        )
    )
