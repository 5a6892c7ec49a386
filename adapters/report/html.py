"""The report as one page that needs nothing but itself: no network, no script, no fonts."""

from dataclasses import fields
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.report.contents import contents
from trading.backtest.report import Report


def page(report: Report) -> str:
    """The whole page; equal reports give equal pages. Every text in it is escaped."""
    shown = contents(report)
    values = {field.name: getattr(shown, field.name) for field in fields(shown)}
    return _environment().get_template("report.html.j2").render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("adapters.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
