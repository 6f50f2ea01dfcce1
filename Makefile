# Everything a fresh machine needs: Python 3.11, make, git. Each target sets up what it uses: to serve
# and to verify takes what users install; the tests take the linters and a browser's driver besides.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# `editable` runs the checkout, `wheel` runs what users install.
INSTALL ?= editable
READY := $(VENV)/.ready-$(INSTALL)
ALL := $(VENV)/.locked-all

.PHONY: help setup verify test serve prove check lint bench wheel clean
help:
	@echo "make serve    set up and leave the stub running on http://127.0.0.1:8400"
	@echo "make verify   set up, start the stub, prove every operation against it, write report/"
	@echo "make test     set up and run all tests, with coverage"
	@echo "make prove    switch every rule off in turn and see that the proof notices"
	@echo "make check    read the documents and witnesses and list what is wrong with them"
	@echo "make lint     ruff and mypy"
	@echo "make wheel    build dist/rulebound-*.whl, to install elsewhere"
	@echo "make bench    measure the stub and the proof beside other tools (docs/benchmarks.md)"
	@echo "make clean    take away all that was made, the environment too"

$(VENV)/.locked: requirements-run.lock requirements-build.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-run.lock -r requirements-build.lock
	@touch $@

$(ALL): $(VENV)/.locked requirements.lock
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.ready-editable: $(VENV)/.locked pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-*; touch $@

$(VENV)/.ready-wheel: $(VENV)/.locked pyproject.toml FORCE
	rm -rf dist && $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	$(PIP) install --no-deps --force-reinstall dist/*.whl
	@rm -f $(VENV)/.ready-*; touch $@

.PHONY: FORCE
FORCE:

setup: $(READY)

verify: setup
	$(BIN)/rulebound verify --report report

# What meets the kit from outside, as processes, is not measured. A file stays with one process, as
# what its tests share takes long to make. The plugin of pytest is measured from before pytest reads
# it, which only coverage's own start can do.
PLUGIN := tests/pytest_stub
OUTSIDE := tests/acceptance tests/agreement tests/console tests/docs tests/hostile_stub tests/hulls \
  tests/oracle tests/stores_proof \
  tests/contract_tests/test_hostile_targets.py tests/contract_tests/test_passive_tenant.py
PYTEST := -m pytest --numprocesses 2 --dist loadfile
test: $(ALL) setup
	$(BIN)/coverage erase
	$(BIN)/python $(PYTEST) --cov --cov-report= $(OUTSIDE:%=--ignore=%) --ignore=$(PLUGIN)
	$(BIN)/coverage run --parallel-mode -m pytest $(PLUGIN)
	$(BIN)/coverage combine --quiet --append
	$(BIN)/python $(PYTEST) $(OUTSIDE)
	$(BIN)/coverage report --fail-under=95 --skip-covered

serve: setup
	$(BIN)/rulebound serve

prove: setup
	$(BIN)/rulebound prove

check: setup
	$(BIN)/rulebound check

lint: $(ALL) setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy openapi fixtures mock_server contract_tests cli.py stub_thread.py

# PART="accepted search" for less than all, ROUNDS and TURN (seconds) for how long, PEERS=no without
# what comes from npm, AGAINST=FILE to compare with an earlier run, PAGE=docs/benchmarks.md to show it.
bench: setup
	$(BIN)/python -m benchmarks.bench $(PART:%=--part %) $(ROUNDS:%=--rounds %) \
	  $(TURN:%=--seconds %) $(PEERS:no=--no-peers) $(AGAINST:%=--against %) $(PAGE:%=--page %)

wheel: $(VENV)/.locked
	rm -rf dist && $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) .cache dist report .coverage*
