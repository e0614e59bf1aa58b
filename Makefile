# Regie: `make run` starts it, `make test` proves it. Everything is installed into .venv and node_modules, nothing elsewhere.
# Needed beforehand: Python 3.11 or newer, GNU make, git.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
N ?= 100000
# Tests wait about as long as they work: for the disk, a browser, another process.
WORKERS ?= 4
MINUTES ?= 5
PYTEST ?=
CATALOGUE ?=
ENGLISH := app/locale/en/LC_MESSAGES/messages.po
PINS := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: help run test lint bench torture catalogue states pictures pins clean browser scanner

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.runtime static/vendor/.stamp ## Install, fill the demo when the register is empty, serve on http://localhost:8000 (PORT=…, REGIE_VAR=…)
	@exec $(PY) -m app serve --demo

test: .venv/.dev node_modules/.dev browser scanner ## Run all tests on SQLite and PostgreSQL (PYTEST="tests/domain -k term" for a part, WORKERS=…)
	$(PY) -m pytest -q -n $(WORKERS) $(PYTEST)

lint: .venv/.dev ## Check style, types, templates, security and installed packages
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/bandit --quiet --configfile pyproject.toml --recursive app
	$(PY) -m pip check
	@$(MAKE) --no-print-directory catalogue CATALOGUE=--check

bench: .venv/.dev static/vendor/.stamp ## Measure sweep, mail, import, figures, digest and memory beside bare SQL (N=100000 questions)
	$(PY) -m bench $(N)

torture: .venv/.dev static/vendor/.stamp ## Kill, cut off and lie to real processes, and count what holds (MINUTES=5 of storm)
	$(PY) -m bench.torture $(MINUTES)

catalogue: .venv/.dev ## Bring the English catalogue up to date with the sentences in app/ and templates/
	@sentences=$$(mktemp); trap 'rm -f "$$sentences"' EXIT; \
	.venv/bin/pybabel --quiet extract --mapping babel.cfg --keywords mark --no-location --project Regie --output "$$sentences" .; \
	[ -f $(ENGLISH) ] || .venv/bin/pybabel --quiet init --input-file "$$sentences" --locale en --output-file $(ENGLISH); \
	.venv/bin/pybabel --quiet update --input-file "$$sentences" --locale en --output-file $(ENGLISH) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date $(CATALOGUE)

states: .venv/.dev ## Draw docs/states.md anew from the tables of states, acts and roles
	$(PY) -m tests.support.state_table docs/states.md

pictures: .venv/.dev static/vendor/.stamp browser ## Take the pictures of the guide and the README anew, from the demo
	$(PY) -m pytest -q tests/web/test_guide_pictures.py -k taken --pictures docs/pictures

pins: .venv/.dev ## Remake requirements*.txt and package-lock.json from pyproject.toml and package.json
	$(PY) -m pip install --quiet --upgrade uv
	$(PINS) --output-file requirements.txt pyproject.toml
	$(PINS) --output-file requirements-dev.txt pyproject.toml --group dev
	$(PINS) --output-file requirements-node.txt --group node
	npm install --package-lock-only --ignore-scripts

clean: ## Remove what was installed and built; the register in var/ stays
	rm -rf .venv node_modules static/vendor .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find app bench migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Installed once; a stamp younger than its lock file means there is nothing to do. ---

.venv/.runtime: requirements.txt
	@for python in python3 python3.14 python3.13 python3.12 python3.11 none; do \
		[ $$python != none ] || { echo "Regie needs Python 3.11 or newer; none was found on PATH." >&2; exit 1; }; \
		! $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || break; \
	done; \
	[ -x $(PY) ] || $$python -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module does not work here; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

# Without npm on PATH, the Node.js that PyPI carries is put into .venv.
static/vendor/.stamp: package.json package-lock.json static/vendor.mjs | .venv/.runtime
	@command -v npm >/dev/null || [ -x .venv/bin/npm ] || $(PY) -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-node.txt
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --omit=dev --ignore-scripts --loglevel=error
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm run --silent vendor
	@touch $@

# What only the tests need from npm: a provider of OpenID Connect to sign in with.
node_modules/.dev: static/vendor/.stamp
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --ignore-scripts --loglevel=error
	@touch $@

browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else \
		echo "The tests need a browser: install Chromium or Chrome (Debian: sudo apt-get install chromium)." >&2; exit 1; \
	fi

# Without it the tests of the virus scanner are left out, and say so. RUNLEVEL=1: installed, not started.
scanner:
	@if ! command -v clamd >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends clamav-daemon; \
	fi
