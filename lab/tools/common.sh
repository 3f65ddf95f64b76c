# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: LAB_SUITE
#
# Shared by the lab's scripts: where things live and how they fail.
# Sourced by a script two folders below the top, under set -eu.

LAB_TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
LAB_CACHE=${LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vfiolab}

# The suite that the tools tree is made of, and pinned to.
LAB_SUITE=trixie

# One line that names the thing and the remedy; 2 is "the lab's own failure".
die() {
	echo "vfiolab: $*" >&2
	exit 2
}

say() {
	printf '%-8s%s\n' "$1" "$2"
}

# aside PATH: print a fresh folder beside PATH, to be filled and renamed to it.
# The caller's trap removes it when that does not come about.
aside() {
	mkdir -p "$(dirname "$1")" 2>/dev/null && mktemp -d "$1.tmp.XXXXXX" 2>/dev/null ||
		die "cannot write to $(dirname "$1"): set LAB_CACHE= to a folder that you own"
}

# settle TEMP PATH: TEMP, now whole, becomes PATH; the first of two racers wins.
settle() {
	if mv -T "$1" "$2" 2>/dev/null; then
		return 0
	fi
	[ -e "$2" ] || die "cannot rename $1 to $2"
	rm -rf "$1"
}

# The Debian mirror that this machine uses; nothing where it has none.
mirror() {
	command -v apt-get >/dev/null || return 0
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's,/*$,,; /\/debian$/{p;q}'
}

tree_path() {
	echo "$LAB_CACHE/tools/$(cat "$LAB_TOP/lab/tools/packages" "$LAB_TOP/lab/tools/tree" |
		sha256sum | cut -c1-16)"
}
