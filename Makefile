# SPDX-License-Identifier: GPL-2.0-only
# make help lists the targets. They run inside the tools tree (lab/tools) and write only to O= and
# LAB_CACHE=.

O         ?= build
LAB_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vfiolab
override O         := $(abspath $(O))
override LAB_CACHE := $(abspath $(LAB_CACHE))
ifneq ($(LAB_HISTORY),)
override LAB_HISTORY := $(abspath $(LAB_HISTORY))
endif
export O LAB_CACHE TOOLS KERNELS SERIES KDIR MACHINES LSPCI IMAGE SUITES SCENARIOS DUTS MODES LANES ACCEL TIMEOUT STOP ONLY FAILED REPEAT RETRY FLAKY TRACE CONSOLE DUMPS SHARD LAB_HISTORY LAB_CACHE_MAX LAB_EXTRA UPDATE V LLVM CC KCFLAGS LAB_URI

# Reject misspelt variables, which would silently have no effect.
given   := $(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$v))
problem := $(if $(given),$(shell lab/tools/variables $(MAKELEVEL) $(given)))

# Check the overlays, and make their paths absolute.
ifneq ($(LAB_EXTRA),)
overlays := $(shell lab/tools/overlay '$(subst ','\'',$(LAB_EXTRA))')
ifneq ($(.SHELLSTATUS),0)
problem := $(or $(problem),$(overlays))
endif
override LAB_EXTRA := $(overlays)
endif
ifneq ($(problem),)
$(if $(filter lab-run,$(MAKECMDGOALS)),$(shell rm -f '$(O)/reports/latest/status'))
$(error $(problem))
endif

# CC= is passed on to kbuild; do not export make's default.
ifeq ($(origin CC),default)
unexport CC
endif

greatest := 1292593d95c35eeccc89ffa1c91d6fe53b49f81cbf2c2b7758842b7f3186fcc2
ENTER    := @lab/tools/enter

.PHONY: lab-run watch chosen-image forget-status check series-check mutants coverage reach kernel tools programs image help cache clean format fuzz soak bench history-check nightly drivers report-check slurm-check dumps-check bisect-check watch-check FORCE

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

#: make lab-run    build the kernels, run the cases in guests, report (runner/lab-run exits with the run's status)
lab-run: forget-status image
	@KERNELS="$$(kernel/choose | cut -d ' ' -f 2)" $(O)/bin/vfiolab run; status=$$?; \
		[ -z "$$LAB_STATUS" ] || { echo $$status >"$$LAB_STATUS"; exit 0; }; exit $$status

# If this run fails before it has results, the status of the previous run must not be reported for
# it.
forget-status:
	@rm -f '$(O)/reports/latest/status'

#: make watch      build KDIR= on each save, run the cases that reach what changed, print what is news
watch: programs
	@$(O)/bin/vfiolab watch

#: make check      run the lab's own tests: units, life cycle with real guests, style
check: image
	@exec setpriv --pdeathsig TERM tests/check '$(TESTS)'

#: make kernel     build the chosen kernels
kernel: programs
	@kernel/build-chosen

#: make series-check  check a series without booting: applies, builds patch by patch, keeps ABI and Kconfig promises
series-check: programs
	@kernel/fetch $${KERNELS:-base series}
	@$(if $(findstring arch,$(or $(CHECKS),$(if $(SLIPS),,arch))),kernel/check/fetch-cross || :)
	@$(if $(SLIPS),tests/series-slips '$(SLIPS)',lab/tools/enter kernel/check-series $(if $(CHECKS),'$(CHECKS)'))

#: make mutants    check that the cases notice the small bugs in drivers/vfio of tests/mutants; with SAMPLE=N SEED=S,
#:                 measure how many of N random ones they notice, on base or KERNELS=
mutants: programs
	@$(if $(SAMPLE)$(SEED),SAMPLE='$(SAMPLE)' SEED='$(or $(SEED),1)' tests/sample/run,tests/mutation '$(MUTANTS)')

#: make image      build the chosen kernels, each with its initramfs, and the disk IMAGE=
image: chosen-image kernel
	@kernel/selftests
	$(ENTER) images/busybox/build-all

# First, because it checks IMAGE= before the kernels are built.
chosen-image:
	@images/cloud/build-chosen

#: make tools      install the tools tree and build the lab's programs
tools programs: $(O)/include/greatest.h $(O)/bin/vfiolab
	$(ENTER) make -f lab/build.mk programs

$(O)/include/greatest.h:
	@mkdir -p $(@D) && file=$$(lab/tools/fetch source trixie dunst $(greatest) test/greatest.h) && cp "$$file" $@

# Remade if LAB_CACHE= or LAB_EXTRA= has changed.
$(O)/bin/vfiolab: lab/tools/wrapper.in FORCE
	@mkdir -p $(@D) && sed 's|@TOP@|$(CURDIR)|g; s|@O@|$(O)|g; s|@CACHE@|$(LAB_CACHE)|g; s|@EXTRA@|$(LAB_EXTRA)|g; s|@VERSION@|'"$$(git describe --always --dirty 2>/dev/null || echo unknown)"'|' $< >$@.tmp && chmod +x $@.tmp
	@if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi

#: make nightly    run the newest kernels, and mail what is new since the last night (NIGHTLY=FILE: settings)
nightly: programs
	@runner/nightly $(NIGHTLY)

#: make drivers    compare variant drivers with vfio-pci, case by case, on KERNELS= (docs/drivers.md)
drivers: image
	@runner/drivers || [ $$? = 1 ]

#: make report-check  test the pages of a run in a headless Chromium, which is downloaded once
report-check: programs
	@tests/pages/check

#: make slurm-check  try docs/ci/slurm on this machine, with Slurm's daemons in a sandbox: needs root
slurm-check: export KERNELS := base
slurm-check: image
	@tests/slurm/check || [ $$? = 4 ]

#: make fuzz       fuzz the parsers of untrusted input, FUZZ_TIME= seconds for each target (default: 600)
FUZZ_TIME ?= 600
fuzz: programs
	$(ENTER) make -f lab/build.mk fuzzers
	@for f in tests/fuzz/*.c; do lab/tools/enter tests/fuzz/run "$$(basename "$$f" .c)" $(FUZZ_TIME) || exit 1; done

#: make soak       repeat a run RUNS= times (default: 20), beside LOAD= busy loops: results must be the same
RUNS ?= 20
LOAD ?= 0
soak: image
	@KERNELS="$$(kernel/choose | cut -d ' ' -f 2)" tests/soak $(RUNS) $(LOAD)

#: make dumps-check  run all scenarios on each lspci dump of ../shared/data/lspci, or on the files LSPCI=
dumps-check: export KERNELS := $(or $(KERNELS),base latest)
dumps-check: image
	@LSPCI= tests/dumps-run $(LSPCI)

#: make bisect-check  bisect six commits of a git tree with real kernels and guests, which it builds
bisect-check: export KERNELS := base
bisect-check: image
	@tests/bisect-commits

#: make watch-check  test vfiolab watch with real builds and guests, on a copy of the source of base
watch-check: export KERNELS := base
watch-check: image
	@tests/watch

#: make bench      measure register reads and DMA of a device model, compared with QEMU's edu
bench: image
	$(ENTER) make -f lab/build.mk bench
	@tests/bench/run

#: make history-check  measure the speed of the history with ROWS= results (default: 1000000)
ROWS ?= 1000000
history-check: programs
	$(ENTER) make -f lab/build.mk history-check ROWS=$(ROWS)

#: make coverage   report which lines of drivers/vfio the cases reach, on base or KERNELS=
coverage: programs
	@tests/coverage/run

#: make reach      find out which lines each case reaches, on base or KERNELS= (vfiolab reach asks)
reach: programs
	@runner/reach/run

#: make format     format the sources in the lab's style
format:
	$(ENTER) --sources make -f lab/build.mk format

#: make cache      print what LAB_CACHE= holds, and remove what exceeds LAB_CACHE_MAX=
cache:
	@lab/tools/cache

#: make clean      remove O=, keep LAB_CACHE=
clean:
	@rm -rf "$(O)"

#:
#: Variables
#:   KERNELS=    which kernels, as globs over kernel/trees (default: base, and series if there is one)
#:               distro@VERSION is another version of that package, PATH.deb a linux-image package of yours
#:   SERIES=     patches to apply to them: a file, a folder, an mbox
#:   KDIR=       a kernel source of your own, built as the kernel "local"; the lab only reads it
#:   MACHINES=   SCENARIOS=   DUTS=   globs; a glob without a match is an error. A glob that begins with ! excludes
#:               MACHINES= also takes the path of a machine's XML file
#:   LSPCI=      FILE[@ADDRESS,...]: instead of the lab's machines, one with the devices of an lspci dump (docs/lspci.md)
#:   SUITES=     DIR[:DIR]...: folders of test programs that are not the lab's, whose results become cases
#:               (docs/suites.md); without SCENARIOS=, only these run. kselftest: the kernel's own, which are built
#:   IMAGE=      cloud: run the cases of libvirt, QEMU, DPDK and driverctl in a Debian guest, whose disk is made first
#:               (docs/cloud.md; default: busybox)
#:   LAB_EXTRA=  DIR[:DIR]...: machines, device models, DUT drivers, scenarios, modules and trees of your own, in
#:               folders like the lab's (docs/overlay.md)
#:   MODES=      type1 (group and container), compat (container served by iommufd), cdev (device file and iommufd),
#:               as globs (default: all that a kernel has)
#:   FAILED=1    run the cases that failed, had an error or did not run in the last run: on the kernels that
#:               KERNELS=, SERIES= and KDIR= select; without these, on the kernels of the last run, not rebuilt
#:   REPEAT=N    run each case N times in a row
#:   RETRY=N     run a failed case up to N more times, in a fresh guest. If it then passes, it is FLAKY: a warning,
#:               or with FLAKY=fail a failure
#:   TRACE=1     write down what the drivers do with the device models: a file for each case. TRACE=all: also
#:               accesses to memory of BARs that guests usually map
#:   UPDATE=1    look for newer packages of the kernels, instead of using those of the cache
#:   NIGHTLY=    settings of make nightly (default: docs/ci/nightly.conf)
#:   TESTS=      tests of make check, as globs (default: all)
#:   MUTANTS=    mutants (tests/mutants), as globs;  WHOLE=1: run all cases that reach them on those that survive their own
#:   SAMPLE=     number of random mutants;  SEED= a number that selects them (default: 1)
#:   ROWS=       number of results in the history of history-check
#:   CHECKS=     checks of series-check, as globs;  SLIPS= mistakes (tests/slips) that it must detect, as globs
#:   LANES=      guests at a time (default: three per processor, or as many as the memory that is left holds)
#:   SHARD=      i/N: run the i-th of N parts of the cases; auto: as Slurm or GitLab numbers the task.
#:               vfiolab merge joins the results
#:   ACCEL=      auto, kvm or tcg
#:   TIMEOUT=    deadline of every case in seconds, instead of its own
#:   STOP=1      end the run at its first failure; STOP=kernel: skip the remaining cases of that kernel
#:   ONLY=changed  with SERIES= or KDIR=: run only the cases that reach what these change (make reach; docs/reach.md)
#:   CONSOLE=1   print the consoles of the guests as they grow
#:   DUMPS=N     dump the memory of the first N guests that panic or hang (default: 2; docs/debugging.md)
#:   O=          folder for all outputs (default: build)
#:   LAB_CACHE=  cache shared by all clones: downloads, tools tree, built kernels (default: ~/.cache/vfiolab)
#:   LAB_CACHE_MAX=  limit of its size (default: 20G): removes what was unused for longest, when nothing uses the cache
#:   LAB_HISTORY=  file with the results of all runs (default: history.db in LAB_CACHE=)
#:   TOOLS=      tree (default); host: use the QEMU and libvirt of this host
#:   V=1         print the commands (of a run: build/bin/vfiolab run -v);  LLVM= CC= KCFLAGS= go to kbuild
