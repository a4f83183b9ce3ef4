# Every target sets itself up: Python 3.11 or newer and make are all that has to be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORTS = $(if $(PORT),--port $(PORT)) $(if $(EMULATOR_PORT),--emulator-port $(EMULATOR_PORT))
RINGS = $(if $(RING),--ring $(RING))
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A lock file is complete, so nothing is resolved, whatever is newest today; CHECK says what it lacks.
# Python compiles what it imports; to compile all that is installed takes half of the time.
INSTALL := $(PIP) install -qq --no-deps --no-compile
CHECK := $(PIP) check || { echo "If $(VENV) is from before the lock files changed: make clean"; exit 1; }
# The library with which a browser is a phone: once, and without npm or network nothing happens.
FETCH_SDK := $(BIN)/python -m evovoice.web.console.fetch_sdk
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_AUDIO := $(VENV)/.ready-audio
SETUP_CHECK_LOG := $(VENV)/setup-check.log
IMAGE_CHECK_LOG := $(VENV)/image-check.log
AUDIT_LOG := $(VENV)/audit.log

.PHONY: help demo run sound setup test stories setup-check image image-try audit lint types bench chaos operator lock clean

help:
	@echo "make demo   a live call becomes a conference, on your machine, without an account"
	@echo "make run    the same parts, kept up, with a live call to add somebody to;"
	@echo "            PORT=8000 EMULATOR_PORT=8010 keep their addresses from start to start;"
	@echo "            RING=scripted has the call answered by a script, not in your browser"
	@echo "            installs what browsers need to hear and be heard"
	@echo "make test   everything that is checked"
	@echo "make setup-check  set-up and some tests with every Python of this machine; the commands of"
	@echo "            Dockerfile and compose.yaml in an empty environment"
	@echo "make image  the service as an image, where there is Docker; make image-try runs it"
	@echo "make audit  known vulnerabilities of what the service is installed with"
	@echo "make stories  thousands of calls at random, with every fault; SEED=7 tells one of them"
	@echo "make bench  how fast it is here"
	@echo "make chaos  what it makes of killed processes, a stopped database and a bad carrier;"
	@echo "            SEED=7 STORIES=500 DATABASE=sqlite (docs/reliability.md)"
	@echo "make operator  an evening of two processes behind PgBouncer: failover, restarts, strangers"

demo: $(READY)
	@$(FETCH_SDK)
	@$(BIN)/python -m evovoice.demo

run: $(READY) sound
	@$(FETCH_SDK)
	@$(BIN)/python -m evovoice.demo --keep $(PORTS) $(RINGS)

# What the emulator needs for browsers that call; where it cannot be had everything else works.
sound: $(READY)
	@[ $(READY_AUDIO) -nt requirements-audio.txt ] || $(MAKE) --no-print-directory $(READY_AUDIO) \
	  || echo "The emulator has no sound here: a browser that calls is told so, all else works"

setup: $(READY_DEV)
	@$(FETCH_SDK)
	@$(BIN)/python -m tests.clients.install

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# as many processes as there are cores; each keeps its tests in their order, and one that has
	@# done its own takes over some of another's. The checks of the set-up and of the image wait for
	@# installations most of their time: they go on beside the tests, and so does the audit, which
	@# tells and never fails: what passes today passes in three years. Of several Pythons the oldest
	@# and the newest are tried here, where they are not the one that runs the tests; all by
	@# `make setup-check`
	@$(BIN)/python -m tests.setup_check --ends > $(SETUP_CHECK_LOG) 2>&1 & check=$$!; \
	$(BIN)/python -m tests.deploy > $(IMAGE_CHECK_LOG) 2>&1 & image=$$!; \
	$(BIN)/python -m tests.audit --tell > $(AUDIT_LOG) 2>&1 & audit=$$!; \
	trap 'kill $$check $$image $$audit 2>/dev/null' INT TERM; \
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal; result=$$?; \
	wait $$check || result=1; wait $$image || result=1; wait $$audit; \
	cat $(SETUP_CHECK_LOG) $(IMAGE_CHECK_LOG) $(AUDIT_LOG); exit $$result

# STORIES, POSTGRES_STORIES and FIRST say how many and from which seed; SEED tells one story.
stories: $(READY_DEV)
	@$(BIN)/python -m tests.stories

setup-check: $(READY_DEV)
	$(BIN)/python -m tests.setup_check
	$(BIN)/python -m tests.deploy

# The commit that is checked out; what is not committed is in the image all the same.
image:
	docker build --build-arg COMMIT="$$(git rev-parse HEAD)" --tag evovoice .

image-try: $(READY_DEV)
	@$(BIN)/python -m tests.deploy.with_docker

audit: $(READY_DEV)
	@$(BIN)/python -m tests.audit

lint: $(READY_DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY_DEV)
	$(BIN)/mypy

bench: $(READY_DEV)
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.listing
	@$(BIN)/python -m tests.bench_emulator
	@$(BIN)/python -m tests.bench_sound

# Pinned, with hashes, without the address of any index; a week old at least. What is locked
# already stays as it is; `make lock UPGRADE=--upgrade` takes newer versions.
UPGRADE ?=
LOCK = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --exclude-newer "7 days" \
  --custom-compile-command "make lock" --quiet $(UPGRADE)

lock: | $(BIN)/python
	$(PIP) install -qq uv
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) -c requirements.txt -o requirements-build.txt requirements-build.in
	$(LOCK) -c requirements.txt --extra oidc --extra sentry --extra telemetry -o requirements-extras.txt pyproject.toml
	$(LOCK) -c requirements-extras.txt --extra audio -o requirements-audio.txt pyproject.toml
	@# every environment has a pip of its own already
	$(LOCK) -c requirements-extras.txt -c requirements-audio.txt -c requirements-build.txt --no-emit-package pip --all-extras --group dev -o requirements-dev.txt pyproject.toml
	$(LOCK) -o tests/clients/requirements.txt tests/clients/requirements.in
	cd tests/clients && npm install --package-lock-only --ignore-scripts --no-audit --no-fund \
	  --omit-lockfile-registry-resolved --before="$$(date -d '7 days ago' +%F)"

SEED ?= 1
STORIES ?= 500
DATABASE ?= postgresql
chaos: $(READY_DEV)
	@$(BIN)/python -m tests.chaos --seed $(SEED) --stories $(STORIES) --database $(DATABASE)

SECONDS_EACH ?= 20
operator: $(READY_DEV)
	@$(BIN)/python -m tests.operator --seed $(SEED) --seconds $(SECONDS_EACH)

clean:
	rm -rf $(VENV) evovoice/web/console/sdk .venv-clients tests/clients/node_modules var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python's venv module is needed (on Debian: apt-get install python3-venv)"; exit 1; }

$(READY): requirements.txt requirements-build.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned dependencies into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(INSTALL) --no-build-isolation -e .
	@$(CHECK)
	@touch $(READY)

# Importing it compiles it, which would take longer than the first call waits.
$(READY_AUDIO): requirements-audio.txt $(READY)
	@echo "Installing what the emulator's sound needs into $(VENV) ..."
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements-audio.txt
	@$(BIN)/python -c 'import aiortc, numpy'
	@$(CHECK)
	@touch $(READY_AUDIO)

$(READY_DEV): requirements-dev.txt $(READY)
	@echo "Installing the pinned development dependencies into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(CHECK)
	@touch $(READY_DEV)
