"""The prompt that ships is there, whole, and in the installed package."""

from importlib.resources import files

from config.prompts import FIRST_PROMPT, SHIPPED_BY, first_prompts


def test_the_first_prompt_ships_with_both_templates() -> None:
    (prompt,) = first_prompts()
    assert (prompt.name, prompt.author, prompt.parent) == (FIRST_PROMPT, SHIPPED_BY, None)
    assert prompt.texts.system.startswith("You are an experienced discretionary trader")
    assert "{{ candles_csv_ltf }}" in prompt.texts.user


def test_every_file_beside_the_prompts_is_read() -> None:
    folder = files("config.prompts")
    names = {prompt.name for prompt in first_prompts()}
    found = {entry.name for entry in folder.iterdir() if entry.is_dir()} - {"__pycache__"}
    assert found == names


def test_reading_them_twice_gives_the_same_texts() -> None:
    assert first_prompts() == first_prompts()
