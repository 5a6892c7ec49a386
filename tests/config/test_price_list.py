"""The price list is data: dated, overridable, and refused when it is wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.pricing import OURS, load_prices
from trading.errors import MisconfiguredError
from trading.image_tokens import PatchRule, TileRule, image_tokens

TODAY = date(2026, 11, 21)
HEAD = 'currency = "USD"\nname = "mine"\n'
ENTRY = "effective_from = 2026-01-01\ninput = 1\ncached = 0.5\noutput = 2\n"
LOCAL = f'{HEAD}[[price]]\nmodels = ["llama*"]\n{ENTRY}'


def price_file(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_our_list_gives_exact_amounts_and_a_version_that_shows_them() -> None:
    price = load_prices().price_of("gpt-5.4-mini", TODAY)

    assert price is not None
    amounts = (price.input, price.cached, price.output)
    assert amounts == (Decimal("0.75"), Decimal("0.075"), Decimal("4.5"))
    assert price.image == PatchRule(1536, Decimal("1.62"))
    assert price.version == "openai gpt-5.4-mini 2026-03-17 0.75/0.075/4.5"


def test_writing_to_the_cache_may_have_a_price_of_its_own(tmp_path: Path) -> None:
    prices = load_prices(price_file(tmp_path, f"{LOCAL}cache_write = 1.25\n"))

    price = prices.price_of("llama3", TODAY)
    assert price is not None
    assert price.cache_write == Decimal("1.25")
    assert price.version == "mine llama* 2026-01-01 1/0.5/2/1.25"


# A chart of 1536 x 768 on each model of analysis.md §3.2.
@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o", 1_105),
        ("gpt-4o-2024-11-20", 1_105),
        ("gpt-4.1", 1_105),
        ("gpt-4.1-mini", 1_867),
        ("gpt-4.1-nano-2025-04-14", 2_834),
        ("gpt-4o-mini", 36_835),
        ("gpt-5", 910),
        ("gpt-5-mini-2025-08-07", 1_867),
        ("gpt-5-nano", 2_834),
        ("gpt-5.4-2026-03-05", 1_152),
        ("gpt-5.4-mini", 1_867),
        ("o1", 975),
        ("o3", 975),
        ("o4-mini", 1_982),
    ],
)
def test_every_listed_model_counts_a_chart_as_published(model: str, tokens: int) -> None:
    price = load_prices().price_of(model, TODAY)
    assert price is not None
    assert price.image is not None
    assert image_tokens(price.image, 1536, 768) == tokens


@pytest.mark.parametrize(
    "model", ["gpt-5.1", "gpt-5-pro", "gpt-4o-audio-preview", "llama3", "GPT-5", "", "gpt-5.4-"]
)
def test_a_model_that_is_not_listed_has_no_price(model: str) -> None:
    assert load_prices().price_of(model, TODAY) is None


def test_a_price_counts_from_its_first_day() -> None:
    prices = load_prices()
    assert prices.price_of("gpt-5", date(2025, 8, 6)) is None
    assert prices.price_of("gpt-5", date(2025, 8, 7)) is not None


def test_the_owners_file_adds_and_overrides(tmp_path: Path) -> None:
    prices = load_prices(price_file(tmp_path, LOCAL.replace('"llama*"', '"llama*", "gpt-5"')))

    for model in ("llama3.2-vision:11b", "gpt-5"):
        price = prices.price_of(model, TODAY)
        assert price is not None
        assert (price.output, price.image) == (2, None)
    # Before the owner's price begins, ours holds.
    before = prices.price_of("gpt-5", date(2025, 12, 31))
    assert before is not None
    assert before.image == TileRule(70, 140)


def test_the_most_exact_name_wins_and_of_equal_ones_the_newest(tmp_path: Path) -> None:
    def entry(model: str, day: str, amount: int) -> str:
        return (
            f'[[price]]\nmodels = ["{model}"]\neffective_from = {day}\n'
            f"input = {amount}\ncached = 0\noutput = 0\n"
        )

    text = HEAD + "".join(
        [
            entry("llama*", "2026-06-01", 1),
            entry("llama-3*", "2025-01-01", 2),
            entry("llama-3*", "2026-01-01", 3),
        ]
    )
    prices = load_prices(price_file(tmp_path, text))
    found = {
        model: prices.price_of(model, on)
        for model, on in (
            ("llama-3.2", TODAY),
            ("llama-2", TODAY),
        )
    }
    assert {model: price and price.input for model, price in found.items()} == {
        "llama-3.2": 3,
        "llama-2": 1,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price = [", "cannot be used"),
        ("", "currency is .*Field required"),
        (LOCAL.replace("USD", "EUR"), "currency is 'EUR'"),
        (LOCAL.replace("input = 1", "input = -1"), "price.0.input is -1"),
        (LOCAL.replace("input = 1", "input = nan"), "price.0.input"),
        (LOCAL.replace("input = 1", "inputs = 1"), "price.0.inputs is 1: Extra inputs"),
        (LOCAL.replace("cached = 0.5", "cached = 1.5"), "cached input costs 1.5"),
        (LOCAL.replace('["llama*"]', "[]"), "price.0.models"),
        (LOCAL.replace('["llama*"]', '["a", "a"]'), "a has two prices from 2026-01-01 on"),
        (LOCAL + 'image = { rule = "pixels" }', "price.0.image is .*'tiles', 'patches'"),
        (LOCAL + 'image = { rule = "tiles", base = 1 }', "price.0.image.tiles.per_tile"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_entry(tmp_path: Path, text: str, said: str) -> None:
    path = price_file(tmp_path, text)
    with pytest.raises(MisconfiguredError, match=f"prices.toml.*{said}.*see {OURS.name}"):
        load_prices(path)


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    for name in ("nowhere.toml", "latin.toml"):
        with pytest.raises(MisconfiguredError, match=f"{name} cannot be used"):
            load_prices(tmp_path / name)
