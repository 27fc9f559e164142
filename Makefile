# One target per habit. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format docs bench screenshots install-test clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing (pinned by constraints.txt; several minutes the first time) ..."
	@$(PIP) install --quiet --constraint constraints.txt "torch==2.13.0"
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed ## Read the invented sample company and write its ICP document into demo/
	@$(BIN)/icp-voice demo demo

serve: demo ## Look at the sample company in a browser
	@$(BIN)/icp-voice serve demo

test: $(VENV)/installed-dev ## Run all tests
	@$(BIN)/python tests/web/get_browser.py $(VENV)/web
	@ICP_VOICE_WEB_TOOLS=$(abspath $(VENV))/web $(BIN)/python -m pytest

check: $(VENV)/installed-dev ## Lint, types, floors, documentation that must match the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/cog --check README.md docs/*.md

format: $(VENV)/installed-dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(VENV)/installed-dev ## Write --help and the codebook table into the documentation
	@$(BIN)/cog -r README.md docs/*.md

bench: $(VENV)/installed-dev ## Measure speed and memory, and write BENCHMARKS.md
	@$(BIN)/python benchmarks/speed.py

screenshots: $(VENV)/installed-dev demo ## Picture every page at two widths, in light and dark, into screenshots/
	@$(BIN)/python tests/web/screenshots.py demo screenshots

install-test: $(VENV)/installed-dev ## Build the wheel, install it in a fresh environment, run the demo elsewhere
	@$(BIN)/python tests/install/check.py

clean: ## Take away the environment, the demo and all caches
	rm -rf $(VENV) demo screenshots build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
