# customary: `make app` to look, `make test` to check. Needs a Python 3.12 or newer, nothing else.
# How it works: .venv holds the locked packages; a stamp in it remembers each finished step.

SHOP ?= demo
PORT ?= 2718
PYTEST_ARGS ?=
READERS ?= 100
WORKERS ?= 2

VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --no-input

# Whatever the caller's shell points Python at must not leak into the venv.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help app test fast slow fuzz bench faults load lock clean FORCE

help: ## this list
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

app: $(VENV)/.app $(VENV)/.self ## open the demo shop on http://127.0.0.1:2718 (SHOP=name, PORT=number)
	@$(VENV)/bin/customary serve $(SHOP) --build-if-missing --port $(PORT)

test: $(VENV)/.test $(VENV)/.self ## run the tests, large samples apart (PYTEST_ARGS="-k word" for some)
	@$(VENV)/bin/python -m pytest -n 2 --dist loadgroup -m "not slow" $(PYTEST_ARGS)

fast: $(VENV)/.test $(VENV)/.self ## run those that need neither a browser nor a shop of hundreds of customers
	@$(VENV)/bin/python -m pytest -n 2 --dist loadgroup -m "not (slow or large or browser or real)" $(PYTEST_ARGS)

slow: $(VENV)/.test $(VENV)/.self ## run the large samples, of which the tests have smaller ones
	@$(VENV)/bin/python -m pytest -n 2 --dist loadgroup -m slow $(PYTEST_ARGS)

fuzz: $(VENV)/.test $(VENV)/.self ## read 100,000 text files with quotes where they do harm
	@$(VENV)/bin/python tests/fuzzed.py 100000

bench: $(VENV)/.test $(VENV)/.self ## time what must stay fast
	@$(VENV)/bin/python tests/bench/run.py

faults: $(VENV)/.test $(VENV)/.self ## kill builds, fill disks and damage files a thousand times (an hour)
	@$(VENV)/bin/python -m pytest tests/test_faults.py $(PYTEST_ARGS)

load: $(VENV)/.test $(VENV)/.self ## let a hundred readers come, thirty of whom make a page live (SHOP=name, READERS=100)
	@$(VENV)/bin/python tests/load.py $(SHOP) $(READERS) $(WORKERS)

clean: ## remove the virtual environment and all caches, never a shop
	rm -rf $(VENV) .tmp .pytest_cache .ruff_cache .mypy_cache .hypothesis build lib/*.egg-info
	find lib tests notebooks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# A venv is good if it was finished here (it holds absolute paths, so a moved one is not), no installation
# in it was cut off, and its Python still runs. Anything else is made anew.
$(VENV)/.made: FORCE
	@if [ "$$(cat $@ 2>/dev/null)" = "$(CURDIR)" ] && [ ! -e $(VENV)/.busy ] \
	    && $(VENV)/bin/python -I -S -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; \
	then exit 0; fi; \
	python=$$(sh .ci/find-python) || exit 1; \
	echo "making $(VENV) with $$python"; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV) && printf '%s\n' "$(CURDIR)" > $@

# --require-hashes: what is installed is, byte for byte, what was locked and tested.
$(VENV)/.app $(VENV)/.test: $(VENV)/.%: .ci/locks/%.txt $(VENV)/.made
	@echo "installing the packages of .ci/locks/$*.txt (a minute or two the first time)"
	@touch $(VENV)/.busy
	@$(PIP) install -qq --require-hashes -r .ci/locks/$*.txt
	@rm $(VENV)/.busy && touch $@

# --no-index: the build backend came with the lock, so this step needs no network.
$(VENV)/.self: pyproject.toml $(VENV)/.made
	@echo "installing customary from lib/"
	@touch $(VENV)/.busy
	@$(PIP) install -qq --no-index --no-deps --no-build-isolation -e .
	@rm $(VENV)/.busy && touch $@

# For maintainers, when a dependency in pyproject.toml changes. Keeps the other pins; UPGRADE=1 renews all.
# One resolution for every platform: test.txt first, then app.txt, which starts from it and keeps its pins.
# Only names, versions and hashes are written, so that everyone installs from the index of their own choice.
lock: ## write .ci/locks anew (maintainers only; UPGRADE=1 for the newest versions)
	@python=$$(sh .ci/find-python) && tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	"$$python" -m venv "$$tmp" && "$$tmp/bin/python" -m pip install -qq uv && \
	lock() { UV_CUSTOM_COMPILE_COMMAND='make lock' "$$tmp/bin/uv" pip compile --quiet --universal \
	    --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    pyproject.toml "$$@"; } && \
	lock $(if $(UPGRADE),--upgrade) --extra build --extra test -o .ci/locks/test.txt && \
	cp .ci/locks/test.txt .ci/locks/app.txt && lock --extra build -o .ci/locks/app.txt && \
	git diff --stat -- .ci/locks
