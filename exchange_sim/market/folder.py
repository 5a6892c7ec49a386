"""Check a whole data folder before anything is built on it."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from exchange_sim.market.files import DataFile, parse_name, table_paths
from exchange_sim.market.findings import Finding, Problem, UnusableFileError
from exchange_sim.market.reading import problems, read_columns


def check_folder(folder: Path) -> list[Finding]:
    """Everything wrong with the files of `folder`, by file name; empty if all are fit for use.

    Also checks files a replay would not read, such as candles longer than 1h.

    Raises: MarketDataError if it is no folder or holds no parquet or CSV file.
    """
    findings: list[Finding] = []
    known: defaultdict[tuple[str, str, int], list[DataFile]] = defaultdict(list)
    for path in table_paths(folder):
        file = parse_name(path)
        if file is None:
            findings.append(_unknown_name(path))
            continue
        known[file.symbol, file.kind, file.interval_ms].append(file)
        findings.extend(_check_file(file))
    findings.extend(_twice(same) for same in known.values() if len(same) > 1)
    return sorted(findings, key=lambda finding: finding.file)


def _check_file(file: DataFile) -> Iterator[Finding]:
    try:
        columns = read_columns(file)
    except UnusableFileError as error:
        yield error.finding
        return
    yield from problems(file, columns)


def _unknown_name(path: Path) -> Finding:
    message = (
        f"{path.name}: the name says nothing; allowed are SYMBOL_1m, _5m, _15m, _1h, _4h, _1d, "
        "_1h_mark and SYMBOL_funding for a symbol ending in USDT"
    )
    return Finding(path.name, Problem.UNKNOWN_NAME, message)


def _twice(files: list[DataFile]) -> Finding:
    first, second = files[0], files[1]
    message = (
        f"{second.name}: holds the same {second.kind} of {second.symbol} as {first.name}; "
        "keep one of them"
    )
    return Finding(second.name, Problem.TWICE, message)
