# One command each; all of them set up .venv by themselves when requirements.lock has changed.
# PYTHON=... chooses the interpreter, BENCH=... one benchmark, PORT=... the port of
# `make demo`, WORKERS=... how many processes share the tests.

PORT ?= 8866
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
# Containers run as root, which JupyterLab wants to be told is meant.
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
CATALOGUES := $(wildcard core/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
UV := $(shell command -v uv 2>/dev/null)
# uv, where somebody has it: 18 s instead of 99 with pip.
PIP := $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)

# The version that is locked: the build with CUDA is not, since the two cannot stand in one environment.
TENSORFLOW := $(shell sed -n 's/^tensorflow-cpu\(==[0-9.]*\).*/\1/p' requirements.lock)

# TensorFlow has no wheels beyond Python 3.13, so a newer python3 is passed over for an older one.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(SUITABLE)' 2>/dev/null && echo "$$p" && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo lab test check bench messages lock screenshot gpu clean

# Frames that wait for no acknowledgement of the message before them.
PROMPT := --ServerApp.kernel_websocket_connection_class=widgets.server.kernel_socket.PromptConnection

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(READY) $(COMPILED) ## Open the dashboard as a Voilà app
	$(BIN)/voila dashboard.ipynb --port $(PORT)

lab: $(READY) $(COMPILED) ## Open the dashboard in JupyterLab
	MALLOC_ARENA_MAX=256 $(BIN)/jupyter-lab --LabApp.default_url=/lab/tree/dashboard.ipynb $(PROMPT) $(ROOT_FLAG)

test: $(READY) $(COMPILED) ## Run every test (browser tests need a Chromium)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

check: $(READY) $(COMPILED) ## Lint, format, types, and the form of notebook and lock file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/whole/test_checks.py

bench: $(READY) $(COMPILED) ## Print the measured numbers (BENCH=seed for one of them)
	$(BIN)/python -m tests.bench $(BENCH)

screenshot: $(READY) $(COMPILED) ## Take the README's screenshot anew
	$(BIN)/python -m tests.screenshots.take

messages: $(READY) ## Bring the translations up to date with the texts in the code
	@mkdir -p build
	$(BIN)/pybabel -q extract -k N_ -k _ -k ngettext:1,2 -k pgettext:1c,2 --add-comments=Translators: --no-location \
		--sort-output --omit-header -o build/messages.pot core widgets
	$(BIN)/pybabel -q update -D descent_lab -i build/messages.pot -d core/locale --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	@sed -i.bak -e '/EMAIL@ADDRESS/d; /YEAR-MO-DA/d; /LL@li.org/d; /POT-Creation-Date/d' $(CATALOGUES)
	@rm -f $(CATALOGUES:=.bak)

lock: $(READY) ## Pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --extra test --output-file requirements.lock --upgrade \
		--universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --quiet --custom-compile-command "make lock"

gpu: $(READY) ## Train on an NVIDIA card: put the TensorFlow with CUDA in the place of the one without
	$(BIN)/python -m pip uninstall --quiet --yes tensorflow-cpu
	$(BIN)/python -m pip install --disable-pip-version-check "tensorflow[and-cuda]$(TENSORFLOW)"

clean: ## Remove the environment and all caches
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache $(COMPILED)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po $(READY)
	@$(BIN)/pybabel -q compile -i $< -o $@

# The stamps are written last: an install that was broken off starts over.
$(LOCKED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Descent Lab needs Python 3.11, 3.12 or 3.13 on the PATH."; exit 1; }
	@echo "1 of 3: making the environment $(VENV); all of this is done once ..."
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "This Python cannot make environments: install its venv package (Debian: python3-venv)."; exit 1; }
	@echo "2 of 3: downloading and installing TensorFlow, JupyterLab and Voilà, some 2 GB on disk; a minute or two ..."
	@$(PIP) --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@echo "3 of 3: installing Descent Lab itself ..."
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
