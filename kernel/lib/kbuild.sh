# SPDX-License-Identifier: GPL-2.0-only
# Needs: cc
# Sets: nothing
#
# Runs kbuild.

# kbuild_release SOURCE: print the kernel's version from its Makefile.
kbuild_release() {
	awk '$2 == "=" { part[$1] = $3 }
		END {
			printf "%s.%s.%s%s\n", part["VERSION"], part["PATCHLEVEL"],
				part["SUBLEVEL"], part["EXTRAVERSION"]
		}' "$1/Makefile"
}

# kbuild_at SOURCE BUILD ARG...: run make for a kernel, with the compiler $cc. Values that could
# differ between two builds of the same source are fixed. The last two variables save time: make
# expands them for the environment of each $(shell), and kbuild's own values run several processes
# each time, which takes half the time of a small build.
kbuild_at() {
	kbuild_source=$1 kbuild_build=$2
	shift 2
	env CCACHE_DEPEND=1 KBUILD_BUILD_TIMESTAMP='Thu Jan 1 00:00:00 UTC 1970' \
		KBUILD_BUILD_USER=lab \
		KBUILD_BUILD_HOST=lab KBUILD_BUILD_VERSION=1 LOCALVERSION= \
		"$LAB_TOP/kernel/run-in-build" "$kbuild_source" "$kbuild_build" \
		make -C /tmp/linux/source O=/tmp/linux/build CC="ccache $cc" HOSTCC=gcc \
		${LLVM:+LLVM=$LLVM} \
		KERNELRELEASE="$(kbuild_release "$kbuild_source")" PAHOLE_FLAGS= "$@"
}

# module_origin FOLDER: print the folder of the kernel's source that the file in-tree of the module
# in FOLDER names; nothing for a module with sources of its own.
module_origin() {
	[ ! -f "$1/in-tree" ] || sed -n '/^#/d; /=/!p' "$1/in-tree"
}

# module_copy FOLDER SOURCE TO: copy the module in FOLDER to TO, without symbolic links, with its
# sources from the kernel in SOURCE.
module_copy() {
	mkdir -p "$3"
	cp -RL "$1/." "$3"
	[ ! -f "$1/in-tree" ] || cp -R "$2/$(module_origin "$1")/." "$3"
}

# kbuild_module FOLDER SOURCE BUILD: build the module in FOLDER, where kbuild writes, for the kernel
# that was built in BUILD, with the compiler $cc. Lines CONFIG_*=m of its file in-tree enable it.
kbuild_module() {
	enabled=$([ ! -f "$1/in-tree" ] || grep '^CONFIG_' "$1/in-tree")
	# shellcheck disable=SC2086 # options, one word each
	"$LAB_TOP/kernel/run-in-build" --module "$1" "$2" "$3" \
		make -C /tmp/linux/source O=/tmp/linux/build M=/tmp/linux/module CC="ccache $cc" \
		LAB_MODULES=/tmp/linux/modules HOSTCC=gcc \
		${LLVM:+LLVM=$LLVM} PAHOLE_FLAGS= $enabled modules
}
