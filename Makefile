# SPDX-License-Identifier: MIT
#
# make          build bin/mmcheck and bin/mmcheck-render
# make demo     check a buggy and a fixed lock sequence, with report and picture
# make test     vet, formatting, all tests, all specs
# make bench    figures beside SPIN's, some minutes (BENCH=--quick: some seconds)
# make out      re-create the gallery in out/
# make clean

GO       ?= go
BUILD     = CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false
REVISION := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
SEED      = specs/seeds/mm_populate_vma.c

# mmcheck exits with 1 when it finds what it was shown for: that is no failure
# of make. Anything else is.
SHOW = show() { bin/mmcheck check "$$@" || [ $$? -eq 1 ]; }; show

.PHONY: all build demo test bench out clean

all build:
	$(BUILD) -ldflags "-X main.revision=$(if $(REVISION),-$(REVISION))" -o bin/mmcheck ./cmd/mmcheck
	$(BUILD) -o bin/mmcheck-render ./cmd/mmcheck-render

demo: build
	@echo
	@echo '## As posted: mmap_lock is dropped, then the vma is used.'
	@echo
	@$(SHOW) -D DROP -o out $(SEED)
	@echo
	@echo '## As reviewed: mmap_lock is downgraded instead.'
	@echo
	@$(SHOW) -D DOWNGRADE -o out $(SEED)
	@echo
	@echo '## The same as files, and as a picture:'
	@echo
	@ls out/mm_populate_vma.DROP.* out/mm_populate_vma.DOWNGRADE.*

test: build
	$(GO) vet ./...
	@echo gofmt -l .
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	GOGC=400 $(GO) test -timeout 20m ./...
	bin/mmcheck test specs

bench: build
	$(GO) run ./bench/measure --json bin/bench.json $(BENCH)

# The gallery: the first seed with its fixes, one race of each kind, and some that the
# kernel had.
out: build
	@mkdir -p out
	@rm -f out/*.txt out/*.dot out/*.svg out/*.json out/*.html
	@set -e; for v in DROP DOWNGRADE BY_ADDRESS LOCKED_DROPPED; do $(SHOW) -q -D $$v -o out $(SEED); done
	@$(SHOW) -q -D DROP --find=rule -o out $(SEED)
	@$(SHOW) -q -D DROP -D MMAP_MERGE -o out $(SEED)
	@$(SHOW) -q -D DROP -D MPROTECT -o out $(SEED)
	@$(SHOW) -q -D BREAK -o out specs/rules/recursive_read.c
	@$(SHOW) -q -D BREAK -o out specs/rules/abba.c
	@$(SHOW) -q -D BREAK -o out specs/rules/lost_update.c
	@$(SHOW) -q -D ONE_LOCK -o out specs/rules/data_race.c
	@$(SHOW) -q -o out specs/bugs/pfnmap_flush.c
	@$(SHOW) -q -D BREAK -o out specs/bugs/procmap_query.c
	@$(SHOW) -q -D BREAK -o out specs/bugs/stackrot.c
	@$(SHOW) -q -D BREAK -D RACE -o out specs/bugs/vma_refcnt_mm.c
	@$(GO) run -C tools ./gallery .. ../out

clean:
	rm -rf bin
