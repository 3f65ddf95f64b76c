# SPDX-License-Identifier: GPL-2.0-only
# The lab's own programs, built inside the tools tree (see the Makefile).
# A new scenario, DUT driver or unit test is found by its place.

MAKEFLAGS += -rR --no-print-directory
SHELL     := /bin/sh
.SHELLFLAGS := -ec
.DELETE_ON_ERROR:

ifeq ($(V),1)
Q     :=
quiet := @:
else
Q     := @
quiet := @printf '  %-7s %s\n'
endif

bin  := $(O)/libexec
obj  := $(O)/obj
CC_  := ccache gcc
libs := libvirt libvirt-qemu json-c libxml-2.0

export CCACHE_DIR := $(LAB_CACHE)/ccache

cflags := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	  -I. -I$(O)/include -MMD -MP -D_GNU_SOURCE $(shell pkg-config --cflags $(libs))
asan   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

base_c   := $(wildcard lab/base/*.c)
agent_c  := $(wildcard scenarios/*/*.c scenarios/lib/*/*.c) lab/devices/lib/opregion.c lab/pci/config.c $(base_c)
runner_c := $(wildcard runner/*/*.c reports/*/*.c) $(base_c)
kernel_c := $(wildcard kernel/tools/*.c)
kernel_lib_c := $(wildcard kernel/tools/lib/*.c)
unit_c   := $(wildcard tests/unit/*.c)
device_c := $(wildcard lab/devices/*.c lab/devices/lib/*.c lab/devices/tools/device.c lab/pci/*.c lab/vfio-user/*.c) $(base_c)

programs := $(bin)/vfiolab $(bin)/device $(bin)/opregion $(bin)/agent $(bin)/hugepages.so $(kernel_c:kernel/tools/%.c=$(bin)/%)
units    := $(unit_c:tests/unit/%.c=$(O)/unit/%)

.PHONY: programs units lifecycle bench style format fuzzers echo
programs: $(programs)
	@:
units: $(units)

$(bin)/vfiolab: $(runner_c:%.c=$(obj)/%.o)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $^ $(shell pkg-config --libs $(libs)) -lpthread

# A scenario with a misspelt need stops the build: --list ends with an error.
$(bin)/agent: $(agent_c:%.c=$(obj)/%.o)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^ -lpthread
	$(Q)$@ --list >/dev/null

# Static, so that they also run on the host, which may have another C library.
$(bin)/device: $(device_c:%.c=$(obj)/%.o)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^ -ljson-c

$(bin)/opregion: $(patsubst %.c,$(obj)/%.o,lab/devices/tools/opregion.c lab/devices/lib/opregion.c lab/devices/lib/param.c lab/pci/config.c $(base_c))
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^

# kernel/tools/: one program a file, each on kernel/tools/lib and lab/base alone.
$(kernel_c:kernel/tools/%.c=$(bin)/%): $(bin)/%: $(obj)/kernel/tools/%.o $(kernel_lib_c:%.c=$(obj)/%.o) $(base_c:%.c=$(obj)/%.o)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $^

# What kernel/run-in-build preloads into compilers.
$(bin)/hugepages.so: lab/tools/hugepages.c
	$(quiet) CC $<
	$(Q)mkdir -p $(@D) && gcc $(cflags) -shared -fPIC -o $@ $<

$(obj)/%.o: %.c $(O)/include/greatest.h
	$(quiet) CC $<
	$(Q)mkdir -p $(@D) && $(CC_) $(cflags) -c -o $@ $<

# named WORD,FILE: the files that FILE names in a line "WORD: FILE...", of a folder (DIR/) all that it has.
named = $(foreach f,$(shell sed -n 's,.*$(1): \([^*]*\).*,\1,p' $(2)),$(if $(filter %/,$f),$(wildcard $f*.c),$f))

# Unit tests: tests/unit/NAME.c names what it tests in a line "tests: FILE..."
# and is linked with that, all of it under the sanitizers.
$(O)/asan/%.o: %.c $(O)/include/greatest.h
	$(quiet) CC "$< (asan)"
	$(Q)mkdir -p $(@D) && $(CC_) $(cflags) $(asan) -c -o $@ $<

# Fuzz targets: tests/fuzz/NAME.c names what it is linked with as a unit test does, in a
# line "fuzzes: FILE...". By clang, for its libFuzzer.
fuzz_c   := $(wildcard tests/fuzz/*.c)
fuzz     := -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzzers: $(fuzz_c:tests/fuzz/%.c=$(O)/fuzz/%)
$(O)/clang/%.o: %.c
	$(quiet) CC "$< (fuzz)"
	$(Q)mkdir -p $(@D) && ccache clang $(cflags) $(fuzz) -c -o $@ $<
fuzzed = $(call named,fuzzes,tests/fuzz/$(1).c)
define fuzz_rule
$(O)/fuzz/$(1): $(O)/clang/tests/fuzz/$(1).o $(patsubst %.c,$(O)/clang/%.o,$(call fuzzed,$(1)) $(base_c))
	$$(quiet) LD fuzz/$(1)
	$$(Q)mkdir -p $$(@D) && clang -fsanitize=address,undefined,fuzzer -o $$@ $$^ -ljson-c
endef
$(foreach f,$(fuzz_c:tests/fuzz/%.c=%),$(eval $(call fuzz_rule,$f)))

# The server library against its real client (tests/vfio-user/qemu/check).
echo: $(O)/echo/echo-device $(O)/echo/guest
$(O)/echo/echo-device: $(obj)/tests/vfio-user/qemu/echo-device.o $(patsubst %.c,$(obj)/%.o,$(wildcard lab/vfio-user/*.c))
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $^ -ljson-c
$(O)/echo/guest: $(obj)/tests/vfio-user/qemu/guest.o
	$(quiet) LD echo/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^

# What make bench puts into a guest: the agent with another main().
bench: $(O)/bench/guest
$(O)/bench/guest: $(patsubst %.c,$(obj)/%.o,tests/bench/guest.c $(filter-out scenarios/agent/agent.c,$(agent_c)))
	$(quiet) LD bench/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^ -lpthread

# The life-cycle tests run on the host, which may have another C library.
lifecycle: $(O)/unit-host/lifecycle
$(O)/unit-host/lifecycle: $(patsubst %.c,$(obj)/%.o,$(wildcard tests/lifecycle/*.c) $(base_c))
	$(quiet) LD lifecycle
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^ -ljson-c

sources := $(wildcard lab/base/*.[ch] lab/*/*.[ch] lab/*/*/*.[ch] runner/*/*.[ch] reports/*/*.[ch] kernel/tools/*.[ch] kernel/tools/lib/*.[ch] \
	     scenarios/*/*.[ch] scenarios/lib/*/*.[ch] tests/*/*.[ch] tests/vfio-user/qemu/*.[ch])
format:
	$(Q)clang-format -i $(sources)
style:
	$(quiet) FORMAT "$(words $(sources)) files"
	$(Q)clang-format --dry-run -Werror $(sort $(sources))
	$(quiet) CPPCHECK "$(words $(sources)) files"
	$(Q)mkdir -p $(O)/cppcheck && cppcheck --quiet --cppcheck-build-dir=$(O)/cppcheck -j2 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches \
		--std=c11 -I. $(filter %.c,$(sort $(sources)))

tested = $(call named,tests,tests/unit/$(1).c)
define unit_rule
$(O)/unit/$(1): $(O)/asan/tests/unit/$(1).o $(patsubst %.c,$(O)/asan/%.o,$(call tested,$(1)) $(base_c))
	$$(quiet) LD unit/$(1)
	$$(Q)mkdir -p $$(@D) && gcc $(asan) -o $$@ $$^ $$(shell pkg-config --libs $(libs))
endef
$(foreach u,$(unit_c:tests/unit/%.c=%),$(eval $(call unit_rule,$(u))))

-include $(shell [ ! -d $(O) ] || find $(O)/obj $(O)/asan $(O)/clang -name '*.d' 2>/dev/null)
