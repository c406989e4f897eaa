# Two targets set everything up by themselves: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DEMO = examples/pipelines/digits/digits.yaml
PYTEST_ARGS ?= -n 2 --dist loadgroup

# uv, which some tests call, then trusts whom the machine trusts, as pip does (old uv: the second).
export UV_SYSTEM_CERTS = true
export UV_NATIVE_TLS = true

.PHONY: demo test check quick bench fuzz conformance conformance-page clean

demo: $(VENV)/.examples  ## run the real pipeline here and say where its report is
	$(BIN)/pipec run $(DEMO)

test: $(VENV)/.dev check  ## everything that must hold before a change lands
	$(BIN)/pytest $(PYTEST_ARGS)

check: $(VENV)/.dev  ## style and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

quick: $(VENV)/.dev  ## the tests without the slow ones
	$(BIN)/pytest $(PYTEST_ARGS) -m "not slow"

bench: $(VENV)/.dev  ## lint, compile and run beside the tools of today; some minutes
	$(BIN)/python bench/run.py

kills: $(VENV)/.dev  ## kill runs 500 times at random moments; some ten minutes
	$(BIN)/python tests/local/test_kills.py --kills 500

fuzz: $(VENV)/.dev  ## check 100,000 inputs made by chance; about half an hour
	$(BIN)/python tests/fuzz/long.py --inputs 100000

conformance: $(VENV)/.dev  ## the conformance suite with 1,000 random specs; some minutes
	PIPEC_CONFORMANCE_EXAMPLES=1000 $(BIN)/pytest $(PYTEST_ARGS) tests/conformance

ENGINES ?= local airflow@2.11 airflow@3.3 argo@3.7
conformance-page: $(VENV)/.dev  ## run every case on ENGINES and make docs/conformance.md anew; an hour
	$(BIN)/python -m tests.conformance.record --drafts 40 $(ENGINES)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis

# A stamp stands for "installed as this pyproject.toml asks".
$(VENV)/.examples: pyproject.toml
	$(call install,.[examples])
	touch $@

$(VENV)/.dev: pyproject.toml
	$(call install,.[dev$(comma)examples])
	touch $@ $(VENV)/.examples

comma := ,
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "pipec needs Python 3.11 or newer; $(PYTHON) is older: make PYTHON=python3.12 $@" >&2; exit 1; }
$(PYTHON) -m venv $(VENV)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
$(BIN)/python -m compileall -q pipec
endef
