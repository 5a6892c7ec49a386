"""A prompt as the desk keeps it: two templates under a name, in versions that never change."""

import re
from dataclasses import dataclass
from datetime import datetime

from trading.canonical import Json, fingerprint
from trading.checks import require, require_utc
from trading.errors import MisconfiguredError

LONGEST_TEMPLATE = 20_000
"""Characters of one template; eight times what fits the budget of a question."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REFERENCE = re.compile(r"(?P<name>[^@]*)(@(?P<number>[1-9][0-9]{0,5}))?")
# What nobody sees while writing it, and what PostgreSQL cannot store.
_UNPRINTABLE = re.compile(
    r"[^\S \t\n]|[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]"
)


class BadPromptError(MisconfiguredError):
    """A prompt that cannot be used; the message names the template, the line and the word."""


@dataclass(frozen=True, slots=True)
class PromptTexts:
    """The two templates of a prompt, as their author wrote them."""

    system: str
    user: str

    def __post_init__(self) -> None:
        for name in ("system", "user"):
            _require_writable(name, getattr(self, name))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the two templates, 64 hexadecimal digits."""
        return fingerprint({"system": self.system, "user": self.user})


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent: both templates filled with the facts of one moment."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class PromptReference:
    """`name@number`; without the number, the version of that name that is active."""

    name: str
    number: int | None = None

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}@{self.number}"


@dataclass(frozen=True, slots=True)
class NewPrompt:
    """A version about to be stored: its texts, who wrote them, why, and what they grew out of."""

    name: str
    texts: PromptTexts
    author: str
    note: str
    parent: PromptReference | None = None

    def __post_init__(self) -> None:
        require_prompt_name(self.name)
        for name in ("author", "note"):
            if not getattr(self, name).strip():
                message = f"prompt {self.name}: its {name} is empty; a version needs one"
                raise BadPromptError(message)


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One stored version. `number` counts from 1 within a name; it is never written over.

    `fingerprint` is of the two templates alone; what an arm asks is `prompt_fingerprint`.
    """

    name: str
    number: int
    system: str
    user: str
    author: str
    note: str
    parent: PromptReference | None
    created_at: datetime
    fingerprint: str

    def __post_init__(self) -> None:
        require_utc("prompt created_at", self.created_at)
        require(self.number >= 1, f"prompt {self.name} has number {self.number}; they start at 1")
        require(
            self.fingerprint == self.texts.fingerprint,
            f"prompt {self.reference}: its texts are not those of fingerprint {self.fingerprint}",
        )

    @property
    def texts(self) -> PromptTexts:
        """The two templates."""
        return PromptTexts(self.system, self.user)

    @property
    def reference(self) -> PromptReference:
        """Its name and number, as `chart_reader@1`."""
        return PromptReference(self.name, self.number)


def parse_reference(text: str) -> PromptReference:
    """The prompt that `NAME` or `NAME@NUMBER` means.

    Raises:
        BadPromptError: the text is no such name; the caller tells the owner.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None:
        message = f"{text!r} names no prompt version; write NAME or NAME@NUMBER, NUMBER from 1"
        raise BadPromptError(message)
    require_prompt_name(found["name"])
    return PromptReference(found["name"], int(found["number"]) if found["number"] else None)


def require_prompt_name(name: str) -> None:
    """Refuse a name that could not be typed, stored or told from another.

    Raises:
        BadPromptError: with what a name may be.
    """
    if not _NAME.fullmatch(name):
        message = (
            f"{name!r} is no name of a prompt; use 1 to 40 lower-case letters, digits and "
            f"underscores, a letter first"
        )
        raise BadPromptError(message)


def prompt_fingerprint(  # noqa: PLR0913 -- the parts of one hash, each by its name
    system_template: str,
    user_template: str,
    *,
    response_schema: Json,
    snapshot_version: str,
    renderer: str,
    image_arm: str,
    mode: str,
    rule_set: str,
) -> str:
    """SHA-256 of everything that makes two questions the same, 64 hexadecimal digits.

    `image_arm` is the arm's own name, `mode` the way the model is asked (`ModelIdentity`). Two
    arms with one fingerprint differ in the market they look at and in nothing else (analysis.md
    §3.3), so their answers may be counted together.
    """
    return fingerprint(
        {
            "system_template": system_template,
            "user_template": user_template,
            "response_schema": response_schema,
            "snapshot_version": snapshot_version,
            "renderer": renderer,
            "image_arm": image_arm,
            "mode": mode,
            "rule_set": rule_set,
        }
    )


def _require_writable(name: str, template: str) -> None:
    if not template.strip():
        message = f"the {name} template is empty; write what the model is to do"
        raise BadPromptError(message)
    if len(template) > LONGEST_TEMPLATE:
        message = (
            f"the {name} template has {len(template)} characters, {LONGEST_TEMPLATE} are allowed; "
            f"shorten it"
        )
        raise BadPromptError(message)
    if found := _UNPRINTABLE.search(template):
        line = template.count("\n", 0, found.start()) + 1
        message = (
            f"the {name} template has the character {found.group()!r} in line {line}; plain text "
            f"with spaces, tabs and line feeds is allowed"
        )
        raise BadPromptError(message)
