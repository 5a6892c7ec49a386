"""How the model is shown a market, as the owner chooses it."""

import pytest

from config.fingerprint import config_hash
from config.settings import Settings
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.errors import MisconfiguredError


def load(**given: str) -> Settings:
    env = {f"AUTOTRADER_MODEL_{name.upper()}": value for name, value in given.items()}
    return Settings.load(env, env_file=None)


def test_by_default_one_picture_is_shown_as_it_is() -> None:
    assert load().arm() == USUAL


@pytest.mark.parametrize(
    ("given", "arm"),
    [
        ({"pictures": "none"}, Arm(ImageArm.NONE)),
        ({"pictures": "ltf+htf"}, Arm(ImageArm.LTF_HTF)),
        ({"mask": "anonymised"}, Arm(mask=Mask.ANONYMISED)),
        ({"placebo": "true"}, Arm(is_placebo=True)),
        (
            {"pictures": "ltf+htf", "mask": "anonymised", "placebo": "true"},
            Arm(ImageArm.LTF_HTF, Mask.ANONYMISED, is_placebo=True),
        ),
    ],
)
def test_a_chosen_arm_is_part_of_the_hash_of_the_settings(given: dict[str, str], arm: Arm) -> None:
    chosen = load(**given)

    assert chosen.arm() == arm
    assert config_hash(chosen) != config_hash(load())


@pytest.mark.parametrize("given", [{"mask": "anonymised"}, {"placebo": "true"}])
def test_what_is_done_to_pictures_needs_pictures(given: dict[str, str]) -> None:
    with pytest.raises(MisconfiguredError) as refused:
        load(pictures="none", **given)

    said = str(refused.value)
    assert "AUTOTRADER_MODEL_PICTURES is none with AUTOTRADER_MODEL_MASK" in said
    assert "use ltf or ltf+htf, or mask none and placebo false" in said


@pytest.mark.parametrize(
    ("name", "value"), [("pictures", "uploaded"), ("pictures", "htf"), ("mask", "some")]
)
def test_an_arm_that_there_is_not_is_refused(name: str, value: str) -> None:
    with pytest.raises(MisconfiguredError, match=f"AUTOTRADER_MODEL_{name.upper()} is '{value}'"):
        load(**{name: value})


def test_the_longest_timeframe_has_no_second_picture() -> None:
    env = {"AUTOTRADER_MODEL_PICTURES": "ltf+htf", "AUTOTRADER_INTERVAL": "1d"}

    with pytest.raises(
        MisconfiguredError, match=r"MODEL_PICTURES is ltf\+htf with AUTOTRADER_INTERVAL 1d"
    ):
        Settings.load(env, env_file=None)
    assert Settings.load(env | {"AUTOTRADER_INTERVAL": "4h"}, env_file=None).arm() == Arm(
        ImageArm.LTF_HTF
    )
