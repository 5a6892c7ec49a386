"""Every fault that is injected by the exchange, in the order of the catalogue."""

from cli.faults.cases_engine import ENGINE_CASES
from cli.faults.cases_http import HTTP_CASES
from cli.faults.cases_stream import STREAM_CASES

CASES = (*HTTP_CASES, *STREAM_CASES, *ENGINE_CASES)
