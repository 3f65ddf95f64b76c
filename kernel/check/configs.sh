# SPDX-License-Identifier: GPL-2.0-only
# Needs: build facts facts_new here source total work; functions check, recipe, those of build.sh
#   and source.sh
# Sets: at configured
#
# Builds the whole series in many configurations, and checks that old configurations are upgraded
# without questions.
#
# Options, modules and paths of patches are lists without blanks inside: they are split on purpose.
# shellcheck disable=SC2046,SC2086

# builds_with OPTION...: build with these options. Warnings that base has in this configuration are
# not new.
builds_with() {
	prepare_base
	source_at "$total" && configure "$@" && compile && link && builtin_complete || return 1
	[ -n "$(new_warning)" ] || return 0
	base_warns_too "$@" || return 1
	new_warning
}

# platform: compile vfio-platform, which is for other architectures, on x86.
platform() {
	prepare_base
	source_at "$total" && configure_default && compile || return 1
	rm -rf "$build/platform" && mkdir "$build/platform" &&
		cp "$source"/drivers/vfio/platform/*.[ch] "$build/platform" || return 1
	objects=$(cd "$build/platform" && echo *.c | sed 's/\.c\>/.o/g')
	echo "obj-m := $objects" >"$build/platform/Makefile"
	kbuild M=/tmp/linux/build/platform W=1 $objects || { in_log 'error:' ||
		echo "it does not compile; see $log"; return 1; }
	new_warning
}

# other_driver VALUE: check that a driver can select the library without vfio-pci.
other_driver() {
	prepare_base
	source_at "$total" || return 1
	# The source differs from the patches now; the next check restores it.
	at=
	added='config LAB_VFIO_PCI\n\ttristate "A driver on the library"\n\tselect VFIO_PCI_CORE\n'
	sed "/^config VFIO_PCI_CORE\$/i $added" \
		"$source/drivers/vfio/pci/Kconfig" >"$work/Kconfig" &&
		cp --remove-destination "$work/Kconfig" "$source/drivers/vfio/pci/Kconfig" ||
		return 1
	rm -rf "$build/drivers/vfio/pci"
	configure VFIO="$1" LAB_VFIO_PCI="$1" VFIO_PCI_CORE="$1" VFIO_PCI=n VFIO_PCI_VGA=n \
		VFIO_PCI_IGD=n &&
		compile && link && builtin_complete || return 1
	[ -e "$build/drivers/vfio/pci/vfio_pci_core.o" ] ||
		echo "nothing builds the library without VFIO_PCI"
	[ ! -e "$build/drivers/vfio/pci/vfio-pci.o" ] || echo "vfio-pci is built without VFIO_PCI"
	new_warning
}

# base_warns_too OPTION...: add base's warnings in this configuration; $log is unchanged.
base_warns_too() {
	series_log=$log log=$log.base
	: >"$log"
	rm -rf "$build/drivers/vfio" "$build/drivers/pci" "$build/virt/lib"
	source_at 0 && configure "$@" && compile && link || return 1
	warnings | sort -u -o "$facts/warnings" "$facts/warnings" -
	log=$series_log
}

# upgrade OLD OPTION...: check that olddefconfig turns the configuration OLD of base into these
# options, without new questions about VFIO.
upgrade() {
	prepare_base
	source_at "$total" || return 1
	configured=no
	cp "$facts/$1" "$build/.config"
	shift
	kbuild listnewconfig || { echo "listnewconfig fails; see $log"; return 1; }
	kbuild olddefconfig || { echo "olddefconfig fails; see $log"; return 1; }
	unmet
	for option in "$@"; do
		grep -qx "CONFIG_$option" "$build/.config" ||
			echo "expected CONFIG_$option after olddefconfig, got '$(left "${option%=*}")'"
	done
	sed -n 's/^\(CONFIG_VFIO[A-Z0-9_]*\)=.*/a user who upgrades is asked for \1/p' "$log" |
		sed 1q
}

# left OPTION: print the line of OPTION in $build/.config.
left() {
	grep -E "^(# )?CONFIG_$1[ =]" "$build/.config" || echo "no CONFIG_$1"
}

# old_config VALUE: print the configuration of a user of base with VFIO_PCI=VALUE.
old_config() {
	configure VFIO="$1" VFIO_PCI="$1" VFIO_MDEV="$1" VFIO_MDEV_DEVICE="$1" VFIO_FSL_MC="$1" &&
		cp "$build/.config" "$facts_new/old.$1"
}

# Read all rows before building, so that a build cannot consume them from standard input.
check_configs() {
	all="$(upto "$total") $(recipe configs)"
	check config/platform "$all" platform
	grep -v '^#' "$here/configs" >"$work/rows"
	while read -r row options <&4; do
		check "config/$row" "$all $options" builds_with $options
	done 4<"$work/rows"
	introduces_core || return 0
	check config/other-driver "$all" other_driver m
	check config/other-driver-builtin "$all" other_driver y
	check upgrade/m "$all" upgrade old.m VFIO=m VFIO_PCI=m VFIO_PCI_CORE=m VFIO_PCI_VGA=y \
		VFIO_PCI_IGD=y VFIO_MDEV=m VFIO_FSL_MC=m
	check upgrade/y "$all" upgrade old.y VFIO=y VFIO_PCI=y VFIO_PCI_CORE=y VFIO_PCI_VGA=y \
		VFIO_PCI_IGD=y VFIO_MDEV=y VFIO_FSL_MC=y
	check upgrade/no-eventfd "$all" upgrade old.eventfd EVENTFD=y VFIO=m VFIO_PCI=m
}
