"""Every version of every prompt, as a list shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from db.models import ActivePromptRow, PromptRow
from db.repositories.rows import value_of
from trading.prompts import PromptReference

_Parent = aliased(PromptRow)


@dataclass(frozen=True, slots=True)
class PromptLine:
    """One version without its texts. `active_since` is None for one that is not asked now."""

    name: str
    number: int
    parent_name: str | None
    parent_number: int | None
    author: str
    note: str
    fingerprint: str
    created_at: datetime
    active_since: datetime | None
    activated_by: str | None

    @property
    def reference(self) -> PromptReference:
        """Its name and number."""
        return PromptReference(self.name, self.number)

    @property
    def parent(self) -> PromptReference | None:
        """What it grew out of."""
        if self.parent_name is None:
            return None
        return PromptReference(self.parent_name, self.parent_number)


def prompt_lines(session: Session) -> list[PromptLine]:
    """Every version by name, the newest of a name first."""
    in_force = (
        select(ActivePromptRow.prompt_id, ActivePromptRow.since, ActivePromptRow.activated_by)
        .join(PromptRow, ActivePromptRow.prompt_id == PromptRow.id)
        .ext(distinct_on(PromptRow.name))
        .order_by(PromptRow.name, ActivePromptRow.since.desc())
        .subquery()
    )
    statement = (
        select(
            PromptRow.name,
            PromptRow.number,
            _Parent.name.label("parent_name"),
            _Parent.number.label("parent_number"),
            PromptRow.author,
            PromptRow.note,
            PromptRow.fingerprint,
            PromptRow.created_at,
            in_force.c.since.label("active_since"),
            in_force.c.activated_by,
        )
        .outerjoin(_Parent, PromptRow.parent_id == _Parent.id)
        .outerjoin(in_force, in_force.c.prompt_id == PromptRow.id)
        .order_by(PromptRow.name, PromptRow.number.desc())
    )
    return [value_of(PromptLine, row) for row in session.execute(statement)]
