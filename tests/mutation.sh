# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: out image
#
# Runs cases on mutants, kernels that are broken on purpose. Sourced in the top folder of the lab.
out=$O/mutants

# What the guests boot (IMAGE=), by the tree of the mutants.
image=

fail() {
	echo "vfiolab: $*" >&2
	exit 2
}

say() {
	printf '%-8s%s\n' mutants "$*"
}

# boots_image TREE: succeed if the cases of this tree's mutants run in the cloud image.
boots_image() {
	[ "${1%+cloud}" != "$1" ]
}

# lab ARG...: run vfiolab with the mutants as its kernels.
lab() {
	O=$out IMAGE=$image lab/tools/enter --lanes "$out/libexec/vfiolab" "$@"
}

# prepare TREE...: make the output folder of the mutants, with their trees and the lab's programs as
# links.
prepare() {
	rm -rf "$out"
	mkdir -p "$out/kernels" "$out/images" "$out/libexec" "$out/logs" &&
		cp -l "$O/libexec/vfiolab" "$O/libexec/agent" "$O/libexec/device" "$out/libexec" ||
		fail "cannot write to $out"
	[ ! -e "$O/families" ] || ln -s "$O/families" "$out" || fail "cannot write to $out"
	for tree in "$@"; do
		! boots_image "$tree" || cp -P "$O/images/cloud.img" "$out/images" ||
			fail "cannot write to $out"
		cp -l "$O/images/$tree.cpio" "$out/images" &&
			cp -P "$O/kernels/$tree" "$out/kernels" ||
			fail "cannot write to $out"
		for about in guest xfail; do
			[ ! -f "$O/kernels/$tree.$about" ] ||
				cp "$O/kernels/$tree.$about" "$out/kernels"
		done
	done
}

# build_mutants OPTION TREE PATCH...: build the mutants of TREE, on all processors. OPTION, perhaps
# empty, is one of kernel/mutate.
build_mutants() {
	option=$1 tree=$2 processors=$(nproc)
	shift 2
	# shellcheck disable=SC2086 # perhaps no option
	printf '%s\n' "$@" | xargs -P "$processors" -n "$((($# + processors - 1) / processors))" \
		lab/tools/enter kernel/mutate $option "$tree" || fail "a mutant could not be built"
}

# run NAME [OPTION...]: run the cases in $out/NAME.cases, and copy the output to standard output.
run() {
	run=$1
	shift
	lab run --reports "$run" --cases "$out/$run.cases" "$@" 2>&1 | tee "$out/logs/$run.log"
}

# ended NAME: exit with an error unless the run of that name was completed.
ended() {
	grep -q '^results: ' "$out/logs/$1.log" && return
	grep '^vfiolab: ' "$out/logs/$1.log" >&2
	fail "the run was not completed: see $out/logs/$1.log"
}
