# Handshake: from a fresh checkout to a result. Needs Python 3.11 or later, pip and make.
# `make` alone lists what there is.

PYTHON ?= python3

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

.PHONY: help
help:
	@echo "make study   run the virtual study; the scorecard is printed, the files go to a new folder in results/"
	@echo "make ui      open the studio in the browser: move levers and see what follows"
	@echo "make check   check the code (as 'make lint' does) and run the quick tests: minutes, while you work"
	@echo "make test    check the code and run all tests: documentation, every view in a browser, clusters, kills"
	@echo "make lint    check format, lint rules, types and import directions"
	@echo "make format  bring the code into the project's format"
	@echo "make bench   measure the speed of the simulation (benchmarks/)"
	@echo "make docs    build the documentation into docs/_build"
	@echo "make setup   only set up the virtual environment in $(VENV), with everything for development"
	@echo "make clean   remove $(VENV), caches and build products; results/ stays"
	@echo ""
	@echo "The first run sets up $(VENV). To use another Python: make study PYTHON=python3.12"

# ----------------------------------------------------------------------------------------------------------------------
# The virtual environment. It is set up once, and again when pyproject.toml or constraints.txt changes, when the
# checkout has moved, and when a set-up was cut short or the environment no longer runs. Stamps in it say how far
# it has come:
#   .made  the environment itself; holds the folder it was made for
#   .core  what running needs
#   .studio  what the studio needs on top
#   .dev   what development needs on top
# and .unfinished, which holds the process at work, is there only during a set-up, or after one that was cut short.
# ----------------------------------------------------------------------------------------------------------------------

MADE := $(VENV)/.made
CORE := $(VENV)/.core
STUDIO := $(VENV)/.studio
DEV := $(VENV)/.dev
UNFINISHED := $(VENV)/.unfinished

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
RUNS := test ! -e $(UNFINISHED) && $(BIN)/python -c 'import pip; $(NEW_ENOUGH)' 2>/dev/null
BELONGS_HERE := test "$$(cat $(MADE) 2>/dev/null)" = "$$(pwd -P)"

ifneq ($(shell $(RUNS) && $(BELONGS_HERE) && echo yes),yes)
.PHONY: $(MADE)
endif

# An environment that somebody made by hand is kept as long as it runs. Where Python comes without ensurepip (Debian
# without python3-venv), the pip of the system puts a pip into the environment.
$(MADE):
	@if test -s $(UNFINISHED) && kill -0 "$$(cat $(UNFINISHED))" 2>/dev/null; then \
	    echo "Another make (process $$(cat $(UNFINISHED))) is setting up $(VENV). Try again when it has finished." >&2; \
	    exit 1; \
	fi
	@trap 'exit 130' INT; \
	if test -e $@ || ! { $(RUNS); }; then \
	    if ! command -v "$(PYTHON)" >/dev/null 2>&1; then \
	        echo "Handshake needs Python 3.11 or later, and there is no '$(PYTHON)' here." >&2; \
	        echo "Install Python, or name the one to use: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3.11" >&2; \
	        exit 1; \
	    fi; \
	    if ! "$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null; then \
	        echo "Handshake needs Python 3.11 or later; '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1)." >&2; \
	        echo "Name the one to use: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3.11" >&2; \
	        exit 1; \
	    fi; \
	    if test -e $(VENV); then echo "The virtual environment in $(VENV) is not usable as it is; making it anew."; fi; \
	    echo "Making a virtual environment in $(VENV) ..."; \
	    rm -rf $(VENV) && mkdir $(VENV) && echo $$$$ >$(UNFINISHED) || exit 1; \
	    if ! "$(PYTHON)" -m venv $(VENV) >/dev/null 2>&1; then \
	        "$(PYTHON)" -m venv --without-pip --clear $(VENV) && echo $$$$ >$(UNFINISHED) \
	        && "$(PYTHON)" -m pip --python $(BIN)/python install -qq pip \
	        || { echo "No virtual environment could be made: '$(PYTHON)' needs its venv module, and pip 22.3 or later." >&2; \
	             exit 1; }; \
	    fi; \
	    rm $(UNFINISHED); \
	fi
	@pwd -P >$@

# $(call install,EXTRAS): this project, editable, in the exact versions of constraints.txt. After an error of pip's own
# the environment is as good as before; after an interruption nobody knows, so .unfinished stays and it is made anew.
define install
@trap 'exit 130' INT; \
echo $$$$ >$(UNFINISHED); \
$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -c constraints.txt -e '.$(1)'; \
status=$$?; rm $(UNFINISHED); \
if test $$status -ne 0; then echo "The packages could not be installed; pip's message is above." >&2; fi; \
exit $$status
endef

$(CORE): $(MADE) pyproject.toml constraints.txt
	@echo "Installing what Handshake needs into $(VENV). The first time, this takes a minute or two ..."
	$(call install,)
	@touch $@

$(STUDIO): $(MADE) pyproject.toml constraints.txt
	@echo "Installing what the studio needs into $(VENV). The first time, this takes a minute or two ..."
	$(call install,[studio])
	@touch $(CORE) $@

$(DEV): $(MADE) pyproject.toml constraints.txt
	@echo "Installing what Handshake and its tests need into $(VENV). The first time, this takes a minute or two ..."
	$(call install,[dev])
	@touch $(CORE) $(STUDIO) $@

.PHONY: setup
setup: $(DEV)
	@echo "$(VENV) is ready. To use it in this shell: . $(BIN)/activate"

# ----------------------------------------------------------------------------------------------------------------------
# Running and checking
# ----------------------------------------------------------------------------------------------------------------------

.PHONY: study
study: $(CORE)
	@out=results/study-$$(date +%Y%m%d-%H%M%S); \
	echo "Running the virtual study; its files go to $$out ..."; \
	$(BIN)/handshake study --out "$$out"

.PHONY: ui
ui: $(STUDIO)
	@$(BIN)/handshake ui

.PHONY: lint
lint: $(DEV)
	@echo "Checking the format (ruff) ..."
	@$(BIN)/python -m ruff format --check . \
	    || { echo "'make format' brings them into the project's format." >&2; exit 1; }
	@echo "Checking the lint rules (ruff) ..."
	@$(BIN)/python -m ruff check .
	@echo "Checking the types (mypy) ..."
	@$(BIN)/python -m mypy
	@echo "Checking the import directions (import-linter) ..."
	@$(BIN)/lint-imports --no-logo

# The kernels are compiled beside lint, as both take half a minute after a change of what they are made of. Once for all
# processes that run tests: beginning together, each would compile them for itself.
define lint_and_compile
@$(BIN)/handshake explain ivory_tower half_levers --companies 2 --json >/dev/null & kernels=$$!; \
trap 'kill $$kernels 2>/dev/null; exit 130' INT; \
$(MAKE) --no-print-directory lint && wait $$kernels || { kill $$kernels 2>/dev/null; exit 1; }
endef

# A file per processor at a time, in the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -q -n logical --dist loadfile --no-loadscope-reorder

.PHONY: check
check: $(DEV)
	$(lint_and_compile)
	@echo "Running the quick tests (pytest) ..."
	@$(PYTEST) -m "not slow" --hypothesis-profile=check

.PHONY: test
test: $(DEV)
	$(lint_and_compile)
	@echo "Running all tests (pytest) ..."
	@$(PYTEST)

.PHONY: bench
bench: $(DEV)
	@echo "Measuring the speed (pytest-benchmark). Let the machine do nothing else meanwhile ..."
	@mkdir -p .benchmarks
	@$(BIN)/python -m pytest benchmarks/ --benchmark-only --benchmark-json=.benchmarks/latest.json \
	    --benchmark-columns=median,min,rounds --benchmark-sort=name
	@$(BIN)/python -m benchmarks.report .benchmarks/latest.json

.PHONY: docs
docs: $(DEV)
	@echo "Building the documentation (Sphinx); warnings are errors ..."
	@$(BIN)/python -m sphinx -W -n -q -j auto docs docs/_build
	@echo "It is in docs/_build: open docs/_build/index.html"

.PHONY: format
format: $(DEV)
	@echo "Formatting the code (ruff) ..."
	@$(BIN)/python -m ruff check --fix --quiet . ; $(BIN)/python -m ruff format .

.PHONY: clean
clean:
	@echo "Removing $(VENV), caches and build products; results/ stays ..."
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks \
	    .coverage htmlcov *.egg-info docs/_build docs/_generated docs/reference/api docs/reference/commands \
	    docs/reference/levers docs/tutorial/notebooks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
