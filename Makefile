# Two commands do everything, set-up included: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Prefect compiles for ten seconds in every process unless its bytecode is there.
export UV_COMPILE_BYTECODE := 1
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: $(READY) ## Make .venv with every locked dependency and the callqa command

$(READY): requirements.lock pyproject.toml .ci/uv.txt
	@bash .ci/setup "$(PYTHON)"
	@touch $@

demo: $(READY) ## Run the main job on the bundled night of calls; prints where the lists are
	@$(BIN)/callqa demo

test: $(READY) ## Run all tests
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-browser: $(READY) ## Open the pages in Chromium: players, keyboard, accessibility
	@command -v chromium chromium-browser >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && apt-get install -y -q chromium; } || { \
	  echo "Chromium is missing: ask an administrator for the package chromium." >&2; exit 1; }
	@$(BIN)/pytest -m browser tests/browser

lint: $(READY) ## Run every check that pre-commit and CI run
	@$(BIN)/pre-commit run --all-files

fmt: $(READY) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

bench-speech: $(READY) ## Compare with other engines: CALLS=DIR OUT=FILE.json [RUNS=3]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_speech "$(CALLS)" "$(OUT)" --runs $(or $(RUNS),3)

bench-robust: $(READY) ## Hear calls on other lines: [CALLS=DIR] [OUT=FILE.json] [SEED=n] [LIMIT=n] [TRANSFORMS=a,b]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_robust $(if $(CALLS),--calls "$(CALLS)") \
	  $(if $(OUT),--out "$(OUT)") $(if $(SEED),--seed $(SEED)) $(if $(LIMIT),--limit $(LIMIT)) \
	  $(if $(TRANSFORMS),--transforms "$(TRANSFORMS)")

bench-rules: $(READY) ## Time the rules on long calls, and tell who is flagged in harmless ones: [SEED=14]
	@$(BIN)/python -m tests.bench.bench_rules
	@$(BIN)/python -m tests.bench.harmless $(SEED)

bench-pages: $(READY) ## Time the pages of a night of 3,000 calls and 30 supervisors
	@$(BIN)/python -m tests.bench.bench_pages

bench-pii: $(READY) ## Find spoken PII beside Presidio: [DATA=DIR] [NIGHT=DIR] [OUT=FILE.json] [AUDIO=1]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_pii $(if $(DATA),--data "$(DATA)") \
	  $(if $(NIGHT),--night "$(NIGHT)") $(if $(OUT),--out "$(OUT)") $(if $(AUDIO),--audio)

fit-pii: $(READY) ## Fit the weights of personal data's features: [DATA=DIR] [DATE=YYYY-MM-DD]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.fit_pii $(if $(DATA),--data "$(DATA)") $(if $(DATE),--date $(DATE))

bench-warehouse: $(READY) ## Time the warehouse: N=100000 OUT=FILE.json [TURNS=60 a call]
	@$(BIN)/python -m tests.bench.bench_warehouse $(or $(N),100000) $(or $(OUT),bench-warehouse.json)

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra dev --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra bench --constraints requirements.lock \
	  --output-file tests/bench/requirements.lock pyproject.toml

.PHONY: test-browser bench-pii bench-pages bench-robust bench-rules bench-speech help setup demo test lint fmt bench-warehouse fit-pii lock
