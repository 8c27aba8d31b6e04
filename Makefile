# make run : la console, sur une branche de démonstration. make test : les essais. make check : tout ce qu'on relit.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
INSTANCE ?= $(CURDIR)/instance
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check install --quiet
FLASK := INSTANCE=$(INSTANCE) ADRESSE_PUBLIQUE=http://127.0.0.1:$(PORT) $(BIN)/flask --app app

.PHONY: run test check ruff mypy systeme

.venv/.cree:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Il faut Python 3.11 ou plus (PYTHON=… make run pour en choisir un)."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Le module venv manque : sudo apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.execution: .venv/.cree requirements.txt
	$(PIP) -r requirements.txt
	@touch $@

.venv/.essais: .venv/.execution requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@

run: .venv/.execution
	@$(FLASK) init-db
	@$(FLASK) demo --si-vide >/dev/null
	@echo
	@echo "Console : http://127.0.0.1:$(PORT)/ (Ctrl+C pour l'arrêter)"
	@if [ -f "$(INSTANCE)/comptes_de_demonstration.txt" ]; then \
		echo "Comptes de démonstration et mots de passe ($(INSTANCE)/comptes_de_demonstration.txt) :"; \
		sed 's/^/  /' "$(INSTANCE)/comptes_de_demonstration.txt"; fi
	@# L'exécutant des travaux longs accompagne la console : relancé s'il tombe, arrêté avec elle.
	@console=$$$$; (trap '' INT; while kill -0 $$console 2>/dev/null; do $(FLASK) worker --tant-que $$console; sleep 1; done) & \
	INSTANCE=$(INSTANCE) ADRESSE_PUBLIQUE=http://127.0.0.1:$(PORT) \
		exec $(BIN)/waitress-serve --listen=127.0.0.1:$(PORT) --threads=8 --call app:create_app

# PostgreSQL, Chromium et poppler de la distribution : les essais passent sur un vrai serveur, dans un vrai navigateur, et
# regardent les pages des documents.
systeme:
	@manque=""; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || manque="$$manque postgresql"; \
	command -v chromium >/dev/null || manque="$$manque chromium"; \
	command -v pdftoppm >/dev/null || manque="$$manque poppler-utils"; \
	[ -z "$$manque" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installation de$$manque…"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$manque >/dev/null; \
	else \
		echo "Il manque :$$manque. Installez-les (Debian, Ubuntu : sudo apt-get install$$manque), puis relancez."; exit 1; \
	fi

test: .venv/.essais systeme
	$(BIN)/pytest -n 2

ruff: .venv/.essais
	$(BIN)/ruff check .

mypy: .venv/.essais
	$(BIN)/mypy

# Les planchers d'import et l'égalité des migrations et des modèles sont des essais.
check: ruff mypy test

# Mesures : des rapports dans une même exécution. MOTEUR=sqlite, postgresql ou tous.
MOTEUR ?= tous
.PHONY: bench bench-import bench-listes bench-doublons bench-accrochage bench-documents
.venv-bench/.cree: bench/pairs/requirements.txt
	@$(PYTHON) -m venv .venv-bench && .venv-bench/bin/pip --disable-pip-version-check install --quiet -r $<
	@touch $@

LIGNES ?= 10000
bench-import: .venv/.execution .venv-bench/.cree
	$(BIN)/python -m bench.importer $(LIGNES) $(MOTEUR)

bench-listes: .venv/.execution
	$(BIN)/python -m bench.listes 1000000 $(MOTEUR)

bench-doublons: .venv/.execution
	$(BIN)/python -m bench.doublons 300000 $(MOTEUR)

bench-accrochage: .venv/.execution
	$(BIN)/python -m bench.accrochage 200000 $(MOTEUR)

bench-documents: .venv/.execution .venv-bench/.cree
	$(BIN)/python -m bench.documents

bench: bench-import bench-listes bench-doublons bench-accrochage bench-documents
