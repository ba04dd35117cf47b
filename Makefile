.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 5000
REAL_DATA ?= ../shared/data
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH :=
KINDERWERK = .venv/bin/kinderwerk
PYTEST = .venv/bin/python -m pytest -n auto --maxprocesses 8 --dist worksteal
INSTANCE = $${KINDERWERK_INSTANCE:-instance}

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: export KINDERWERK_DEMO := 1
run: export KINDERWERK_INSECURE_COOKIES := 1
run: ready-to-run ## Install, make the demo neighbourhood, and serve it on http://127.0.0.1:5000
	@test -f "$(INSTANCE)/env" || $(KINDERWERK) init
	@$(KINDERWERK) db upgrade
	@$(KINDERWERK) demo load
	@sed 's/PORT/$(PORT)/' scripts/welcome.txt
	@$(KINDERWERK) run --port $(PORT)

.PHONY: test
test: ready-to-test ## Everything: checks, both databases, a real browser, the wheel
	@$(MAKE) --no-print-directory --keep-going checks test-sqlite test-postgres test-browser test-wheel

.PHONY: test-sqlite
test-sqlite: ready-to-test ## Rules, features and contracts on SQLite
	KINDERWERK_TEST_DATABASE=sqlite $(PYTEST) -m "not slow" tests/unit tests/features tests/contract

.PHONY: test-postgres
test-postgres: ready-to-test ## Features and contracts on PostgreSQL
	KINDERWERK_TEST_DATABASE=postgres $(PYTEST) -m "not slow" tests/features tests/contract

.PHONY: test-browser
test-browser: ready-to-test ## Journeys in a real browser
	$(PYTEST) -m browser tests/browser

.PHONY: test-wheel
test-wheel: ready-to-test ## Build a wheel and look inside
	$(PYTEST) -n 0 -m slow tests/contract

.PHONY: test-real
test-real: ready-to-test ## Real public data: make test-real REAL_DATA=folder
	KINDERWERK_REAL_DATA="$(REAL_DATA)" $(PYTEST) -m real tests/real

.PHONY: check
check: ready-to-test checks ## What a change must pass without running it: format, lint, types, layers, words

.PHONY: checks
checks:
	ruff format --check .
	ruff check .
	mypy
	lint-imports --no-cache
	djlint --lint --quiet templates
	.venv/bin/python -m pytest tests/contract/test_translations.py

.PHONY: fix
fix: ready-to-test ## Put right what a machine can put right
	ruff check --fix . ; ruff format .

.PHONY: migration
migration: ready-to-test ## Draft a migration: make migration rev=0031_partners message="Partners."
	$(KINDERWERK) db upgrade
	$(KINDERWERK) db revision --autogenerate --rev-id "$(rev)" -m "$(message)"
	echo "$(rev)" > migrations/HEAD

.PHONY: words
words: ready-to-test ## Bring the catalogues up to date, and say what is not translated yet
	.venv/bin/python scripts/words.py

.PHONY: papers
papers: ready-to-test ## Write into docs what the code says: rights, what is kept, limits, licences
	.venv/bin/python -m scripts.papers

.PHONY: shots
shots: ready-to-test ## Pictures of every page for every role, in shots/: make shots roles="public worker"
	.venv/bin/python -m scripts.shots $(roles)

.PHONY: bench
bench: ready-to-test ## Measure speed, and print every bar with its verdict: make bench only="serve map", full=1
	@.venv/bin/python -m tests.bench $(only) $(if $(full),--full)

.PHONY: lock
lock: ready-to-test ## Lock newer versions of the libraries
	scripts/lock

.PHONY: sbom
sbom: ready-to-test ## Write every library of the locks into dist/sbom.cdx.json (CycloneDX)
	@mkdir -p dist
	@.venv/bin/python -m scripts.inventory > dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

.PHONY: audit
audit: ## Ask the registries whether a hole is known in one of the libraries
	@$(PYTHON) scripts/prepare.py audit
	@.venv/bin/python scripts/audit.py

.PHONY: install
install: ready-to-test ## Install everything that development needs, and nothing more

.PHONY: wheel
wheel: ready-to-test ## Build the wheel
	.venv/bin/python -m build --no-isolation

.PHONY: ready-to-run
ready-to-run:
	@$(PYTHON) scripts/prepare.py run

.PHONY: ready-to-test
ready-to-test:
	@$(PYTHON) scripts/prepare.py test
