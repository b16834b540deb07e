# Every command of the project. Each sets itself up; `make` alone lists them.

PYTHON ?= python3
# `make pins UPGRADE=--upgrade` moves to the newest versions; without it, pins stay as long as they still fit.
UPGRADE ?=
# `make faults PROFILE=long` tries 20,000 arbitrary answers and 200 sequences of faults.
PROFILE ?= faults

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true
export REDOCLY_TELEMETRY := off

DOCUMENT := openapi/feishu-mail.yaml
CONTROL_PLANE := sandbox/feishu_mail_sandbox/control-plane.json
ENVIRONMENT := .venv
ENVIRONMENT_PYTHON := $(ENVIRONMENT)/bin/python
READY := $(ENVIRONMENT)/ready
PINS := build/pins
WHEEL_TEST := build/test-wheel
BENCH := build/bench
BENCH_ENVIRONMENTS := $(BENCH)/environments
NODE_FOLDERS := . clients/prism clients/typescript
OPENAPI_GENERATOR := build/openapi-generator
PRISM := build/prism
TOOLS := build/tools
MUTATION := build/mutation
MUTANTS := build/mutants
HASHED_INSTALL := -m pip install --quiet --require-hashes
COMPILE = $(PINS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make pins" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo test faults fuzz fuzz-defects clients validation-proxy mutants regenerate docs test-docs lint \
	lint-document lint-python types types-mypy types-pyright test-wheel bench bench-docs bench-gate test-bench pins \
	pins-python pins-node pins-docs distributions clean check-changes test-changes lint-vacuum

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)/demo  ## Send three drafts to the sandbox and show what happens
	@$(ENVIRONMENT_PYTHON) scripts/demo.py

test: $(READY)/test  ## Run all tests
	$(ENVIRONMENT_PYTHON) -m pytest

faults: $(READY)/test  ## Send through every fault, and count broken promises (0)
	$(ENVIRONMENT_PYTHON) scripts/faults.py
	$(ENVIRONMENT_PYTHON) -m pytest -q --hypothesis-profile $(PROFILE) --timeout 900 --durations 2 \
		tests/faults/test_any_sequence.py tests/overlay/test_any_answer.py

fuzz: $(READY)/fuzz  ## Fuzz the sandbox with the document, or URL=http://127.0.0.1:PORT [DRAFTS=file]; CASES=, SEED=
	@$(ENVIRONMENT_PYTHON) -m fuzzing $(if $(URL),--url '$(URL)') $(if $(DRAFTS),--drafts '$(DRAFTS)') \
		$(if $(CASES),--cases '$(CASES)') $(if $(SEED),--seed '$(SEED)')

fuzz-defects: $(READY)/fuzz  ## Plant defects in the sandbox, one at a time, and demand that fuzzing finds each
	@$(ENVIRONMENT_PYTHON) -m fuzzing.defect_hunt

# LANGUAGES='go rust' tries those only; PROGRAM='java -jar ...' takes a program of your own; OPERATIONS=sendDraft leaves the
# cases of others out.
clients: $(READY)/test $(OPENAPI_GENERATOR)/ready  ## Generate clients in other languages, and take each through the shared cases
	@$(ENVIRONMENT_PYTHON) -m clients $(OPERATIONS:%=--operation=%) $(if $(PROGRAM),--program $(PROGRAM),$(LANGUAGES))

validation-proxy:  ## Hold every answer of the shared cases against the document with Prism (needs Node.js)

lint-vacuum:  ## Check the document with vacuum, whose score must be 100 (needs Go; builds for minutes, once)

check-changes:  ## Tell whether the document breaks clients made from an earlier one, BASE=<git ref> (needs Go)

test-changes:  ## Run the tests that need oasdiff (needs Go)

# The code is changed in a copy, whose tools have an environment of their own: nobody else needs them.
mutants: $(MUTATION)/ready  ## Change the code that decides in small ways; the tests must notice each (takes minutes)
	rm -rf $(MUTANTS)
	mkdir -p $(MUTANTS)/src $(MUTANTS)/tests/overlay
	cp -R overlay/feishu_mail generated/feishu_mail_client sandbox/feishu_mail_sandbox $(MUTANTS)/src/
	cp tests/conftest.py tests/instant_waits.py $(MUTANTS)/tests/
	cp tests/overlay/*.py $(MUTANTS)/tests/overlay/
	cp tests/mutants.toml $(MUTANTS)/pyproject.toml
	cd $(MUTANTS) && ../../$(MUTATION)/bin/mutmut run && ../../$(MUTATION)/bin/mutmut results > survivors.txt
	@for mutant in $$(grep -o '^ *feishu_mail[^:]*' $(MUTANTS)/survivors.txt); do \
		grep -qF "\`$$mutant\`" tests/mutants.md || { echo "$$mutant is not noticed, and not named in tests/mutants.md" >&2; exit 1; }; done

regenerate: $(READY)/regenerate  ## Derive the client and the error table anew after an edit of the document
	$(ENVIRONMENT_PYTHON) scripts/regenerate.py

docs:  ## Build the reference page, one for reading and one for the sandbox (needs Node.js)

test-docs:  ## Test the reference pages in a real browser (needs Node.js and Chromium)

lint: lint-document lint-python  ## Check the style of the documents and of the Python code

lint-document:  ## Check the documents with Spectral and Redocly (needs Node.js)

lint-python: $(READY)/regenerate  ## Check the Python code with ruff
	$(ENVIRONMENT_PYTHON) -m ruff check
	$(ENVIRONMENT_PYTHON) -m ruff format --check

types: types-mypy types-pyright  ## Check the types with mypy and pyright

types-mypy: $(READY)/types  ## Check the types with mypy
	$(ENVIRONMENT_PYTHON) -m mypy

types-pyright:  ## Check the types with pyright (needs Node.js)

# The tests come out of the sdist and leave the packages' sources behind: only the installed wheel can be imported.
test-wheel: distributions  ## Build the wheel and run its tests against it, installed
	rm -rf $(WHEEL_TEST)
	mkdir -p $(WHEEL_TEST)/source
	tar -xzf build/dist/*.tar.gz -C $(WHEEL_TEST)/source --strip-components=1
	cd $(WHEEL_TEST)/source && rm -r generated openapi overlay sandbox
	$(ENVIRONMENT_PYTHON) -m venv $(WHEEL_TEST)/environment
	$(WHEEL_TEST)/environment/bin/python $(HASHED_INSTALL) \
		-r requirements/runtime.txt -r requirements/sandbox.txt -r requirements/test.txt
	$(WHEEL_TEST)/environment/bin/python -m pip install --quiet --no-deps --no-index build/dist/*.whl
	cd $(WHEEL_TEST)/source && FEISHU_MAIL_DISTRIBUTIONS="$(CURDIR)/build/dist" \
		../environment/bin/python -m pytest tests/overlay tests/sandbox tests/package

# PARTS='cold-start async' measures those only. Installing the environments, once, is not part of the ten minutes.
bench: $(BENCH)/all-ready $(READY)/regenerate  ## Measure the SDK beside other clients, in ten minutes; QUICK=1 in one
	@$(BENCH_ENVIRONMENTS)/harness/bin/python -m bench run $(if $(QUICK),--quick) $(if $(PARTS),--parts $(PARTS))

bench-docs: $(BENCH_ENVIRONMENTS)/harness/ready  ## Put the figures of the newest full `make bench` into the docs
	@$(BENCH_ENVIRONMENTS)/harness/bin/python -m bench publish

test-bench: $(READY)/types  ## Test the benchmark, with pyperf at hand
	$(ENVIRONMENT_PYTHON) -m pytest tests/bench

bench-gate: $(BENCH)/gate-ready  ## Hold the start, the import and a call against bare httpx
	@$(BENCH_ENVIRONMENTS)/harness/bin/python -m bench gate

pins: pins-python pins-node pins-docs  ## Compile the pinned requirements anew (needs Node.js for its lock file)

clean:  ## Remove everything that the commands made
	rm -rf .venv node_modules build feishu_mail.egg-info sandbox/feishu_mail_sandbox/reference.html .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Environments. Each step stands on the one before it, so that no two of them ever write to one environment at once.

$(READY)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; '$(PYTHON)' is not that. Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "'$(PYTHON)' lacks venv or ensurepip. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(ENVIRONMENT)"
	@$(PYTHON) -m venv --clear $(ENVIRONMENT)
	@mkdir $(READY)
	@touch $@

$(READY)/demo: $(READY)/created requirements/runtime.txt requirements/sandbox.txt requirements/build.txt pyproject.toml setup.py
	@echo "Installing what the SDK and its sandbox need"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) \
		-r requirements/runtime.txt -r requirements/sandbox.txt -r requirements/build.txt
	@$(ENVIRONMENT_PYTHON) -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@rm -rf feishu_mail.egg-info
	@touch $@

$(READY)/regenerate: $(READY)/demo requirements/regenerate.txt
	@echo "Installing the generator"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) -r requirements/regenerate.txt
	@touch $@

$(READY)/test: $(READY)/regenerate requirements/test.txt
	@echo "Installing what the tests need"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) -r requirements/test.txt
	@touch $@

$(READY)/fuzz: $(READY)/test requirements/fuzz.txt
	@echo "Installing schemathesis"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) -r requirements/fuzz.txt
	@touch $@

# It stands before the types, because mypy reads the tests that drive a browser, too.
$(READY)/browser: $(READY)/fuzz requirements/browser.txt
	@echo "Installing what drives a browser"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) -r requirements/browser.txt
	@touch $@

# mypy reads what measures, too.
$(READY)/types: $(READY)/browser requirements/types.txt requirements/bench.txt
	@echo "Installing mypy"
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) -r requirements/types.txt -r requirements/bench.txt
	@touch $@

$(MUTATION)/ready: $(READY)/created requirements/runtime.txt requirements/sandbox.txt requirements/test.txt requirements/mutants.txt
	@echo "Installing the mutation tester"
	@$(ENVIRONMENT_PYTHON) -m venv --clear $(MUTATION)
	@$(MUTATION)/bin/python $(HASHED_INSTALL) -r requirements/runtime.txt -r requirements/sandbox.txt \
		-r requirements/test.txt -r requirements/mutants.txt
	@touch $@

$(OPENAPI_GENERATOR)/ready: $(READY)/created requirements/clients.txt
	@echo "Installing openapi-generator"
	@$(ENVIRONMENT_PYTHON) -m venv --clear $(OPENAPI_GENERATOR)
	@$(OPENAPI_GENERATOR)/bin/python $(HASHED_INSTALL) -r requirements/clients.txt
	@touch $@

# What is measured gets environments of its own, with nothing in them but what it needs. Modules are compiled beforehand.

COMPILED = -m compileall -q -j 0
PACKAGES = lib/python*/site-packages
WHEEL_SOURCES := pyproject.toml setup.py $(shell find overlay generated openapi sandbox -type f \
	! -name '*.pyc' ! -name reference.html)

$(BENCH)/gate-ready: $(foreach name,harness sdk bare-httpx,$(BENCH_ENVIRONMENTS)/$(name)/ready) $(BENCH)/worker-tools/ready
	@touch $@

$(BENCH)/all-ready: $(BENCH)/gate-ready \
		$(foreach name,sdk-with-extras generated-client requests official-sdk,$(BENCH_ENVIRONMENTS)/$(name)/ready)
	@touch $@

$(BENCH)/wheel/ready: $(READY)/demo $(WHEEL_SOURCES)
	@echo "Building the wheel to measure"
	@rm -rf $(BENCH)/wheel
	@$(ENVIRONMENT_PYTHON) -m build --no-isolation --quiet --outdir $(BENCH)/wheel > /dev/null
	@rm -rf feishu_mail.egg-info
	@touch $@

# An environment, with the requirements that are named, and with our wheel where that is wanted.
define bench-environment
	@echo "Installing what is measured: $(notdir $(@D))"
	@$(ENVIRONMENT_PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python $(HASHED_INSTALL) $(foreach name,$(1),-r requirements/$(name).txt)
	$(if $(2),@$(@D)/bin/python -m pip install --quiet --no-deps --no-index $(BENCH)/wheel/*.whl)
	@$(@D)/bin/python $(COMPILED) $(@D)/$(PACKAGES)
	@touch $@
endef

$(BENCH_ENVIRONMENTS)/harness/ready: $(READY)/created requirements/bench.txt
	$(call bench-environment,bench)

$(BENCH_ENVIRONMENTS)/sdk/ready: $(BENCH)/wheel/ready requirements/runtime.txt
	$(call bench-environment,runtime,wheel)

$(BENCH_ENVIRONMENTS)/sdk-with-extras/ready: $(BENCH)/wheel/ready requirements/runtime.txt requirements/sandbox.txt
	$(call bench-environment,runtime sandbox,wheel)

$(BENCH_ENVIRONMENTS)/generated-client/ready: $(BENCH)/wheel/ready requirements/bench-generated-client.txt
	$(call bench-environment,bench-generated-client,wheel)

$(BENCH_ENVIRONMENTS)/%/ready: $(READY)/created requirements/bench-%.txt
	$(call bench-environment,bench-$*)

$(BENCH)/worker-tools/ready: $(READY)/created requirements/bench-worker.txt
	@rm -rf $(@D)
	@$(ENVIRONMENT_PYTHON) $(HASHED_INSTALL) --target $(@D) -r requirements/bench-worker.txt
	@$(ENVIRONMENT_PYTHON) $(COMPILED) $(@D)
	@touch $@

# The list of files that an earlier build left behind would bring removed files back.
distributions: $(READY)/demo
	rm -rf build/dist feishu_mail.egg-info
	$(ENVIRONMENT_PYTHON) -m build --no-isolation --quiet --outdir build/dist
	rm -rf feishu_mail.egg-info

# --- Pins. uv gets an environment of its own, so that a broken pin can be mended with it.

$(PINS)/ready: $(READY)/created requirements/pins.txt
	@$(ENVIRONMENT_PYTHON) -m venv --clear $(PINS)
	@$(PINS)/bin/python $(HASHED_INSTALL) -r requirements/pins.txt
	@touch $@

pins-python: $(PINS)/ready
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra sandbox --constraint requirements/runtime.txt --output-file requirements/sandbox.txt
	for use in build regenerate test fuzz browser bench bench-bare-httpx bench-generated-client bench-requests \
		bench-official-sdk bench-worker types mutants clients pins; do \
		$(COMPILE) requirements/$$use.in --output-file requirements/$$use.txt || exit 1; done

# --- What needs more than Python: a user may lack it, and CI must have it.

# Says what $@ needs: an error where CI must have it, else a line.
define needs
	@if [ "$(CI)" = true ]; then echo "make $@ needs $(1), and CI must have it" >&2; exit 1; fi
	@echo "Skipped make $@: it needs $(1)"
endef

# --- Node.js.

ifneq ($(and $(shell command -v node 2>/dev/null),$(shell command -v npm 2>/dev/null)),)

lint-document: $(READY)/test node_modules/ready
	node_modules/.bin/spectral lint --fail-severity=hint $(DOCUMENT) $(CONTROL_PLANE)
	node_modules/.bin/redocly lint $(DOCUMENT) $(CONTROL_PLANE)
	$(ENVIRONMENT_PYTHON) -m pytest -q tests/toolchains/lint

types-pyright: $(READY)/types node_modules/ready
	node_modules/.bin/pyright --project pyproject.toml --warnings

node_modules/ready: package.json package-lock.json .npmrc
	@echo "Installing the Node.js tools"
	@npm ci --ignore-scripts --silent
	@touch $@

validation-proxy: $(READY)/test $(PRISM)/ready
	@$(ENVIRONMENT_PYTHON) -m clients --prism $(PRISM)/node_modules/.bin/prism

$(PRISM)/ready: clients/prism/package.json clients/prism/package-lock.json .npmrc
	@echo "Installing Prism"
	@mkdir -p $(PRISM)
	@cp clients/prism/package.json clients/prism/package-lock.json .npmrc $(PRISM)/
	@cd $(PRISM) && npm ci --ignore-scripts --silent
	@touch $@

# npm copies addresses of sponsors' pages into the lock file; it holds no addresses at all.
pins-node:
	for folder in $(NODE_FOLDERS); do \
		npm install --prefix $$folder --userconfig .npmrc --package-lock-only --ignore-scripts && \
		node -e "const fs = require('fs'), name = '$$folder/package-lock.json', lock = JSON.parse(fs.readFileSync(name)); \
			for (const entry of Object.values(lock.packages)) { delete entry.funding; delete entry.deprecated; } \
			fs.writeFileSync(name, JSON.stringify(lock, null, 2) + '\n')" || exit 1; done

else

lint-document types-pyright validation-proxy pins-node:
	$(call needs,Node.js and npm)

endif

# --- The reference page: npm fetches what renders it, and a browser, which the operating system brings, tests it.

NPM := $(shell command -v npm 2>/dev/null)
CHROMIUM := $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name) 2>/dev/null)))

ifneq ($(NPM),)

docs: $(READY)/regenerate
	@$(ENVIRONMENT_PYTHON) scripts/reference_page.py

pins-docs:
	node -e "const fs = require('fs'), name = 'requirements/reference-page.json', pin = JSON.parse(fs.readFileSync(name)); \
		const wanted = pin.package + '@' + ('$(UPGRADE)' ? 'latest' : pin.version); \
		const command = ['view', '--json', wanted, 'version', 'dist.integrity']; \
		const found = JSON.parse(require('child_process').execFileSync('npm', command)); \
		Object.assign(pin, { version: found.version, integrity: found['dist.integrity'] }); \
		fs.writeFileSync(name, JSON.stringify(pin, null, 2) + '\n')"

else

docs pins-docs:
	$(call needs,npm)

endif

ifneq ($(and $(NPM),$(CHROMIUM)),)

test-docs: docs $(READY)/browser
	FEISHU_MAIL_CHROMIUM="$(CHROMIUM)" $(ENVIRONMENT_PYTHON) -m pytest tests/toolchains/browser

else

test-docs:
	$(call needs,npm and Chromium)

endif

# --- Go. Each tool is a module of its own, and pinned by its go.mod and go.sum; for another version:
# go -C requirements/oasdiff get -tool github.com/oasdiff/oasdiff@v1.2.3

ifneq ($(shell command -v go 2>/dev/null),)

# Headers whose names begin with x- are no extensions, as vacuum believes without --ext-refs.
lint-vacuum: $(TOOLS)/vacuum
	$(TOOLS)/vacuum lint --no-banner --no-style --remote=false --ext-refs --ruleset vacuum-ruleset.yaml --details \
		--fail-severity info --min-score 100 $(DOCUMENT)

check-changes: $(READY)/regenerate $(TOOLS)/oasdiff
	@$(ENVIRONMENT_PYTHON) scripts/check_changes.py $(if $(BASE),--base '$(BASE)')

test-changes: $(READY)/test $(TOOLS)/oasdiff
	$(ENVIRONMENT_PYTHON) -m pytest tests/toolchains/changes

# Without optimisation: that takes half the time, and both run for less than a second.
$(TOOLS)/%: requirements/%/go.mod requirements/%/go.sum
	@echo "Building $* (once)"
	@GOBIN='$(CURDIR)/$(TOOLS)' go -C requirements/$* install -trimpath -gcflags='all=-N -l' tool
	@touch $@

else

lint-vacuum check-changes test-changes:
	$(call needs,Go)

endif
