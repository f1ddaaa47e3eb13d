# Two commands matter: `make run` and `make test`. Everything they need is installed by config/bootstrap.sh.
SHELL := /bin/bash
PORT ?= 8000
STAGE ?= training
BIN := .venv/bin
PYTEST_WORKERS ?= 2
export PORT STAGE

.DEFAULT_GOAL := help
.PHONY: help run test walks check bench lock format

help: ## Show the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Install what is missing, load the demo company, start web server, worker and scheduler (PORT=, STAGE=)
	@bash config/bootstrap.sh run
	@$(BIN)/python -m config.launch --port "$(PORT)" --stage "$(STAGE)"

test: ## Run the whole suite on SQLite and PostgreSQL (when one is reachable) at once
	@bash config/bootstrap.sh test
	@$(BIN)/python -m config.run_tests --workers $(PYTEST_WORKERS)

walks: ## Walk at random through gates, waivers and conditions 200 times each, on both databases
	@bash config/bootstrap.sh test
	@WALKS=200 $(BIN)/python -m config.run_tests --workers $(PYTEST_WORKERS) tests/rollout/services/test_gate_invariants.py tests/rollout/services/test_waiver_invariants.py tests/rollout/services/test_condition_invariants.py

check: ## Lint, format, types, import contracts, templates, missing migrations
	@bash config/bootstrap.sh check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy config people courses certification rollout cms
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py check --fail-level WARNING

bench: ## Measure on data of the documented size and write docs/performance.md
	@bash config/bootstrap.sh test
	$(BIN)/python -m bench

format: ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Lock the dependencies again after editing requirements/*.in
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/test.in -o requirements/test.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/node.in -o requirements/node.txt
