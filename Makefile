# marlgold - see README.md. `make help` lists the targets.
# Honoured: CC CFLAGS LDFLAGS prefix DESTDIR V=1 BUILD=folder. Flags that keep the bits are added after yours.

ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
BUILD ?= build
OUT ?= out
prefix ?= /usr/local
RESULT ?= all
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-8s %s\n' "$(1)" "$(2)")

FORBIDDEN := $(filter -ffast-math -Ofast -funsafe-math-optimizations -fassociative-math -freciprocal-math,$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS))
ifneq ($(FORBIDDEN)$(ALLOW_OTHER_BITS),)
ifeq ($(ALLOW_OTHER_BITS),)
$(error marlgold: $(FORBIDDEN) changes bits and is refused; drop it from CFLAGS/LDFLAGS)
endif
endif

MACHINE := $(shell $(CC) -dumpmachine)
VERSION := 0.1.0
WARN := -Wall -Wextra -Wdouble-promotion -Wfloat-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
BITS ?= -std=c11 -ffp-contract=off -fno-math-errno -fno-fast-math
ALL_CFLAGS = $(WARN) -D_POSIX_C_SOURCE=200809L -DMG_VERSION='"$(VERSION)"' $(CPPFLAGS) -I. $(CFLAGS) $(BITS) -MMD -MP
STATIC ?= -static
# yajl's static library has a name of its own.
LIBS ?= $(if $(STATIC),-lyajl_s,-lyajl) -lcsv

# ---- sources ----
KERNELS := core/num/kernels_simd.c
NUM := $(filter-out $(KERNELS),$(wildcard core/num/*.c))
LIBRARY := $(NUM) $(wildcard core/io/*.c core/rl/*.c envs/*.c algos/*.c baselines/*.c suite/harness/*.c)
RESULTS := $(wildcard suite/*.c)
TOOLS := $(wildcard suite/tools/*.c)
TESTS := $(wildcard tests/test_*.c)
# Compiled a second time in binary64, for gradient checks and exact claims (core/num/real.h).
DOUBLE := $(wildcard $(addprefix core/num/,kernels_reference.c parameters.c optimiser.c tape_run.c tape_ops.c)) $(wildcard algos/*_update.c)

# ---- one kernel source, one object per instruction set ----
ifneq ($(findstring x86_64,$(MACHINE))$(findstring i686,$(MACHINE)),)
ISAS := scalar sse2 avx2 avx512
else
ISAS := scalar simd128
endif
ISA_FLAGS_scalar := -DMG_WIDTH=1
ISA_FLAGS_simd128 := -DMG_WIDTH=4
ISA_FLAGS_sse2 := -DMG_WIDTH=4
ISA_FLAGS_avx2 := -DMG_WIDTH=8 -mavx2 -mfma
ISA_FLAGS_avx512 := -DMG_WIDTH=16 -march=x86-64-v4 -mprefer-vector-width=512
KERNEL_OPT ?= -O3

OBJECTS := $(LIBRARY:%.c=$(BUILD)/obj/%.o) $(ISAS:%=$(BUILD)/obj/kernels-%.o) $(DOUBLE:%.c=$(BUILD)/obj/double/%.o)
LIB := $(BUILD)/lib/libmarlgold.a
name = $(subst _,-,$(basename $(notdir $(1))))
PROGRAMS := $(foreach p,$(RESULTS),$(BUILD)/bin/$(call name,$(p)))
TEST_PROGRAMS := $(TESTS:tests/%.c=$(BUILD)/tests/%)
-include local.mk

.PHONY: all
all: $(PROGRAMS) $(BUILD)/bin/marlgold ## build every program

# Objects are rebuilt when compiler or flags change.
STAMP := $(BUILD)/flags
FLAGS_TEXT := $(CC) $(ALL_CFLAGS) $(KERNEL_OPT) $(LDFLAGS) $(STATIC) $(LIBS)
$(shell mkdir -p $(BUILD); printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' | cmp -s - $(STAMP) || printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' > $(STAMP))

$(BUILD)/obj/%.o: %.c $(STAMP)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/obj/double/%.o: %.c $(STAMP)
	$(call say,CC64,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DMG_DOUBLE -c $< -o $@

$(BUILD)/obj/kernels-%.o: $(KERNELS) $(STAMP)
	$(call say,CC-$*,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(KERNEL_OPT) $(ISA_FLAGS_$*) -DMG_ISA=$* -c $< -o $@

$(LIB): $(OBJECTS)
	$(call say,AR,$@)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define program
$(BUILD)/bin/$(call name,$(1)): $(BUILD)/obj/$(basename $(1)).o $(LIB)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC) $$< $(LIB) $(LIBS) -o $$@
endef
$(foreach p,$(RESULTS),$(eval $(call program,$(p))))

$(BUILD)/bin/marlgold: $(TOOLS:%.c=$(BUILD)/obj/%.o) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC) $(TOOLS:%.c=$(BUILD)/obj/%.o) $(LIB) $(LIBS) -o $@

# MPFR only for the tests named *ulp*; TEST_LIBS may add others.
$(BUILD)/tests/%: tests/%.c $(LIB) $(STAMP)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(if $(findstring ulp,$*),,$(STATIC)) $< $(LIB) $(LIBS) $(if $(findstring ulp,$*),-lmpfr -lgmp) -o $@

.PHONY: clean distclean help
clean: ## remove what was built
	$(Q)rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile | sort | awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
