"""Where setting values come from: the process environment first, then the `.env` file."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from trading.errors import MisconfiguredError

PREFIX = "AUTOTRADER_"

OFF = "off"
"""No limit, for settings whose limit is on by default: empty leaves the default in force."""


def given_values(
    names: Collection[str], *, env: Mapping[str, str], env_file: Path | None
) -> dict[str, str]:
    """The values given for the settings `names`, by lower-case name without the prefix.

    The environment wins over the file. An empty value counts as not given.

    Raises:
        MisconfiguredError: for a variable with our prefix that is no setting (a typing error in
            a risk limit must not leave the default in force), and for a file that cannot be
            read.
    """
    from_file = _read(env_file) if env_file is not None else {}
    _refuse_missing_prefix(names, from_file, env_file)
    given: dict[str, str] = {}
    for variable, value in (*from_file.items(), *env.items()):
        if not variable.upper().startswith(PREFIX):
            continue
        name = variable.upper().removeprefix(PREFIX).lower()
        if name not in names:
            raise MisconfiguredError(_unknown(variable, names))
        given[name] = value
    return {name: value for name, value in given.items() if value != ""}


def _unknown(variable: str, names: Collection[str]) -> str:
    # Compared without the prefix, which would make any two names look alike.
    name = variable.upper().removeprefix(PREFIX).lower()
    near = difflib.get_close_matches(name, names, n=1)
    advice = (
        f"did you mean {PREFIX}{near[0].upper()}?" if near else ".env.example lists every setting."
    )
    return f"{variable} is not a setting; {advice} Correct or remove it."


def _refuse_missing_prefix(
    names: Collection[str], from_file: Mapping[str, str], env_file: Path | None
) -> None:
    for variable in from_file:
        if variable.lower() in names:
            message = (
                f"{variable} in {env_file} has no effect; write {PREFIX}{variable.upper()} "
                "or remove it"
            )
            raise MisconfiguredError(message)


def _read(env_file: Path) -> dict[str, str]:
    try:
        with env_file.open(encoding="utf-8") as stream:
            bindings = [line for line in parse_stream(stream) if line.key or line.error]
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        message = f"{env_file} cannot be read as UTF-8 text: {error.__class__.__name__}"
        raise MisconfiguredError(message) from error
    values = {_key(line, env_file): line.value or "" for line in bindings}
    twice = [key for key, count in Counter(line.key for line in bindings).items() if count > 1]
    if twice:
        message = f"{env_file} sets {twice[0]} twice; keep one of the two lines"
        raise MisconfiguredError(message)
    return values


def _key(line: Binding, env_file: Path) -> str:
    if line.key is None or line.error or line.value is None:
        # The text of the line is not shown: it may hold a secret.
        text = line.original.string
        number = line.original.line + text[: len(text) - len(text.lstrip())].count("\n")
        message = f"{env_file} line {number} is not NAME=value; correct or remove it"
        raise MisconfiguredError(message)
    return line.key
