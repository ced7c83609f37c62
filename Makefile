# The few commands of this project; `make help` lists them.
# Everything longer than a line or two is a script in scripts/.

PORT ?= 5000
PYTHON ?= python3
BIN := .venv/bin
FRONTEND := $(shell find src/wattloom/web \( -name node_modules -o -name dist \) -prune -o -name '*.js' -print -o -name '*.css' -print -o -name '*.svg' -print -o -name 'package*.json' -print 2>/dev/null) $(wildcard src/wattloom/language/catalogues/*.po) scripts/build_frontend.py scripts/compile_texts.py

.DEFAULT_GOAL := help
.PHONY: help install run test check bench docs lock

help: ## list these commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | sed 's/$$(PORT)/$(PORT)/' | expand -t 18

install: .venv/installed ## make the environment in .venv, and bundle the front end

.venv/installed: requirements.lock pyproject.toml hatch_build.py scripts/install.py $(FRONTEND)
	@echo "Installing into .venv and bundling the front end; the first time takes a minute or two."
	@$(PYTHON) scripts/install.py

run: install ## start the demo site on http://127.0.0.1:$(PORT); its data stays in .data
	$(BIN)/wattloom demo --data-dir .data --port $(PORT)

test: install ## run every test: unit, property, SQLite and PostgreSQL, compatibility, browser
	$(BIN)/python scripts/chromium.py && $(BIN)/pytest -n logical --dist loadgroup $(ARGS)

check: install ## format, lint, types, layers, sizes, rules
	$(BIN)/python scripts/check.py

bench: install ## measure against the targets; prints a table
	$(BIN)/python -m bench.gates $(ARGS)

docs: install ## write the pages that are made from code
	$(BIN)/python scripts/document_settings.py
	$(BIN)/python scripts/document_flex_model.py

lock: install ## choose the newest versions that are a week old or older
	$(BIN)/python scripts/lock.py
