# `make demo` and `make test` include the set-up.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Without compiled bytecode, importing Prefect takes ten seconds in every process.
export UV_COMPILE_BYTECODE := 1
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: $(READY) ## Create .venv with the locked dependencies and the callqa command

$(READY): requirements.lock pyproject.toml .ci/uv.txt
	@bash .ci/setup "$(PYTHON)"
	@touch $@

setup-scale: $(READY) ## Add what recordings and homes by URL, Dask workers and DuckLake need
	@$(BIN)/uv pip install --quiet --require-hashes --requirement requirements-scale.lock

demo: $(READY) ## Evaluate the bundled night of calls and print the paths of the results
	@$(BIN)/callqa demo

desk: $(READY) ## Serve the desk on the demo night, with an account per role
	@$(BIN)/callqa demo
	@$(BIN)/callqa desk demo-accounts --home demo
	@$(BIN)/callqa desk serve --home demo

test: $(READY) ## Run all tests
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --ignore tests/browser --ignore tests/scale

test-browser: $(READY) ## Test the pages in Chromium: player, keyboard, accessibility
	@command -v chromium chromium-browser >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && apt-get install -y -q chromium; } || { \
	  echo "Chromium is missing: ask an administrator for the package chromium." >&2; exit 1; }
	@$(BIN)/pytest -m browser tests/browser

test-scale: setup-scale ## Test stores by URL, Dask and DuckLake with local PostgreSQL and S3 servers: [ARGS="-k name"]
	@[ -n "$(wildcard /usr/lib/postgresql/*/bin/initdb)" ] || { \
	  [ "$$(id -u)" = 0 ] && apt-get install -y -q postgresql; } || { \
	  echo "PostgreSQL is missing: ask an administrator for the package postgresql." >&2; exit 1; }
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/scale/requirements.lock
	@$(BIN)/pytest -m scale tests/scale $(ARGS)

lint: $(READY) ## Run all checks of pre-commit and CI
	@$(BIN)/pre-commit run --all-files

fmt: $(READY) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

bench-speech: $(READY) ## Compare speed and word error rate with other engines: CALLS=DIR OUT=FILE.json [RUNS=3]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_speech "$(CALLS)" "$(OUT)" --runs $(or $(RUNS),3)

bench-robust: $(READY) ## Transcribe calls with echo, noise and other codecs: [CALLS=DIR] [OUT=FILE.json] [SEED=n] [LIMIT=n] [TRANSFORMS=a,b]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_robust $(if $(CALLS),--calls "$(CALLS)") \
	  $(if $(OUT),--out "$(OUT)") $(if $(SEED),--seed $(SEED)) $(if $(LIMIT),--limit $(LIMIT)) \
	  $(if $(TRANSFORMS),--transforms "$(TRANSFORMS)")

bench-rules: $(READY) ## Time the rules on long calls, list flags in harmless calls, count misheard names: [SEED=14]
	@$(BIN)/python -m tests.bench.bench_rules
	@$(BIN)/python -m tests.bench.harmless $(SEED)
	@$(BIN)/python -m tests.qa_rules.phrase_search.misheard_names

bench-pages: $(READY) ## Time the pages of a night of 3,000 calls and 30 supervisors
	@$(BIN)/python -m tests.bench.pages.bench_pages

bench-desk: $(READY) ## Time the desk with many supervisors at once: [CALLS=100000] [SUPERVISORS=50] OUT=FILE.json
	@$(BIN)/python -m tests.bench.pages.bench_desk $(or $(CALLS),100000) $(or $(SUPERVISORS),50) $(or $(OUT),bench-desk.json)

bench-pii: $(READY) ## Compare detection of spoken PII with Presidio: [DATA=DIR] [NIGHT=DIR] [OUT=FILE.json] [AUDIO=1] [EVERY=n]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.bench_pii $(if $(DATA),--data "$(DATA)") \
	  $(if $(NIGHT),--night "$(NIGHT)") $(if $(OUT),--out "$(OUT)") $(if $(AUDIO),--audio) \
	  $(if $(EVERY),--every $(EVERY))

fit-pii: $(READY) ## Fit the confidence of personal data to labelled candidates: [DATA=DIR] [DATE=YYYY-MM-DD]
	@$(BIN)/uv pip install --quiet --require-hashes --requirement tests/bench/requirements.lock
	@$(BIN)/python -m tests.bench.fit_pii $(if $(DATA),--data "$(DATA)") $(if $(DATE),--date $(DATE))

chaos: $(READY) ## Strike a night with every known fault, and kill it at random: [SEED=n] [KILLS=50]
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS))

fuzz: $(READY) ## Feed malformed and hostile inputs to a run: [SEED=n] [COUNT=300]
	@$(BIN)/python -m tests.chaos.fuzz $(if $(SEED),--seed $(SEED)) --count $(or $(COUNT),300)

bench-warehouse: $(READY) ## Time the warehouse: N=100000 OUT=FILE.json [TURNS=60 per call]
	@$(BIN)/python -m tests.bench.bench_warehouse $(or $(N),100000) $(or $(OUT),bench-warehouse.json)

bench-nights: $(READY) ## Compare a night in an empty warehouse with one after many: [CALLS=10000] [NIGHTS=30] OUT=FILE.json
	@$(BIN)/python -m tests.seed.night_costs $(or $(CALLS),10000) $(or $(NIGHTS),30) $(or $(OUT),bench-nights.json)

bench-ducklake: setup-scale ## Time commits to a growing DuckLake: [COMMITS=1000] [CALLS=8 per commit] OUT=FILE.json
	@$(BIN)/python -m tests.scale.bench_ducklake $(or $(COMMITS),1000) $(or $(CALLS),8) $(or $(OUT),bench-ducklake.json)

bench-scale: setup-scale ## Time 25, 50 and 100 calls on two Dask workers: OUT=FILE.json [RUNS=3]
	@$(BIN)/python -m tests.scale.nights.bench_scale $(or $(OUT),bench-scale.json) --runs $(or $(RUNS),3)

licences: $(READY) ## List the licences of all hard dependencies; fails on the GPL
	@$(BIN)/python .ci/licences.py

AUDIT := .venv-audit/bin
$(AUDIT)/.ready: .ci/audit.lock $(READY)
	@$(BIN)/uv venv --quiet --allow-existing .venv-audit
	@VIRTUAL_ENV=$(CURDIR)/.venv-audit $(BIN)/uv pip sync --quiet --require-hashes .ci/audit.lock
	@touch $@

sbom: $(AUDIT)/.ready ## Write what is installed by requirements.lock as CycloneDX: [OUT=sbom.cdx.json]
	@$(AUDIT)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --of JSON --output-file $(or $(OUT),sbom.cdx.json)

audit: $(AUDIT)/.ready ## Ask the advisory service for known vulnerabilities of requirements.lock
	@$(AUDIT)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock $(ARGS)

lock: $(READY) ## Resolve the dependencies into requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra dev --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra bench --constraints requirements.lock \
	  --output-file tests/bench/requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra scale --constraints requirements.lock \
	  --output-file requirements-scale.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file tests/scale/requirements.lock tests/scale/requirements.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file .ci/audit.lock .ci/audit.in

.PHONY: bench-desk bench-nights bench-ducklake bench-scale chaos fuzz test-browser test-scale bench-pii bench-pages bench-robust bench-rules bench-speech help setup setup-scale licences sbom audit demo desk test lint fmt bench-warehouse fit-pii lock
