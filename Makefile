# SPDX-License-Identifier: Apache-2.0
# The programs, their tests and the image. `make help` lists the targets, V=1 shows the commands.
#
# Program P is P/*.c and what that needs of common/**/*.c: a new file is found, not listed. A variant (sanitizers,
# coverage, fuzzing, the system's libraries) is this makefile called with another B, DEPS, CC, CFLAGS or LDFLAGS.

programs := check in out
VERSION := $(file <VERSION)
B ?= build
DEPS ?= musl
WERROR ?= -Werror
FUZZ_SECONDS ?= 5
sources = $(wildcard $(addsuffix /*.c,$(1)))
objects = $(patsubst %.c,$(B)/obj/%.o,$(call sources,$(1)))
unit := $(patsubst %.c,$(B)/%,$(wildcard test/unit/test_*.c))
clients := $(patsubst %.c,$(B)/%,$(wildcard test/integration/*.c test/bench/*.c))
gpgv := $(shell ci/deps --path gpgv)
fuzz := $(patsubst %.c,$(B)/%,$(wildcard test/fuzz/fuzz_*.c))

# DEPS=musl (the programs) or glibc (sanitizers): a set that ci/deps makes. DEPS=system: by pkg-config.
ifeq ($(DEPS),system)
packages := libgit2 libssh2 libcurl openssl jansson yaml-0.1 zlib
includes := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(packages)))
$(if $(filter 0,$(.SHELLSTATUS)),,$(error DEPS=system needs these, with their -dev packages: $(packages)))
libraries := $(shell pkg-config --libs $(packages))
versions := $(shell for p in $(packages); do echo "$$p $$(pkg-config --modversion $$p)"; done | paste -sd, | sed 's/,/, /g')
else
set := $(shell ci/deps --path $(DEPS))
recorded := $(set)/versions
includes := -isystem $(set)/include
libraries := -L$(set)/lib -lgit2 -lssh2 -lcurl -lssl -lcrypto -lhttp_parser -ljansson -lyaml -lz -lpthread
versions = $(file <$(recorded))
endif

# Beside the programs of the image; others find the system's gpgv.
verifier := $(if $(filter musl,$(DEPS)),$(B)/gpgv)

optimize = $(if $(filter musl,$(DEPS)),-Os,-O2) -g -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
ifeq ($(DEPS),musl)
CC := $(set)/bin/cc-musl
CFLAGS ?= $(optimize) -fPIE -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
LDFLAGS ?= -static-pie -Wl,--gc-sections,-z,relro,-z,now,-z,noseparate-code,-z,pack-relative-relocs,-z,stack-size=1048576,--build-id=none
finish = ci/lib/finish
else
CFLAGS ?= $(optimize) -fPIE
LDFLAGS ?= -pie -Wl,-z,relro,-z,now
finish = cp
endif
cc := $(if $(findstring clang,$(CC)),clang,gcc)
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum -Wnull-dereference \
	-Wimplicit-fallthrough -Wdouble-promotion -Wno-missing-field-initializers $(warnings.$(cc)) $(WERROR)
warnings.gcc := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init -Wrestrict -Walloc-zero -Wformat-signedness
warnings.clang := -Wcomma -Wunreachable-code-aggressive -Wconditional-uninitialized -Wshorten-64-to-32 -Wassign-enum \
	-Wmissing-variable-declarations -Wextra-semi-stmt
language := -std=c17 -fno-common -D_POSIX_C_SOURCE=200809L -Icommon -I.
release := -DBSR_VERSION='"$(VERSION)"' -DBSR_LIBRARIES='"$(versions)"'

compile = $(CC) $(language) $(warnings) $(release) $(includes) $(CPPFLAGS) $(CFLAGS)
COMPILE.c = $(call say,CC)$(compile) -MMD -MP -c
LINK.o = $(call say,LD)$(CC) $(CFLAGS) $(LDFLAGS)
ifneq ($(V),1)
say = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,echo "  $(1)      $@";)
.SILENT:
MAKEFLAGS += --no-print-directory
endif

all: $(addprefix $(B)/,$(programs)) ## the programs: build/check, build/in, build/out (the default)

demo: ## set everything up and play the story, from a commit to a deployment; KEEP=1 leaves it running
	ci/setup
	+$(MAKE) image
	BIN=$(abspath $(B)) KEEP=$(KEEP) test/sandbox/demo

test: ## set everything up and run every test; ends in a line of counts
	ci/setup
	+test/all

unit: $(unit) ## the unit tests
	test/unit/run $(unit)

cases: all ## the cases: a folder each, of requests and exact answers
	BIN=$(abspath $(B)) test/cases/run

integration: all $(verifier) $(clients) ## the real git server and the sandbox's story with faults
	BIN=$(abspath $(B)) test/integration/run

test-cluster: all ## the image kind's tests and the story on a real kube-apiserver, where Go is; builds that once
	BIN=$(abspath $(B)) test/cluster/run

san_flags := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
san: ## unit tests, cases and the HTTP client's tests under AddressSanitizer and UndefinedBehaviorSanitizer
	+$(MAKE) B=$(B)/san DEPS=glibc CC=gcc CFLAGS="-O1 -g $(san_flags)" LDFLAGS="$(san_flags)" unit cases clients
	BIN=$(abspath $(B))/san test/integration/run net net_faults net_tls net_proxy

cover: ## unit tests and cases, and the lines that they run, in build/cover/index.html
	+$(MAKE) B=$(B)/cover DEPS=glibc CC=gcc CFLAGS="-O0 -g --coverage" LDFLAGS=--coverage unit cases
	command -v gcovr > /dev/null || { echo "cover: gcovr is missing: install Debian's package gcovr" >&2; exit 1; }
	gcovr -r . --filter '(check|in|out|common)/' --html-details $(B)/cover/index.html --print-summary $(B)/cover/obj

fuzz: ## the fuzzers, FUZZ_SECONDS each from their corpus
	+$(MAKE) B=$(B)/fuzz DEPS=glibc CC=clang CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
		LDFLAGS="-fsanitize=fuzzer,address,undefined" fuzzers
	BIN=$(abspath $(B))/fuzz test/fuzz/run $(FUZZ_SECONDS)

fuzzers: $(fuzz)
clients: $(clients)
headers: $(patsubst %.h,$(B)/obj/%.h.o,$(wildcard $(addsuffix /*.h,$(programs) common/* common/*/*)))

lint: ## formatting, both compilers' warnings, cppcheck, and the rules of the house
	+ci/lint

format: ## format the C sources in place
	git ls-files -z '*.[ch]' | xargs -0 clang-format -i

bench: all $(clients) ## the table of what a check costs
	BIN=$(abspath $(B)) test/bench/run

bench-docs: bench ## the same, then its table and picture in docs/
	BIN=$(abspath $(B)) test/bench/docs

image: all $(verifier) ## an OCI archive and the root file system as a tar, in build/image
	ci/image $(B) $(VERSION) $(set) $(gpgv)

deps: $(recorded) ## the static dependencies alone; others find them in the cache

clean: ## remove what was built here; the dependencies' cache stays
	$(RM) -r $(B)

help: ## this list
	sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

$(B)/check $(B)/in $(B)/out: $(B)/%: $(B)/obj/%.elf
	$(finish) $< $@

$(B)/gpgv: $(gpgv)/versions
	@mkdir -p $(@D)
	ci/lib/finish $(gpgv)/gpgv $@

$(gpgv)/versions:
	ci/deps gpgv

.SECONDEXPANSION:
$(addprefix $(B)/obj/,$(addsuffix .elf,$(programs))): $(B)/obj/%.elf: $$(call objects,$$*) $(B)/obj/common.a
	$(LINK.o) -o $@ $^ $(libraries)

# A test that passes hours has a clock and a server of its own in place of these, whoever else says LDFLAGS.
wrapped = $(addprefix -Xlinker --wrap=,clock_monotonic_ms $(1))
$(B)/test/unit/test_kube_identity: private override LDFLAGS += $(call wrapped)
$(B)/test/unit/test_kube_watch: private override LDFLAGS += $(call wrapped,log_warning stream_open stream_close \
	stream_poll http_stream_data http_stream_consume)
$(B)/test/unit/test_build_limits: private override LDFLAGS += $(call wrapped,log_warning kube_http http_wait \
	live_next live_wait_ms builds_list $(addprefix phases_,new free step over catch_up have_begun pod obstacle news_ms wait_ms))

$(unit) $(clients) $(fuzz): $(B)/%: $(B)/obj/%.o $(B)/obj/common.a
	@mkdir -p $(@D)
	$(LINK.o) -o $@ $^ $(if $(findstring /unit/,$@),-lcmocka$(if $(set),-static)) $(libraries)

$(B)/obj/common.a: $(call objects,common/* common/*/*)
	$(RM) $@
	$(AR) rcs $@ $^

$(B)/obj/%.o: %.c $(B)/obj/flags $(recorded)
	@mkdir -p $(@D)
	$(COMPILE.c) -o $@ $<

# A header stands alone.
$(B)/obj/%.h.o: %.h $(B)/obj/flags $(recorded)
	@mkdir -p $(@D)
	@printf '#include "$<"\nextern int alone;\n' > $(@:.o=.c)
	$(COMPILE.c) -o $@ $(@:.o=.c)

# Objects are made anew when what they are compiled with has changed.
$(B)/obj/flags: FORCE | $(recorded)
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(compile))' | cmp -s - $@ || echo '$(subst ','\'',$(compile))' > $@

$(recorded):
	ci/deps $(DEPS)

FORCE:
.PHONY: all demo test unit cases integration test-cluster san cover fuzz fuzzers clients headers lint format bench bench-docs image deps clean help FORCE
.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
