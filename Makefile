# What developers and CI run. `make check` is the whole of it.
GO ?= go

.PHONY: check fmt vet lint test nation race explore bench bench-pages bench-recompute bench-import soak bench-collect bench-valueadd bench-tasks bench-solve bench-propose bench-places bench-registers bench-registers-import bench-reports clean

# What is compiled serves everything that follows, so it is compiled once, before. The
# rest runs side by side: alone, each part waits on one processor for its longest piece
# (the race run for the tests of internal/web, those for a browser). What begins with a
# long piece comes first, what falls into small ones fills up.
parts = race test-others test-early test-late test-web lint vet nation
check: fmt built
	$(MAKE) -j5 --no-print-directory --output-sync=target $(parts)

# Tests and compilers make much and keep little: memory is collected less often.
# The limit is soft, and above what the largest part holds (1.4 GB, internal/web).
# Nobody debugs what is compiled here; stack traces do not need what debuggers do.
check test built $(parts): export GOGC = 400
check test built $(parts): export GOMEMLIMIT = 2GiB
check test built $(parts): export GOFLAGS := $(shell $(GO) env GOFLAGS) -gcflags=all=-dwarf=false

# Property tests draw the same cases in every run of the checks, so that a commit is
# judged by what it changes. `go test` alone draws others each time; so does `explore`.
check test $(parts): export RAPID_SEED = 20261126

.PHONY: built
built:
	$(GO) list -export -deps -test ./... >/dev/null

fmt:
	@files=$$(git ls-files '*.go') && [ -n "$$files" ] || { echo "git names no Go files"; exit 1; }; \
	bad=$$(gofmt -l $$files) || { echo "gofmt cannot read what is here"; exit 1; }; \
	if [ -n "$$bad" ]; then echo "gofmt would change:"; echo "$$bad"; exit 1; fi

vet:
	$(GO) vet ./...

lint:
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

# The README's test command. Parts that need more than Go (a browser, shared
# data) are skipped, which -v shows, or fail under SHUREN_REQUIRE=browser,axe,office,postgres,cbc,shared.
# A third of all tests are those of internal/web, and most of these wait for a browser.
# They run in three processes beside the other packages, each with a city and a browser
# of its own: what one is told to take the next is told to leave, so that together they
# run every test. Of the others those that take longest come first, so that none of
# them runs alone at the end. Vet runs for itself.
longest = ./internal/flow ./internal/soak ./internal/workbook ./internal/cli ./internal/store
browser = Browser
early = TestBrowser[A-R]
.PHONY: test-early test-late test-web test-others
test: built
	$(MAKE) -j4 --no-print-directory --output-sync=target test-early test-late test-web test-others
test-early:
	$(GO) test -vet=off -timeout 40m -run '$(early)' ./internal/web
test-late:
	$(GO) test -vet=off -timeout 40m -run '$(browser)' -skip '$(early)' ./internal/web
test-web:
	$(GO) test -vet=off -timeout 40m -skip '$(browser)' ./internal/web
test-others:
	$(GO) test -vet=off -timeout 40m $(longest) $$($(GO) list ./... | grep -v /internal/web$$)

# Property tests, a hundred times as many cases, none of them drawn before. What it
# finds becomes a test of its own. For nights: it takes hours.
explore:
	RAPID_CHECKS=10000 $(GO) test -vet=off -timeout 12h $$($(GO) list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | awk '/pgregory.net.rapid/ { print $$1 }')

# Packages whose own code or tests begin a goroutine run under the race detector:
# in the others one thing happens after the other. internal/race_test.go holds this
# list to the code. `make race concurrent=./...` runs them all.
# Tests that do one thing after the other, or whose work another program does, say
# so (testkit.Sequential, OutOfProcess) and are skipped there: `make test` has run them.
# The database driver is C made into Go; it is left uninstrumented, since it takes
# three quarters of the time otherwise. Locks and our own code are still watched.
concurrent = ./internal/web ./internal/flow ./internal/store ./internal/cli ./internal/soak ./internal/solve ./internal/intake ./internal/propose ./internal/sheet ./internal/standard ./internal/indicator ./internal/valueadd ./internal/reconcile ./internal/forecast ./internal/frame ./internal/mail
plain = -gcflags='modernc.org/sqlite/lib=-race=false -dwarf=false' -gcflags='modernc.org/libc=-race=false -dwarf=false'
race:
	$(GO) test -race $(plain) -vet=off -timeout 60m $(concurrent)

# Benchmarks against peers live in their own module, so that the product has no
# cgo. Engines take turns in one run: docs/performance.md.
bench:
	cd bench && $(GO) test -run Same -bench . -benchtime 20x ./duck

# The synthetic nation judged from its pack, held against a naive loop. No cgo.
nation:
	cd bench && $(GO) vet ./nation ./packs && $(GO) test ./nation

# What the pages cost: rendering, and first paint in a browser slowed six times.
bench-pages:
	$(GO) test -run '^$$' -bench 'Render|Paint' -benchtime 5x ./internal/web

# The whole demo city, all years and packs, measured anew from its database.
bench-recompute:
	$(GO) test -run '^$$' -bench Recompute -benchtime 10x -timeout 30m ./internal/flow

# What importing costs: many small submissions, and ten million figures against
# COPY. On SQLite, and on the server that SHUREN_POSTGRES names.
bench-import:
	$(GO) test -run '^$$' -bench Small -benchtime 1x -timeout 30m ./internal/store
	$(GO) test -run '^$$' -bench Bulk -benchtime 100x -timeout 60m ./internal/store

# Fifty kills under load, and what is left then. On SQLite, and on the server that
# SHUREN_POSTGRES names. It takes some ten minutes.
soak:
	SHUREN_SOAK=50 $(GO) test -run 'Killed|Disk|Harm' -count 1 -v -timeout 60m ./internal/soak

# 500 schools that hand in within a minute, 3,000 workbooks in one command, and 4,000 accounts that sign in.
bench-collect:
	SHUREN_SOAK_SCHOOLS=500 $(GO) test -run Rush -count 1 -v -timeout 30m ./internal/soak
	SHUREN_SOAK_BOOKS=3000 $(GO) test -run Books -count 1 -v -timeout 60m ./internal/soak
	SHUREN_SOAK_ACCOUNTS=4000 $(GO) test -run Crowd -count 1 -v -timeout 60m ./internal/soak

# Value-added estimates held against lme4 (Rscript, r-cran-lme4), and what both cost.
bench-valueadd:
	cd bench && $(GO) run ./valueadd

# Lists of 20,000 tasks of 500 bodies, read by four people while two write.
bench-tasks:
	GOMAXPROCS=2 $(GO) test -run '^$$' -bench TaskLists -benchtime 100x -timeout 30m ./internal/flow

# 3,300 documents of schools: seconds per hundred, and that memory stays flat.
bench-reports:
	$(GO) test -run '^$$' -bench Reports -benchtime 1x -timeout 30m ./internal/flow

# Proposals: a county to optimality, a city of ten counties (2,500 sections) each
# for itself and with money that they share, on two processors. Processor time is
# reported, since machines are shared, and the proven gap.
bench-propose:
	GOMAXPROCS=2 $(GO) test ./internal/propose -run '^$$' -bench 'County|City' -benchtime 1x

# The solver held against CBC and GLPK (Debian: coinor-cbc, glpk-utils), on the
# same models in one run.
bench-solve:
	cd bench && $(GO) run ./solver

# Plans of seats held against CBC on the same models in one run.
bench-places:
	cd bench && $(GO) run ./places

# Two years of 1,200,000 pupils read and compared, beside DuckDB in one run.
bench-registers:
	cd bench && $(GO) run ./registers

# A city's registers: 1,200,000 pupils in two years, killed in the middle of each
# import and of a change of keys; figures in the test's output. SHUREN_POSTGRES adds
# a server. Needs 3 GB where TMPDIR points.
bench-registers-import:
	SHUREN_REGISTERS=1200000 $(GO) test -run TestRegistersSurviveKills -v -timeout 120m ./internal/flow

clean:
	rm -rf bin dist
