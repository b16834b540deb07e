# Every command of the project. Each sets itself up; `make` alone lists them.

PYTHON ?= python3
# `make pins UPGRADE=--upgrade` moves to the newest versions; without it, pins stay as long as they still fit.
UPGRADE ?=
# `make faults PROFILE=long` tries 20,000 arbitrary answers and 200 sequences of faults; `make attacks PROFILE=long`, half an hour;
# `make many PROFILE=long`, a true 20 in 60 s, and 50,000 drafts; `make many-kills PROFILE=long`, 50 kills and more.
PROFILE ?= faults
LENGTH = --profile $(if $(filter long,$(PROFILE)),long,short)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true
export REDOCLY_TELEMETRY := off

DOCUMENT := openapi/feishu-mail.yaml
CONTROL_PLANE := sandbox/feishu_mail_sandbox/control-plane.json
ENVIRONMENT_PYTHON := .venv/bin/python
READY := .venv/ready
PYTEST := $(ENVIRONMENT_PYTHON) -m pytest
SIDE_BY_SIDE := --numprocesses logical --maxprocesses 4 --dist worksteal
# pip cannot use a SOCKS proxy, and gives up at the sight of one.
PIP := $(if $(filter socks%,$(ALL_PROXY) $(all_proxy)),env -u ALL_PROXY -u all_proxy)
CONTENDERS := sdk bare_httpx requests_session lark_oapi_client
ISOLATED := mutation openapi-generator pins wheel $(CONTENDERS:%=bench/%)
EXTRAS := sandbox many fleet
GROUPS := build test fuzz checks mutants clients bench-requests bench-lark-oapi pins
NODE := lint-document types-pyright validation-proxy docs test-docs pins-node
GO := lint-vacuum check-changes test-changes

.DEFAULT_GOAL := help
.PHONY: help demo test faults attacks many many-kills fuzz fuzz-defects clients mutants regenerate lint lint-python types types-mypy test-wheel \
	distributions bench bench-gate contenders pins pins-python clean $(foreach command,$(NODE) $(GO),$(command) $(command)-here)

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)/demo  ## Send three drafts to the sandbox and show what happens
	@$(ENVIRONMENT_PYTHON) scripts/demo.py

test: $(READY)/test  ## Run all tests
	$(PYTEST) $(SIDE_BY_SIDE)

faults: $(READY)/test  ## Send through every fault, and count broken promises (0)
	$(ENVIRONMENT_PYTHON) scripts/faults.py
	$(PYTEST) -q --hypothesis-profile $(PROFILE) --timeout 900 --durations 2 $(SIDE_BY_SIDE) \
		tests/faults/test_any_sequence.py tests/overlay/test_any_answer.py

# ONLY='forks signals' runs these programs only.
attacks: $(READY)/test  ## Attack with what no honest service, machine or caller does, and count broken promises (0)
	@$(ENVIRONMENT_PYTHON) scripts/attacks.py $(ONLY:%=--only=%) $(LENGTH)

many: $(READY)/test  ## Send many drafts at a limit: none refused for the pace, no longer than it must take (needs PostgreSQL)
	@$(ENVIRONMENT_PYTHON) -m tests.many.kept_pace $(LENGTH)
	@$(ENVIRONMENT_PYTHON) -m tests.many.simulation $(LENGTH)
	@$(ENVIRONMENT_PYTHON) -m tests.many.scale $(LENGTH)

many-kills: $(READY)/test  ## Kill, suspend and interrupt runs of many drafts: each goes out once (0 violations; needs PostgreSQL)
	@$(ENVIRONMENT_PYTHON) -m tests.many.kills $(LENGTH)

fuzz: $(READY)/fuzz  ## Fuzz the sandbox with the document, or URL=http://127.0.0.1:PORT [DRAFTS=file]; CASES=, SEED=
	@$(ENVIRONMENT_PYTHON) -m fuzzing $(if $(URL),--url '$(URL)') $(if $(DRAFTS),--drafts '$(DRAFTS)') \
		$(if $(CASES),--cases '$(CASES)') $(if $(SEED),--seed '$(SEED)')

fuzz-defects: $(READY)/fuzz  ## Plant defects in the sandbox, one at a time, and demand that fuzzing finds each
	@$(ENVIRONMENT_PYTHON) -m fuzzing.defect_hunt

# LANGUAGES='go rust' tries those only; PROGRAM='java -jar ...' takes a program of your own; OPERATIONS=sendDraft leaves the
# cases of others out.
clients: $(READY)/test build/openapi-generator/ready  ## Generate clients in other languages, and take each through the shared cases
	@$(ENVIRONMENT_PYTHON) -m clients $(OPERATIONS:%=--operation=%) $(if $(PROGRAM),--program $(PROGRAM),$(LANGUAGES))

# The code is changed in a copy, with tools that nobody else needs.
MUTANTS := build/mutants
mutants: build/mutation/ready  ## Change the code that decides in small ways; the tests must notice each (takes minutes)
	rm -rf $(MUTANTS)
	mkdir -p $(MUTANTS)/src $(MUTANTS)/tests/overlay
	cp -R overlay/feishu_mail generated/feishu_mail_client sandbox/feishu_mail_sandbox $(MUTANTS)/src/
	cp tests/conftest.py $(MUTANTS)/tests/
	cp tests/overlay/*.py $(MUTANTS)/tests/overlay/
	cp tests/mutants.toml $(MUTANTS)/pyproject.toml
	cd $(MUTANTS) && ../mutation/bin/mutmut run && ../mutation/bin/mutmut results > survivors.txt
	@for mutant in $$(grep -o '^ *feishu_mail[^:]*' $(MUTANTS)/survivors.txt); do \
		grep -qF "\`$$mutant\`" tests/mutants.md || { echo "$$mutant is not noticed, and not named in tests/mutants.md" >&2; exit 1; }; done

regenerate: $(READY)/test  ## Derive the client and everything else that is derived, after an edit of the document
	$(ENVIRONMENT_PYTHON) scripts/regenerate.py

lint: lint-document lint-python  ## Check the style of the documents and of the Python code

lint-python: $(READY)/test  ## Check the Python code with ruff
	$(ENVIRONMENT_PYTHON) -m ruff check
	$(ENVIRONMENT_PYTHON) -m ruff format --check

types: types-mypy types-pyright  ## Check the types with mypy and pyright

types-mypy: $(READY)/checks  ## Check the types with mypy
	$(ENVIRONMENT_PYTHON) -m mypy

# The tests come out of the sdist and leave the packages' sources behind: only the installed wheel can be imported.
test-wheel: distributions build/wheel/ready  ## Build the wheel and run its tests against it, installed
	rm -rf build/test-wheel
	mkdir -p build/test-wheel
	tar -xzf build/dist/*.tar.gz -C build/test-wheel --strip-components=1
	cd build/test-wheel && rm -r generated openapi overlay sandbox
	$(call install-wheel,build/wheel)
	cd build/test-wheel && FEISHU_MAIL_DISTRIBUTIONS="$(CURDIR)/build/dist" \
		../wheel/bin/python -m pytest $(SIDE_BY_SIDE) tests/overlay tests/many tests/sandbox tests/package

# Installing the contenders, once, is not part of the minutes.
bench: contenders  ## Measure the SDK beside other clients, in ten minutes; QUICK=1 in about one
	@$(ENVIRONMENT_PYTHON) -m bench $(if $(QUICK),--quick)

bench-gate: contenders  ## Hold what the SDK costs against its limits, in about a minute
	@$(ENVIRONMENT_PYTHON) -m bench --gate

pins: pins-python pins-node  ## Compile the pinned requirements (needs Node.js for its lock file)

clean:  ## Remove everything that the commands made
	rm -rf .venv node_modules build feishu_mail.egg-info sandbox/feishu_mail_sandbox/reference.html .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What needs more than Python: a user may lack it, and CI must have it.

lint-document: NEEDS = node npm  ## Check the documents with Spectral and Redocly (needs Node.js)
types-pyright: NEEDS = node npm  ## Check the types with pyright (needs Node.js)
validation-proxy: NEEDS = node npm  ## Hold every answer of the shared cases against the document with Prism (needs Node.js)
docs: NEEDS = npm  ## Build the reference page, one for reading and one for the sandbox (needs Node.js)
test-docs: NEEDS = npm $(or $(CHROMIUM),chromium)  ## Test the reference pages in a real browser (needs Node.js and Chromium)
pins-node: NEEDS = node npm  ## Compile the lock files of npm, and the pin of the reference page (needs Node.js)
lint-vacuum: NEEDS = go  ## Check the document with vacuum, whose score must be 100 (needs Go; builds for minutes, once)
check-changes: NEEDS = go  ## Say whether the document breaks clients made from an earlier one, BASE=<git ref> (needs Go)
test-changes: NEEDS = go  ## Run the tests that need oasdiff (needs Go)

CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

$(NODE) $(GO):
	@for program in $(NEEDS); do command -v $$program > /dev/null && continue; \
		if [ "$(CI)" = true ]; then echo "make $@ needs $$program, and CI must have it" >&2; exit 1; fi; \
		echo "Skipped make $@: it needs $$program"; exit; done; \
	$(MAKE) --no-print-directory $@-here

lint-document-here: $(READY)/test node_modules/ready
	node_modules/.bin/spectral lint --fail-severity=hint $(DOCUMENT) $(CONTROL_PLANE)
	node_modules/.bin/redocly lint $(DOCUMENT) $(CONTROL_PLANE)
	$(PYTEST) -q tests/toolchains/lint

types-pyright-here: $(READY)/checks node_modules/ready
	node_modules/.bin/pyright --project pyproject.toml --warnings

validation-proxy-here: $(READY)/test build/prism/node_modules/ready
	@$(ENVIRONMENT_PYTHON) -m clients --prism build/prism/node_modules/.bin/prism

node_modules/ready: package.json package-lock.json .npmrc
	@echo "Installing the Node.js tools"
	@npm ci --ignore-scripts --silent
	@touch $@

build/prism/node_modules/ready: clients/prism/package.json clients/prism/package-lock.json .npmrc
	@echo "Installing Prism"
	@mkdir -p build/prism
	@cp $^ build/prism/
	@cd build/prism && npm ci --ignore-scripts --silent
	@touch $@

docs-here: $(READY)/test
	@$(ENVIRONMENT_PYTHON) scripts/reference_page.py

test-docs-here: docs-here $(READY)/checks
	FEISHU_MAIL_CHROMIUM="$(CHROMIUM)" $(PYTEST) tests/toolchains/browser

pins-node-here:
	UPGRADE=$(UPGRADE) node requirements/pin_node.js . clients/prism clients/typescript

# Headers whose names begin with x- are no extensions, as vacuum believes without --ext-refs.
lint-vacuum-here: build/tools/vacuum
	build/tools/vacuum lint --no-banner --no-style --remote=false --ext-refs --ruleset vacuum-ruleset.yaml --details \
		--fail-severity info --min-score 100 $(DOCUMENT)

check-changes-here: $(READY)/test build/tools/oasdiff
	@$(ENVIRONMENT_PYTHON) scripts/check_changes.py $(if $(BASE),--base '$(BASE)')

test-changes-here: $(READY)/test build/tools/oasdiff
	$(PYTEST) tests/toolchains/changes

# Each tool is a module of its own, and pinned by its go.mod and go.sum; for another version:
# go -C requirements/oasdiff get -tool github.com/oasdiff/oasdiff@v1.2.3
# Without optimisation: that takes half the time, and both run for less than a second.
build/tools/%: requirements/%/go.mod requirements/%/go.sum
	@echo "Building $* (once)"
	@GOBIN='$(CURDIR)/build/tools' go -C requirements/$* install -trimpath -gcflags='all=-N -l' tool

# --- Environments. Each step stands on the one before it, so that no two of them ever write to one environment at once.

$(READY)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; '$(PYTHON)' is not that. Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "'$(PYTHON)' lacks venv or ensurepip. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv --clear .venv
	@mkdir $(READY)
	@touch $@

# $(call install,ENVIRONMENT): what the prerequisites among the pins name.
install = $(PIP) $(1)/bin/python -m pip install --quiet --require-hashes $(patsubst %,-r %,$(filter %.txt,$^))
install-wheel = $(1)/bin/python -m pip install --quiet --no-deps --no-index --force-reinstall build/dist/*.whl

$(READY)/demo: requirements/runtime.txt requirements/sandbox.txt requirements/build.txt $(READY)/created pyproject.toml setup.py
	@echo "Installing what the SDK and its sandbox need"
	@$(call install,.venv)
	@$(ENVIRONMENT_PYTHON) -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@rm -rf feishu_mail.egg-info
	@touch $@

$(READY)/test: $(READY)/demo requirements/fleet.txt
$(READY)/fuzz: $(READY)/test
$(READY)/checks: $(READY)/fuzz
$(READY)/%: requirements/%.txt
	@echo "Installing $(filter %.txt,$^)"
	@$(call install,.venv)
	@touch $@

build/mutation/ready: $(foreach name,runtime sandbox test mutants,requirements/$(name).txt)
build/openapi-generator/ready: requirements/clients.txt
build/pins/ready: requirements/pins.txt
build/wheel/ready: $(foreach name,runtime sandbox fleet test,requirements/$(name).txt)
build/bench/sdk/ready build/bench/bare_httpx/ready: requirements/runtime.txt
build/bench/requests_session/ready: requirements/bench-requests.txt
build/bench/lark_oapi_client/ready: requirements/bench-lark-oapi.txt
$(ISOLATED:%=build/%/ready): build/%/ready: $(READY)/created
	@echo "Making build/$*"
	@$(ENVIRONMENT_PYTHON) -m venv --clear build/$*
	@$(call install,build/$*)
	@touch $@

contenders: $(READY)/test distributions $(CONTENDERS:%=build/bench/%/ready)
	@$(call install-wheel,build/bench/sdk)

# The list of files that an earlier build left behind would bring removed files back.
distributions: $(READY)/demo
	@rm -rf build/dist feishu_mail.egg-info
	@$(ENVIRONMENT_PYTHON) -m build --no-isolation --quiet --outdir build/dist > /dev/null
	@rm -rf feishu_mail.egg-info

# uv has an environment of its own, so that a broken pin can be mended with it. Each file agrees with those before it.
COMPILE = build/pins/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make pins" $(UPGRADE)
pins-python: build/pins/ready
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	@constraints='--constraint requirements/runtime.txt'; for name in $(EXTRAS) $(GROUPS); do \
		echo "Compiling requirements/$$name.txt"; \
		case ' $(EXTRAS) ' in *" $$name "*) from="pyproject.toml --extra $$name";; *) from="--group pyproject.toml:$$name";; esac; \
		$(COMPILE) $$from $$constraints --output-file requirements/$$name.txt || exit 1; \
		constraints="$$constraints --constraint requirements/$$name.txt"; done
