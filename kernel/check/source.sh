# SPDX-License-Identifier: GPL-2.0-only
# Needs: compiler log pristine source work; functions die, aside, settle
# Sets: base broken_why cannot
#
# The patches, and the source: the tree with the first of them on it.
#
# Options, modules and paths of patches are lists without blanks inside: they are split on purpose.
# shellcheck disable=SC2046,SC2086

# How many patches the source has; empty while that is not known.
at=
# The patch that does not apply, and why.
broken='' broken_why=

# read_patches SERIES...: put the patches of all, in order, below $work/patches,
# and name them in $patches: FOLDER/FILE, a line each.
read_patches() {
	reader=$O/libexec/series-read
	[ -x "$reader" ] || die "$reader does not exist: run make programs"
	rm -rf "$work/patches" && mkdir "$work/patches"
	patches='' folders=0
	for input in "$@"; do
		folders=$((folders + 1))
		"$reader" "$input" "$work/patches/$folders" || exit 2
		[ ! -f "$input/README" ] || cp "$input/README" "$work/patches/$folders"
		patches=$patches$(sed "s,^,$folders/," "$work/patches/$folders/series")"
"
	done
	patches=${patches%?}
	total=$(echo "$patches" | wc -l)
	base="${pristine##*/} $compiler"
}

# patch_number N: the N-th patch, below $work/patches.
patch_number() {
	echo "$patches" | sed -n "$1p"
}

# first N: the first N patches, by their paths.
first() {
	echo "$patches" | head -n "$1" | sed "s,^,$work/patches/,"
}

# upto N: a hash of the first N patches.
upto() {
	cat /dev/null $(first "$1") | sha256sum | cut -c1-16
}

# patch_files PATCH...: the files that they create, change, rename or remove.
patch_files() {
	sed -n 's,^--- a/,,p; s,^+++ b/,,p; s,^rename from ,,p; s,^rename to ,,p' "$@" | sort -u
}

# restore: back to the tree. A file is copied where it differs, so that it is
# newer than what was compiled of it. What an earlier run touched is known until
# that is undone, even if this run is killed.
restore() {
	if [ ! -d "$source" ]; then
		temp=$(aside "$source")
		cp -al "$pristine/." "$temp" 2>"$log" ||
			die "cannot copy $pristine: $(head -n1 "$log")"
		settle "$temp" "$source"
	fi
	patch_files /dev/null $(first "$total") >"$work/touched.new"
	cat "$work/touched.new" "$work/touched" 2>/dev/null | sort -u >"$work/touched.all" || :
	mv "$work/touched.all" "$work/touched"
	while read -r file; do
		if [ ! -e "$pristine/$file" ]; then
			rm -f "$source/$file"
		elif ! cmp -s "$pristine/$file" "$source/$file"; then
			mkdir -p "$(dirname "$source/$file")" &&
				cp --remove-destination "$pristine/$file" "$source/$file" ||
				die "cannot write to $source"
		fi
	done <"$work/touched"
	mv "$work/touched.new" "$work/touched"
	at=0
}

# source_at N: the source with N patches, and why not where one does not apply.
source_at() {
	if [ -n "$broken" ] && [ "$1" -gt "$broken" ]; then
		cannot="patch $broken does not apply"
		return 1
	fi
	[ -n "$at" ] && [ "$at" -le "$1" ] || restore
	while [ "$at" -lt "$1" ]; do
		apply_next || return 1
	done
}

apply_next() {
	patch=$(patch_number $((at + 1)))
	rm -rf "$work/one" && mkdir "$work/one"
	cp "$work/patches/$patch" "$work/one" && echo "${patch##*/}" >"$work/one/series"
	"$LAB_TOP/kernel/apply" "$work/one" "$source" 2>"$work/errors" || {
		broken=$((at + 1)) at=
		sed "s/^vfiolab: patch 1 of 1, /patch $broken, /" "$work/errors"
		return 1
	}
	at=$((at + 1))
}
