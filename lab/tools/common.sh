# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: LAB_SUITE
#
# Shared by the lab's scripts: paths and error handling. Sourced by scripts two folders below the
# top, under set -eu. Each command of the lab runs it: what needs no other program is done by the
# shell.

LAB_TOP=$(cd "${0%/*}/../.." && pwd -P)
LAB_CACHE=${LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vfiolab}

# The Debian suite of the tools tree.
LAB_SUITE=trixie

# die TEXT: print one line that names the problem and the remedy. Exit status 2 means that the lab
# failed.
die() {
	echo "vfiolab: $*" >&2
	exit 2
}

say() {
	printf '%-8s%s\n' "$1" "$2"
}

# aside PATH: make a temporary folder beside PATH and print it. The caller fills it and renames it
# to PATH; its trap removes the folder on failure.
aside() {
	mkdir -p "$(dirname "$1")" 2>/dev/null && mktemp -d "$1.tmp.XXXXXX" 2>/dev/null ||
		die "cannot write to $(dirname "$1"): set LAB_CACHE= to a folder that you own"
}

# settle TEMP PATH: rename the complete TEMP to PATH. If another process was faster, keep its PATH
# and remove TEMP.
settle() {
	# For lab/tools/cache.
	: >"$LAB_CACHE/grown"
	if mv -T "$1" "$2" 2>/dev/null; then
		return 0
	fi
	[ -e "$2" ] || die "cannot rename $1 to $2"
	rm -rf "$1"
}

# cache_hold: keep lab/tools/cache from removing anything as long as this process, or one that it
# starts, lives.
cache_hold() {
	exec 7>"$LAB_CACHE/in-use.lock" && flock -s 7 ||
		die "cannot write to LAB_CACHE=$LAB_CACHE: name a folder that you own"
}

# cache_used ENTRY...: note that entries of the cache were used now.
cache_used() {
	for entry in "$@"; do
		touch "$entry.lock"
	done
}

# overlays: print the folders of LAB_EXTRA=, whose paths have no blanks (lab/tools/overlay).
overlays() {
	echo "${LAB_EXTRA-}" | tr ':' '\n' | sed '/^$/d'
}

# folders_of FOLDER: print the path of FOLDER, such as kernel/trees, in the lab and in each overlay
# that has it. An overlay may leave out the first part of the path.
folders_of() {
	echo "$LAB_TOP/$1"
	for overlay in $(overlays); do
		[ ! -d "$overlay/$1" ] || echo "$overlay/$1"
		[ ! -d "$overlay/${1##*/}" ] || echo "$overlay/${1##*/}"
	done
}

# mirror: print the Debian mirror that this machine uses, if any.
mirror() {
	command -v apt-get >/dev/null || return 0
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's,/*$,,; /\/debian$/{p;q}'
}

# tree_path [LIST]: the tree of the packages that lab/tools/LIST has (default: packages).
tree_path() {
	echo "$LAB_CACHE/tools/$(cat "$LAB_TOP/lab/tools/${1:-packages}" "$LAB_TOP/lab/tools/tree" |
		sha256sum | cut -c1-16)"
}
