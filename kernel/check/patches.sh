# SPDX-License-Identifier: GPL-2.0-only
# Needs: log pristine total work; functions check, recipe, those of build.sh and source.sh
# Sets: nothing
#
# Checks of each patch, for any series.

# exceptions N: print the checkpatch messages that the README of the series' folder allows for the
# N-th patch.
exceptions() {
	patch=$(patch_number "$1")
	file=${patch##*/}
	sed -n "s/^| ${file%%-*} | \([A-Z0-9_]*\) |.*/\1/p" "$work/patches/${patch%/*}/README" \
		2>/dev/null || :
}

# style N: check that checkpatch prints no other messages.
style() {
	exceptions "$1" >"$work/exceptions"
	(cd "$pristine" && scripts/checkpatch.pl --strict --terse --show-types --no-summary \
		"$work/patches/$patch" 2>>"$log") |
		sed -n 's/.*:\([0-9]*\): \(WARNING\|ERROR\|CHECK\):\([A-Z0-9_]*\): /\3 \1 /p' |
		while read -r type line text; do
		grep -qx "$type" "$work/exceptions" ||
			{ echo "checkpatch: $type: $text (line $line of ${patch##*/})"; break; }
	done
}

# builds N: check that the N-th patch applies, and that the result builds and links without new
# warnings.
builds() {
	prepare_base
	source_at "$1" && configure_default && compile && link || return 1
	new_warning
}

check_patches() {
	n=0 by=$(recipe patches)
	while [ $n -lt "$total" ]; do
		n=$((n + 1))
		number=$(printf %04d $n)
		check "style/$number" "$by $({ cat "$work/patches/$(patch_number $n)" &&
			exceptions $n; } | sha256sum)" style $n
		check "builds/$number" "$by $(upto $n)" builds $n
	done
}
