"""The list of models says what each can do, and something sensible about the others."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from config import models
from config.models import is_listed, known_capability
from trading.capabilities import Api, InstructionRole, Structured, TokenParameter
from trading.errors import MisconfiguredError

LIST = tomllib.loads((Path(models.__file__).parent / "models.toml").read_text(encoding="utf-8"))
PATTERNS = [family["pattern"] for family in LIST["family"]]


def test_the_list_has_a_date_and_sources() -> None:
    assert isinstance(LIST["as_of"], date)
    assert all(source.startswith("https://") for source in LIST["sources"])


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("native", [True, False])
def test_every_family_has_a_capability(pattern: str, native: bool) -> None:
    name = pattern.replace("[134]", "1").replace("[13]", "1").replace("*", "")

    assert is_listed(name)
    assert known_capability(name, native).api is (Api.RESPONSES if native else Api.CHAT)


def test_patterns_are_no_twins() -> None:
    assert len(set(PATTERNS)) == len(PATTERNS)


@pytest.mark.parametrize(
    ("model", "vision", "temperature", "effort"),
    [
        ("gpt-5-mini-2025-08-07", True, False, True),
        ("gpt-5-chat-latest", True, True, False),
        ("gpt-4o-mini", True, True, False),
        ("o4-mini", True, False, True),
        ("o3-mini", False, False, True),
        ("OpenAI/GPT-4.1", True, True, False),
        ("gpt-3.5-turbo", False, True, False),
    ],
)
def test_models_of_openai(model: str, vision: bool, temperature: bool, effort: bool) -> None:
    known = known_capability(model, native=True)

    assert (known.vision, known.temperature, known.effort) == (vision, temperature, effort)
    assert known.token_parameter is TokenParameter.MAX_OUTPUT_TOKENS
    assert not known.seed


def test_the_same_model_behind_a_router_is_asked_in_chat() -> None:
    known = known_capability("openai/gpt-5", native=False)

    assert (known.api, known.token_parameter) == (Api.CHAT, TokenParameter.MAX_COMPLETION_TOKENS)
    assert known.instruction_role is InstructionRole.DEVELOPER


@pytest.mark.parametrize("model", ["qwen2.5-vl:7b", "Qwen/Qwen2.5-VL-7B-Instruct", "gemma-3-12b"])
def test_servers_of_ones_own_may_need_two_steps(model: str) -> None:
    assert known_capability(model, native=False).needs_two_steps


@pytest.mark.parametrize("model", ["qwen3:8b", "llama3.1:8b", "deepseek-r1", "phi4"])
def test_models_without_eyes_are_known(model: str) -> None:
    assert not known_capability(model, native=False).vision


def test_a_model_nobody_heard_of_is_taken_for_an_able_one() -> None:
    known = known_capability("brand-new", native=False)

    assert not is_listed("brand-new")
    assert (known.api, known.structured) == (Api.CHAT, Structured.JSON_SCHEMA)
    assert known.vision_and_structured
    assert known.token_parameter is TokenParameter.MAX_TOKENS
    assert known.context_tokens is None


def own_list(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_owners_list_goes_over_ours(tmp_path: Path) -> None:
    mine = own_list(
        tmp_path,
        '[[family]]\npattern = "Brand-New*"\nstructured = "prompt"\n'
        'vision_and_structured = false\n[[family]]\npattern = "gpt-5*"\nseed = true\n',
    )

    known = known_capability("maker/brand-new:7b", native=False, own_list=mine)
    assert (known.structured, known.needs_two_steps) == (Structured.PROMPT, True)
    assert known_capability("gpt-5", native=True, own_list=mine).seed
    assert known_capability("other", native=False, own_list=mine) == known_capability(
        "other", native=False
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[family]", "cannot be used"),
        ("", "family"),
        ('[[family]]\npattern = "x*"\nvisoin = true', "visoin"),
        ('[[family]]\npattern = "x*"\nstructured = "hope"', "structured"),
        ('[[family]]\npattern = "x*"\nvision = false', "says of x1 what cannot be"),
    ],
)
def test_a_list_that_says_what_cannot_be_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MisconfiguredError, match=said):
        known_capability("x1", native=False, own_list=own_list(tmp_path, text))


def test_models_that_think_unasked_are_known() -> None:
    assert known_capability("gpt-5", native=True).reasons
    assert not known_capability("gpt-4.1", native=True).reasons
    assert not known_capability("brand-new", native=False).reasons
