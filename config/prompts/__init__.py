"""The prompts that ship with the desk: where a new database starts, in files beside this one."""

from importlib.resources import files

from trading.prompts import NewPrompt, PromptTexts

FIRST_PROMPT = "chart_reader"
"""The prompt that is asked until the owner chooses another."""

SHIPPED_BY = "autotrader"

_SHIPPED = ((FIRST_PROMPT, "Reads the chart first, argues both sides, states chances as events."),)


def first_prompts() -> tuple[NewPrompt, ...]:
    """Every prompt that ships with this program, its texts as the files have them."""
    return tuple(
        NewPrompt(name=name, texts=_texts(name), author=SHIPPED_BY, note=note)
        for name, note in _SHIPPED
    )


def _texts(name: str) -> PromptTexts:
    folder = files(__package__) / name
    return PromptTexts(
        system=(folder / "system.md.j2").read_text(encoding="utf-8"),
        user=(folder / "user.md.j2").read_text(encoding="utf-8"),
    )
