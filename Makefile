# One verb a wish; `make help` lists them. Everything is installed into .venv/, state is in var/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
.PHONY: help setup demo test check bench lock format

help: ## List what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the packages into .venv/
	@scripts/bootstrap

demo: setup ## Set everything up with demo data and start it; prints 'ready' and the addresses
	@$(BIN)/clearline setup
	@$(BIN)/clearline demo load
	@$(BIN)/clearline train --if-stale
	@$(BIN)/clearline up --sandbox

test: setup ## Run every test that needs only this machine
	@scripts/test

check: setup ## Format, lint, layers, types, data
	@scripts/check

bench: setup ## Measure against the smallest possible Rasa bot, side by side
	@$(BIN)/python -m bench

format: setup ## Mend what the formatter and the linter can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: setup ## Resolve the packages anew and write requirements.lock
	@uv=$$(command -v uv || echo .tools/bin/uv); $$uv lock && \
	  $$uv export --quiet --frozen --no-emit-project --all-groups --output-file requirements.lock
