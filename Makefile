# The README's commands. Each makes its own set-up: .venv from the lock file, and the tools that it needs.
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help
.PHONY: help preview test test-cluster faults check lint benchmark lock clean set-up tools tools-cluster tools-workflows tools-telemetry postgres chromium prometheus
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

ENV ?= staging
SEEDS ?= 30
caches := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/billing-platform
bin := .venv/bin
uv := uv==0.13.9
# For the hundreds of processes that the tests start: where Python is told to write no bytecode, each would compile the
# rules and the program again, a third of a policy pack's start. Held against the sources' hashes, it is never stale.
compile := $(bin)/python -m compileall -q --invalidation-mode checked-hash components platformctl policies sandbox stacks

help: ## List these commands
	sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

preview: set-up tools ## Show what ENV (default: staging) would be, with policy verdicts; no cloud account
	$(bin)/platformctl preview $(ENV)

test: set-up tools tools-workflows tools-telemetry postgres chromium prometheus ## Run every test but the cluster suite, on the real engine
	$(compile)
	$(bin)/python -m tests.side_by_side

test-cluster: set-up tools tools-cluster prometheus ## Run the cluster suite, on a real Kubernetes control plane
	$(compile)
	$(bin)/pytest tests/cluster

faults: set-up tools ## Strike every fault under SEEDS seeds (default: 30); table in build/faults.md, JSON beside it
	mkdir -p build
	$(bin)/python -m tests.faults --seeds $(SEEDS) --output build/faults.md

check: lint tools-workflows tools-telemetry postgres chromium prometheus ## lint, and the tests that need no engine; for every commit
	$(bin)/pytest --ignore=tests/cluster -m "not engine"

lint: set-up ## Format, style, types and import boundaries
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy --cache-dir $(caches)/mypy
	$(bin)/lint-imports --no-logo --cache-dir $(caches)/import-linter

benchmark: set-up tools tools-cluster prometheus ## Print the tables of benchmarks/
	for file in benchmarks/[a-z]*.py; do
	  $(bin)/python -m "benchmarks.$$(basename "$$file" .py)"
	done

lock: ## Write requirements.lock from pyproject.toml
	folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	python3 -m venv "$$folder"
	"$$folder/bin/pip" install --quiet $(uv)
	"$$folder/bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --all-extras pyproject.toml -o requirements.lock

clean: ## Stop the sandbox and remove what these commands made here; the tools in the user's cache stay
	if [ -d .sandbox ] && [ -x $(bin)/platformctl ]; then $(bin)/platformctl sandbox stop || true; fi
	rm -rf .venv .sandbox .pytest_cache .hypothesis .ruff_cache .import_linter_cache build ./*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

tools: set-up
	$(bin)/python -m sandbox.tools ensure

tools-workflows: set-up
	$(bin)/python -m sandbox.tools ensure workflows

tools-telemetry: set-up
	$(bin)/python -m sandbox.tools ensure telemetry

tools-cluster: set-up
	$(bin)/python -m sandbox.tools ensure cluster

# PostgreSQL with pgaudit, which tests start to see what it logs; a server that Debian would start is not wanted.
postgres:
	if ls /usr/lib/postgresql/*/lib/pgaudit.so >/dev/null 2>&1; then exit 0; fi
	packages=postgresql
	as_root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n")
	echo "Installing PostgreSQL with pgaudit: half a minute, once per machine"
	{
	  $$as_root apt-get update -qq
	  major=$$(apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$$/\1/p')
	  packages="postgresql-$$major postgresql-$$major-pgaudit"
	  $$as_root mkdir -p /etc/postgresql-common
	  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	    echo "create_main_cluster = false" | $$as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
	  fi
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -qq --yes --no-install-recommends $$packages >/dev/null
	} || { echo "error: the tests need PostgreSQL with pgaudit. To mend it: apt-get install $$packages" >&2; exit 2; }

# Chromium with a font, in which tests look at pages and pictures.
chromium:
	for name in chromium chromium-browser google-chrome; do
	  if command -v $$name >/dev/null; then exit 0; fi
	done
	as_root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n")
	packages="chromium fonts-dejavu-core"
	echo "Installing Chromium: a minute, once per machine"
	{
	  $$as_root apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -qq --yes --no-install-recommends $$packages >/dev/null
	  command -v chromium >/dev/null
	} || { echo "error: the tests need Chromium. To mend it: apt-get install $$packages" >&2; exit 2; }

# Prometheus with promtool, and Alertmanager with amtool, which the control plane and tests run as processes of their
# own: never the services that come with the packages. The policy keeps the installation from starting them, the rest
# keeps every boot from it.
prometheus:
	missing=""
	command -v prometheus >/dev/null && command -v promtool >/dev/null || missing="prometheus"
	command -v amtool >/dev/null || missing="$$missing prometheus-alertmanager"
	if [ -z "$$missing" ]; then exit 0; fi
	as_root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n")
	echo "Installing $$missing: half a minute, once per machine"
	policy=/usr/sbin/policy-rc.d units=/etc/systemd/system
	if [ ! -e $$policy ]; then
	  trap "$$as_root rm -f $$policy" EXIT
	  printf '#!/bin/sh\nexit 101\n' | $$as_root tee $$policy >/dev/null && $$as_root chmod 755 $$policy
	fi
	{
	  $$as_root apt-get update -qq
	  for name in $$missing; do
	    if [ -d $$units ] && [ ! -e $$units/$$name.service ]; then $$as_root ln -s /dev/null $$units/$$name.service; fi
	  done
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -qq --yes --no-install-recommends $$missing >/dev/null
	  for name in $$missing; do $$as_root update-rc.d $$name disable >/dev/null 2>&1; done
	  command -v promtool >/dev/null && command -v amtool >/dev/null
	} || { echo "error: tests need Prometheus and Alertmanager. To mend it: apt-get install $$missing" >&2; exit 2; }

# .venv/.installed is written last and says what .venv was made from and where: without it .venv is made anew,
# because a set-up was interrupted or the folder was moved; when only the pins changed they are installed over it.
set-up:
	exec 9< Makefile
	flock 9 # two commands at once in one checkout make .venv once
	stamp=.venv/.installed
	if grep -qsxF "# $(CURDIR)" $$stamp && $(bin)/python -c '' 2>/dev/null; then
	  if sha256sum --check --status $$stamp; then exit 0; fi
	else
	  rm -rf .venv
	  found="none" chosen=""
	  for python in python3.13 python3.12 python3.11 python3; do
	    version=$$($$python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
	    found="$$python is $$version"
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
	    found="$$found without its venv module"
	    if $$python -c 'import ensurepip, venv' 2>/dev/null; then chosen=$$python; break; fi
	  done
	  if [ -z "$$chosen" ]; then
	    echo "error: Python 3.11 or newer with its venv module is needed (found: $$found)." >&2
	    echo "To mend it, on Debian 12 or newer: apt-get install python3 python3-venv" >&2
	    exit 2
	  fi
	  echo "Creating .venv with $$chosen ($$version)"
	  $$chosen -m venv .venv
	fi
	rm -f $$stamp
	pins=$$(sha256sum requirements.lock pyproject.toml)
	echo "Installing the locked packages into .venv: a minute or two the first time"
	collected=0 next=10
	rm -f .venv/pip.log
	$(bin)/python -m pip --disable-pip-version-check install --progress-bar off --require-hashes \
	    -r requirements.lock 2>&1 | while read -r line; do
	  echo "$$line" >> .venv/pip.log
	  case $$line in
	    Collecting*) collected=$$((collected + 1)) ;;
	    Installing*) echo "  installing $$collected packages ($$SECONDS s)"; next=3600 ;;
	  esac
	  if [ $$SECONDS -ge $$next ]; then
	    echo "  $$collected packages collected ($$SECONDS s)"
	    next=$$((SECONDS + 10))
	  fi
	done || { echo "error: pip failed; .venv/pip.log ends:" >&2; tail -n 8 .venv/pip.log | cut -c-200 >&2; exit 2; }
	$(bin)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation \
	  --config-settings editable_mode=compat -e .
	printf '# %s\n%s\n' "$(CURDIR)" "$$pins" > $$stamp.new
	mv $$stamp.new $$stamp
	echo "Set-up of .venv took $$SECONDS s"
