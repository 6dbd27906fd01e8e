# make install: the environment; make demo: build from seeds/ and serve; make test: lint, types, tests.; make triple-stores: other stores for tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
STORE ?= kg-store

.PHONY: install install-dev demo test lint types clean models evaluation lock triple-stores vocabulary assets screenshots lighthouse

install: $(VENV)/installed assets

$(VENV)/installed: requirements.lock pyproject.toml hatch_build.py kg/gazetteer/compile.py $(wildcard kg/gazetteer/data/*.csv) $(wildcard kg/web/translations/*/LC_MESSAGES/*.po)
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m kg.gazetteer.compile
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Maps and the query editor's comforts need npm packages; without npm the pages work, plainer.
assets: kg/web/static/vendor/installed

kg/web/static/vendor/installed: frontend/package.json frontend/package-lock.json frontend/vendor.js
	@if command -v npm >/dev/null; then \
	  (cd frontend && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && npm run --silent vendor) && touch $@ || echo "The npm packages could not be installed: pages will be plainer." >&2; \
	else echo "There is no npm here: pages will be plainer." >&2; fi

install-dev: $(VENV)/dev-installed tests/interop/node_modules/installed

# A SPARQL client in JavaScript that the tests run; without npm those tests are skipped.
tests/interop/node_modules/installed: tests/interop/package.json tests/interop/package-lock.json
	@if command -v npm >/dev/null; then \
	  (cd tests/interop && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) && touch $@ || echo "The npm packages could not be installed: tests with Comunica are skipped." >&2; \
	fi

$(VENV)/dev-installed: $(VENV)/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	touch $@

demo: install
	$(BIN)/kg build seeds --store $(STORE)
	@echo
	@echo "Worth opening:"
	@echo "  http://127.0.0.1:$(PORT)/                                start page"
	@echo "  http://127.0.0.1:$(PORT)/page/place/587057               Barda: what happened there, and who says so"
	@echo "  http://127.0.0.1:$(PORT)/page/organisation/Q2268915      the Minsk Group and its co-chairs"
	@echo "  http://127.0.0.1:$(PORT)/query?example=tolls-by-source&run=1   every toll with its source"
	@echo "  http://127.0.0.1:$(PORT)/sparql                          SPARQL endpoint"
	@echo
	$(BIN)/kg serve --store $(STORE) --port $(PORT)

screenshots: install-dev assets
	$(BIN)/kg build seeds --store build/screenshots-store
	$(BIN)/python docs/screenshots.py build/screenshots-store docs/images

lighthouse: install-dev assets
	cd frontend && node lighthouse.js http://127.0.0.1:$(PORT)

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

# Other people's stores and parsers, that tests in tests/interop/ use; tests say why they are skipped where these are missing.
triple-stores:
	@mkdir -p .triple-stores
	@if ! command -v mvn >/dev/null || ! command -v java >/dev/null; then echo "triple-stores: no Java with Maven; tests with Fuseki and RDF4J are skipped"; \
	elif ! cmp -s tests/interop/foreign/pom.xml .triple-stores/pom.xml; then \
	  mvn --quiet --batch-mode --file tests/interop/foreign/pom.xml dependency:copy -DoutputDirectory=$(CURDIR)/.triple-stores \
	  && mvn --quiet --batch-mode --file tests/interop/foreign/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.triple-stores/geosparql \
	  && cp tests/interop/foreign/pom.xml .triple-stores/ || echo "triple-stores: Fuseki and RDF4J could not be fetched; their tests are skipped"; fi
	@command -v virtuoso-t >/dev/null || echo "triple-stores: no Virtuoso (Debian: virtuoso-opensource); its tests are skipped"
	@if ! command -v npm >/dev/null; then echo "triple-stores: no npm; tests with N3.js and jsonld.js are skipped"; \
	elif ! cmp -s tests/interop/foreign/package-lock.json .triple-stores/package-lock.json; then \
	  cp tests/interop/foreign/package.json tests/interop/foreign/package-lock.json tests/interop/foreign/parse.mjs .triple-stores/ \
	  && npm ci --silent --prefix .triple-stores || { rm -f .triple-stores/package-lock.json; echo "triple-stores: N3.js could not be fetched; its tests are skipped"; }; fi
	@cp tests/interop/foreign/parse.mjs .triple-stores/

vocabulary: install
	$(BIN)/python -m kg.graph.vocabulary

test: lint types triple-stores
	$(BIN)/python -m pytest

models: install-dev
	PYTHONPATH=training $(BIN)/python training/cluster_words.py
	PYTHONPATH=training $(BIN)/python training/train_triggers.py
	PYTHONPATH=training $(BIN)/python training/train_dates.py
	PYTHONPATH=training $(BIN)/python training/train_places.py
	PYTHONPATH=training $(BIN)/python training/train_links.py
	PYTHONPATH=training $(BIN)/python training/train_event_roles.py
	PYTHONPATH=training $(BIN)/python training/train_confidence.py

# Needs annotated articles; GOLD names their folder.
GOLD ?= ../shared/gold/dev
evaluation: install
	$(BIN)/kg evaluate $(GOLD) --markdown > docs/evaluation.md

lock:
	uv pip compile pyproject.toml --quiet --universal --no-annotate --generate-hashes --python-version 3.11 --extra build --output-file requirements.lock
	uv pip compile pyproject.toml --quiet --universal --no-annotate --generate-hashes --python-version 3.11 --all-extras --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) $(STORE) build dist kg/gazetteer/index kg/web/static/vendor frontend/node_modules
