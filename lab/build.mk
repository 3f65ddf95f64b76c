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
libs := libvirt libvirt-qemu json-c libxml-2.0
libs_link := $(shell pkg-config --libs $(libs)) -lpthread

# Use all processors unless the caller chose -j.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

# Clones share what ccache keeps: neither the folder of a clone nor that of its outputs is part of what is hashed.
export CCACHE_DIR := $(LAB_CACHE)/ccache
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

cflags := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	  -I. -I$(O)/include -D_GNU_SOURCE $(shell pkg-config --cflags $(libs))
asan   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz   := -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer

# What programs and tests are linked with, an archive lib/NAME.a for each; an archive names those that it needs after
# itself. A scenario, a DUT driver, a device model and a command of vfiolab are found in a section of the program by
# those who ask for them, not by a symbol: a linker would leave them in their archive. So they are linked as objects.
archives := tests agent scenario runner reports kernel-tools device vfio-user pci base
base_c         := $(wildcard lab/base/*.c)
pci_c          := $(wildcard lab/pci/*.c)
vfio-user_c    := $(wildcard lab/vfio-user/*.c)
device_c       := $(wildcard lab/devices/lib/*.c)
kernel-tools_c := $(wildcard kernel/tools/lib/*.c)
reports_c      := $(wildcard reports/*/*.c)
runner_c       := $(filter-out runner/cli/main.c,$(wildcard runner/*/*.c))
scenario_c     := $(wildcard scenarios/lib/*.c scenarios/lib/*/*.c)
agent_c        := $(filter-out scenarios/agent/agent.c,$(wildcard scenarios/agent/*.c))
tests_c        := $(wildcard tests/vfio-user/*.c tests/devices/*.c tests/host/*.c)

command_c   := $(wildcard runner/cli/*.c)
scenarios_c := $(filter-out scenarios/agent/% scenarios/lib/%,$(wildcard scenarios/*/*.c))
model_c     := $(wildcard lab/devices/*.c)
kernel_c    := $(wildcard kernel/tools/*.c)
unit_c      := $(wildcard tests/unit/*.c)
fuzz_c      := $(wildcard tests/fuzz/*.c)

# A file that is gone leaves a program that is newer than all that is left. So what is linked depends on the list of
# the files, too.
listed := $(sort $(foreach a,$(archives),$($(a)_c)) $(command_c) $(scenarios_c) $(model_c))
list   := $(O)/sources.list
$(shell mkdir -p $(O) && { echo '$(listed)' | cmp -s - $(list) || echo '$(listed)' >$(list); })

programs := $(bin)/vfiolab $(bin)/device $(bin)/opregion $(bin)/agent $(bin)/hugepages.so $(kernel_c:kernel/tools/%.c=$(bin)/%)
share    := $(O)/share/man/man1/vfiolab.1 $(O)/share/bash-completion/completions/vfiolab
units    := $(unit_c:tests/unit/%.c=$(O)/unit/%)
fuzzers  := $(fuzz_c:tests/fuzz/%.c=$(O)/fuzz/%)

.PHONY: programs units lifecycle bench style format fuzzers echo
programs: $(programs) $(share)
	@:
units: $(units)
fuzzers: $(fuzzers)

# Three trees of objects: of programs, of unit tests (under the sanitizers), and of fuzzers (by clang, for its
# libFuzzer). The names in .d files begin with $(O), as make reads it, so that a clone can use those of another.
# tree NAME,LABEL,COMPILER AND FLAGS
define tree
$(O)/$(1)/%.o: %.c $(O)/include/greatest.h
	$$(quiet) CC "$$<$(2)"
	$$(Q)mkdir -p $$(@D) && ccache $(3) $$(cflags) -MMD -MP -MT '$$$$(O)/$(1)/$$*.o' -c -o $$@ $$<

$(foreach a,$(archives),$(eval $(O)/$(1)/lib/$(a).a: $(patsubst %.c,$(O)/$(1)/%.o,$($(a)_c))))
$(archives:%=$(O)/$(1)/lib/%.a): $(list)
	$$(quiet) AR "$$(@F)$(2)"
	$$(Q)mkdir -p $$(@D) && rm -f $$@ && ar qcs $$@ $$(filter %.o,$$^)
endef
$(eval $(call tree,obj,,gcc))
$(eval $(call tree,asan, (asan),gcc $(asan)))
$(eval $(call tree,clang, (fuzz),clang $(fuzz)))

# obj_of FILE...   lib_of NAME...: objects and archives of programs. linked: what a rule links, archives last and
# as a group, since some need each other.
obj_of = $(patsubst %.c,$(obj)/%.o,$(1))
lib_of = $(patsubst %,$(obj)/lib/%.a,$(1))
linked = $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(bin)/vfiolab $(bin)/agent $(bin)/device: $(list)
$(bin)/vfiolab: $(call obj_of,$(command_c)) $(call lib_of,runner reports base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked) $(libs_link)

# Made of the tables that --help is made of.
$(O)/share/man/man1/vfiolab.1: $(bin)/vfiolab
	$(quiet) GEN $(@F)
	$(Q)mkdir -p $(@D) && $< manual >$@
$(O)/share/bash-completion/completions/vfiolab: runner/cli/completion.bash $(bin)/vfiolab
	$(quiet) GEN completions/$(@F)
	$(Q)mkdir -p $(@D) && { $(bin)/vfiolab completion && cat $<; } >$@

# A scenario with a misspelt need stops the build: --list ends with an error.
$(bin)/agent: $(call obj_of,scenarios/agent/agent.c $(scenarios_c)) $(call lib_of,agent scenario device pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -lpthread
	$(Q)$@ --list >/dev/null

# Static, so that they also run on the host, which may have another C library.
$(bin)/device: $(call obj_of,lab/devices/tools/device.c $(model_c)) $(call lib_of,device vfio-user pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c

$(bin)/opregion: $(call obj_of,lab/devices/tools/opregion.c) $(call lib_of,device pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked)

# kernel/tools/: one program a file.
$(kernel_c:kernel/tools/%.c=$(bin)/%): $(bin)/%: $(obj)/kernel/tools/%.o $(call lib_of,kernel-tools base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked)

# What kernel/run-in-build preloads into compilers.
$(bin)/hugepages.so: lab/tools/hugepages.c
	$(quiet) CC $<
	$(Q)mkdir -p $(@D) && gcc $(cflags) -shared -fPIC -o $@ $<

# Unit tests and fuzz targets: a file each, linked with whatever it needs of all archives. Few need libvirt, which
# with its own libraries is most of the time that linking takes.
lean := -Wl,--as-needed -Wl,--allow-shlib-undefined
$(units): $(O)/unit/%: $(O)/asan/tests/unit/%.o $(archives:%=$(O)/asan/lib/%.a)
	$(quiet) LD unit/$(@F)
	$(Q)mkdir -p $(@D) && gcc $(asan) $(lean) -o $@ $(linked) $(libs_link)
$(O)/unit/device-faults $(O)/unit/device-models: $(model_c:%.c=$(O)/asan/%.o)

fuzzed := tests vfio-user pci base
$(fuzzers): $(O)/fuzz/%: $(O)/clang/tests/fuzz/%.o $(fuzzed:%=$(O)/clang/lib/%.a)
	$(quiet) LD fuzz/$(@F)
	$(Q)mkdir -p $(@D) && clang -fsanitize=address,undefined,fuzzer -o $@ $(linked) -ljson-c

# The server library against its real client (tests/vfio-user/qemu/check).
echo: $(O)/echo/echo-device $(O)/echo/guest
$(O)/echo/echo-device: $(call obj_of,tests/vfio-user/qemu/echo-device.c) $(call lib_of,vfio-user base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked) -ljson-c
$(O)/echo/guest: $(call obj_of,tests/vfio-user/qemu/guest.c)
	$(quiet) LD echo/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^

# What make bench puts into a guest: the agent with another main().
bench: $(O)/bench/guest
$(O)/bench/guest: $(call obj_of,tests/bench/guest.c $(scenarios_c)) $(call lib_of,agent scenario device pci base)
	$(quiet) LD bench/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -lpthread

# The life-cycle tests run on the host, which may have another C library.
lifecycle: $(O)/unit-host/lifecycle
$(O)/unit-host/lifecycle: $(call obj_of,$(wildcard tests/lifecycle/*.c)) $(call lib_of,base)
	$(quiet) LD lifecycle
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c

sources := $(wildcard lab/base/*.[ch] lab/*/*.[ch] lab/*/*/*.[ch] runner/*/*.[ch] reports/*/*.[ch] kernel/tools/*.[ch] kernel/tools/lib/*.[ch] \
	     scenarios/*/*.[ch] scenarios/lib/*/*.[ch] tests/*/*.[ch] tests/vfio-user/qemu/*.[ch])
format:
	$(Q)clang-format -i $(sources)
style:
	$(quiet) FORMAT "$(words $(sources)) files"
	$(Q)clang-format --dry-run -Werror $(sort $(sources))
	$(quiet) SHELL "all scripts"
	$(Q)tests/columns && tests/shell-style
	$(quiet) CPPCHECK "$(words $(sources)) files"
	$(Q)mkdir -p $(O)/cppcheck && cppcheck --quiet --cppcheck-build-dir=$(O)/cppcheck -j2 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches \
		--std=c11 -I. $(filter %.c,$(sort $(sources)))

-include $(shell [ ! -d $(O) ] || find $(O)/obj $(O)/asan $(O)/clang -name '*.d' 2>/dev/null)
