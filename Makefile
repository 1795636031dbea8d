# Sendmail.Net. `make help` lists the targets.
DOTNET   ?= dotnet
CONFIG   ?= Release
ARCH     := $(shell uname -m)
RID      ?= linux-$(if $(filter aarch64 arm64,$(ARCH)),arm64,x64)
OUT      ?= out
PREFIX   ?= /usr
SBINDIR  ?= $(PREFIX)/sbin
BINDIR   ?= $(PREFIX)/bin
LIBDIR   ?= $(PREFIX)/lib/sendmail-net
EBINDIR  ?= $(PREFIX)/libexec
MANDIR   ?= $(PREFIX)/share/man
SHAREDIR ?= $(PREFIX)/share/sendmail-net
UNITDIR  ?= $(PREFIX)/lib/systemd/system
DESTDIR  ?=

SOURCES  := $(shell find src compat/migrate -name '*.cs' -o -name '*.csproj' -o -name '*.c') Directory.Build.props Directory.Packages.props compat/DIFFERENCES.md
BIN      := $(OUT)/bin
SENDMAIL_NAMES := mailq newaliases hoststat purgestat smtpd
TOOL_NAMES     := makemap praliases editmap mailstats makecf
AGENT_NAMES    := smrsh mail.local rmail vacation
PUBLISH  = $(DOTNET) publish -c $(CONFIG) -r $(RID) -v quiet --nologo -o $(BIN) \
	-p:CopyOutputSymbolsToPublishDirectory=false -p:PublishDocumentationFiles=false -p:DebugType=none

export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.PHONY: all build man run test unit system interop crash bench compat compat-cli compat-bt compat-cf compat-m4 compat-tls compat-smtp compat-mime compat-queue compat-milter compat-switch fuzz install deb rpm container-check clean fmt help deps test-deps aot-check

all: build

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t14

deps: ## install (or name) what building and running need
	@sh compat/deps.sh build

test-deps:
	@sh compat/deps.sh build test

build: deps $(BIN)/.built ## native programs in out/bin

$(BIN)/.built: $(SOURCES)
	$(PUBLISH) src/Sendmail/Sendmail.csproj
	$(PUBLISH) src/Sendmail.Tools/Sendmail.Tools.csproj
	@# Left by older builds: a link to the tools, and a library that is not needed any more.
	@rm -f $(BIN)/tlsdoctor $(BIN)/libMonoPosixHelper.so
	$(PUBLISH) src/Sendmail.TlsDoctor/Sendmail.TlsDoctor.csproj
	$(PUBLISH) compat/migrate/Sendmail.Migrate.csproj
	cd $(BIN) && for n in $(SENDMAIL_NAMES); do ln -sf sendmail $$n; done
	cd $(BIN) && for n in $(TOOL_NAMES) $(AGENT_NAMES); do ln -sf sendmail-tools $$n; done
	chmod 755 $(BIN)/sendmail $(BIN)/sendmail-tools $(BIN)/tlsdoctor $(BIN)/sendmail-migrate
	mkdir -p $(OUT)/share/sendmail-net && ln -sfn $(CURDIR)/cf $(OUT)/share/sendmail-net/cf
	@touch $@

run: build ## two relays, a test CA and a message from edge to hub by STARTTLS
	$(DOTNET) run --project tests/demo -c $(CONFIG) -v quiet -- $(BIN) $(OUT)/run $(RUN_ARGS)

test: test-deps build ## everything that must pass
	@sh tests/run-all.sh

unit: deps ## the unit tests alone
	@sh tests/run-all.sh unit

system: test-deps build ## the native programs against recordings of the real sendmail
	@sh tests/run-all.sh system

interop: test-deps build ## real clients and servers
	@sh tests/run-all.sh interop

crash: test-deps build ## ten senders and fifty SIGKILLs; an end or an error at every system call that touches the queue; every message counted
	python3 tests/system/crash.py --bin $(BIN) --kills 50 --senders 10
	python3 tests/system/crash_matrix.py --bin $(BIN)

bench: test-deps build ## ours, the real sendmail and postfix side by side
	sh tests/bench/run.sh $(BIN)

compat: test-deps build compat-m4 ## differential run against the real sendmail
	sh compat/run.sh $(BIN)

compat-cli: test-deps build ## command lines of programs that call sendmail, and generated ones: ours beside the real sendmail
	sh compat/cli.sh $(BIN)

compat-bt: test-deps build ## address test mode: generated addresses and random rulesets, ours beside the real sendmail
	sh compat/bt.sh $(BIN) $(BT_ARGS)

compat-cf: test-deps build ## our configuration library beside the upstream one: facts and answers
	sh compat/cf.sh $(BIN)

LAB ?= /var/cache/sendmail-net/lab
CF_LIBRARY ?= $(wildcard $(LAB)/w/root/usr/share/sendmail/cf)
compat-m4: build ## makecf beside GNU m4: the upstream library's configurations and random programs
	python3 compat/m4.py $(BIN) $(if $(CF_LIBRARY),--library $(CF_LIBRARY)) $(M4_ARGS)

compat-tls: test-deps build ## every kind of certificate on both sides, ours beside the real sendmail
	sh compat/tls.sh $(BIN)

compat-smtp: test-deps build ## SMTP dialogues, played live to ours and to the real sendmail, also one byte at a time
	sh compat/smtp.sh $(BIN)

compat-milter: test-deps build ## mail filters that answer, change, fail and are not there: ours beside the real sendmail
	sh compat/milter.sh $(BIN)

compat-mime: test-deps build ## random MIME messages relayed by ours and by the real sendmail: the same octets
	sh compat/mime.sh $(BIN) $(MIME_ARGS)

compat-queue: test-deps build ## large queues, a world of faulty hosts, queues handed over: ours beside the real sendmail
	sh compat/queue.sh $(BIN) $(QUEUE_ARGS)

FUZZ_INPUTS ?= 1000000
fuzz: deps ## a million inputs for each fuzz target
	FUZZ_INPUTS=$(FUZZ_INPUTS) $(DOTNET) test -c $(CONFIG) --nologo -v quiet tests/fuzz

aot-check: deps ## native build with every assembly of ours rooted: no IL warning allowed
	$(DOTNET) publish -c $(CONFIG) -r $(RID) -v quiet --nologo -o $(OUT)/rooted -p:RootEverything=true src/Sendmail/Sendmail.csproj
	$(DOTNET) publish -c $(CONFIG) -r $(RID) -v quiet --nologo -o $(OUT)/rooted -p:RootEverything=true src/Sendmail.Tools/Sendmail.Tools.csproj
	$(DOTNET) publish -c $(CONFIG) -r $(RID) -v quiet --nologo -o $(OUT)/rooted -p:RootEverything=true src/Sendmail.TlsDoctor/Sendmail.TlsDoctor.csproj
	$(DOTNET) publish -c $(CONFIG) -r $(RID) -v quiet --nologo -o $(OUT)/rooted -p:RootEverything=true compat/migrate/Sendmail.Migrate.csproj

INSTALL = DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SBINDIR='$(SBINDIR)' BINDIR='$(BINDIR)' LIBDIR='$(LIBDIR)' EBINDIR='$(EBINDIR)' \
	MANDIR='$(MANDIR)' SHAREDIR='$(SHAREDIR)' UNITDIR='$(UNITDIR)' SENDMAIL_NAMES='$(SENDMAIL_NAMES)' TOOL_NAMES='$(TOOL_NAMES)' \
	AGENT_NAMES='$(AGENT_NAMES)' sh compat/install/install.sh $(BIN)
install: build ## copy everything below DESTDIR/PREFIX; without DESTDIR also make users, queues and a first configuration
	$(INSTALL)

deb: build ## a Debian package in out/, checked with lintian
	@sh compat/deps.sh packages
	sh compat/debian/build.sh $(BIN) $(OUT)
	lintian --allow-root --fail-on error $(OUT)/sendmail-net_*.deb

rpm: build ## an RPM in out/
	@sh compat/deps.sh rpm
	sh compat/rpm/build.sh $(BIN) $(OUT)

container-check: build ## the container's tree run here: no rights, a read-only root, one message relayed
	@sh compat/deps.sh test
	sh compat/container/check.sh $(BIN) $(OUT)/container

compat-switch: build ## in a Debian system of its own: Debian's sendmail, ours in its place with all mail and maps, and back; timed
	@sh compat/deps.sh packages
	sh compat/switch.sh $(BIN)

man: deps ## renew the tables of the manual pages from those of the code
	$(DOTNET) run --project compat/manual -c $(CONFIG) -v quiet -- man

fmt: ## format the sources
	$(DOTNET) format Sendmail.Net.sln --no-restore

clean: ## remove what the build made
	rm -rf $(OUT)
	find src tests compat/migrate compat/manual -depth \( -name bin -o -name obj \) -type d -exec rm -rf {} +
