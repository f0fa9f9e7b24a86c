# Everything that a fresh clone needs, built once: the stamps under .venv, static/vendor and node_modules tell what stands.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test test-oldest check bench setup lock clean chromium

SEED := seeds/transactional-vs-institutional
PIP := .venv/bin/python -m pip --disable-pip-version-check install -qq
UV := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)
# Files of tests run side by side, each process with a database server of its own; they wait for browsers much of the time.
SIDE_BY_SIDE := -n 3 --dist loadfile
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "PORT (8000) and REJOINDER_DATA (var) choose another port and data folder: make run PORT=8001"

run: .venv/app.stamp static/vendor/.stamp ## Serve the first debate on http://127.0.0.1:8000
	@exec .venv/bin/rejoinder serve --migrate --seed $(SEED)

demo: .venv/app.stamp static/vendor/.stamp ## The same on a data folder of its own, with simulated participants
	@REJOINDER_DATA="$${REJOINDER_DATA:-var/demo}" exec .venv/bin/rejoinder serve --migrate --demo

test: .venv/dev.stamp static/vendor/.stamp node_modules/.dev.stamp chromium ## Run the tests: unit, database, browser (make test ARGS="-k anchoring")
	@.venv/bin/pytest $(SIDE_BY_SIDE) $(ARGS)

test-oldest: .venv/dev.stamp static/vendor/.stamp ## Run the tests on PostgreSQL 15, the oldest that is supported
	@scripts/test_on_oldest.sh $(SIDE_BY_SIDE) $(ARGS)

check: .venv/dev.stamp ## Check format, lint, types, floors and house laws
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache --no-logo
	$(if $(wildcard tests/house_laws),.venv/bin/pytest -q tests/house_laws)

bench: .venv/dev.stamp static/vendor/.stamp chromium ## Measure against the limits
	@.venv/bin/pytest tests/benchmarks -o python_files="bench_*.py" -s $(ARGS)

setup: .venv/dev.stamp static/vendor/.stamp node_modules/.dev.stamp ## Build everything and start nothing

lock: .venv/dev.stamp ## Renew the locks after a change of dependencies (UPGRADE=--upgrade for newer releases)
	$(UV) pyproject.toml -o requirements/app.txt
	$(UV) pyproject.toml --group dev -c requirements/app.txt -o requirements/dev.txt
	$(UV) --group build -o requirements/build.txt
	$(UV) --group node -o requirements/node.txt
	scripts/npm.sh install --package-lock-only

clean: ## Remove what the set-up built; data stays
	rm -rf .venv node_modules static/vendor

.venv/bin/python:
	@scripts/make_venv.sh

.venv/app.stamp: pyproject.toml requirements/app.txt requirements/build.txt | .venv/bin/python
	@echo "Installing Python packages ..."
	@$(PIP) --require-hashes -r requirements/app.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/app.stamp
	@echo "Installing Python packages for development ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

static/vendor/.stamp: package-lock.json scripts/vendor_front_end.py scripts/npm.sh | .venv/bin/python
	@echo "Fetching front-end packages ..."
	@scripts/npm.sh ci --omit=dev
	@.venv/bin/python scripts/vendor_front_end.py
	@touch $@

node_modules/.dev.stamp: package-lock.json static/vendor/.stamp
	@echo "Fetching front-end packages for the tests ..."
	@scripts/npm.sh ci
	@touch $@

chromium:
	@scripts/ensure_chromium.sh
