# Everything runs in .venv, made from the hashed requirements.lock. Needs Python ≥ 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: .with-uv .with-pip help setup rehearse test lint run bench lock clean

help:
	@echo "make rehearse  both days in minutes, with simulated people, no Discord account"
	@echo "make test      all tests, lint, types and import contracts"
	@echo "make run       carry the meeting (needs .env)"
	@echo "make lint      style, types and import contracts only"
	@echo "make bench     measurements"
	@echo "make setup     only make .venv"

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …"; exit 1; }
	@if ! { command -v uv >/dev/null 2>&1 && $(MAKE) --no-print-directory .with-uv; }; then \
		$(MAKE) --no-print-directory .with-pip; \
	fi
	@touch $@

# With uv in a second or two; where it is missing or cannot reach the index, with pip.
.with-uv:
	@uv venv --quiet --clear --python "$$(command -v $(PYTHON))" .venv
	@uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .

.with-pip:
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

rehearse: setup
	$(BIN)/python -m rehearsal

test: lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

run: setup
	$(BIN)/python -m bot run

bench: setup
	$(BIN)/python -m tests.benchmarks

lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv rehearsal-out *.egg-info
