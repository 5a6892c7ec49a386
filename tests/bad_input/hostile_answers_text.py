"""Answers that are not one JSON object."""

from collections.abc import Iterator

from tests.adapters.answers.said import (
    as_text,
    flat_answer,
    put_raw,
    reply,
)
from tests.bad_input.hostile_answers_parts import VALID, Hostile, hostile_text
from trading.failures import FailureCode
from trading.replies import FinishState


def texts() -> Iterator[Hostile]:
    """Answers that are not one JSON object."""
    yield from _unfinished()
    yield from _empty()
    yield from _no_json()
    yield from _wrapped_wrongly()
    yield from _several()
    yield from _lookalikes()


def _unfinished() -> Iterator[Hostile]:
    for name, finish, code in (
        ("truncated", FinishState.TRUNCATED, FailureCode.TRUNCATED),
        ("filtered", FinishState.FILTERED, FailureCode.REFUSAL),
    ):
        yield Hostile(f"{name}, no content", reply(None, finish=finish), code)
        yield Hostile(f"{name}, whole content", reply(VALID, finish=finish), code)
    refusal = "I cannot give financial advice."
    yield Hostile("refused", reply(None, refusal=refusal), FailureCode.REFUSAL)
    yield Hostile("refused with content", reply(VALID, refusal=refusal), FailureCode.REFUSAL)


def _empty() -> Iterator[Hostile]:
    yield Hostile("no content", reply(None), FailureCode.EMPTY)
    for name, text in (
        ("empty text", ""),
        ("white space", " \r\n\t "),
        ("byte-order mark alone", "\ufeff"),
        ("zero-width characters alone", "\u200b\u200d\u2060"),
        ("empty fence", "```json\n```"),
        ("thinking alone", "<think>hm</think>\n"),
    ):
        yield hostile_text(name, text, FailureCode.EMPTY, strict=False)


def _no_json() -> Iterator[Hostile]:
    texts = {
        "prose": "I would go LONG at 40000 with a stop at 39801.",
        "prose before": f"Here is my answer:\n{VALID}",
        "prose after": f"{VALID}\nGood luck!",
        "an array of MACD values in prose before": f"MACD: [1.2, -0.4, 0.1]\n{VALID}",
        "thousands in prose before": f"Price is 98,000 now. {VALID}",
        "one word": "BUY",
        "single quotes": VALID.replace('"', "'"),
        "comma at the end": VALID[:-1] + ",}",
        "line comment": VALID.replace('"LONG",', '"LONG", // strong\n'),
        "block comment": VALID.replace('"LONG",', '"LONG", /* 100 */'),
        "hash comment": VALID.replace('"p_up": 55,', '"p_up": 55, # percent\n'),
        "keys without quotes": VALID.replace('"p_up":', "p_up:"),
        "value without quotes": VALID.replace('"LONG"', "LONG"),
        "Python words": VALID.replace("null", "None"),
        "undefined": VALID.replace("null", "undefined"),
        "comma forgotten": VALID.replace(', "action"', ' "action"'),
        "colon forgotten": VALID.replace('"action":', '"action"'),
        "two commas": VALID.replace(', "action"', ',, "action"'),
        "line break inside a text": VALID.replace("breaks up", "breaks\nup"),
        "NUL inside a text": VALID.replace("breaks up", "breaks\x00up"),
        "unknown escape": VALID.replace("breaks up", "breaks \\x41"),
        "surplus bracket": VALID + "}",
        "YAML": "action: LONG\np_up: 55\n",
        "XML": "<answer><action>LONG</action></answer>",
        "HTML error page": "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
        "tool call syntax": f'<tool_call>{{"name": "answer", "arguments": {VALID}}}</tool_call>',
        "bytes that are no UTF-8": b"\xff\xfe\x80{".decode(errors="surrogateescape"),
        "UTF-16": VALID.encode("utf-16").decode(errors="surrogateescape"),
        "emoji before": f"\U0001f680{VALID}",
        "another script": "\u041b\u043e\u043d\u0433",
        "byte-order mark in strict mode": "\ufeff" + VALID,
        "zero-width space in strict mode": VALID.replace(": ", ":\u200b ", 1),
        "fence in strict mode": f"```json\n{VALID}\n```",
        "thinking in strict mode": f"<think>hm</think>{VALID}",
    }
    for name, text in texts.items():
        yield hostile_text(name, text, FailureCode.NOT_JSON)
    for tenth in range(1, 10):
        yield hostile_text(
            f"cut at {tenth}/10", VALID[: len(VALID) * tenth // 10], FailureCode.NOT_JSON
        )


def _wrapped_wrongly() -> Iterator[Hostile]:
    texts = {
        "fence without end": f"```json\n{VALID}",
        "fence in another language": f"```python\n{VALID}\n```",
        "fence in a fence": f"```\n```json\n{VALID}\n```\n```",
        "prose around a fence": f"Sure!\n```json\n{VALID}\n```",
        "two fences": f"```json\n{VALID}\n```\n```json\n{VALID}\n```",
        "thinking without end": f"<think>{VALID}",
        "end of thinking alone": f"hm</think>{VALID}",
        "thinking after": f"{VALID}<think>or not</think>",
        "another tag": f"<reasoning>hm</reasoning>{VALID}",
        "answer inside the thinking": f"<think>{VALID}</think>so LONG",
    }
    for name, text in texts.items():
        yield hostile_text(name, text, FailureCode.NOT_JSON, strict=False)


def _several() -> Iterator[Hostile]:
    texts = {
        "one object in an array": f"[{VALID}]",
        "two objects in an array": f"[{VALID}, {VALID}]",
        "two objects": VALID + VALID,
        "two objects on two lines": f"{VALID}\n{VALID}",
        "two objects with a comma": f"{VALID}, {VALID}",
        "two objects with a semicolon": f"{VALID};\n{VALID}",
        "two that differ": VALID + as_text(flat_answer()),
        "the second broken": VALID + '{"action": "SH',
        "an array of MACD values first": f"[1.2, -0.4, 0.1]\n{VALID}",
        "an array after": f"{VALID}[]",
        "an empty object first": f"{{}}{VALID}",
        "an empty array": "[]",
        "an array of words": '["LONG"]',
    }
    for name, text in texts.items():
        yield hostile_text(name, text, FailureCode.MULTI_JSON)
    fenced = f"```json\n[{VALID}]\n```"
    yield hostile_text("an array in a fence", fenced, FailureCode.MULTI_JSON, strict=False)


def _lookalikes() -> Iterator[Hostile]:
    texts = {
        "full-width braces": f"\uff5b{VALID[1:-1]}\uff5d",
        "full-width end": VALID[:-1] + "\uff5d",
        "full-width array": f"\uff3b{VALID}\uff3d",
        "array with a full-width brace": f"[\uff5b{VALID[1:-1]}\uff5d]",
        "lenticular brackets": f"\u3010{VALID}\u3011",
        "lenticular brackets around braces": f"\u3010{{{VALID[1:]}\u3011",
        "tortoise brackets": f"\u3014{VALID}\u3015",
        "corner brackets": f"\u300c{VALID}\u300d",
        "full-width colon": VALID.replace('"action":', '"action"\uff1a'),
        "full-width comma": VALID.replace(', "action"', '\uff0c "action"'),
        "ideographic comma": VALID.replace(', "action"', '\u3001 "action"'),
        "ideographic full stop at the end": VALID + "\u3002",
        "full-width quotes": VALID.replace('"action"', "\uff02action\uff02"),
        "curly quotes": VALID.replace('"action"', "\u201caction\u201d"),
        "low quotes": VALID.replace('"action"', "\u201eaction\u201c"),
        "guillemets": VALID.replace('"action"', "\u00abaction\u00bb"),
        "curly quotes of a word": VALID.replace('"LONG"', "\u201cLONG\u201d"),
        "full-width word": VALID.replace('"LONG"', "\uff2c\uff2f\uff2e\uff27"),
        "ideographic space": VALID.replace(" ", "\u3000", 1),
        "no-break space": VALID.replace(" ", "\u00a0", 1),
        "line separator": VALID.replace(" ", "\u2028", 1),
        "lenticular brackets around the answer": VALID.replace("{", "\u3010", 1),
    }
    digits = {
        "full-width digits": "\uff14\uff10\uff10\uff10\uff10",
        "one full-width digit": "4\uff10000",
        "Arabic-Indic digits": "\u0664\u0660",
        "Devanagari digits": "\u096a\u0966",
        "mathematical digits": "\U0001d7d2\U0001d7ce",
        "superscript": "4\u00b2",
        "minus sign": "\u22125",
        "full-width minus": "\uff0d5",
        "full-width point": "39801\uff0e5",
        "full-width thousands": "39\uff0c801",
        "full-width range": "3\uff5e5",
        "en dash range": "3\u20135",
        "full-width percent": "5\uff05",
    }
    texts |= {name: put_raw("stop_loss", spelling) for name, spelling in digits.items()}
    for name, text in texts.items():
        yield hostile_text(name, text, FailureCode.CONFUSABLE)
