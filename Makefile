# From nothing: `make lab` opens the lessons, `make test` proves them.
# Python 3.11 to 3.13 is found by itself; choose another with `make lab PYTHON=/path/to/python`.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup lab site lite projector test lint check bench lock pictures binder hub classroom

CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
PY := .venv/bin/python

# Stamps are named by content, not by time: a clone or a checkout does not install again, a new lock
# or a moved folder does.
SETUP_FILES := constraints.txt pyproject.toml $(shell find share -type f)
KEY := $(shell { pwd; cat $(SETUP_FILES); } | cksum | cut -d ' ' -f 1)
LAB_READY := .venv/.lab-$(KEY)
DEV_READY := .venv/.dev-$(KEY)
HUB_READY := .hub/.ready-$(KEY)
PROJECTOR_READY := .venv/.projector-$(KEY)
LITE_READY := .venv/.lite-$(KEY)
JUPYTERLITE := jupyterlite-core jupyterlite-pyodide-kernel doit pkginfo
STUDENTS := 40

help:
	@echo 'make lab        install what is missing and open the lessons in JupyterLab'
	@echo 'make projector  show the explorers full screen in the browser'
	@echo 'make site       write the course as pages to read and print, into build/site'
	@echo 'make lite       write the explorers as a site that needs no server, into build/lite (needs npm)'
	@echo 'make test       install what is missing and run every test'
	@echo 'make lint       style and types only'
	@echo 'make check      the lessons only'
	@echo 'make bench      measure speed and memory'
	@echo 'make pictures   photograph the explorers that README.md shows'
	@echo 'make hub        install JupyterHub for a class into .hub (needs npm)'
	@echo 'make classroom  let STUDENTS=40 simulated students work through a lesson in that JupyterHub'
	@echo 'make binder     install as Binder does, in a folder of its own, and open the lessons there'
	@echo 'make lock       update constraints.txt and binder/requirements.txt from pyproject.toml'

setup: $(LAB_READY)

lab: setup
	.venv/bin/hcclab lab

site: $(LAB_READY)
	.venv/bin/hcclab site build/site

lite: $(LITE_READY)
	.venv/bin/hcclab lite build/lite

projector: $(PROJECTOR_READY)
	.venv/bin/hcclab projector

# pytest comes last: its closing line is the verdict that CI reads. The slow files are the first of
# their folders' alphabet, so they start first when their order is kept.
# Three workers on two processors: a browser test waits much of its time.
test: lint
	$(PY) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

lint: $(DEV_READY)
	$(PY) -m ruff check -q
	$(PY) -m ruff format -q --check
	$(PY) -m mypy --no-error-summary

check: $(LAB_READY)
	.venv/bin/hcclab check

bench: $(DEV_READY)
	$(PY) -m tests.benchmarks

classroom: $(DEV_READY) $(HUB_READY)
	$(PY) -m tests.classroom $(STUDENTS)

pictures: $(DEV_READY)
	$(PY) -m pytest -q tests/browser/test_lessons_in_browser.py -k '02_staging or 03_albi'
	cp tests/browser/artefacts/02_staging-explorer-1.png docs/pictures/stage_map.png
	cp tests/browser/artefacts/03_albi-explorer-1.png docs/pictures/albi_surface.png

binder: $(DEV_READY)
	$(PY) -m tests.binder

hub: $(HUB_READY)

# Pins that still fit stay; remove constraints.txt first to move everything to its newest version.
lock:
	uv pip compile -q pyproject.toml --all-extras --universal --no-annotate --no-header \
	  -o constraints.txt
	uv pip compile -q pyproject.toml --extra binder --no-annotate --no-header -c constraints.txt \
	  --python-version 3.12 --python-platform x86_64-manylinux_2_28 -o binder/requirements.txt

$(PY):
	@for python in $(CANDIDATES); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	      2>/dev/null; then \
	    echo "Making .venv with $$("$$python" -V)"; \
	    if uv --version >/dev/null 2>&1; then exec uv venv -q --clear --seed --python "$$python" .venv; \
	    else exec "$$python" -m venv --clear .venv; fi; \
	  fi; \
	done; \
	echo 'hcclab needs Python 3.11, 3.12 or 3.13, and none of these is one: $(CANDIDATES).' \
	  'Install one, or name it: make PYTHON=/path/to/python' >&2; exit 1

# Bytecode is compiled here because uv leaves it out and the environment may forbid it, and without
# it a first import takes three times as long. Leaving out the tests of other packages saves 50 MB.
define install
@echo 'Installing hcclab into .venv (once, about a minute)'
@if uv --version >/dev/null 2>&1; then uv pip install -q -p .venv -c constraints.txt -e '$(1)'; \
else $(PY) -m pip install -q --no-compile -c constraints.txt -e '$(1)'; fi
@$(PY) -m compileall -qq -j 0 -x '/tests?/' .venv/lib src || true
@rm -f .venv/.lab-* .venv/.dev-* .venv/.projector-* .venv/.lite-*
endef

# Apart from the rest, because JupyterLab would load the kernel of JupyterLite as if it were its own.
define install-jupyterlite
@rm -rf .venv/.jupyterlite
@if uv --version >/dev/null 2>&1; then \
  uv pip install -q -p .venv --target .venv/.jupyterlite --no-deps -c constraints.txt $(JUPYTERLITE); \
else \
  $(PY) -m pip install -q --target .venv/.jupyterlite --no-deps -c constraints.txt $(JUPYTERLITE); fi
endef

$(LAB_READY): | $(PY)
	$(call install,.)
	@touch $@

$(DEV_READY): | $(PY)
	$(call install,.[dev])
	$(install-jupyterlite)
	@touch $(LAB_READY) $(PROJECTOR_READY) $(LITE_READY) $@

$(PROJECTOR_READY): | $(PY)
	$(call install,.[projector])
	@touch $(LAB_READY) $@

$(LITE_READY): | $(LAB_READY)
	$(install-jupyterlite)
	@touch $@

$(HUB_READY): | $(PY)
	@echo 'Installing JupyterHub into .hub (once, about a minute)'
	@rm -rf .hub && $(PY) -m venv .hub
	@if uv --version >/dev/null 2>&1; then uv pip install -q -p .hub -c constraints.txt -e '.[hub]'; \
	else .hub/bin/python -m pip install -q --no-compile -c constraints.txt -e '.[hub]'; fi
	@.hub/bin/python -m compileall -qq -j 0 -x '/tests?/' .hub/lib || true
	@npm install --silent --no-audit --no-fund --prefix .hub configurable-http-proxy@5.3.0
	@touch $@
