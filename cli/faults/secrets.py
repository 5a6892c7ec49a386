"""Nothing that opens the account stands in anything that is written down (I13)."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import SecretStr

from db.engine import open_engine
from db.queries.text_search import places_of
from db.unit_of_work import read_session, session_factory

API_KEY = SecretStr("key-of-the-auditor-41c7")
API_SECRET = SecretStr("secret-of-the-auditor-9e02d5")
"""The key of every simulated account of a fault run: one for all, so that one search finds it."""

# A name that ends in "sign" or "signature", at most six marks, and the digits of an HMAC-SHA256.
SIGNED = r"[sS][iI][gG][nN](ature)?[^0-9a-zA-Z]{1,6}[0-9a-f]{64}"
"""A signature as a header, a parameter or a field of JSON."""

_CLUSTER = "PG_VERSION"  # PostgreSQL's own files: what they hold is searched by SQL
_KINDS = frozenset({".log", ".txt", ".json", ".jsonl", ".md", ".html", ".csv", ".out", ".err"})


def leaks(folder: Path, database_url: str, secrets: Collection[str]) -> list[str]:
    """Where any of `secrets`, or any signature, stands: in the written files or the database.

    A place is named without the secret, so that what is returned may be printed. Files are those
    of a kind that is written for reading, in any folder below `folder`.
    """
    return [*_in_files(folder, secrets), *_in_database(database_url, secrets)]


def leaks_of_text(text: str, secrets: Collection[str], *, name: str) -> list[str]:
    """What of that stands in `text`, which is called `name` in the answer."""
    found = [f"{name}: a secret" for secret in secrets if secret in text]
    return [*found, *(f"{name}: a signature" for _ in re.finditer(SIGNED, text))]


def _in_files(folder: Path, secrets: Collection[str]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _KINDS or not path.is_file() or _is_clusters(path):
            continue
        name = str(path.relative_to(folder))
        yield from leaks_of_text(path.read_text(errors="replace"), secrets, name=name)


def _is_clusters(path: Path) -> bool:
    """Whether it lies in the data of a database server; its log, right below, does not count."""
    below = [parent for parent in path.parents if (parent / _CLUSTER).exists()]
    return bool(below) and not (path.suffix == ".log" and path.parent in below)


def _in_database(url: str, secrets: Collection[str]) -> Iterator[str]:
    patterns = {"a secret": [re.escape(secret) for secret in secrets], "a signature": [SIGNED]}
    with open_engine(url) as engine, read_session(session_factory(engine)) as session:
        for what, wanted in patterns.items():
            for place in places_of(session, "|".join(wanted)) if wanted else ():
                yield f"{place.table}.{place.column}: {what} in {place.rows} rows"
