"""How versions of prompts are shown."""

from db.queries.prompts import PromptLine
from trading.prompts import PromptVersion

COLUMNS = ("prompt", "parent", "author", "note", "made", "asked since", "by")


def facts(version: PromptVersion) -> dict[str, object]:
    """A version with its templates, for JSON."""
    return {
        "name": version.name,
        "number": version.number,
        "parent": str(version.parent) if version.parent else None,
        "author": version.author,
        "note": version.note,
        "created_at": version.created_at,
        "fingerprint": version.fingerprint,
        "system": version.system,
        "user": version.user,
    }


def line_facts(line: PromptLine) -> dict[str, object]:
    """A line of the list, for JSON."""
    return {
        "name": line.name,
        "number": line.number,
        "parent": str(line.parent) if line.parent else None,
        "author": line.author,
        "note": line.note,
        "fingerprint": line.fingerprint,
        "created_at": line.created_at,
        "active_since": line.active_since,
        "activated_by": line.activated_by,
    }


def line_cells(line: PromptLine) -> tuple[object, ...]:
    """A line of the list, in the order of `COLUMNS`."""
    return (
        line.reference,
        line.parent,
        line.author,
        line.note,
        line.created_at,
        line.active_since,
        line.activated_by,
    )
