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

# kbuild_module FOLDER SOURCE BUILD: build the module in FOLDER, where kbuild writes, for the kernel
# that was built in BUILD, with the compiler $cc.
kbuild_module() {
	"$LAB_TOP/kernel/run-in-build" --module "$1" "$2" "$3" \
		make -C /tmp/linux/source O=/tmp/linux/build M=/tmp/linux/module CC="ccache $cc" \
		LAB_MODULES=/tmp/linux/modules HOSTCC=gcc \
		${LLVM:+LLVM=$LLVM} PAHOLE_FLAGS= modules
}
