# Everything this project can be asked to do. `make help` lists it.

MAKEFLAGS += --no-print-directory
BIN := .venv/bin
PORT ?= 8000
WORKERS ?= 2
CATALOGS := $(wildcard edu/translations/*/LC_MESSAGES/*.po)

# Use the Python that is here, and trust whom this machine trusts (uv brings its own list).
export UV_PYTHON_DOWNLOADS := never
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= 1
endif

# An environment remembers where it was made; in a checkout that has moved it is made anew.
ifneq ($(shell cat .venv/made-in 2>/dev/null),$(CURDIR))
.PHONY: .venv/made-in
endif

.PHONY: help setup run test check bench screenshots clean lock

help:  ## list what can be asked for
	@sed -n 's/^\([a-z]*\):.*  ## /\1|/p' Makefile | while IFS='|' read -r name text; do \
	  printf 'make %-12s %s\n' "$$name" "$$text"; done

setup: .venv/made-in build/catalogs  ## make the environment (.venv)
	@:

run: setup  ## start everything: make run PORT=8123
	@exec $(BIN)/edu run --port "$(PORT)" --workers "$(WORKERS)"

test: setup  ## run all tests: make test ARGS="-k waitlist"
	@scripts/test $(ARGS)

check: setup  ## lint, format, types, import rules and tests, as CI does
	@scripts/check

bench: setup  ## run the benchmarks into build/bench.json: make bench ONLY=start
	@$(BIN)/python -m tests.bench $(ONLY)

screenshots: setup  ## take pictures of the main pages into build/screenshots
	@scripts/chromium
	@$(BIN)/python -m tests.screenshots

clean:  ## remove what was built; data and keys (var) stay
	rm -rf build dist .venv .venv-* edu.egg-info .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find edu models ml tests migrations -name __pycache__ -prune -exec rm -rf {} +
	find edu -name '*.mo' -exec rm -f {} +

lock: .venv-boot/bin/uv  ## resolve the dependencies anew into uv.lock
	env -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_INDEX .venv-boot/bin/uv lock

.venv-boot/bin/uv: scripts/uv
	@scripts/uv

.venv/made-in: pyproject.toml uv.lock scripts/setup .venv-boot/bin/uv
	@scripts/setup

build/catalogs: .venv/made-in $(CATALOGS)
	@for domain in $(sort $(basename $(notdir $(CATALOGS)))); do \
	  $(BIN)/pybabel -q compile -d edu/translations -D "$$domain" || exit 1; done
	@mkdir -p build && touch build/catalogs
