# Two commands for a newcomer: `make demo` and `make test`. Everything is made inside .venv.
# Needed on the machine: git, make, python3 (3.11 or newer) with venv.

PYTHON ?= python3
SEED ?= 1
CUSTOMERS ?= 5000
SECONDS ?= 60
SIZES ?= 500 5000 20000
TARGETS ?= text workbook archive parquet header columns values
UV_VERSION := 0.13.9
UV := .venv/bin/uv
# The next generation of the engine, tried beside the shipped one; docs/how-to/duckdb-2.md.
DUCKDB_2 := 2.0.0
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON := .venv/bin/python
export UV_NO_PROGRESS ?= 1

.PHONY: demo test duckdb-2 lint docs examples-page county-page real-data scorecard scorecard-record engines fuzz wheel clean help

help:
	@grep -E '^## ' Makefile | sed 's/^## //'

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Jicha needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@echo "Making .venv (the first time it downloads about 90 MB)"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.lean: $(UV) pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --no-dev --inexact
	@touch $@

.venv/.full: $(UV) pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --inexact
	@touch $@ .venv/.lean

## make demo [SEED=n] [CUSTOMERS=n]   a synthetic county: exports, ingest, sweep, ranked findings
demo: .venv/.lean
	@.venv/bin/jicha demo --seed $(SEED) --customers $(CUSTOMERS)

## make test                          all tests
test: .venv/.full
	@.venv/bin/python -m pytest -n auto --dist loadfile

## make duckdb-2                      what works on DuckDB 2 works there, with the same findings
duckdb-2: .venv-duckdb2/.full
	@.venv/bin/python -m tests.duckdb2.job .venv-duckdb2/bin/python

# The packages of the lock but for the engine, which the lock pins to the shipped version.
.venv-duckdb2/.full: .venv/.full Makefile
	@UV_PROJECT_ENVIRONMENT=.venv-duckdb2 $(UV) sync --quiet --frozen --inexact --no-install-package duckdb
	@$(UV) pip install --quiet --no-config --no-deps --python .venv-duckdb2/bin/python duckdb==$(DUCKDB_2)
	@touch $@

## make lint                          ruff, mypy --strict, import contracts
lint: .venv/.full
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

## make docs                          the generated pages of docs/ (docs/county.md: make county-page)
docs: .venv/.full
	@.venv/bin/python -m jicha.warehouse.portable > docs/sql.md
	@.venv/bin/python -m jicha.lexicon > docs/glossary.md
	@.venv/bin/python -m jicha.law > docs/law.md
	@.venv/bin/python -m jicha.casework.diagram docs/algorithms/casework.md
	@.venv/bin/python docs/make_picture.py

## make real-data                     docs/real-data.md, from $JICHA_DATA/steg-billing-fraud (minutes)
real-data: .venv/.full
	@.venv/bin/python -m benchmarks.real_data

## make scorecard                     docs/scorecard.md, from four seeds and an outside plan (minutes)
scorecard: .venv/.full
	@.venv/bin/python -m tests.properties.scorecard_page

## make scorecard-record REASON="…"   moves the figures that CI holds the scorecard to, and says why
scorecard-record: .venv/.full
	@.venv/bin/python -m tests.properties.scorecard_record '$(subst ','\'',$(REASON))'

## make county-sizes [SIZES=…]       seconds, rows and memory by size of the synthetic county, into docs/county.md
county-sizes: .venv/.full
	@.venv/bin/python -m benchmarks.county_sizes --sizes $(SIZES)

## make county-life                   docs/county-life.md: the synthetic county beside real curves, from $JICHA_DATA
county-life: .venv/.full
	@.venv/bin/python -m benchmarks.county_life

## make examples-page                 docs/examples.md: worked examples others published, beside ours
examples-page: .venv/.full
	@.venv/bin/python docs/make_examples.py

## make county-page                   docs/county.md: what a county of 500 holds, with pictures
county-page: .venv/.full
	@.venv/bin/python docs/make_county.py

## make engines                       both engines side by side: seconds, ratio, memory (minutes)
engines: .venv/.full
	@.venv/bin/python -m benchmarks.engines

## make fuzz [SECONDS=n] [TARGETS=…]  every fuzzing harness, each for so long
fuzz: .venv/.full
	@$(UV) sync --quiet --frozen --inexact --group fuzz
	@for target in $(TARGETS); do .venv/bin/python -m tests.fuzz.run $$target -max_total_time=$(SECONDS) -max_len=20000 || exit 1; done

## make wheel                         one wheel, content inside, in dist/
wheel: .venv/.full
	@rm -rf dist
	@$(UV) build --quiet --wheel
	@ls -l dist/*.whl

clean:
	@rm -rf .venv .venv-duckdb2 dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis workspace
