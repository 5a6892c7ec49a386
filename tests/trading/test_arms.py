"""Arms: what can be, what each is called, and that a name leads back to its arm."""

from itertools import product

import pytest

from trading.arms import UPLOADED, USUAL, Arm, ImageArm, Mask, arm_of_label
from trading.errors import InvariantError

DRAWN = [Arm(*one) for one in product((ImageArm.LTF, ImageArm.LTF_HTF), Mask, (False, True))]
ALL = [*DRAWN, UPLOADED, Arm(ImageArm.NONE)]


@pytest.mark.parametrize(
    ("arm", "name", "label"),
    [
        (USUAL, "ltf", "model"),
        (UPLOADED, "uploaded", "model/uploaded"),
        (Arm(ImageArm.NONE), "none", "model/none"),
        (Arm(ImageArm.LTF_HTF), "ltf+htf", "model/ltf+htf"),
        (Arm(mask=Mask.ANONYMISED), "ltf/anonymised", "model/ltf/anonymised"),
        (
            Arm(ImageArm.LTF_HTF, Mask.ANONYMISED, is_placebo=True),
            "ltf+htf/anonymised/placebo",
            "model/ltf+htf/anonymised/placebo",
        ),
    ],
)
def test_an_arm_is_called_by_its_parts(arm: Arm, name: str, label: str) -> None:
    assert (str(arm), arm.label("model")) == (name, label)


def test_no_two_arms_share_a_name() -> None:
    assert len({str(arm) for arm in ALL}) == len(ALL)


@pytest.mark.parametrize("arm", ALL, ids=str)
def test_a_label_leads_back_to_its_arm(arm: Arm) -> None:
    assert arm_of_label(arm.label("main")) == arm


def test_an_upload_is_known_by_its_own_name() -> None:
    assert arm_of_label("uploaded") == UPLOADED


@pytest.mark.parametrize(
    "label",
    ["main/", "main/ltf", "main/mtf", "main/ltf/placebo/anonymised", "main/ltf+htf/htf"],
)
def test_a_label_that_no_arm_has_is_refused(label: str) -> None:
    with pytest.raises(InvariantError, match="is the label of no arm"):
        arm_of_label(label)


@pytest.mark.parametrize("pictures", [ImageArm.NONE, ImageArm.UPLOADED])
@pytest.mark.parametrize("change", [{"mask": Mask.ANONYMISED}, {"is_placebo": True}], ids=str)
def test_only_what_we_draw_can_be_masked_or_wrong(pictures: ImageArm, change) -> None:
    with pytest.raises(InvariantError, match=f"image arm {pictures} with mask"):
        Arm(pictures, **change)


@pytest.mark.parametrize("arm", ALL, ids=str)
def test_without_the_second_picture_the_rest_of_the_arm_stays(arm: Arm) -> None:
    kept = arm.of_one_picture()

    assert kept.pictures is not ImageArm.LTF_HTF
    assert (kept.mask, kept.is_placebo) == (arm.mask, arm.is_placebo)
    assert (kept == arm) is (arm.pictures is not ImageArm.LTF_HTF)


def test_words_alone_send_no_picture() -> None:
    assert [arm for arm in ALL if not arm.sends_picture] == [Arm(ImageArm.NONE)]
