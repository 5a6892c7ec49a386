"""A picture is counted in tokens as its model bills it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.image_tokens import ImageRule, PatchRule, TileRule, image_tokens

RULES: dict[str, ImageRule] = {
    "gpt-4o": TileRule(85, 170),
    "gpt-5": TileRule(70, 140),
    "gpt-4o-mini": TileRule(2833, 5667),
    "o3": TileRule(75, 150),
    "mini": PatchRule(1536, Decimal("1.62")),
    "nano": PatchRule(1536, Decimal("2.46")),
    "o4-mini": PatchRule(1536, Decimal("1.72")),
    "gpt-5.4": PatchRule(2500),
}
# analysis.md §3.2; gpt-4o-mini was confirmed by what users were billed.
TABLE = {
    (1024, 512): (425, 350, 14_167, 375, 830, 1_260, 881, 512),
    (1024, 768): (765, 630, 25_501, 675, 1_245, 1_890, 1_321, 768),
    (1280, 720): (1_105, 910, 36_835, 975, 1_491, 2_264, 1_583, 920),
    (1536, 768): (1_105, 910, 36_835, 975, 1_867, 2_834, 1_982, 1_152),
    (1920, 1080): (1_105, 910, 36_835, 975, 2_443, 3_710, 2_594, 2_040),
    (7200, 3600): (1_105, 910, 36_835, 975, 2_362, 3_587, 2_508, 2_450),
}

sides = st.integers(1, 20_000)
rules = st.sampled_from(list(RULES.values()))


@pytest.mark.parametrize(("size", "tokens"), TABLE.items(), ids=str)
def test_each_size_costs_what_the_published_rules_say(
    size: tuple[int, int], tokens: tuple[int, ...]
) -> None:
    assert tuple(image_tokens(rule, *size) for rule in RULES.values()) == tokens


@pytest.mark.parametrize(
    ("rule", "size", "tokens"),
    [
        (TileRule(85, 170), (1, 1), 255),
        (TileRule(85, 170), (512, 512), 255),
        (TileRule(85, 170), (513, 512), 425),
        (TileRule(85, 170), (20_000, 1), 85 + 4 * 170),
        (PatchRule(1536), (1, 1), 1),
        (PatchRule(1536), (32, 33), 2),
        (PatchRule(1536), (1536, 1024), 1536),
        (PatchRule(1536), (1536, 1025), 1504),
        (PatchRule(10), (20_000, 1), 10),
        (PatchRule(1, Decimal("1.62")), (5000, 5000), 2),
    ],
    ids=str,
)
def test_the_edges_of_the_rules(rule: ImageRule, size: tuple[int, int], tokens: int) -> None:
    assert image_tokens(rule, *size) == tokens


@given(rules, sides, sides)
def test_a_turned_picture_costs_the_same(rule: ImageRule, width: int, height: int) -> None:
    assert image_tokens(rule, width, height) == image_tokens(rule, height, width)


@given(rules, sides, sides)
def test_no_picture_costs_more_than_the_rule_allows(
    rule: ImageRule, width: int, height: int
) -> None:
    # At most 2048 x 768 pixels are left of it: four tiles by two.
    most = (
        rule.base + 8 * rule.per_tile
        if isinstance(rule, TileRule)
        else rule.budget * rule.multiplier + 1
    )
    assert 0 < image_tokens(rule, width, height) <= most


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: TileRule(-1, 170), "base is -1 tokens"),
        (lambda: TileRule(85, 0), "per_tile is 0 tokens"),
        (lambda: PatchRule(0), "budget is 0 patches"),
        (lambda: PatchRule(1, Decimal(0)), "multiplier is 0"),
        (lambda: image_tokens(TileRule(85, 170), 0, 768), "a picture of 0x768 pixels"),
    ],
)
def test_impossible_rules_and_pictures_are_refused(build: object, said: str) -> None:
    assert callable(build)
    with pytest.raises(InvariantError, match=said):
        build()
