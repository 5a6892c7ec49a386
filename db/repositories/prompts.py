"""Versions of prompts, and which of them is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from db.models import ActivePromptRow, PromptRow
from trading.checks import require_utc
from trading.prompts import BadPromptError, NewPrompt, PromptReference, PromptVersion

_SHORTEST = timedelta(microseconds=1)
_Parent = aliased(PromptRow)


@dataclass(frozen=True, slots=True)
class Activation:
    """From `since` on `version` is asked under its name, because `activated_by` said so."""

    version: PromptVersion
    since: datetime
    activated_by: str


def add_version(session: Session, new: NewPrompt, *, now: datetime) -> PromptVersion:
    """The stored version: the next number of its name. It is not active yet.

    Without a parent, an edit grows out of the newest version of its name.

    Raises:
        BadPromptError: there is no such parent, or these texts are a version already.
    """
    require_utc("prompt created_at", now)
    _lock(session, new.name)
    former = versions_of(session, new.name)
    _require_new_texts(new, former)
    newest = former[-1].reference if former else None
    row = PromptRow(
        name=new.name,
        number=len(former) + 1,
        system_template=new.texts.system,
        user_template=new.texts.user,
        fingerprint=new.texts.fingerprint,
        parent_id=_parent_id(session, new.parent or newest),
        author=new.author,
        note=new.note,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _require(session, PromptReference(new.name, row.number))


def get(session: Session, reference: PromptReference) -> PromptVersion | None:
    """The version meant, or None; a reference without a number means the active one."""
    if reference.number is None:
        return active(session, reference.name)
    statement = _versions().where(
        PromptRow.name == reference.name, PromptRow.number == reference.number
    )
    return next(_read(session, statement), None)


def versions_of(session: Session, name: str) -> list[PromptVersion]:
    """Every version of a name, the oldest first."""
    statement = _versions().where(PromptRow.name == name).order_by(PromptRow.number)
    return list(_read(session, statement))


def activate(
    session: Session, reference: PromptReference, *, by: str, now: datetime
) -> Activation:
    """Ask this version under its name from `now` on; one that is active already stays so.

    Raises:
        BadPromptError: there is no such version, or nobody is named.
    """
    require_utc("prompt activation", now)
    if not by.strip():
        message = f"nobody is named who activates {reference}; say who takes responsibility"
        raise BadPromptError(message)
    _lock(session, reference.name)
    version = _require(session, reference)
    before = activation(session, reference.name)
    if before is not None and before.version == version:
        return before
    # After the one before, whichever clock wrote that: the later row is the one that counts.
    since = now if before is None else max(now, before.since + _SHORTEST)
    session.add(
        ActivePromptRow(prompt_id=_id_of(session, reference), since=since, activated_by=by)
    )
    session.flush()
    return Activation(version, since, by)


def active(session: Session, name: str) -> PromptVersion | None:
    """The version that is asked under a name now, or None if none was ever activated."""
    found = activation(session, name)
    return None if found is None else found.version


def activation(session: Session, name: str) -> Activation | None:
    """The version that is asked under a name now, since when and by whom."""
    statement = (
        select(PromptRow.number, ActivePromptRow.since, ActivePromptRow.activated_by)
        .join(ActivePromptRow, ActivePromptRow.prompt_id == PromptRow.id)
        .where(PromptRow.name == name)
        .order_by(ActivePromptRow.since.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    version = _require(session, PromptReference(name, found.number))
    return Activation(version, found.since, found.activated_by)


def seed_first_prompts(
    session: Session, prompts: Sequence[NewPrompt], *, now: datetime
) -> list[PromptVersion]:
    """The versions of `prompts` that were not stored before; seeding twice changes nothing.

    A name that never had an active version gets its shipped one. Where the owner has a version in
    force, a newer shipped text is stored beside it and left for the owner to activate.
    """
    added = []
    for new in prompts:
        _lock(session, new.name)
        stored = {version.fingerprint: version for version in versions_of(session, new.name)}
        version = stored.get(new.texts.fingerprint)
        if version is None:
            version = add_version(session, new, now=now)
            added.append(version)
        if activation(session, new.name) is None:
            activate(session, version.reference, by=new.author, now=now)
    return added


def _lock(session: Session, name: str) -> None:
    """Until the transaction ends, nobody else numbers or activates versions of this name."""
    key = func.hashtextextended(f"prompts/{name}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def _versions() -> Select[PromptRow, str, int]:
    return select(PromptRow, _Parent.name, _Parent.number).outerjoin(
        _Parent, PromptRow.parent_id == _Parent.id
    )


def _read(session: Session, statement: Select[PromptRow, str, int]) -> Iterator[PromptVersion]:
    for row, parent_name, parent_number in session.execute(statement):
        yield PromptVersion(
            name=row.name,
            number=row.number,
            system=row.system_template,
            user=row.user_template,
            author=row.author,
            note=row.note,
            parent=PromptReference(parent_name, parent_number) if row.parent_id else None,
            created_at=row.created_at,
            fingerprint=row.fingerprint,
        )


def _require(session: Session, reference: PromptReference) -> PromptVersion:
    found = get(session, reference)
    if found is None:
        message = f"there is no prompt {reference}; see `autotrader prompts list`"
        raise BadPromptError(message)
    return found


def _parent_id(session: Session, parent: PromptReference | None) -> UUID | None:
    return None if parent is None else _id_of(session, parent)


def _id_of(session: Session, reference: PromptReference) -> UUID:
    version = _require(session, reference)
    statement = select(PromptRow.id).where(
        PromptRow.name == version.name, PromptRow.number == version.number
    )
    return session.scalars(statement).one()


def _require_new_texts(new: NewPrompt, former: Sequence[PromptVersion]) -> None:
    for version in former:
        if version.fingerprint == new.texts.fingerprint:
            message = (
                f"these texts are {version.reference} already; activate that version or change "
                f"the texts"
            )
            raise BadPromptError(message)
