"""The matrix as a page of the documentation: what was injected, how often, what held."""

from collections.abc import Mapping

from cli.faults.kill.run import FAULT as KILLED
from cli.faults.options import MatrixOptions
from cli.faults.results import FaultFigures, Matrix
from cli.faults.trials import Tried

INVARIANTS = {
    "I1": "one order per intent: none doubled, none lost",
    "I2": "no order of nobody",
    "I3": "no fill lost, none doubled",
    "I4": "positions equal on both sides",
    "I5": "no position without a stop for more than 2 s of market time",
    "I6": "no order left behind a closed position",
    "I7": "money is conserved at the exchange",
    "I8": "our ledger is the exchange's transaction log",
    "I9": "equity is wallet balance and unrealised P&L",
    "I10": "orders only move forward",
    "I11": "no request beyond a limit of the exchange",
    "I12": "positions, exposure and leverage within the limits after each entry",
    "I13": "no secret in any log, exception, row or report",
    "I14": "the desk trades again by itself, or is stopped with a reason",
    "I15": "killed anywhere, the same end",
    "I17": "closed candles only, each once",
    "I18": "closed P&L and funding explain the change of equity",
}
"""The promises that are judged here; I16 (equal seeds, equal events) has tests of its own."""


def matrix_page(tried: Tried, options: MatrixOptions) -> str:
    """Markdown: the totals, a line per promise, a line per fault."""
    matrix = tried.matrix
    lines = [
        "# Fault matrix",
        "",
        f"Written by `{_command(options)}`.",
        "The real gateway, PostgreSQL and monitor of the desk trade on a simulated exchange while",
        "a fault of the catalogue strikes; afterwards the exchange's own records are held against",
        "the database. How it is done: [0020](decisions/0020-the-fault-matrix.md).",
        "",
        f"{matrix.runs} runs over {len(matrix.faults)} faults, struck "
        f"{sum(one.struck for one in matrix.faults.values())} times: "
        f"{sum(matrix.violations.values())} violations. Longest time without a stop: "
        f"{matrix.naked_seconds_max} s of market time.",
        "",
        *_versions(tried.versions),
        *_kills(matrix),
        *_soak(tried),
        *_promises(matrix.violations),
        *_faults(matrix),
    ]
    return "\n".join(lines) + "\n"


def _command(options: MatrixOptions) -> str:
    words = [f"autotrader faults --runs {options.runs} --seed {options.seed}"]
    words += [f"--only {options.only}"] if options.only else []
    words += ["--processes"] if options.processes else []
    words += [f"--every {options.every}"] if options.every > 1 else []
    words += [f"--soak-days {options.soak_days}"] if options.soak_days else []
    return " ".join(words)


def _versions(counts: Mapping[str, int]) -> list[str]:
    """Which code was tried: runs that are kept may be older than those made last."""
    return [f"- {count} runs by version `{name}`" for name, count in counts.items()] + [""]


def _kills(matrix: Matrix) -> list[str]:
    killed = matrix.faults.get(KILLED)
    if killed is None:
        return []
    same = killed.runs - killed.violations["I15"] - killed.violations["I14"]
    return [
        f"Killed (SIGKILL) at {killed.runs} points, around every step, commit and request of a",
        f"cycle and of a sync: {same} of {killed.runs} ended in the same state as without it.",
        "",
    ]


def _soak(tried: Tried) -> list[str]:
    soak = tried.soak
    if soak is None:
        return []
    trades = soak.days[-1].trades if soak.days else 0
    return [
        f"Soak: {len(soak.days)} days of market time, {sum(soak.struck.values())} strikes of",
        f"{len(soak.struck)} faults, {soak.restarts} restarts, {trades} trades:",
        f"{len(soak.violations)} violations, {soak.naked_seconds_max} s without a stop at most.",
        "",
    ]


def _promises(broken: Mapping[str, int]) -> list[str]:
    rows = [f"| {name} | {text} | {broken.get(name, 0)} |" for name, text in INVARIANTS.items()]
    return ["| invariant | what is promised | broken |", "|---|---|---|", *rows, ""]


def _faults(matrix: Matrix) -> list[str]:
    return [
        "Faults that struck nothing are those this desk cannot meet: it sends market orders only,",
        "reads no order books and no candles from the stream, and has no trade socket.",
        "",
        "| fault | runs | struck | broken | naked s, worst | recovery s, p95 |",
        "|---|---|---|---|---|---|",
        *(_fault(name, one) for name, one in sorted(matrix.faults.items())),
    ]


def _fault(name: str, one: FaultFigures) -> str:
    broken = ", ".join(f"{key} x{count}" for key, count in sorted(one.violations.items())) or "0"
    cells = (
        f"`{name}`",
        str(one.runs),
        str(one.struck),
        broken,
        f"{one.naked_seconds_max:.3f}",
        f"{one.recover_p95:.1f}",
    )
    return f"| {' | '.join(cells)} |"
