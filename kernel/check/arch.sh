# SPDX-License-Identifier: GPL-2.0-only
# Needs: here total work; functions check, recipe, upto, those of build.sh and configs.sh, which see
#   its build= and cc=
# Sets: cannot configured
#
# Compiles drivers/vfio with the whole series on other architectures.

# on_arch ARCH TRIPLET OPTION...: run builds_with with the cross compiler, in a separate build
# folder. kbuild gets ARCH and the tools from the environment, because nm and strip of the tools
# tree support only x86. The tree without patches is built first, because the files that kbuild
# prepares once have warnings, too.
on_arch() {
	cross=$LAB_CACHE/cross/$cc arch=$1 triplet=$2
	shift 2
	[ -x "$cross/usr/bin/$triplet-$cc" ] || {
		cannot="no cross compiler $triplet-$cc: type kernel/check/fetch-cross on the host"
		return 1
	}
	prepare_base
	native_build=$build native_cc=$cc result=0
	build=$work/build-$arch cc=$cross/usr/bin/$triplet-$cc configured=no
	mkdir -p "$build"
	export ARCH="$arch" CROSS_COMPILE="$cross/usr/bin/$triplet-" \
		LD_LIBRARY_PATH="$cross/usr/lib/x86_64-linux-gnu"
	base_warns_too "$@" && builds_with "$@" || result=1
	unset ARCH CROSS_COMPILE LD_LIBRARY_PATH
	build=$native_build cc=$native_cc configured=no
	return $result
}

check_architectures() {
	all="$(upto "$total") $(recipe arch)"
	grep -v '^#' "$here/architectures" >"$work/architectures"
	while read -r arch _ triplet options <&5; do
		# shellcheck disable=SC2086 # options, one word each
		check "arch/$arch" "$all $options" on_arch "$arch" "$triplet" $options
	done 5<"$work/architectures"
}
