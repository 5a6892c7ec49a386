"""What Telegram refuses of a message: its length, its HTML, its buttons.

Limits and words of core.telegram.org/bots/api (#sendmessage, #html-style,
#inlinekeyboardbutton), read 2026-11-21.
"""

import html
import json
import re
from collections.abc import Mapping

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 code units, counted after the tags and entities were read."""
LONGEST_BUTTON_DATA = 64
"""Bytes."""
_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span"}
    | {"a", "code", "pre", "blockquote"}
)
_TAG = re.compile(r"<(/?)([a-z-]+)(?:\s[^<>]*)?>")


def refusal(given: Mapping[str, str]) -> str | None:
    """The description of the error 400 that these parameters get, None if they get none."""
    for name, longest, empty, long in (
        ("text", LONGEST_TEXT, "message text is empty", "message is too long"),
        ("caption", LONGEST_CAPTION, None, "message caption is too long"),
    ):
        if name not in given:
            continue
        if (fault := _html_fault(given, given[name])) is not None:
            return f"Bad Request: can't parse entities: {fault}"
        shown = _shown(given, given[name])
        if empty is not None and not shown.strip():
            return f"Bad Request: {empty}"
        if len(shown.encode("utf-16-le", "surrogatepass")) // 2 > longest:
            return f"Bad Request: {long}"
    return _button_fault(given.get("reply_markup", ""))


def _html_fault(given: Mapping[str, str], text: str) -> str | None:
    if given.get("parse_mode") != "HTML":
        return None
    opened: list[str] = []
    for start in (found.start() for found in re.finditer("<", text)):
        tag = _TAG.match(text, start)
        if tag is None or tag[2] not in _TAGS:
            return f'Unsupported start tag "{tag[2] if tag else ""}" at byte offset {start}'
        if not tag[1]:
            opened.append(tag[2])
        elif not opened or opened.pop() != tag[2]:
            return f"Unmatched end tag at byte offset {start}"
    return f'Can\'t find end tag corresponding to start tag "{opened[-1]}"' if opened else None


def _shown(given: Mapping[str, str], text: str) -> str:
    if given.get("parse_mode") != "HTML":
        return text
    return html.unescape(_TAG.sub("", text))


def _button_fault(markup: str) -> str | None:
    rows = json.loads(markup).get("inline_keyboard", []) if markup else []
    for button in (button for row in rows for button in row):
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= LONGEST_BUTTON_DATA:
            return "Bad Request: BUTTON_DATA_INVALID"
    return None
