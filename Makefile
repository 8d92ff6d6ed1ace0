# `make demo` and `make test` need only Python 3.11+ and a package index; everything else is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo install up down test test-covered test-pure lint generate stats spark-oracle mutants bench lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# One stamp a lock file: an unchanged lock installs nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "installing the test tools (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime ## set up, then show the main job on real data
	@$(BIN)/python -m examples.complete_journey.demo

install: $(VENV)/.dev ## set up everything that deployment and the tests need

up: $(VENV)/.dev ## deploy the example rooms on this machine with Pulumi's command line
	@$(BIN)/python -m examples.complete_journey.deploy up

down: $(VENV)/.dev ## remove what `make up` deployed
	@$(BIN)/python -m examples.complete_journey.deploy down

# sqlglotc puts compiled modules beside sqlglot's own; the same version without them is the pure build.
$(VENV)/pure/sqlglot: $(VENV)/.dev
	@rm -rf $@
	@$(BIN)/python -c "import pathlib, shutil, sqlglot; shutil.copytree(pathlib.Path(sqlglot.__file__).parent, '$@', ignore=shutil.ignore_patterns('*.so', '*.pyd', '__pycache__'))"
	@touch $@

PURE := PYTHONPATH=$(VENV)/pure $(BIN)/python

# Two processes; the one that is done first takes tests from the other, so that both end together.
TWO := -n 2 --dist worksteal
PYTEST := $(BIN)/python -m pytest $(TWO)
# The tests start many processes and import every module in each: it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

COVERED := --cov=declarations --cov=policies --cov-branch --cov-report= --cov-fail-under=100

test: $(VENV)/.dev $(VENV)/pure/sqlglot ## set up, then run all checks and tests except `stats` and `spark-oracle`
	@$(MAKE) --no-print-directory --jobs 2 lint test-covered
	@$(PYTEST) -m "not statistics and not spark" --ignore tests/declarations --ignore tests/policies
	@$(PURE) -m tests.conformance tests/cases/corpus/aws-rules.yaml

test-covered: $(VENV)/.dev ## run the tests of declarations and policies, which must reach every branch
	@$(PYTEST) -q tests/declarations tests/policies $(COVERED)

test-pure: $(VENV)/pure/sqlglot ## run the tests of SQL and rules on sqlglot's uncompiled build
	@$(PURE) -c "import sqlglot.parser, sys; sys.exit(not sqlglot.parser.__file__.endswith('.py'))"
	@$(PURE) -m pytest $(TWO) tests/conformance tests/simulator/sql tests/simulator/checks tests/simulator/analysis_rules tests/adversarial tests/metamorphic

lint: $(VENV)/.dev ## formatting, lint, types, import layers
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

$(VENV)/.spark: requirements-spark.lock $(VENV)/.dev
	@echo "installing PySpark (once; 460 MB)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

spark-oracle: $(VENV)/.spark ## compare answers with Apache Spark's own (needs Java 17)
	@$(BIN)/python -m pytest -m spark tests/spark_oracle

generate: $(VENV)/.dev ## renew every file that is generated: the SDK, its schema, pages, pictures
	@$(BIN)/python -m components.sdk_generation
	@$(BIN)/python -m docs.generate
	@$(BIN)/python -m docs.room_file
	@$(BIN)/python -m docs.coverage
	@$(BIN)/python -m docs.plan_picture >/dev/null

stats: $(VENV)/.dev ## the slow statistical tests of noise, and the whole of sweeps that `test` samples
	@$(PYTEST) -m statistics

mutants: $(VENV)/.dev ## change every condition of the policies, and list the changes that no case notices
	@$(BIN)/python -m tests.mutation.mutate

bench: $(VENV)/.dev ## measure speed, as ratios, on this machine
	@$(BIN)/python -m benchmarks

LOCK = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
lock: ## renew the lock files (needs uv); the runtime lock holds the versions that the tests run with
	$(LOCK) --extra build --extra example --extra plots --extra local --extra deploy --extra crossguard --extra bigquery --extra dev pyproject.toml -o requirements-dev.lock
	$(LOCK) --constraint requirements-dev.lock --extra build --extra example pyproject.toml -o requirements.lock
	$(LOCK) --constraint requirements-dev.lock --extra spark pyproject.toml -o requirements-spark.lock

clean: ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
