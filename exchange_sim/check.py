"""`python -m exchange_sim.check FOLDER [--json]`: whether a folder of candles can be replayed."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.findings import Finding
from exchange_sim.market.folder import check_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folder of a command line; the exit code: 0 fit for use, 1 not."""
    parser = argparse.ArgumentParser(
        prog="python -m exchange_sim.check",
        description="Check the candles, mark prices and funding rates of a folder.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    try:
        findings = check_folder(options.folder)
    except MarketDataError as error:
        sys.stderr.write(f"exchange_sim: {error}\n")
        return 1
    sys.stdout.write(_as_json(findings) if options.json else _as_text(options.folder, findings))
    return 1 if findings else 0


def _as_json(findings: list[Finding]) -> str:
    return json.dumps({"ok": not findings, "findings": [asdict(item) for item in findings]}) + "\n"


def _as_text(folder: Path, findings: list[Finding]) -> str:
    if not findings:
        return f"{folder}: every file is fit for use\n"
    return "".join(f"{item.message}\n" for item in findings)


if __name__ == "__main__":
    sys.exit(main())
