# The commands of this project. `make help` lists them; nothing but Python 3.11 (with venv), make and git is needed.
# PORT, DATABASE_URL and CRM_DATA_DIR in the environment are honoured by every one of them.

.DEFAULT_GOAL := help
PY := .venv/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all:
UV_COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.PHONY: help run test check fix german lock bench maven clean venv core-set dev-set

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 14

run: core-set ## Start the CRM with a demo business: web server and worker, one Ctrl-C ends both
	@exec $(PY) manage.py serve --prepare

test: dev-set ## Run all tests on SQLite, and on PostgreSQL where there is one
	@$(PY) -m tests.run $(ARGS)

check: dev-set ## Format, lint, types, imports, templates, migrations, production settings, then all tests
	@$(PY) -m tests.check
	@$(PY) -m tests.run $(ARGS)

fix: dev-set ## Put format, import order and templates right
	@.venv/bin/ruff check --quiet --fix . || true
	@.venv/bin/ruff format .
	@git ls-files -z --cached --others --exclude-standard -- '*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2 || true

german: core-set ## Bring the German catalogue up to date with the code, then compile it (needs gettext)
	@.venv/bin/django-admin makemessages -l de --no-wrap --add-location file --no-obsolete -i .venv -i var -i tests -i bench
	@.venv/bin/django-admin compilemessages -l de -i .venv

lock: dev-set ## Write the hash-locked requirement files anew from the .in files
	@$(UV_COMPILE) requirements/core.in -o requirements/core.txt
	@$(UV_COMPILE) -c requirements/core.txt requirements/dev.in -o requirements/dev.txt

bench: dev-set ## Measure lists, boards and search at a million records on PostgreSQL
	@$(PY) -m bench $(ARGS)

maven: core-set ## Import a folder of a sales pipeline in CSV: make maven FILES=<folder>
	@test -n "$(FILES)" || { echo "Say which folder: make maven FILES=<folder>"; exit 2; }
	@$(PY) manage.py maven "$(FILES)" $(ARGS)

clean: ## Remove the virtual environment and all caches; data in var/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the virtual environment: made once, filled again only when a locked list differs from the one it was filled from

venv:
	@test -x .venv/bin/pip && $(PY) -c "" 2>/dev/null || { \
	  for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    "$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && found="$$python" && break; done; \
	  test -n "$$found" || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=<path> run."; exit 1; }; \
	  "$$found" -c "import ensurepip, venv" 2>/dev/null || { \
	    echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv) and type the command again."; exit 1; }; \
	  echo "Making .venv with $$("$$found" --version)."; \
	  "$$found" -m venv --clear .venv; }

core-set: venv
	@cmp -s requirements/core.txt .venv/core.txt || { \
	  echo "Installing what the CRM needs (once, about half a minute)."; \
	  $(PIP_INSTALL) -r requirements/core.txt && cp requirements/core.txt .venv/core.txt; }

# The dev list holds the core list, so one installation serves both.
dev-set: venv
	@cmp -s requirements/dev.txt .venv/dev.txt || { \
	  echo "Installing what tests and checks need (once, about a minute)."; \
	  $(PIP_INSTALL) -r requirements/dev.txt && cp requirements/dev.txt .venv/dev.txt && cp requirements/core.txt .venv/core.txt; }
