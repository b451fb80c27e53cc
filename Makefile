# Build, check and install. Everything made goes to $(BUILD).
#
#   make             the programs and libraries
#   make check       all tests          make check-user  the same as nobody
#   make lint        style, quick       make analyze     deeper, minutes
#   make layers      room arrows        make headers     each compiles alone
#   make asan        tests under ASan and UBSan: ASAN_CHECKS
#   make coverage    tests under gcov, report in $(BUILD)/coverage/html
#   make clang       build with clang   make cross       compile for aarch64
#   make fuzz        what we read, with any bytes: FUZZ_TARGETS, FUZZ_RUNS
#   make valgrind    memcheck over unit tests and programs
#   make demo        real leaks, found
#   make mutants     broken cleanups by the hundred, each of which ipcrash finds
#   make soak        50 repetitions under load, 200 kills, 100,000 trials
#   make bench       ratios to ipcs, lsipc, unshare and bare loops
#   make format      clang-format       make dist        a source archive
#   make install     DESTDIR and the GNU directory variables are honoured
#   make uninstall   make clean         V=1 shows the commands
VERSION = 0.1.0

BUILD = build
CC = gcc
CXX = g++
CLANG = clang
CROSS_CC = aarch64-linux-gnu-gcc
PKG_CONFIG = pkg-config
INSTALL = install
OBJCOPY = objcopy

prefix = /usr/local
exec_prefix = $(prefix)
bindir = $(exec_prefix)/bin
libdir = $(exec_prefix)/lib
includedir = $(prefix)/include
datarootdir = $(prefix)/share
docdir = $(datarootdir)/doc/ipcrash
mandir = $(datarootdir)/man
pkgconfigdir = $(libdir)/pkgconfig

CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wswitch-enum -Werror
LIBRARIES = jansson libseccomp libdw libelf libxml-2.0
pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)
LIBS := $(call pkg,--libs jansson libseccomp libxml-2.0)
HARNESS_LIBS := $(call pkg,--libs $(LIBRARIES))
LIBRARY_LIBS := $(call pkg,--libs jansson)
CHECK_LIBS := $(call pkg,--libs check)
ALL_CPPFLAGS := -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' $(CPPFLAGS) \
	$(call pkg,--cflags $(LIBRARIES)) $(call pkg,--cflags check)
ALL_CFLAGS = -std=gnu11 -fPIC -fvisibility=hidden $(WARNINGS) $(CFLAGS)

V = 0
QUIET = $(if $(filter 1,$(V)),,@)
SAY = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n')

# With sanitizers every program has this in addition, see there.
SANITIZER = $(if $(findstring -fsanitize=,$(CFLAGS)),tests/support/lsan.c)

# Rooms, from the bottom. tools/layers.txt says which may use which.
BASE = $(wildcard base/*.c)
MODEL = $(wildcard model/*.c)
LEAKCHECK = $(wildcard leakcheck/*.c)
LEAKCHECK_CLI = $(wildcard leakcheck/cli/*.c)
REPORTS = $(wildcard reports/*.c)
HARNESS = $(wildcard harness/*.c harness/tracer/*.c)
HARNESS_CLI = $(wildcard harness/cli/*.c)
UNIT_TESTS = $(wildcard tests/unit/*.c)
LIVE_TESTS = $(wildcard tests/live/*.c)
TEST_SUPPORT = $(wildcard tests/support/*.c)
TEST_SUBJECTS = $(wildcard tests/programs/*.c)
TRACEES = $(wildcard tests/tracees/*.c)
BENCH = tests/bench/bench.c

# Apart from the programs: build/leakcheck is one, leakcheck/ a room.
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
ROOMS = $(call objects,$(BASE) $(MODEL) $(LEAKCHECK) $(REPORTS) $(HARNESS))
OBJECTS = $(ROOMS) $(call objects,$(LEAKCHECK_CLI) $(HARNESS_CLI) \
	$(UNIT_TESTS) $(LIVE_TESTS) $(TEST_SUPPORT) $(TEST_SUBJECTS) $(BENCH) \
	$(addprefix tests/bench/,spawn.c tiny.c calls.c))

PROGRAMS = $(BUILD)/leakcheck $(BUILD)/ipcrash
# The name of a shared library for programs holds the version of its interface.
SHARED = libleakcheck.so.$(VERSION)
SONAME = libleakcheck.so.0
LIBRARY = $(BUILD)/libleakcheck.a $(BUILD)/$(SHARED)
TEST_PROGRAMS = $(BUILD)/tests/unit-tests $(BUILD)/tests/live-tests
# Ordinary small programs for the tests to run: a file each.
SUBJECTS = $(patsubst %.c,$(BUILD)/%,$(TEST_SUBJECTS)) \
	$(foreach kind,/ -static -stripped -bare -split,\
		$(patsubst %.c,$(BUILD)/%$(kind:/=),$(TRACEES)))

.PHONY: all
all: $(PROGRAMS) $(LIBRARY)

# Files that change when flags or the list of sources do; what depends on them
# is then made again.
.PHONY: FORCE
FORCE:
stamp = mkdir -p $(@D) && { echo "$$NOW" | cmp -s - $@ || echo "$$NOW" >$@; }

# $(call need,libraries,section): fail early and say what to do.
need = $(PKG_CONFIG) --print-errors --exists $(1) || \
	{ echo 'Run: tools/install-packages.sh $(2)' >&2; exit 1; }

$(BUILD)/flags: export NOW = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS)
$(BUILD)/flags: FORCE
	@$(call need,$(LIBRARIES),build)
	@$(stamp)
$(BUILD)/sources: export NOW = $(sort $(OBJECTS))
$(BUILD)/sources: FORCE
	@$(stamp)

# The style and the script of the HTML report are files of their own, taken in as
# they are; the page names the hashes of both, and a browser runs no other.
PAGE = reports/html/page.css reports/html/page.js
hash = $(shell sha256sum $(1) | cut -c 1-64 | tr a-f A-F | basenc -d --base16 | \
	base64)
$(BUILD)/obj/reports/html_assets.o: $(PAGE)
$(BUILD)/obj/reports/html_assets.o: ALL_CPPFLAGS += \
	-DPAGE_CSS_SHA256='"$(call hash,reports/html/page.css)"' \
	-DPAGE_JS_SHA256='"$(call hash,reports/html/page.js)"'

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/rooms.a: $(ROOMS) $(BUILD)/sources
	$(SAY) AR $@
	$(QUIET)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

link = mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	$(filter %.a,$^)

$(BUILD)/leakcheck: $(call objects,$(LEAKCHECK_CLI) $(SANITIZER)) \
		$(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) $(LIBS)

$(BUILD)/ipcrash: $(call objects,$(HARNESS_CLI) $(SANITIZER)) \
		$(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) $(HARNESS_LIBS)

# The library is one object: the interface and what that needs of the rooms. All
# else in it is made local, so that no name of ours can meet one of a user's. Of
# the flags only those count that say for what machine, and LTO ends here:
# --coverage would draw its own library in.
merge_flags = $(filter -m%,$(CFLAGS)) $(if $(findstring -flto,$(CFLAGS)),\
	$(filter -O% -f%,$(CFLAGS)) -flinker-output=nolto-rel)
$(BUILD)/libleakcheck.o: $(BUILD)/obj/leakcheck/api.o $(BUILD)/rooms.a
	$(SAY) LD $@
	$(QUIET)$(CC) $(merge_flags) -r -nostdlib -o $@ $^ && \
		$(OBJCOPY) --localize-hidden $@
$(BUILD)/libleakcheck.a: $(BUILD)/libleakcheck.o
	$(SAY) AR $@
	$(QUIET)rm -f $@ && $(AR) rcs $@ $<
$(BUILD)/$(SHARED): $(BUILD)/libleakcheck.o leakcheck/leakcheck.map
	$(SAY) LINK $@
	$(QUIET)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) \
		-Wl,--version-script=leakcheck/leakcheck.map -Wl,-z,defs \
		-o $@ $< $(LIBRARY_LIBS)
	@ln -sf $(SHARED) $(BUILD)/$(SONAME)
	@ln -sf $(SONAME) $(BUILD)/libleakcheck.so

# Of a program all but its main() and commands may be tested so.
CLI_PARTS = $(filter-out %/main.c %/commands.c leakcheck/cli/cmd_%,\
	$(LEAKCHECK_CLI))
$(BUILD)/tests/unit-tests: $(call objects,$(UNIT_TESTS) $(CLI_PARTS))
$(BUILD)/tests/live-tests: $(call objects,$(LIVE_TESTS))
$(TEST_PROGRAMS): $(call objects,$(TEST_SUPPORT)) $(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) $(CHECK_LIBS) $(HARNESS_LIBS)

$(filter $(BUILD)/tests/programs/%,$(SUBJECTS)): $(BUILD)/tests/programs/%: \
		$(BUILD)/obj/tests/programs/%.o
	$(SAY) LINK $@
	$(QUIET)$(link) -pthread -lseccomp

# What the tracer is tried on is compiled as users do it, whatever our own
# flags are, in five ways; bare: static and stripped, split: its debug information
# is in another file.
tracee = mkdir -p $(@D) && $(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) -O1 -g \
	-pthread $(1) -o $@ $(or $(2),$<)
$(BUILD)/tests/tracees/%: tests/tracees/%.c
	$(SAY) TRACEE $@
	$(QUIET)$(call tracee)
$(BUILD)/tests/tracees/%-static: tests/tracees/%.c
	$(SAY) TRACEE $@
	$(QUIET)$(call tracee,-static,$(abspath $<))
$(BUILD)/tests/tracees/%-stripped: tests/tracees/%.c
	$(SAY) TRACEE $@
	$(QUIET)$(call tracee,-s)
$(BUILD)/tests/tracees/%-bare: tests/tracees/%.c
	$(SAY) TRACEE $@
	$(QUIET)$(call tracee,-static -s)
$(BUILD)/tests/tracees/%-split: tests/tracees/%.c
	$(SAY) TRACEE $@
	$(QUIET)$(call tracee) && cd $(@D) && \
		$(OBJCOPY) --only-keep-debug $(@F) $(@F).debug && \
		$(OBJCOPY) -S --add-gnu-debuglink=$(@F).debug $(@F)

# Small programs with planted bugs, a variant for each: scenarios/NAME.c, or .cc,
# says "PLANT n:", and NAME-n has that bug; NAME-0 has none. Built as users do it.
# No inlining: the sites in manifest.tab name functions as the source has them.
SCENARIOS = $(wildcard scenarios/*.c scenarios/*.cc)
plants = $(shell sed -nE 's/^ \* PLANT ([0-9]+):.*/\1/p' $(1))
VARIANTS := $(foreach file,$(SCENARIOS),$(addprefix $(BUILD)/$(basename $(file))-,\
	0 $(call plants,$(file))))
compile.c = $(CC) -std=gnu11 $(WARNINGS)
compile.cc = $(CXX) -std=gnu++17 $(filter-out %-prototypes,$(WARNINGS))
define scenario
$(BUILD)/$(basename $(1))-%: $(1) scenarios/scenario.h $(BUILD)/flags
	$$(SAY) PLANT $$@
	$$(QUIET)mkdir -p $$(@D) && $(compile$(suffix $(1))) -D_GNU_SOURCE -I. \
		-g -O1 -fno-inline -DPLANT=$$* -pthread -o $$@ $$<
endef
$(foreach file,$(SCENARIOS),$(eval $(call scenario,$(file))))
.PHONY: scenarios
scenarios: $(VARIANTS)

.PHONY: need-check
need-check:
	@$(call need,check,check)
$(filter $(BUILD)/obj/tests/%,$(OBJECTS)): | need-check

# Tests. CHECKS picks some: make check CHECKS="unit cli".
CHECKS = unit live cli real
.PHONY: check check-user check-programs soak
check-programs: all $(TEST_PROGRAMS) $(SUBJECTS) scenarios
check: export LEAKCHECK = $(abspath $(BUILD)/leakcheck)
check: export IPCRASH = $(abspath $(BUILD)/ipcrash)
check: export TEST_BUILD = $(BUILD)
check: export TEST_CC = $(CC)
check: export TEST_CFLAGS = $(CFLAGS)
check: check-programs
	@BUILD='$(abspath $(BUILD))' tools/check.sh $(CHECKS)
check-user:
	@tools/check-user.sh
.PHONY: mutants
mutants: export IPCRASH = $(abspath $(BUILD)/ipcrash)
mutants: all
	@BUILD='$(abspath $(BUILD))' CC='$(CC)' CXX='$(CXX)' tools/mutate.sh
# Hours on a small machine. PARTS picks some: make soak PARTS=many.
PARTS =
soak: check-programs $(BUILD)/tests/bench-tiny
	@BUILD='$(abspath $(BUILD))' tools/soak.sh $(PARTS)

# A build of its own with other flags: $(call variant,name,what,variables).
variant = +@$(MAKE) --no-print-directory BUILD='$(BUILD)/$(1)' $(2) $(3)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
ASAN_CHECKS = unit live cli

.PHONY: asan clang coverage cross rooms
asan: export ASAN_OPTIONS = detect_leaks=1:detect_stack_use_after_return=1
asan: export UBSAN_OPTIONS = print_stacktrace=1
asan:
	$(call variant,asan,check,CHECKS='$(ASAN_CHECKS)' \
		CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)')
clang:
	$(call variant,clang,check-programs,CC='$(CLANG)' CXX='$(CLANG)++')
# For the other processor: that it compiles. The libraries' headers are the same
# for both, so those of this machine do.
cross:
	$(call variant,cross,rooms,\
		CC='$(CROSS_CC)' CPPFLAGS='-idirafter /usr/include')
rooms: $(BUILD)/rooms.a
# gcc would have exec write the counts first. leakcheck's child must not: its
# files are opened through the filter that only the suspended parent serves.
coverage:
	@find '$(BUILD)/coverage' -name '*.gcda' -delete 2>/dev/null || :
	$(call variant,coverage,check,\
		CFLAGS='-O0 -g --coverage -fprofile-update=atomic \
			-fno-builtin-execvp')
	@tools/coverage.sh '$(BUILD)/coverage'

# Fuzz targets: a file each but for what they share. Command lines are those of
# both programs.
FUZZ_SHARED = tests/fuzz/fuzz.c harness/cli/options.c leakcheck/cli/options.c
FUZZ_TARGETS = $(sort $(patsubst tests/fuzz/%.c,%,\
	$(filter-out $(FUZZ_SHARED),$(wildcard tests/fuzz/*.c))))
OBJECTS += $(call objects,$(wildcard tests/fuzz/*.c))
FUZZERS = $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%)
FUZZ_RUNS = 5000
.PHONY: fuzz fuzzers
fuzz:
	@CLANG='$(CLANG)' tools/fuzz.sh --check
	$(call variant,fuzz,fuzzers,CC='$(CLANG)' CFLAGS='-O1 -g \
		-fno-omit-frame-pointer $(SANITIZE) -fsanitize=fuzzer-no-link')
	@BUILD='$(abspath $(BUILD)/fuzz)' FUZZ_RUNS='$(FUZZ_RUNS)' \
		tools/fuzz.sh $(FUZZ_TARGETS)
fuzzers: $(FUZZERS)
$(FUZZERS): $(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o \
		$(call objects,$(FUZZ_SHARED)) $(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) -fsanitize=fuzzer $(HARNESS_LIBS) -lm

.PHONY: valgrind
valgrind: check-programs
	@BUILD='$(abspath $(BUILD))' tools/valgrind.sh

# Style and analysis.
.PHONY: lint analyze layers headers format
lint:
	@tools/lint.sh
analyze:
	@tools/analyze.sh
layers:
	@tools/check-layers.sh
headers:
	@CC='$(CC)' tools/check-headers.sh
format:
	@tools/sources.sh c | xargs -0 clang-format -i

# Ratios to rivals over the same state, in one run.
.PHONY: bench
$(BUILD)/tests/bench: $(call objects,$(BENCH)) $(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) $(LIBS)
# What trials.sh needs, apart from the programs.
BENCH_PARTS = spawn tiny calls
$(addprefix $(BUILD)/tests/bench-,$(BENCH_PARTS)): $(BUILD)/tests/bench-%: \
		$(BUILD)/obj/tests/bench/%.o $(BUILD)/rooms.a
	$(SAY) LINK $@
	$(QUIET)$(link) $(HARNESS_LIBS)
.PHONY: bench-trials
bench-trials: export IPCRASH = $(abspath $(BUILD)/ipcrash)
bench-trials: export SPAWN = $(abspath $(BUILD)/tests/bench-spawn)
bench-trials: export TINY = $(abspath $(BUILD)/tests/bench-tiny)
bench-trials: export CALLS = $(abspath $(BUILD)/tests/bench-calls)
bench-trials: $(addprefix $(BUILD)/tests/bench-,$(BENCH_PARTS)) all
	@tests/bench/trials.sh
bench: $(BUILD)/tests/bench all bench-trials
	@$< '$(abspath $(BUILD)/leakcheck)'

.PHONY: demo
demo: all
	@LEAKCHECK='$(BUILD)/leakcheck' IPCRASH='$(BUILD)/ipcrash' \
		tools/demo.sh

.PHONY: install uninstall dist clean
HEADERS = leakcheck/leakcheck.h leakcheck/leakcheck_check.h
MANUALS = $(wildcard docs/*.[1-8])
DOCUMENTS = $(wildcard README.md NEWS LICENSE docs/SNAPSHOT_FORMAT.md)
EXAMPLES = $(wildcard examples/*)
INSTALL_PROGRAM = $(INSTALL)
INSTALL_DATA = $(INSTALL) -m 644
manual_dir = $(mandir)/man$(subst .,,$(suffix $(1)))
manual = $(call manual_dir,$(1))/$(notdir $(1))
# The pages name documents by where they are by default.
DEFAULT_DOCDIR = /usr/local/share/doc/ipcrash
# What a name in leakcheck.pc.in stands for.
PC_NAMES = prefix exec_prefix libdir includedir

install: all
	$(INSTALL) -d $(foreach dir,$(bindir) $(libdir) $(pkgconfigdir) \
		$(includedir)/leakcheck $(docdir)/examples \
		$(sort $(foreach page,$(MANUALS),$(call manual_dir,$(page)))),\
		'$(DESTDIR)$(dir)')
	$(INSTALL_PROGRAM) $(PROGRAMS) '$(DESTDIR)$(bindir)'
	$(INSTALL_DATA) $(LIBRARY) '$(DESTDIR)$(libdir)'
	ln -sf $(SHARED) '$(DESTDIR)$(libdir)/$(SONAME)'
	ln -sf $(SONAME) '$(DESTDIR)$(libdir)/libleakcheck.so'
	$(INSTALL_DATA) $(HEADERS) '$(DESTDIR)$(includedir)/leakcheck'
	sed $(foreach name,$(PC_NAMES),-e 's|@$(name)@|$($(name))|') \
		-e 's|@version@|$(VERSION)|' leakcheck/leakcheck.pc.in \
		>'$(DESTDIR)$(pkgconfigdir)/leakcheck.pc'
	chmod 644 '$(DESTDIR)$(pkgconfigdir)/leakcheck.pc'
	$(foreach page,$(MANUALS),sed 's|$(DEFAULT_DOCDIR)|$(docdir)|' $(page) \
			>'$(DESTDIR)$(call manual,$(page))' && \
		chmod 644 '$(DESTDIR)$(call manual,$(page))' &&) :
	$(INSTALL_DATA) $(DOCUMENTS) '$(DESTDIR)$(docdir)'
	$(INSTALL_DATA) $(EXAMPLES) '$(DESTDIR)$(docdir)/examples'
uninstall:
	rm -f $(foreach file,$(notdir $(PROGRAMS)),\
			'$(DESTDIR)$(bindir)/$(file)') \
		$(foreach file,$(notdir $(LIBRARY)) $(SONAME) libleakcheck.so,\
			'$(DESTDIR)$(libdir)/$(file)') \
		'$(DESTDIR)$(pkgconfigdir)/leakcheck.pc' \
		$(foreach page,$(MANUALS),'$(DESTDIR)$(call manual,$(page))')
	rm -f $(foreach file,$(notdir $(HEADERS)),\
			'$(DESTDIR)$(includedir)/leakcheck/$(file)') \
		$(foreach file,$(notdir $(DOCUMENTS)) $(EXAMPLES),\
			'$(DESTDIR)$(docdir)/$(file)')
	-rmdir '$(DESTDIR)$(includedir)/leakcheck' \
		'$(DESTDIR)$(docdir)/examples' '$(DESTDIR)$(docdir)'

dist:
	@mkdir -p '$(BUILD)'
	git archive --prefix=ipcrash-$(VERSION)/ \
		-o '$(BUILD)/ipcrash-$(VERSION).tar.gz' HEAD

clean:
	rm -rf '$(BUILD)'

-include $(OBJECTS:.o=.d)
