# DCM. `make run` starts the product, `make test` runs everything that must
# pass; both install what they need. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

# Every module builds alone, as images and CI do: inside the workspace a missing
# requirement would go unnoticed.
export GOWORK := off

FUNCTIONS := submit approve provision notify audit-export dead-letter
MODULES   := shared $(addprefix functions/,$(FUNCTIONS)) eventing deploy deploy/operators web dev
BINARIES  := $(addprefix bin/,$(FUNCTIONS) web dcmctl dcm-dev dcm-verify)
GO_BUILD  := go build -ldflags '-s -w'
# Not `npm ci`: it refuses lock files without the binaries of platforms that a
# registry does not carry. This takes the locked versions all the same.
NPM_CI    := npm install --no-save --no-audit --no-fund --loglevel=error

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

.PHONY: run
run: ## start the whole product; FRESH=1 forgets earlier runs
	@echo "building; from empty caches this takes some minutes"
	@$(MAKE) --no-print-directory -j2 build
	@exec bin/dcm-dev run $(if $(FRESH),-fresh)

.PHONY: demo
demo: ## drive the whole flow through the public API, against `make run` or a stack of its own
	@$(MAKE) --no-print-directory -j2 build
	@exec bin/dcm-dev demo

.PHONY: build
build: $(BINARIES) shared/postgres/node_modules/.installed ## all binaries, with the portal in web

# go itself knows what has changed; make only has to ask it.
.PHONY: FORCE
$(addprefix bin/,$(FUNCTIONS)): bin/%: FORCE
	@cd functions/$* && $(GO_BUILD) -o ../../$@ .
bin/dcmctl: FORCE
	@cd shared && $(GO_BUILD) -o ../$@ ./cmd/dcmctl
bin/dcm-verify: FORCE
	@cd functions/audit-export && $(GO_BUILD) -o ../../$@ ./cmd/dcm-verify
bin/dcm-dev: FORCE
	@cd dev && $(GO_BUILD) -o ../$@ ./cmd/dcm-dev
bin/web: portal FORCE
	@cd web && $(GO_BUILD) -o ../$@ .

.PHONY: portal
portal: web/ui/dist/index.html

PORTAL_SOURCES := $(shell find web/ui -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
web/ui/dist/index.html: web/ui/node_modules/.installed $(PORTAL_SOURCES)
	@echo "building the portal"
	@cd web/ui && npm run --silent build

web/ui/node_modules/.installed: web/ui/package-lock.json
	@echo "installing the portal's packages"
	@cd web/ui && $(NPM_CI) && touch node_modules/.installed
# Package scripts stay off: PostgreSQL's would only make links that we make too.
shared/postgres/node_modules/.installed: shared/postgres/package-lock.json
	@echo "installing PostgreSQL"
	@cd shared/postgres && $(NPM_CI) --ignore-scripts && touch node_modules/.installed

.PHONY: test
test: system-packages ## everything that must pass: unit, integration, flow on the real binaries, browser journeys
	@$(MAKE) --no-print-directory -j2 build
	@$(MAKE) --no-print-directory test-go test-ui test-journeys
	@$(MAKE) --no-print-directory fuzz

GO_TEST := go test -count=1
# Packages that run the whole product come last and alone: they measure time.
.PHONY: test-go
test-go: shared/postgres/node_modules/.installed dev/internal/bench/peer/node_modules/.installed
	@for m in $(filter-out dev,$(MODULES)); do echo "--- go test $$m"; (cd $$m && $(GO_TEST) ./...) || exit 1; done
	@for m in functions/audit-export/internal/s3/s3test tools/images; do echo "--- go test $$m"; (cd $$m && $(GO_TEST) ./...) || exit 1; done
	@echo "--- go test dev"; cd dev && $(GO_TEST) $$(go list ./... | grep -vE '/(flowtest|chaos)$$')
	@echo "--- go test dev/flowtest"; cd dev && $(GO_TEST) -v -run '^Test' ./flowtest
	@echo "--- go test dev/chaos"; cd dev && $(GO_TEST) -v -run '^Test' ./chaos

FUZZTIME ?= 20s
.PHONY: fuzz
fuzz: ## look for input that breaks decoders and parsers, FUZZTIME=20s each
	@.ci/fuzz $(FUZZTIME) $(MODULES)

.PHONY: test-ui
test-ui: web/ui/node_modules/.installed ## the portal's unit tests
	@cd web/ui && npm run --silent test

.PHONY: test-journeys
test-journeys: dev/journeys/node_modules/.installed ## browser journeys on the running product
	@cd dev && go run ./cmd/journeys

dev/journeys/node_modules/.installed: dev/journeys/package-lock.json
	@cd dev/journeys && $(NPM_CI) && touch node_modules/.installed

# A browser for the journeys, where we may install one; and what some tests need
# to run at all: without it they say so and are skipped.
.PHONY: system-packages
system-packages:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| { echo "the browser journeys need chromium; install it, or run as root" >&2; exit 1; }
	@{ [ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null; } && command -v promtool >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends pgbouncer prometheus >/dev/null; } \
		|| echo "without pgbouncer and promtool (package prometheus) tests of pooling and of alerts are skipped" >&2

# Ten minutes at most. CHAOS=name,... plays only what is named, QUICK=1 the short form.
.PHONY: chaos
chaos: ## break everything and see that nothing is lost; SEED=n replays a run
	@$(MAKE) --no-print-directory -j2 build
	@cd dev && $(GO_BUILD) -o ../bin/ ./cmd/chaos
	@bin/chaos $(if $(SEED),-seed $(SEED)) $(if $(CHAOS),-only $(CHAOS)) $(if $(QUICK),-quick)

.PHONY: bench
bench: ## measure what the budgets promise, beside peers; fails if a gate is missed; BENCH='-parts append' for some of it
	@$(MAKE) --no-print-directory -j2 build $(PEERS)
	@cd dev && $(GO_BUILD) -o ../bin/ ./cmd/plainhttp ./cmd/bench
	@bin/bench $(BENCH)

PEERS := dev/internal/bench/peer/node_modules/.installed
$(PEERS): dev/internal/bench/peer/package-lock.json
	@cd $(dir $<) && $(NPM_CI) --ignore-scripts && touch node_modules/.installed

.PHONY: generate
generate: shared/postgres/node_modules/.installed ## schemas, Triggers, documents and types, from the catalogue and the policy
	@cd eventing && go generate ./...
	@cd web && go run ./cmd/openapi
	@cd web/ui && npm run --silent generate
	@cd web && go test -count=1 -run '^TestIsolation$$' . -update >/dev/null 2>&1 || { echo "the isolation report cannot be made: cd web && go test -run TestIsolation . says why" >&2; exit 1; }

.PHONY: generate-check
generate-check: web/ui/node_modules/.installed ## fail if anything generated is not what generate would write
	@$(MAKE) --no-print-directory generate
	@git diff --exit-code --stat -- eventing docs/FLOW.md docs/security shared/authz web/openapi.json web/ui/src/api || { echo "run make generate and commit" >&2; exit 1; }

.PHONY: lint
lint: bin/golangci-lint web/ui/node_modules/.installed ## the house rules that machines can check
	@for m in $(MODULES) tools/images; do echo "--- lint $$m"; (cd $$m && $(CURDIR)/bin/golangci-lint run ./...) || exit 1; done
	@echo "--- lint web/ui"; cd web/ui && npm run --silent lint
	@.ci/golden

bin/golangci-lint: tools/go.mod tools/go.sum
	@echo "building golangci-lint; once, some minutes"
	@cd tools && $(GO_BUILD) -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# Where images go: REPO=host/path pushes them, otherwise bin/oci keeps them.
# PLATFORM, TAG and INSECURE=1 are for those who need them.
.PHONY: images
images: bin/images portal ## container images of everything that is deployed; REPO=host/path pushes them
	@bin/images $(IMAGE_FLAGS) $(if $(REPO),-repo $(REPO),-layout bin/oci) $(IMAGES)
IMAGE_FLAGS = -sbom bin/sbom -tag $(or $(TAG),latest) -platform $(or $(PLATFORM),linux/amd64) $(if $(INSECURE),-insecure) \
	-version "$$(git describe --tags --always --dirty)" -revision "$$(git rev-parse HEAD)" -epoch "$$(git log -1 --format=%ct)"

bin/images: $(wildcard tools/images/*)
	@echo "building ko; once, a minute or more"
	@cd tools/images && $(GO_BUILD) -o ../../bin/images .

# The cluster must have Knative, and pull from DCM_IMAGE_REPO; dev/clustertest
# says what else it may be told.
.PHONY: test-cluster
test-cluster: bin/images portal shared/postgres/node_modules/.installed ## prove it on the Knative cluster that KUBECONFIG names; DCM_IMAGE_REPO=host/path is where that pulls from
	@[ -n "$(DCM_IMAGE_REPO)" ] || { echo "say where the cluster pulls images from: DCM_IMAGE_REPO=host/path" >&2; exit 1; }
	@bin/images $(IMAGE_FLAGS) -repo $(DCM_IMAGE_REPO) $(CLUSTER_IMAGES) > bin/images.txt
	@cd dev && DCM_IMAGES=$(CURDIR)/bin/images.txt $(GO_TEST) -tags cluster -v -timeout 50m ./clustertest
CLUSTER_IMAGES := $(FUNCTIONS) web dcmctl parts plainhttp

.PHONY: clean
clean: ## forget builds and what runs have kept
	rm -rf bin .dcm web/ui/dist
