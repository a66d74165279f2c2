# marlgold - see README.md. `make help` lists the targets. Honoured: CC CFLAGS CPPFLAGS LDFLAGS prefix DESTDIR V=1
# BUILD=folder OUT=folder JOBS=number RESULT=name STATIC= (link dynamically) STRIP= (install with debug information).
# The flags that keep the bits are added after yours.

ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
BUILD ?= build
OUT ?= out
RESULT ?= all
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
STATIC ?= -static
STRIP ?= strip
prefix ?= /usr/local
bindir ?= $(prefix)/bin
datadir ?= $(prefix)/share
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(datadir)/man
bashdir ?= $(datadir)/bash-completion/completions
zshdir ?= $(datadir)/zsh/site-functions
OBJCOPY ?= objcopy
Q := $(if $(V),,@)

# As many jobs as processors, unless -j says otherwise, another make called this one, or a goal wants to be alone.
ALONE := check check-% matrix mutate audit clean distclean uninstall dist
ifeq ($(MAKELEVEL)$(filter -j% --jobserver%,$(MAKEFLAGS))$(filter $(ALONE),$(MAKECMDGOALS)),0)
MAKEFLAGS += -j$(JOBS)
endif
say = $(if $(V),@:,@printf '  %-8s %s\n' "$(1)" "$(2)")

# ---- flags ----
# What changes bits, or tells the compiler that it may, in gcc or clang; -Ofast, -ffast-math and their parts, constants
# and sums in another precision, denormals flushed. (Contraction is undone by ours, which come last.)
# ALLOW_OTHER_BITS=1 is for the negative controls of `make matrix`: programs that must come out different.
CHANGES_BITS := -ffast-math -Ofast -funsafe-math-optimizations -fassociative-math -freciprocal-math -ffinite-math-only \
    -fno-signed-zeros -fno-honor-nans -fno-honor-infinities -fapprox-func -menable-unsafe-fp-math -mrecip -mrecip=% \
    -ffp-model=fast -ffp-model=aggressive -fsingle-precision-constant -cl-single-precision-constant \
    -mfpmath=387 -mfpmath=both -mfpmath=sse+387 -mfpmath=sse,387 -mfpmath=387+sse -mfpmath=387,sse -mno-sse -mno-sse2 \
    -msoft-float -mpc32 -mpc64 -ffp-eval-method=double -ffp-eval-method=extended -mdaz-ftz -fdenormal-fp-math=% \
    -fdenormal-fp-math-f32=%
FORBIDDEN := $(filter $(CHANGES_BITS),$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(KERNEL_OPT) $(STATIC) $(LIBS))
ifeq ($(ALLOW_OTHER_BITS),)
ifneq ($(FORBIDDEN),)
$(error marlgold: $(FORBIDDEN) changes bits and is refused; drop it from CC, CFLAGS, CPPFLAGS, LDFLAGS and KERNEL_OPT)
endif
ifneq ($(filter command override,$(origin BITS)),)
$(error marlgold: BITS=$(BITS) changes bits and is refused; flags of your own go into CFLAGS)
endif
endif

VERSION := 0.1.0
WARN := -Wall -Wextra -Wdouble-promotion -Wfloat-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
BITS := -std=c11 -ffp-contract=off -fno-fast-math -fno-math-errno
DEPENDENCIES := -MMD -MP
ALL_CFLAGS = $(WARN) -D_POSIX_C_SOURCE=200809L -DMG_VERSION='"$(VERSION)"' \
    $(if $(ALLOW_OTHER_BITS),-DMG_ALLOW_OTHER_BITS -DMG_UNCHECKED_START) $(TARGET_INCLUDE) $(CPPFLAGS) -I. $(CFLAGS) $(BITS) $(DEPENDENCIES)

# Cross compilers and musl-gcc do not search the system's folders: `ci/setup --matrix` puts what they need into
# build-libraries/<target>.
MACHINE := $(shell $(CC) -dumpmachine 2> /dev/null)
# gcc's -std=c11 computes float in double on s390x, which has float instructions.
ifneq ($(findstring s390x,$(MACHINE)),)
BITS += -fexcess-precision=fast
endif
# tcc knows no warnings, no dependencies and no vectors, and fuses nothing.
ifeq ($(notdir $(firstword $(CC))),tcc)
WARN :=
DEPENDENCIES :=
BITS := -include ci/tcc.h -D_ISOC11_SOURCE -DMG_ONLY_SCALAR
CORE_LIBS := -lm
endif
TARGET := $(if $(findstring musl,$(CC)),$(MACHINE:gnu=musl),$(MACHINE))
TARGET_LIBRARIES := $(wildcard build-libraries/$(TARGET))
TARGET_INCLUDE := $(TARGET_LIBRARIES:%=-isystem %/include)
# Inodes and sizes of files have 64 bits also where long has 32.
ifneq ($(filter i386% i486% i586% i686% arm%,$(MACHINE)),)
TARGET_INCLUDE += -D_FILE_OFFSET_BITS=64
endif
# WebAssembly: a program is alone there; 1 MB of stack that traps at its end; clocks and a process number of wasi-libc.
WASM := $(findstring wasm32,$(MACHINE))
ifneq ($(WASM),)
TARGET_INCLUDE += -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS
WARN += -Wno-missing-field-initializers
WASM_LINK := -Wl,-z,stack-size=1048576 -Wl,--stack-first -lwasi-emulated-getpid -lwasi-emulated-process-clocks
endif
# Windows: alone too; what POSIX has and it lacks is in core/io/windows. Its own printf knows no %zu.
WINDOWS := $(findstring mingw32,$(MACHINE))
ifneq ($(WINDOWS),)
TARGET_INCLUDE += -isystem core/io/windows -include core/io/windows/posix.h -D__USE_MINGW_ANSI_STDIO=1
WARN += -Wno-format
endif
# yajl's static library has a name of its own.
LIBS ?= $(TARGET_LIBRARIES:%=-L%/lib) $(if $(STATIC)$(WASM)$(WINDOWS),-lyajl_s,-lyajl) -lcsv
LINK = $(CC) $(ALL_CFLAGS) $(LDFLAGS) $(BITS)

# ---- sources ----
KERNELS := core/num/kernels_simd.c
NUM := $(filter-out $(KERNELS),$(wildcard core/num/*.c))
ALONE_IN := $(if $(WASM)$(WINDOWS),pool process lock,alone) $(if $(WINDOWS),remove,windows)
LIBRARY := $(NUM) $(filter-out core/io/bare.c $(ALONE_IN:%=core/io/%.c),$(wildcard core/io/*.c)) $(wildcard core/rl/*.c envs/*.c envs/*/*.c algos/*.c baselines/*.c suite/harness/*.c suite/shared/*.c) suite/library/environments.c
RESULTS := $(wildcard suite/*.c)
TRAFFIC_SOURCES := $(wildcard suite/tools/traffic*.c)
TOOLS := $(filter-out $(TRAFFIC_SOURCES),$(wildcard suite/tools/*.c))
# A target with libraries of its own has no MPFR: its oracles are left out.
TESTS := $(filter-out $(if $(TARGET_LIBRARIES),tests/%ulp.c),$(wildcard tests/test_*.c))
BENCHES := $(wildcard bench/bench_*.c)
# Compiled a second time in binary64, for gradient checks and exact claims (core/num/real.h).
DOUBLE := $(wildcard $(addprefix core/num/,kernels_reference.c parameters.c orthogonal.c optimiser.c tape_*.c) \
            core/rl/reinforce.c core/rl/trajectory.c core/rl/*_step.c algos/*_step.c \
            baselines/*_step.c)
# What needs no JSON and no CSV library: runs on any target that has a C compiler.
# Without POSIX, bare.c stands in for files and memory.
BARE := $(findstring wasm32,$(MACHINE))$(findstring mingw32,$(MACHINE))
CORE := $(NUM) $(wildcard $(addprefix core/io/,digest.c error.c $(if $(BARE),bare.c,file.c memory.c) out_of_memory.c text.c))

# ---- one kernel source, one object per instruction set ----
ifneq ($(findstring x86_64,$(MACHINE))$(findstring i686,$(MACHINE)),)
ISAS := scalar sse2 avx2 avx512
else
ISAS := scalar simd128
endif
ifneq ($(findstring MG_ONLY_SCALAR,$(CFLAGS) $(CPPFLAGS) $(BITS)),)
ISAS := scalar
endif
ISA_FLAGS_scalar := -DMG_WIDTH=1
ISA_FLAGS_simd128 := -DMG_WIDTH=4
ISA_FLAGS_sse2 := -DMG_WIDTH=4
ISA_FLAGS_avx2 := -DMG_WIDTH=8 -mavx2 -mfma
ISA_FLAGS_avx512 := -DMG_WIDTH=16 -march=x86-64-v4 -mprefer-vector-width=512
KERNEL_OPT ?= -O3

KERNEL_OBJECTS := $(if $(wildcard $(KERNELS)),$(ISAS:%=$(BUILD)/obj/kernels-%.o))
DOUBLE_OBJECTS := $(DOUBLE:%.c=$(BUILD)/obj/double/%.o)
OBJECTS := $(LIBRARY:%.c=$(BUILD)/obj/%.o) $(KERNEL_OBJECTS) $(DOUBLE_OBJECTS)
CORE_OBJECTS := $(CORE:%.c=$(BUILD)/obj/%.o) $(KERNEL_OBJECTS) $(filter $(BUILD)/obj/double/core/%,$(DOUBLE_OBJECTS))
LIB := $(BUILD)/lib/libmarlgold.a
name = $(subst _,-,$(basename $(notdir $(1))))
PROGRAMS := $(foreach p,$(RESULTS),$(BUILD)/bin/$(call name,$(p)))
MARLGOLD := $(if $(TOOLS),$(BUILD)/bin/marlgold)
TRAFFIC := $(if $(TRAFFIC_SOURCES),$(BUILD)/bin/traffic)
SELFTEST := $(if $(wildcard tests/core_selftest.c),$(BUILD)/bin/core-selftest)
TEST_PROGRAMS := $(TESTS:tests/%.c=$(BUILD)/tests/%)
BENCH_PROGRAMS := $(BENCHES:bench/bench_%.c=$(BUILD)/bench/%)
-include local.mk

.PHONY: all
all: $(PROGRAMS) $(MARLGOLD) $(TRAFFIC) ## build every program

# ---- rules ----
# Objects are rebuilt when compiler or flags change.
STAMP := $(BUILD)/flags
FLAGS_TEXT := '$(subst ','\'',$(CC) $(ALL_CFLAGS) $(KERNEL_OPT) $(LDFLAGS) $(STATIC) $(LIBS))'
$(shell mkdir -p $(BUILD); printf '%s\n' $(FLAGS_TEXT) | cmp -s - $(STAMP) || printf '%s\n' $(FLAGS_TEXT) > $(STAMP))

# Each result carries the names of the sources it is built from: --bless wants the committed ones.
$(shell ci/built-from '$(BUILD)')
$(BUILD)/built/%.o: $(BUILD)/built/%.c $(STAMP)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/obj/%.o: %.c $(STAMP)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

# machine.json names the flags.
$(BUILD)/obj/suite/harness/machine.o: CPPFLAGS += -DMG_FLAGS='"$(CFLAGS) $(BITS)"'

$(BUILD)/obj/double/%.o: %.c $(STAMP)
	$(call say,CC64,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DMG_DOUBLE -c $< -o $@

$(KERNEL_OBJECTS): $(BUILD)/obj/kernels-%.o: $(KERNELS) $(STAMP)
	$(call say,CC-$*,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(KERNEL_OPT) $(ISA_FLAGS_$*) $(BITS) -DMG_ISA=$* -c $< -o $@

$(LIB): $(OBJECTS)
	$(call say,AR,$@)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define program
$(BUILD)/bin/$(call name,$(1)): $(BUILD)/obj/$(basename $(1)).o $(BUILD)/built/$(basename $(notdir $(1))).o $(LIB)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$(Q)$$(LINK) $(STATIC) $$^ $(LIBS) -o $$@
endef
$(foreach p,$(RESULTS),$(eval $(call program,$(p))))

$(BUILD)/bin/marlgold: $(TOOLS:%.c=$(BUILD)/obj/%.o) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(STATIC) $(TOOLS:%.c=$(BUILD)/obj/%.o) $(LIB) $(LIBS) -o $@

$(BUILD)/bin/traffic: $(TRAFFIC_SOURCES:%.c=$(BUILD)/obj/%.o) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(STATIC) $(TRAFFIC_SOURCES:%.c=$(BUILD)/obj/%.o) $(LIB) $(LIBS) -o $@

$(BUILD)/bin/core-selftest: tests/core_selftest.c $(CORE_OBJECTS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(STATIC) $< $(CORE_OBJECTS) $(CORE_LIBS) -o $@

# A result that records the names of its random streams and ends at a repeat (core/num/rng.h): the recording generator
# goes before the library's.
$(BUILD)/recording/rng.o: core/num/rng.c $(STAMP)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DMG_RECORD_STREAMS -c $< -o $@
RECORDING := $(PROGRAMS:$(BUILD)/bin/%=$(BUILD)/recording/%)
$(RECORDING): $(BUILD)/recording/%: $(BUILD)/recording/rng.o $(RESULTS:%.c=$(BUILD)/obj/%.o) $(LIB)
	$(call say,LD,$@)
	$(Q)$(LINK) $(STATIC) $(BUILD)/obj/suite/$(subst -,_,$*).o $(BUILD)/recording/rng.o $(LIB) $(LIBS) -o $@

# MPFR only for the tests named *ulp*, which are oracles and may be dynamic.
$(BUILD)/tests/%: tests/%.c $(LIB) $(STAMP)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(if $(findstring ulp,$*),,$(STATIC)) $< $(LIB) $(LIBS) $(if $(findstring ulp,$*),-lmpfr -lgmp -lm) -o $@

# One that starts the programs.
$(BUILD)/tests/test_export: $(MARLGOLD) $(filter %/lio-ipd,$(PROGRAMS))

# Dynamic, so that a benchmark can load the library it compares with (OpenBLAS), if there is one.
$(BUILD)/bench/%: bench/bench_%.c $(LIB) $(STAMP)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $< $(LIB) $(LIBS) -ldl -lm -o $@

# ---- the page that computes (suite/web): every result as one program for WebAssembly ----
# The program is of a make with CC=$(WASM_CC); the page is of any other, which calls two of those.
WASM_PROGRAM := $(BUILD)/web/marlgold.wasm
WEB_OBJECTS := $(RESULTS:suite/%.c=$(BUILD)/web/%.o)
$(WEB_OBJECTS): $(BUILD)/web/%.o: suite/%.c $(STAMP)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -Dmain=mg_main_$* -c $< -o $@

# A result that is new since then is newer than the list.
$(BUILD)/obj/suite/web/results.o: $(RESULTS)
$(BUILD)/obj/suite/web/results.o: TARGET_INCLUDE += -DRESULTS='$(patsubst suite/%.c,R(%),$(RESULTS))'

$(WASM_PROGRAM): $(BUILD)/obj/suite/web/results.o $(WEB_OBJECTS) $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(LINK) -s $^ $(LIBS) $(WASM_LINK) -o $@

WASM_CC ?= clang-14 --target=wasm32-wasi
WEB_LACKS = $(if $(shell command -v $(firstword $(WASM_CC))),,$(firstword $(WASM_CC))) \
    $(if $(shell command -v wasm-ld-14 || command -v wasm-ld),,wasm-ld) $(if $(wildcard /usr/include/wasm32-wasi),,wasi-libc) \
    $(if $(wildcard build-libraries/wasm32-unknown-wasi/lib/libyajl_s.a),,yajl-for-wasm)
wasm = $(MAKE) BUILD='$(BUILD)/web-$(1)' CC='$(WASM_CC)' STATIC= LDFLAGS= KERNEL_OPT=-O3 $(2) '$(BUILD)/web-$(1)/web/marlgold.wasm'
.PHONY: web check-web
web: report ## the page that computes: every quick profile in the browser, digests beside golden's, in $(OUT)/web
	$(if $(strip $(WEB_LACKS)),$(error marlgold: make web lacks $(strip $(WEB_LACKS)); ci/setup --matrix installs it))
	+$(Q)$(call wasm,simd128,CFLAGS='-O2 -msimd128' CPPFLAGS=)
	+$(Q)$(call wasm,scalar,CFLAGS=-O2 CPPFLAGS=-DMG_ONLY_SCALAR)
	$(Q)suite/web/pack '$(OUT)/report/index.html' '$(BUILD)/web-simd128/web/marlgold.wasm' \
	    '$(BUILD)/web-scalar/web/marlgold.wasm' '$(OUT)/web'

check-web: $(if $(strip $(WEB_LACKS)),,web) ## that page in headless Chromium: green, red where a bit is flipped, narrow, by keyboard (minutes)
	$(Q)OUT='$(OUT)' ci/check-web $(strip $(WEB_LACKS))

# ---- the library for other programs (suite/library/marlgold.h): environments alone, position-independent, nothing but
# its own interface visible, in the archive too ----
ABI := $(shell sed -n 's/^\#define MARLGOLD_ABI //p' suite/library/marlgold.h)
SHARED := $(BUILD)/library/libmarlgold.so.$(ABI)
ARCHIVE := $(BUILD)/library/libmarlgold.a
PIC_SOURCES := $(addprefix core/,num/rng.c num/double_math.c num/scalar_math.c io/config.c io/digest.c io/error.c io/file.c \
                   io/json.c io/memory.c io/text.c rl/env.c) $(wildcard envs/*.c envs/*/*.c)
PIC_OBJECTS := $(PIC_SOURCES:%.c=$(BUILD)/pic/%.o)
PIC_FLAGS = -fPIC -fvisibility=hidden
LIBRARY_OBJECTS := $(patsubst %.c,$(BUILD)/pic/%.o,$(wildcard suite/library/*.c))
$(BUILD)/pic/%.o: %.c $(STAMP) Makefile
	$(call say,PIC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(PIC_FLAGS) -c $< -o $@

$(BUILD)/library/parts.a: $(PIC_OBJECTS)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/library/parts.a Makefile
	$(call say,LD,$@)
	$(Q)$(LINK) -shared -Wl,-soname,$(@F) -Wl,-z,defs -Wl,--exclude-libs,ALL $(filter-out Makefile,$^) $(filter-out -lcsv,$(LIBS)) -o $@ && ln -sf $(@F) $(@D)/libmarlgold.so

$(ARCHIVE): $(LIBRARY_OBJECTS) $(BUILD)/library/parts.a Makefile
	$(call say,AR,$@)
	$(Q)$(CC) -r -nostdlib -o $(@D)/marlgold.o $(filter-out Makefile,$^) $(filter-out -lcsv,$(LIBS)) && \
	    $(OBJCOPY) -w --keep-global-symbol='marlgold_*' $(@D)/marlgold.o && rm -f $@ && $(AR) rcsD $@ $(@D)/marlgold.o

.PHONY: library
library: $(SHARED) $(ARCHIVE) ## build the environments as a library: libmarlgold.so, .a

# ---- checks ----
.PHONY: tests check check-ulp check-sanitize check-valgrind core-selftest matrix bench
tests: $(TEST_PROGRAMS) $(SELFTEST) $(RECORDING) ## build the test programs

check: ## every test, quick profiles, first paper checkpoints and some whole paper tasks against golden, masked CPU, code rules
	+$(Q)MAKE='$(MAKE)' CC='$(CC)' BUILD='$(BUILD)' JOBS='$(JOBS)' ci/check

.PHONY: check-golden
check-golden: all ## without a run: does golden agree with itself, with CHANGES.csv and with the programs?
	$(Q)$(MARLGOLD) check-golden

.PHONY: audit
TASKS ?= 1
audit: all ## run TASKS=1 whole paper tasks again, drawn by the commit's hash, and compare them with golden
	$(Q)$(MARLGOLD) audit --tasks '$(TASKS)'

check-ulp: $(filter %ulp,$(TEST_PROGRAMS)) ## elementary functions against MPFR, exhaustively: about 15 minutes
	$(Q)set -e; for test in $^; do $$test --full; done

SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
check-sanitize: ## the test programs and quick profiles under the address and undefined-behaviour sanitizers
	+$(Q)$(MAKE) BUILD=build-sanitize STATIC= CFLAGS='$(SANITIZE)' KERNEL_OPT= CHECK=--programs check-programs

check-valgrind: ## the core's self-test and one task of each result under valgrind
	+$(Q)$(MAKE) BUILD=build-valgrind STATIC= CFLAGS='-O1 -g' all core-selftest
	$(Q)BUILD=build-valgrind ci/check-valgrind

.PHONY: mutate
mutate: ## wrong changes, one at a time: does every one turn its test red? ROWS="table.csv id ..." for some
	+$(Q)MAKE='$(MAKE)' CC='$(CC)' BUILD='$(BUILD)' JOBS='$(JOBS)' ci/mutate $(ROWS)

.PHONY: check-page
check-page: $(MARLGOLD) ## what axe says of the page, wide and narrow, light and dark (wants Chromium and axe-core)
	$(Q)BUILD='$(BUILD)' ci/check-page

.PHONY: check-programs
check-programs:
	+$(Q)MAKE='$(MAKE)' CC='$(CC)' BUILD='$(BUILD)' JOBS='$(JOBS)' ci/check --programs

core-selftest: $(SELFTEST) ## build the self-test of the core, which needs no library
	$(if $(SELFTEST),,$(error marlgold: tests/core_selftest.c is missing))

matrix: ## compilers x levels x instruction sets x libcs x emulated machines: same bits everywhere?
	+$(Q)MAKE='$(MAKE)' OUT='$(OUT)' ci/matrix

.PHONY: slurm-test
slurm-test: all ## tasks of a result as a Slurm array, one killed and requeued, and under GNU parallel: equal to golden? (root)
	$(Q)BUILD='$(BUILD)' ci/slurm-test

bench: $(BENCH_PROGRAMS) ## run every benchmark; writes $(OUT)/bench/<machine>.csv
	$(Q)ci/bench '$(OUT)' $(BENCH_PROGRAMS)

# ---- manual pages and shell completion: of the tables that --help is printed from ----
INSTALLED_PROGRAMS = $(notdir $(PROGRAMS) $(MARLGOLD) $(TRAFFIC))
MANUAL := $(BUILD)/manual
COMPLETION := $(MANUAL)/marlgold.bash $(MANUAL)/_marlgold
# Another machine's program may not run here: its page is left out, and said to be.
$(MANUAL)/%.1: $(BUILD)/bin/%
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)$< --manual > $@.new && mv $@.new $@ || { rm -f $@ $@.new; echo 'marlgold: $< does not run here: no manual page'; }

$(COMPLETION): $(MANUAL)/%: suite/tools/completion/% Makefile $(wildcard suite/*.c)
	@mkdir -p $(@D)
	$(Q)sed 's/@programs@/$(INSTALLED_PROGRAMS)/' $< > $@

.PHONY: manual
manual: $(INSTALLED_PROGRAMS:%=$(MANUAL)/%.1) $(COMPLETION) ## manual pages, and completion for bash and zsh, in $(BUILD)/manual

# ---- results ----
.PHONY: reproduce report
CHOSEN := $(if $(filter all,$(RESULT)),$(PROGRAMS),$(filter $(BUILD)/bin/$(RESULT),$(PROGRAMS)))
reproduce: $(CHOSEN) ## train at the paper's scale, compare with golden; RESULT=name for one; resumes
	$(if $(CHOSEN),,$(error marlgold: no result named $(RESULT); there are: $(notdir $(PROGRAMS))))
	$(Q)set -e; for program in $(CHOSEN); do \
	    $$program --profile paper --resume --check --jobs $(JOBS) --out '$(OUT)'; done

report: $(MARLGOLD) $(filter reproduce,$(MAKECMDGOALS)) ## the page: figures, numbers beside the paper's, verdicts
	$(Q)$(MARLGOLD) report --results '$(OUT)' --out '$(OUT)/report'

# ---- housekeeping ----
.PHONY: install uninstall dist clean distclean help
# Modules for Python, which find the library in the folder that is written into them.
pythondir = $(datadir)/marlgold/python
PYTHON_FILES = $(wildcard suite/python/*.py)
INSTALLED_LIBRARY = '$(DESTDIR)$(libdir)/$(notdir $(SHARED))' '$(DESTDIR)$(libdir)/libmarlgold.so' '$(DESTDIR)$(libdir)/libmarlgold.a' \
    '$(DESTDIR)$(libdir)/pkgconfig/marlgold.pc' '$(DESTDIR)$(includedir)/marlgold.h'
INSTALLED = $(foreach p,$(PROGRAMS) $(MARLGOLD) $(TRAFFIC),'$(DESTDIR)$(bindir)/$(notdir $(p))')
INSTALLED_MANUAL = $(INSTALLED_PROGRAMS:%='$(DESTDIR)$(mandir)/man1/%.1') $(INSTALLED_PROGRAMS:%='$(DESTDIR)$(bashdir)/%') \
    '$(DESTDIR)$(zshdir)/_marlgold'
install: all install-library install-manual ## programs to $(bindir), the library to $(libdir), golden and report sources to $(datadir)/marlgold
	install -d '$(DESTDIR)$(bindir)' '$(DESTDIR)$(datadir)/marlgold'
	install -m 755 $(PROGRAMS) $(MARLGOLD) $(TRAFFIC) '$(DESTDIR)$(bindir)'
	$(if $(STRIP),$(STRIP) $(INSTALLED) || echo 'marlgold: not stripped; STRIP= names another strip or none')
	cp -R $(wildcard golden) reports '$(DESTDIR)$(datadir)/marlgold'

.PHONY: install-library
install-library: library ## the library for other programs alone: header, libmarlgold.so, .a, pkg-config file, Python modules
	install -d '$(DESTDIR)$(libdir)/pkgconfig' '$(DESTDIR)$(includedir)'
	install -m 755 $(SHARED) '$(DESTDIR)$(libdir)'
	ln -sf $(notdir $(SHARED)) '$(DESTDIR)$(libdir)/libmarlgold.so'
	install -m 644 $(ARCHIVE) '$(DESTDIR)$(libdir)'
	$(if $(STRIP),$(STRIP) --strip-debug '$(DESTDIR)$(libdir)/$(notdir $(SHARED))' '$(DESTDIR)$(libdir)/libmarlgold.a')
	sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' -e 's|@version@|$(VERSION)|' \
	    suite/library/marlgold.pc.in > '$(DESTDIR)$(libdir)/pkgconfig/marlgold.pc'
	install -m 644 suite/library/marlgold.h '$(DESTDIR)$(includedir)'
	install -d '$(DESTDIR)$(pythondir)'
	for file in $(PYTHON_FILES); do \
	    sed 's|^_INSTALLED = None|_INSTALLED = "$(libdir)"|' $$file > '$(DESTDIR)$(pythondir)'/$${file##*/} || exit 1; done

.PHONY: install-manual
install-manual: manual ## manual pages and shell completion alone
	install -d '$(DESTDIR)$(mandir)/man1' '$(DESTDIR)$(bashdir)' '$(DESTDIR)$(zshdir)'
	for page in $(MANUAL)/*.1; do [ ! -e "$$page" ] || install -m 644 "$$page" '$(DESTDIR)$(mandir)/man1' || exit 1; done
	for program in $(INSTALLED_PROGRAMS); do \
	    install -m 644 $(MANUAL)/marlgold.bash '$(DESTDIR)$(bashdir)'/$$program || exit 1; done
	install -m 644 $(MANUAL)/_marlgold '$(DESTDIR)$(zshdir)'

uninstall: ## remove what install put there
	rm -f $(INSTALLED) $(INSTALLED_LIBRARY) $(INSTALLED_MANUAL)
	rm -rf '$(DESTDIR)$(datadir)/marlgold'

DIST = $(BUILD)/marlgold-$(VERSION).tar
dist: ## build/marlgold-<version>.tar.gz of the committed files
	$(Q)[ "$$(git rev-parse --show-toplevel 2> /dev/null)" = "$$(pwd -P)" ] || { \
	    echo 'marlgold: make dist packs committed files, and this folder is not a git checkout; clone the repository' >&2; exit 1; }
	$(Q)mkdir -p $(BUILD) && git archive --format=tar --prefix=marlgold-$(VERSION)/ -o $(DIST) HEAD && gzip -n -9 -f $(DIST)
	@echo $(DIST).gz

clean: ## remove what was built in $(BUILD)
	$(Q)rm -rf '$(BUILD)'

distclean: clean ## remove everything that is not in the sources, results of your own runs included
	$(Q)rm -rf build build-* '$(OUT)' local.mk

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | sort | \
	    awk -F '\t' '{ gsub(/\$$\(bindir\)/, "$(bindir)"); gsub(/\$$\(libdir\)/, "$(libdir)"); gsub(/\$$\(datadir\)/, "$(datadir)"); \
	                   gsub(/\$$\(BUILD\)/, "$(BUILD)"); gsub(/\$$\(OUT\)/, "$(OUT)"); \
	                   printf "  make %-15s %s\n", $$1, $$2 }'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
