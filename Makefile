# The one list of verbs. README, CI and GitHub Actions call these and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# A desk is many processes: each would compile every package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check format bench bench-backtest faults migrate lock docs clean

help: ## list the verbs
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 14

setup: $(STAMP) ## create .venv and install the locked packages and the project

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

demo: setup ## trade 72 hours of a simulated market with embedded everything
	$(BIN)/autotrader demo

up: setup ## run the whole desk in the foreground: database, exchange, Prefect, worker
	$(BIN)/autotrader up

test: setup ## run all tests with coverage
	$(BIN)/python -m pytest -n 3 --dist loadgroup --cov --cov-report= tests
	$(BIN)/python -m coverage report --fail-under 95
	$(BIN)/python -m coverage report --fail-under 100 --include "$(FULLY_COVERED)"

# Money, risk and orders have no untested branch.
FULLY_COVERED := trading/risk.py,trading/capacity.py,trading/limits.py,trading/sizing.py,trading/costs.py,trading/orders.py,trading/link_ids.py,adapters/bybit/ret_codes.py

check: setup ## lint, types, import contracts, house budget, migrations up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture
	$(BIN)/python -m db.check

format: setup ## format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure cycle, simulator and demo; print one JSON object
	$(BIN)/autotrader bench --json

bench-backtest: setup ## measure the backtest engine, beside its rivals where AUTOTRADER_BENCH_PEERS names them
	$(BIN)/autotrader bench --only backtest --json

faults: setup ## let every fault strike the desk, 10,000 runs; hours; writes docs/fault-matrix.md
	$(BIN)/autotrader faults --runs 10000 --resume .autotrader/faults.jsonl --processes --soak-days 7 --page docs/fault-matrix.md

migrate: setup ## bring the database to the newest schema
	$(BIN)/autotrader db upgrade

lock: setup ## resolve pyproject.toml anew into requirements.lock (hashes, no index host)
	$(BIN)/uv pip compile pyproject.toml --extra dev --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --output-file requirements.lock

docs: setup ## write docs/commands.md and docs/settings.md anew from the code
	$(BIN)/python -m cli.reference

clean: ## delete the environment, caches and the local data folder
	rm -rf $(VENV) .autotrader .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* htmlcov build *.egg-info
