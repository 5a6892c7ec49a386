"""The budget of the house (CONTRIBUTING, "How the code reads"), held by a test."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "adapters",
    "api",
    "cli",
    "config",
    "db",
    "exchange_sim",
    "flows",
    "model_sim",
    "tasks",
    "telegram_sim",
    "trading",
    "ui",
)
LONGEST_FILE = 300
LONGEST_FUNCTION = 50

# Where a process begins, nobody is left to handle what nobody expected: it is logged there.
PROCESS_EDGES = frozenset({"cli/main.py"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files() -> list[Path]:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in paths if "versions" not in path.parts)


FILES = _files()
TREES = {path: ast.parse(path.read_text()) for path in FILES}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions() -> Iterator[tuple[str, int]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{_name(path)}:{node.lineno} {node.name}", _body_length(node)


def _body_length(node: Function) -> int:
    assert node.end_lineno is not None
    length = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in kinds
    )


def test_files_are_short() -> None:
    lengths = {_name(path): path.read_text().count("\n") for path in FILES}
    sizes = [size for size in lengths.values() if size > 3]

    assert {name: size for name, size in lengths.items() if size > LONGEST_FILE} == {}
    assert median(sizes) <= 100
    assert quantiles(sizes, n=10)[-1] <= 300


def test_functions_are_short() -> None:
    lengths = dict(_functions())

    assert {name: size for name, size in lengths.items() if size > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= 8
    assert quantiles(lengths.values(), n=10)[-1] <= 25


def test_only_process_edges_catch_everything() -> None:
    found = {
        _name(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    }

    assert found <= PROCESS_EDGES


def test_imports_stand_at_the_top_of_a_file() -> None:
    hidden = [
        f"{_name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body
    ]

    assert hidden == []


@pytest.mark.parametrize("folder", ["flows", "ui"])
def test_no_file_of_an_entrypoint_folder_bears_the_name_of_a_package(folder: str) -> None:
    # Run as a path, its folder comes first on sys.path and the file would replace the package.
    names = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}

    assert names & {*PACKAGES, "prefect", "streamlit", "openai", "logging", "types"} == set()


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    folders = ("/home/", "/root/", "/tmp/", "/Users/")

    found = [
        f"{_name(path)}: {folder}"
        for path in FILES
        for folder in folders
        if folder in path.read_text()
    ]

    assert found == []


def test_the_lock_names_no_host() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()

    assert [line for line in lines if "://" in line] == []
