"""`prompts`: every version of every prompt; `active_prompts`: which one was asked since when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Recorded


class PromptRow(Base, Identified, Recorded):
    """One version. A trigger refuses changes: an edit is a new version with a parent.

    `fingerprint` is of the two templates; a name holds the same texts once.
    """

    __tablename__ = "prompts"

    name: Mapped[str]
    number: Mapped[int]
    system_template: Mapped[str]
    user_template: Mapped[str]
    fingerprint: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("prompts.id"))
    author: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("name", "number"),
        UniqueConstraint("name", "fingerprint"),
        CheckConstraint("name ~ '^[a-z][a-z0-9_]{0,39}$'", name="name_is_allowed"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
        CheckConstraint("system_template <> '' AND user_template <> ''", name="has_texts"),
        CheckConstraint("fingerprint ~ '^[0-9a-f]{64}$'", name="fingerprint_is_sha256"),
        CheckConstraint("author <> '' AND note <> ''", name="has_author_and_note"),
        CheckConstraint("number = 1 OR parent_id IS NOT NULL", name="edit_has_parent"),
        CheckConstraint("parent_id <> id", name="is_not_its_own_parent"),
    )


class ActivePromptRow(Base, Identified, Recorded):
    """From `since` on this version was asked under its name, until a later row. Written once."""

    __tablename__ = "active_prompts"

    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id"))
    since: Mapped[datetime]
    activated_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("activated_by <> ''", name="has_author"),
        Index("ix_active_prompts_prompt_id_since", "prompt_id", "since"),
    )
