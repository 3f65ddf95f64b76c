# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: nothing

# flavoured FLAVOUR: export the names of the chosen kernels (default: base), with the flavour if
# they have none.
flavoured() {
	set -f
	# shellcheck disable=SC2086 # a list of globs
	chosen=$(kernel/list ${KERNELS:-base})
	set +f
	KERNELS=
	for name in $chosen; do
		case $name in
		*+*) KERNELS="$KERNELS $name" ;;
		*) KERNELS="$KERNELS $name+$1" ;;
		esac
	done
	export KERNELS
}
