"""Rows whose fields are gone, null, of another type, or of a value nobody has heard of."""

import json
import re
from collections.abc import Callable, Mapping

from exchange_sim.faults.injection import Activation, Injection
from exchange_sim.server.faulty.pages import Falsehood, Page, matches_path
from exchange_sim.server.numbers import Row

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_NAMES = ("Id", "LinkId", "ID")  # fields of digits that are no numbers


def _has_field(injection: Injection, page: Page) -> bool:
    field = str(injection.parameters["field"])
    return matches_path(injection, page) and any(field in row for row in page.rows)


def _has_number(injection: Injection, page: Page) -> bool:
    field = str(injection.parameters["field"])
    return matches_path(injection, page) and any(
        _is_number(name, value) and field in {"", name}
        for row in page.rows
        for name, value in row.items()
    )


def _each(change: Callable[[Activation, Row], Row]) -> Callable[[Activation, Page], Page]:
    def tell(activation: Activation, page: Page) -> Page:
        return page.with_items(change(activation, row) for row in page.rows)

    return tell


def _without_field(activation: Activation, row: Row) -> Row:
    return {name: value for name, value in row.items() if name != activation.text("field")}


def _with_null(activation: Activation, row: Row) -> Row:
    field = activation.text("field")
    return row | {field: None} if field in row else row


def _with_value(activation: Activation, row: Row) -> Row:
    field = activation.text("field")
    return row | {field: activation.text("value")} if field in row else row


def _with_numbers(activation: Activation, row: Row) -> Row:
    field = activation.text("field")
    return {
        name: json.loads(str(value)) if _is_number(name, value) and field in {"", name} else value
        for name, value in row.items()
    }


def _is_number(name: str, value: object) -> bool:
    is_text = isinstance(value, str) and not name.endswith(_NAMES)
    return is_text and _NUMBER.fullmatch(str(value)) is not None


FIELD_FALSEHOODS: Mapping[str, Falsehood] = {
    "rest.missing_field": Falsehood(_has_field, _each(_without_field)),
    "rest.null_field": Falsehood(_has_field, _each(_with_null)),
    "rest.new_enum": Falsehood(_has_field, _each(_with_value)),
    "rest.number_not_string": Falsehood(_has_number, _each(_with_numbers)),
}
