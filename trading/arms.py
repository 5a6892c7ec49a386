"""Arms of the experiment: which pictures an analyst is shown, and what is done to them.

Decisions of different arms are labelled and judged apart (analysis.md §3.2).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from trading.checks import require

PLACEBO: Final = "placebo"
"""The word for a picture that is wrong on purpose."""


class ImageArm(StrEnum):
    """Which pictures an analyst is shown."""

    NONE = "none"
    LTF = "ltf"
    LTF_HTF = "ltf+htf"
    UPLOADED = "uploaded"
    """A picture that a person gave, instead of one of ours."""


class Mask(StrEnum):
    """Whether a question says which market it is about, and when (`chart_masking`)."""

    NONE = "none"
    ANONYMISED = "anonymised"


@dataclass(frozen=True, slots=True)
class Arm:
    """How an analyst is shown a market. By default: its own timeframe, by name, as it was.

    With `is_placebo` the pictures are wrong on purpose and the words are right; nothing may be
    traded on what is said then.
    """

    pictures: ImageArm = ImageArm.LTF
    mask: Mask = Mask.NONE
    is_placebo: bool = False

    def __post_init__(self) -> None:
        drawn = self.pictures in {ImageArm.LTF, ImageArm.LTF_HTF}
        plain = self.mask is Mask.NONE and not self.is_placebo
        require(
            drawn or plain,
            f"image arm {self.pictures} with mask {self.mask} and placebo {self.is_placebo}; "
            "only pictures that we draw can be masked or wrong, so use ltf or ltf+htf",
        )

    def __str__(self) -> str:
        """Its parts as `ltf+htf/anonymised/placebo`, those that are none left out."""
        mask = (self.mask,) if self.is_masked else ()
        placebo = (PLACEBO,) if self.is_placebo else ()
        return "/".join((self.pictures, *mask, *placebo))

    @property
    def is_masked(self) -> bool:
        """Whether symbol, dates and absolute prices are hidden."""
        return self.mask is not Mask.NONE

    @property
    def sends_picture(self) -> bool:
        """Whether any picture goes along with the words."""
        return self.pictures is not ImageArm.NONE

    def of_one_picture(self) -> Self:
        """The same without the picture of the bigger timeframe."""
        if self.pictures is not ImageArm.LTF_HTF:
            return self
        return replace(self, pictures=ImageArm.LTF)

    def label(self, name: str) -> str:
        """`name` for the usual picture, `name/ltf+htf` and the like for every other arm."""
        return name if self == USUAL else f"{name}/{self}"


USUAL: Final = Arm()
"""One picture of the decision's own timeframe, by name and as it was."""
UPLOADED: Final = Arm(ImageArm.UPLOADED)
"""A picture of a person's."""


def arm_of_label(label: str) -> Arm:
    """The arm that `Arm.label` named. A name alone is the usual one, `uploaded` an upload's.

    Raises:
        InvariantError: no arm has this label.
    """
    name, slash, said = label.partition("/")
    if not slash:
        return UPLOADED if name == ImageArm.UPLOADED else USUAL
    pictures, *rest = said.split("/")
    require(pictures in list(ImageArm), f"{label!r} is the label of no arm")
    found = Arm(
        ImageArm(pictures),
        mask=Mask.ANONYMISED if Mask.ANONYMISED in rest else Mask.NONE,
        is_placebo=PLACEBO in rest,
    )
    require(found.label(name) == label, f"{label!r} is the label of no arm")
    return found
