# Paths are relative and programs start as `python -m …`, so that any checkout path works.
PYTHON_ENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test lint fuzz migrate schema lock setup clean explain bench perf perf-staging \
	perf-goals perf-stress perf-soak perf-capacity perf-compare perf-diff bench-workers \
	bench-certificates

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' Makefile

run: setup ## serve on http://127.0.0.1:8000 with its own PostgreSQL and Redis (PORT=8001)
	@exec setpriv --pdeathsig TERM $(PYTHON_ENV) -m courseapp.devstack

test: setup ## run the tests (ARGS="-k progress")
	@$(PYTHON_ENV) -m pytest $(ARGS)

lint: setup ## check style and common mistakes
	@$(PYTHON_ENV) -m ruff check courseapp tests perf
	@$(PYTHON_ENV) -m ruff format --check courseapp tests perf
	@$(PYTHON_ENV) -m sqlfluff lint sql migrations/*.sql
	@.venv/bin/squawk migrations/*.sql

fuzz: setup ## send 100,000 generated requests to the app (FUZZ=5000 SEED=1)
	@PYTHONPATH=.:tests $(PYTHON_ENV) tests/fuzz.py

migrate: setup ## bring the database of `make run` or DATABASE_URL up to date
	@$(PYTHON_ENV) -m flask --app wsgi db upgrade

schema: setup ## write down what the migrations build (migrations/expected)
	@$(PYTHON_ENV) -m courseapp.devschema

LOCK := $(PYTHON_ENV) -m uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --no-annotate --custom-compile-command "make lock"
lock: setup ## pin what setup.cfg asks for (ARGS=--upgrade: the newest of everything)
	@$(LOCK) $(ARGS) setup.cfg -o requirements/production.txt
	@$(LOCK) $(ARGS) -c requirements/production.txt --all-extras setup.cfg \
		-o requirements/development.txt
	@echo uv | $(LOCK) $(ARGS) - -o requirements/uv.txt

setup: ## install what is missing into .venv (the other targets do it, too)
	@sh requirements/install.sh

# Servers hold the lock of their folder, and `elsewhere` beside it names what that could not take: see
# courseapp/devservers.py. Who has locked a file tells /proc/locks, by the file's inode.
FIND_IN_DEV := find .dev \( -name postgres -o -name redis \) -prune -o -type f
clean: ## remove .venv, caches and .dev with all data of `make run`
	@mkdir -p .dev
	@$(FIND_IN_DEV) \( -name lock -o -name running \) -print | while read -r lock; do \
		flock --nonblock "$$lock" true && continue; \
		pid=$$(awk -v inode="$$(stat -c %i "$$lock")" \
			'split($$6, file, ":") && file[3] == inode { print $$5; exit }' /proc/locks); \
		echo "make clean: something runs in $${lock%/*}$${pid:+ (pid $$pid)}. Stop it first." >&2; \
		exit 1; done
	@$(FIND_IN_DEV) -name elsewhere -exec cat {} + | while read -r path; do case $$path in \
		/tmp/courseapp-*|/var/tmp/courseapp-*) rm -rf "$$path";; esac; done
	rm -rf .venv .dev build dist ./*.egg-info .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

explain: setup ## measure queries on 10 M lessons begun and their growth (ARGS="--save perf/plans.json")
	@# A broken budget does not keep us from seeing the growth; Ctrl-C does.
	@$(PYTHON_ENV) -m courseapp.devexplain $(or $(ARGS),--compare perf/plans.json); \
		failed=$$?; [ $$failed -le 1 ] || exit $$failed; \
		$(PYTHON_ENV) -m courseapp.devgrowth && exit $$failed

bench: setup ## measure each endpoint beside what it cannot be faster than (ARGS="--rounds 9")
	@$(PYTHON_ENV) -m perf.bench $(ARGS)

bench-workers: setup ## measure arrangements of gunicorn's workers and threads side by side
	@$(PYTHON_ENV) -m perf.bench.workers $(ARGS)

bench-certificates: setup ## measure rendering, waiting for a file, and a burst (ARGS="--burst 50")
	@$(PYTHON_ENV) -m perf.bench.certificates $(ARGS)

perf: setup ## load-test with 100 users, before a merge (ARGS="--host … --logins …")
	@$(PYTHON_ENV) -m perf.load_test development $(ARGS)

perf-staging: setup ## load-test with 500 users, weekly
	@$(PYTHON_ENV) -m perf.load_test staging $(ARGS)

perf-goals: setup ## load-test against what this project asks of itself
	@$(PYTHON_ENV) -m perf.load_test goals $(ARGS)

perf-soak: setup ## load-test for ten minutes: does memory stay?
	@$(PYTHON_ENV) -m perf.load_test soak $(ARGS)

perf-stress: setup ## find how many watchers break it, and why (ARGS="--instances 1,2,3,4")
	@$(PYTHON_ENV) -m perf.stress $(ARGS)

perf-capacity: setup ## answer how many workers so many watchers need (ARGS="--watchers 5000")
	@$(PYTHON_ENV) -m perf.capacity $(ARGS)

perf-compare: setup ## measure before and after: without cache and indexes, and with (ARGS="--rounds 1")
	@$(PYTHON_ENV) -m perf.comparison $(ARGS)

perf-diff: setup ## compare two runs of load tests (ARGS="FOLDER FOLDER", of .dev/perf/runs)
	@$(PYTHON_ENV) -m perf.report.compare $(ARGS)
