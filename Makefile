# keyferry: `make help` lists the targets. Needs Python >= 3.11, make and a package registry; everything else is installed here.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# The files in which something failed are played once more, alone, as others may have been in the way: a defect fails again.
AGAIN  := $(BIN)/python -m tests.again
COVERED := --cov=keyferry --cov-branch --cov-report=
.DEFAULT_GOAL := help
.PHONY: help demo demo-keep test test-all wheel check unit contract scenario generate lock bench soak clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("keyferry needs Python >= 3.11, this is " + sys.version.split()[0] + ": set PYTHON=...") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

demo: $(VENV)/.run ## start the lab, deliver a secret, tell the story, stop (< 60 s)
	$(BIN)/keyferry demo

demo-keep: $(VENV)/.run ## the same, and leave the lab running until Ctrl-C
	$(BIN)/keyferry demo --keep

test: check unit contract scenario ## the whole check, as CI runs it

check: $(VENV)/.dev ## the static part: format, lint, types, imports, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.static.generated

unit: $(VENV)/.dev ## unit tests, one file for each source file; deciding code is covered branch by branch
	$(BIN)/pytest -n 2 $(COVERED) tests/unit tests/static || $(AGAIN) $(COVERED) --cov-append tests/unit tests/static
	$(BIN)/python -m tests.static.pure

contract: $(VENV)/.dev ## one behaviour suite for each port: fakes, the lab, the vendors' own clients
	$(BIN)/pytest -n 2 tests/contract || $(AGAIN) tests/contract

scenario: $(VENV)/.dev ## stories in the lab with real processes
	$(BIN)/pytest -n 2 --dist loadfile tests/scenario || $(AGAIN) tests/scenario

generate: $(VENV)/.dev ## write the generated files again (CRDs, protobuf stubs, README's --help)
	$(BIN)/python -m tests.static.generated --write

bench: $(VENV)/.dev ## measure; the results are recorded in bench/README.md
	$(BIN)/python -m bench
	$(BIN)/python -m bench.scale
	$(BIN)/python -m bench.scale --objects 10000 --vaults 20 --identities 40

test-all: test wheel ## the whole check, on the built wheel and on every Python 3.11 to 3.14 that is here as well
	@for python in python3.12 python3.13 python3.14; do \
	  command -v $$python >/dev/null || { echo "$$python is not here"; continue; }; \
	  echo "== $$python"; \
	  $$python -m venv $(VENV)-$$python && $(VENV)-$$python/bin/python -m pip install --quiet --require-hashes -r requirements/dev.lock && \
	  $(VENV)-$$python/bin/python -m pip install --quiet --no-deps --no-build-isolation -e . && \
	  $(VENV)-$$python/bin/pytest -n 2 tests/unit tests/contract || exit 1; \
	done

wheel: $(VENV)/.dev ## build the wheel, install it into an empty environment, and run the demo and render an estate from there
	rm -rf dist $(VENV)-wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .
	$(PYTHON) -m venv $(VENV)-wheel
	$(VENV)-wheel/bin/python -m pip install --quiet --require-hashes -r requirements/run.lock
	$(VENV)-wheel/bin/python -m pip install --quiet --no-deps dist/*.whl
	cd dist && ../$(VENV)-wheel/bin/keyferry demo
	cd dist && ../$(VENV)-wheel/bin/keyferry provision render --estate ../examples/estate-new.yaml --out estate

lock: $(VENV)/.dev ## resolve the dependencies again, a week old at least, with hashes
	sh requirements/lock.sh $(BIN)/uv

soak: $(VENV)/.dev ## two hours of faults, rotations and meddling at 2,000 objects; writes bench/soak.txt
	$(BIN)/python -m bench.soak --report bench/soak.txt

clean: ## remove what the targets made
	rm -rf $(VENV) $(VENV)-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist
