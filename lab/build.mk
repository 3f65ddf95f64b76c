# SPDX-License-Identifier: GPL-2.0-only
# Builds the lab's programs, inside the tools tree (see the Makefile). New scenarios, DUT drivers
# and unit tests are found by their folder.

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

# The folders of LAB_EXTRA= have the lab's layout (docs/overlay.md).
overlays := $(subst :, ,$(LAB_EXTRA))

bin  := $(O)/libexec
obj  := $(O)/obj
libs := libvirt libvirt-qemu json-c libxml-2.0 sqlite3
libs_link := $(shell pkg-config --libs $(libs)) -lpthread

# Use all processors unless the caller chose -j.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

# Clones share the cache of ccache: its hashes include neither the source folder nor O=.
export CCACHE_DIR := $(LAB_CACHE)/ccache
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

# overlay FOLDERS: the files *.c in FOLDERS of the overlays, which may leave out the first part of
# a path: devices/ is the same as lab/devices/.
overlay = $(foreach root,$(overlays),$(foreach folder,$(1),$(wildcard $(root)/$(folder)/*.c)))

cflags := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	  -I. -I$(O)/include -D_GNU_SOURCE $(shell pkg-config --cflags $(libs))
asan   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz   := -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer

# Archives lib/NAME.a that programs and tests are linked with, each before the archives that it
# needs. Scenarios, DUT drivers, device models and commands of vfiolab are registered in a section
# of the program. No symbol refers to them, so the linker would not take them from an archive; they
# are linked as objects.
archives := tests agent scenario runner reports kernel-tools device lspci devlog vfio-user pci base
base_c         := $(wildcard lab/base/*.c)
pci_c          := $(wildcard lab/pci/*.c)
vfio-user_c    := $(wildcard lab/vfio-user/*.c)
device_c       := $(wildcard lab/devices/lib/*.c)
lspci_c        := $(wildcard lab/lspci/*.c)
devlog_c       := $(wildcard lab/devlog/*.c)
kernel-tools_c := $(wildcard kernel/tools/lib/*.c)
reports_c      := $(wildcard reports/*.c reports/*/*.c)
runner_c       := $(filter-out runner/cli/main.c runner/replay/%,$(wildcard runner/*/*.c))
scenario_c     := $(wildcard scenarios/lib/*.c scenarios/lib/*/*.c)
agent_c        := $(filter-out scenarios/agent/agent.c,$(wildcard scenarios/agent/*.c))
tests_c        := $(wildcard tests/vfio-user/*.c tests/devices/*.c tests/host/*.c tests/reports/*.c)

command_c   := $(wildcard runner/cli/*.c)
scenarios_c := $(filter-out scenarios/agent/% scenarios/lib/%,$(wildcard scenarios/*/*.c))
model_c     := $(wildcard lab/devices/*.c)
replay_c    := $(wildcard runner/replay/*.c)
kernel_c    := $(wildcard kernel/tools/*.c)
bare_c      := $(wildcard scenarios/consumer/guest/*.c)
unit_c      := $(wildcard tests/unit/*.c)
fuzz_c      := $(wildcard tests/fuzz/*.c)

overlay_scenarios_c := $(call overlay,scenarios/* dut)
overlay_model_c     := $(call overlay,lab/devices devices)

# Removing a file does not make any other file newer than the program. So programs also depend on
# the list of files.
listed := $(sort $(foreach a,$(archives),$($(a)_c)) $(command_c) $(scenarios_c) $(model_c) $(replay_c))
list   := $(O)/sources.list
overlay_list := $(O)/overlays.list
# update FILE,TEXT: write TEXT to FILE unless it is there.
update = $(shell mkdir -p $(O) && { echo '$(2)' | cmp -s - $(1) || echo '$(2)' >$(1); })
$(call update,$(list),$(listed))
$(call update,$(overlay_list),$(overlays) $(overlay_scenarios_c) $(overlay_model_c))

programs := $(bin)/vfiolab $(bin)/device $(bin)/replay $(bin)/opregion $(bin)/agent $(bin)/hugepages.so $(kernel_c:kernel/tools/%.c=$(bin)/%) $(O)/families/consumer/guest.elf
share    := $(O)/share/man/man1/vfiolab.1 $(O)/share/bash-completion/completions/vfiolab
units    := $(unit_c:tests/unit/%.c=$(O)/unit/%)
fuzzers  := $(fuzz_c:tests/fuzz/%.c=$(O)/fuzz/%)

.PHONY: programs units lifecycle bench pages style format findings fuzzers echo
programs: $(programs) $(share)
	$(if $(overlays),$(Q)$(bin)/vfiolab names machine >/dev/null,@:)
units: $(units)
fuzzers: $(fuzzers)

# Three trees of objects: for programs, for unit tests (with sanitizers), and for fuzzers (clang,
# for libFuzzer). File names in .d files begin with a literal $(O), which make expands, so that
# clones can share them.
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

# Objects of an overlay ROOT are below $(O)/obj/overlay. They have the whole path of their source,
# which messages print. Of a compiler's errors, only the first is printed; V=1 prints all.
# from_overlay ROOT
define from_overlay
$(O)/obj/overlay$(1)/%.o: $(1)/%.c $(O)/include/greatest.h
	$$(quiet) CC $$<
	$$(Q)mkdir -p $$(@D) && CCACHE_BASEDIR= ccache gcc $$(cflags) $(overlays:%=-I%) -fdiagnostics-color=never \
		-MMD -MP -MT '$$$$(O)/obj/overlay$(1)/$$*.o' -c -o $$@ $$< 2>$$@.log || { \
		$(if $(filter 1,$(V)),cat,grep -m 1 'error: ') $$@.log >&2 || cat $$@.log >&2; exit 2; }
endef
$(foreach root,$(overlays),$(eval $(call from_overlay,$(root))))

# Files that .incbin embeds in an object; the compiler does not list them.
$(foreach t,obj asan clang,$(O)/$(t)/reports/html/assets.o): $(addprefix reports/html/,style.css page.js)

# obj_of FILE...   lib_of NAME...: objects and archives of programs.
# linked: the prerequisites to link, archives last and as a group, because some need each other.
obj_of = $(patsubst %.c,$(obj)/%.o,$(1))
overlay_obj_of = $(patsubst %.c,$(obj)/overlay%.o,$(1))
lib_of = $(patsubst %,$(obj)/lib/%.a,$(1))
linked = $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(bin)/vfiolab $(bin)/agent $(bin)/device $(bin)/replay: $(list)
$(bin)/agent $(bin)/device: $(overlay_list)
$(bin)/vfiolab: $(call obj_of,$(command_c)) $(call lib_of,runner reports lspci devlog kernel-tools pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked) $(libs_link)

# Generated from the same tables as --help.
$(O)/share/man/man1/vfiolab.1: $(bin)/vfiolab
	$(quiet) GEN $(@F)
	$(Q)mkdir -p $(@D) && $< manual >$@
$(O)/share/bash-completion/completions/vfiolab: runner/cli/completion.bash $(bin)/vfiolab
	$(quiet) GEN completions/$(@F)
	$(Q)mkdir -p $(@D) && { $(bin)/vfiolab completion && cat $<; } >$@

# --list fails, and stops the build, if a scenario has a misspelt need.
$(bin)/agent: $(call obj_of,scenarios/agent/agent.c $(scenarios_c)) $(call overlay_obj_of,$(overlay_scenarios_c)) \
		$(call lib_of,agent scenario device pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -lpthread
	$(Q)$@ --list >/dev/null

# Static, because they also run on the host, which may have another C library. --list fails, and
# stops the build, if two models have the same name or ID.
$(bin)/device: $(call obj_of,lab/devices/tools/device.c $(model_c)) $(call overlay_obj_of,$(overlay_model_c)) \
		$(call lib_of,device lspci devlog vfio-user pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c
	$(Q)$@ --list >/dev/null

# Static, because bundles contain it. Its own files replace those of the runner that need libvirt or
# XML; the linker takes the rest from the archives.
$(bin)/replay: $(call obj_of,$(replay_c)) $(call lib_of,runner reports base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c -lpthread

$(bin)/opregion: $(call obj_of,lab/devices/tools/opregion.c) $(call lib_of,device pci base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked)

# kernel/tools/: one program per file.
$(kernel_c:kernel/tools/%.c=$(bin)/%): $(bin)/%: $(obj)/kernel/tools/%.o $(call lib_of,kernel-tools base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked)

# The guest of scenarios/consumer, without a C library. The first kilobytes have its multiboot header.
$(O)/families/consumer/guest.elf: $(bare_c) $(wildcard scenarios/consumer/guest/*.h)
	$(quiet) LD families/consumer/$(@F)
	$(Q)mkdir -p $(@D) && gcc -m32 -march=i686 -std=gnu11 -Os -Wall -Wextra -Werror -I. -ffreestanding -nostdlib \
		-static -no-pie -fno-pic -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
		-Wl,--build-id=none -Wl,-z,noexecstack -Wl,--section-start=.multiboot=0x100000 -Wl,-Ttext=0x101000 \
		-o $@ $(bare_c)

# kernel/run-in-build preloads this library into compilers.
$(bin)/hugepages.so: lab/tools/hugepages.c
	$(quiet) CC $<
	$(Q)mkdir -p $(@D) && gcc $(cflags) -shared -fPIC -o $@ $<

# Unit tests and fuzz targets: one file each, linked with all archives. Few need libvirt, whose
# libraries take most of the linking time, so it is linked as needed.
lean := -Wl,--as-needed -Wl,--allow-shlib-undefined
$(units): $(O)/unit/%: $(O)/asan/tests/unit/%.o $(archives:%=$(O)/asan/lib/%.a)
	$(quiet) LD unit/$(@F)
	$(Q)mkdir -p $(@D) && gcc $(asan) $(lean) -o $@ $(linked) $(libs_link)
$(addprefix $(O)/unit/,device-faults device-models device-trace lspci-device vendor-model): \
	$(model_c:%.c=$(O)/asan/%.o)

fuzzed := tests lspci devlog vfio-user pci base
$(fuzzers): $(O)/fuzz/%: $(O)/clang/tests/fuzz/%.o $(fuzzed:%=$(O)/clang/lib/%.a)
	$(quiet) LD fuzz/$(@F)
	$(Q)mkdir -p $(@D) && clang -fsanitize=address,undefined,fuzzer -o $@ $(linked) -ljson-c

# Test of the server library with its real client, QEMU (tests/vfio-user/qemu/check).
echo: $(O)/echo/echo-device $(O)/echo/guest
$(O)/echo/echo-device: $(call obj_of,tests/vfio-user/qemu/echo-device.c) $(call lib_of,vfio-user base)
	$(quiet) LD $(@F)
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked) -ljson-c
$(O)/echo/guest: $(call obj_of,tests/vfio-user/qemu/guest.c)
	$(quiet) LD echo/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $^

# The program that make bench runs in a guest: the agent with another main().
bench: $(O)/bench/guest
$(O)/bench/guest: $(call obj_of,tests/bench/guest.c $(scenarios_c)) $(call lib_of,agent scenario device pci base)
	$(quiet) LD bench/guest
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -lpthread

# Measures the history with many results.
.PHONY: history-check
history-check: $(O)/bench/history
	$(Q)$< $(O)/bench $(ROWS)
$(O)/bench/history: $(call obj_of,tests/bench/history.c) $(call lib_of,reports base)
	$(quiet) LD bench/history
	$(Q)mkdir -p $(@D) && gcc -o $@ $(linked) $(libs_link)

# The life-cycle tests run on the host, which may have another C library.
lifecycle: $(O)/unit-host/lifecycle
$(O)/unit-host/lifecycle: $(call obj_of,$(wildcard tests/lifecycle/*.c)) $(call lib_of,base)
	$(quiet) LD lifecycle
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c

# The program that make report-check runs in the browser tree, which may have another C library.
pages: $(O)/pages/check
$(O)/pages/check: $(call obj_of,$(wildcard tests/pages/*.c)) $(call lib_of,base)
	$(quiet) LD pages/check
	$(Q)mkdir -p $(@D) && gcc -static -o $@ $(linked) -ljson-c

sources := $(wildcard scenarios/consumer/guest/*.[ch] lab/base/*.[ch] lab/*/*.[ch] lab/*/*/*.[ch] runner/*/*.[ch] reports/*.[ch] reports/*/*.[ch] kernel/tools/*.[ch] kernel/tools/lib/*.[ch] \
	     scenarios/*/*.[ch] scenarios/lib/*/*.[ch] tests/*/*.[ch] tests/vfio-user/qemu/*.[ch] \
	     docs/overlay/lab/*/*.[ch] docs/overlay/scenarios/*/*.[ch] docs/reproduce/scenarios/*/*.c docs/findings/*.c)
format:
	$(Q)clang-format -i $(sources)
# The programs of docs/findings.md, compiled as a maintainer would.
findings: $(patsubst %.c,$(O)/%,$(wildcard docs/findings/*.c))
$(O)/docs/findings/%: docs/findings/%.c
	$(quiet) CC $<
	$(Q)mkdir -p $(@D) && gcc -O2 -static -Wall -Wextra -Werror -o $@ $<
# NULL is a pointer in the C library that the lab is built with, also among variable arguments.
style: findings
	$(quiet) FORMAT "$(words $(sources)) files"
	$(Q)clang-format --dry-run -Werror $(sort $(sources))
	$(quiet) SHELL "all scripts"
	$(Q)tests/columns && tests/shell-style
	$(quiet) CPPCHECK "$(words $(sources)) files"
	$(Q)mkdir -p $(O)/cppcheck && cppcheck --quiet --cppcheck-build-dir=$(O)/cppcheck -j2 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches --suppress=varFuncNullUB \
		--std=c11 -I. $(filter %.c,$(sort $(sources)))

-include $(shell [ ! -d $(O) ] || find $(O)/obj $(O)/asan $(O)/clang -name '*.d' 2>/dev/null)
