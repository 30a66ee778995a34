# Every target sets up what it needs. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
SAM := .tools/sam/bin/sam
LAYER_LOCK := layers/dependencies/requirements.txt

# What is deployed: `make deploy STACK=signoff-test RUNTIME=python3.12 ARCHITECTURE=x86_64`.
STACK ?= signoff
RUNTIME ?= python3.13
ARCHITECTURE ?= arm64

# Stamps: each says that its requirement file, as it is now, has been installed.
LOCAL := $(VENV)/.installed-local
DEV := $(VENV)/.installed-dev
SAM_READY := .tools/sam/.installed
NODE_READY := node_modules/.installed

.PHONY: help
help: ## List the targets
	@echo "Signoff. The first thing to try: make run"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------ set-up

.PHONY: setup
setup: $(DEV) ## Make .venv with everything that development needs
	@echo "Ready: $(VENV)"

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Signoff needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

# The package itself is installed editable, so that tests, tools and Lambda import the same names.
define install
@echo "Installing $$(grep -vc '^#' $(1)) packages of $(1) (once, about a minute) ..."
@$(PY) -m pip install --quiet --disable-pip-version-check --requirement $(1)
@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --editable .
endef

$(LOCAL): requirements/local.txt pyproject.toml | $(PY)
	$(call install,requirements/local.txt)
	@touch $@

# It holds all that the local stack needs too.
$(DEV): requirements/dev.txt pyproject.toml | $(PY)
	$(call install,requirements/dev.txt)
	@touch $(LOCAL) $@

$(SAM_READY): requirements/sam.txt
	@echo "Installing SAM CLI in .tools/sam (once, about a minute) ..."
	@$(PYTHON) -m venv .tools/sam
	@.tools/sam/bin/pip install --quiet --disable-pip-version-check --requirement requirements/sam.txt
	@touch $@

.PHONY: setup-sam
setup-sam: $(SAM_READY) # SAM CLI in .tools/sam, for what checks, builds or deploys the template

# ------------------------------------------------------------------ the local stack

.PHONY: run demo-sla up down reset logs status
run: $(LOCAL) ## Start the local stack and walk documents through their approval
	@$(PY) -m signoff_local demo

demo-sla: $(LOCAL) ## Watch a deadline of two days pass in some twenty seconds, on a stack of its own
	@$(PY) -m signoff_local demo-sla

up: $(LOCAL) ## Start the local stack in the background; returns when it is ready
	@$(PY) -m signoff_local up

down: $(LOCAL) ## Stop the local stack; what it holds is kept
	@$(PY) -m signoff_local down

reset: $(LOCAL) ## Stop the local stack and forget what it holds
	@$(PY) -m signoff_local reset

logs: $(LOCAL) ## Show what the local stack logs (ARGS=--follow goes on)
	@$(PY) -m signoff_local logs $(ARGS)

status: $(LOCAL) ## Say whether the local stack is up, and where
	@$(PY) -m signoff_local status

# ------------------------------------------------------------------ tests

.PHONY: test test-unit test-sam test-aws bench golden
# What calls one stack calls it test after test, and so do the tests of the emulator itself. Both wait more than they
# work, and meanwhile the rest runs on all cores.
ON_A_STACK := tests/integration tests/e2e tests/sam
ON_THE_EMULATOR := tests/local tests/golden/test_emulator.py
BY_THEMSELVES := tests/unit tests/contract tests/golden --ignore tests/golden/test_emulator.py -n auto

test: $(DEV) ## Run every test that needs neither Docker nor an AWS account
	@$(PY) scripts/side_by_side.py "on a stack" $(ON_A_STACK) -- "on the emulator" $(ON_THE_EMULATOR) -- \
		"by themselves" $(BY_THEMSELVES) -- $(ARGS)

test-unit: $(DEV) ## Run the tests that start nothing
	$(PY) -m pytest $(BY_THEMSELVES) $(ARGS)

test-sam: $(DEV) $(SAM_READY) ## Run the built functions in Lambda's image (needs Docker, or root on Debian)
	scripts/test_sam.sh $(ARGS)

test-aws: $(DEV) ## Run the integration suite against a deployed stack: make test-aws STACK=name
	SIGNOFF_TEST_STACK=$(STACK) $(PY) -m pytest tests/integration $(ARGS)

bench: $(DEV) ## Measure, print a table and write the figures as JSON
	@$(PY) -m bench $(ARGS)

golden: $(DEV) ## Write the golden files anew from what the code does now; look at the diff
	$(PY) -m tests.golden.regenerate

# ------------------------------------------------------------------ checks

CHECKS := check-style check-types check-imports check-openapi check-shell check-template check-machines
.PHONY: check lint fmt openapi $(CHECKS)
check: $(CHECKS) ## Run every check that is no test

lint: check-style check-types check-imports ## Run the checks of the Python code alone

fmt: $(DEV) ## Put the Python code into its shape
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

openapi: $(DEV) ## Write contracts/ (OpenAPI documents, events' schemas) and docs/events.md from the code
	$(PY) scripts/openapi.py
	$(PY) scripts/events.py

check-style: $(DEV)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .

check-types: $(DEV)
	$(VENV)/bin/mypy

check-imports: $(DEV)
	PYTHONPATH=functions $(VENV)/bin/lint-imports

check-openapi: $(DEV)
	$(PY) scripts/openapi.py --check
	$(PY) scripts/events.py --check

check-shell:
	@for each in .ci/run scripts/*.sh; do echo "bash -n $$each"; bash -n "$$each"; done

# SAM asks for a region even to read a file.
check-template: $(SAM_READY)
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint

# One of the two checkers of state machines is written for Node.
$(NODE_READY): package-lock.json
	@command -v npm >/dev/null || { echo "This check needs Node.js and npm."; exit 1; }
	@npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

check-machines: $(DEV) $(NODE_READY)
	$(PY) scripts/check_machines.py

# ------------------------------------------------------------------ AWS

.PHONY: build deploy
# The layers' Makefiles cannot see the template's parameters, so both are told the same here.
build: $(SAM_READY) $(LOCAL) ## Build what is deployed, for RUNTIME and ARCHITECTURE, into .aws-sam
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-us-east-1} \
	PYTHON=$(abspath $(PY)) PYTHON_VERSION=$(RUNTIME:python%=%) ARCHITECTURE=$(ARCHITECTURE) \
	$(SAM) build --parameter-overrides Runtime=$(RUNTIME) Architecture=$(ARCHITECTURE)

deploy: build ## Deploy to AWS as STACK, asking for what it does not know (docs/deploy.md)
	SAM_CLI_TELEMETRY=0 $(SAM) deploy --guided --stack-name $(STACK) \
		--parameter-overrides Runtime=$(RUNTIME) Architecture=$(ARCHITECTURE)

# ------------------------------------------------------------------ the rest

.PHONY: lock clean
lock: $(DEV) ## Resolve requirements/*.in anew into the pinned files
	$(PY) scripts/lock.py

clean: ## Remove what was built or cached; keeps .venv and the local stack's data
	rm -rf .aws-sam build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path './.venv' -prune -o -path './.tools' -prune -o -name __pycache__ -type d -prune -exec rm -r {} +
