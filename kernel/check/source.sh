# SPDX-License-Identifier: GPL-2.0-only
# Needs: compiler log pristine source work; functions die, aside, settle
# Sets: base broken_why cannot
#
# Reads the patches, and maintains the source: the tree with the first patches applied.
#
# Options, modules and paths of patches are lists without blanks inside: they are split on purpose.
# shellcheck disable=SC2046,SC2086

# The number of patches applied to the source; empty if unknown.
at=
# The patch that does not apply, and the reason.
broken='' broken_why=

# read_patches SERIES...: write the patches of all series to $work/patches, and list them in
# $patches as FOLDER/FILE, one a line, in order.
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

# patch_number N: print the N-th patch, relative to $work/patches.
patch_number() {
	echo "$patches" | sed -n "$1p"
}

# first N: print the paths of the first N patches.
first() {
	echo "$patches" | head -n "$1" | sed "s,^,$work/patches/,"
}

# upto N: print a hash of the first N patches.
upto() {
	cat /dev/null $(first "$1") | sha256sum | cut -c1-16
}

# patch_files PATCH...: print the files that these create, change, rename or remove.
patch_files() {
	sed -n 's,^--- a/,,p; s,^+++ b/,,p; s,^rename from ,,p; s,^rename to ,,p' "$@" | sort -u
}

# restore: restore the unpatched tree. Only files that differ are copied, and are then newer than
# their objects. The list of changed files is kept until they have been restored, even if this run
# is killed.
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

# source_at N: bring the source to N patches; print the reason if one does not apply.
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
