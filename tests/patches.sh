# SPDX-License-Identifier: GPL-2.0-only
# What tests that try patches share: choosing them, and what they say of themselves.
# Sourced at the top of the lab.

# patches FOLDER GLOB...: print the patches of FOLDER that the globs select, one a line; 2 where one selects none.
patches() {
	folder=$1
	shift
	set -f
	set -- ${*:-*}
	set +f
	chosen=$(for glob in "$@"; do
		set -- "$folder"/$glob.patch
		[ -f "$1" ] || {
			echo "vfiolab: no patch of $folder matches '$glob'; there are: $(cd "$folder" && echo *.patch)" >&2
			exit 2
		}
		printf '%s\n' "$@"
	done) || return
	echo "$chosen" | awk '!seen[$0]++'
}

# says PATCH KEY: what is behind "KEY: " in the header of the patch.
says() {
	sed -n "/^---/q; s/^$2: //p" "$1"
}
