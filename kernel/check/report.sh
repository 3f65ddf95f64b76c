# SPDX-License-Identifier: GPL-2.0-only
# Needs: base globs here logs work; functions die
# Sets: nothing
#
# Selects checks and reports their results.

passed=0 failed=0 skipped=0 unchanged=0 started=$(date +%s)

# result WORD NAME [TEXT]: print the result of a check as one line.
result() {
	printf '%-5s %s%s\n' "$1" "$2" "${3:+: $3}"
}

# selected NAME: succeed if one of the globs matches NAME.
selected() {
	set -f
	for glob in $globs; do
		# shellcheck disable=SC2254 # a glob
		case $1 in
		$glob) set +f && return 0 ;;
		esac
	done
	set +f
	return 1
}

# check NAME INPUTS FUNCTION...: run FUNCTION unless it has passed with the same INPUTS, all that
# its result depends on besides the tree. FUNCTION prints the reason of a failure to standard
# output, or sets $cannot to the reason for a skip.
check() {
	name=$1
	selected "$name" || return 0
	good=$work/good/$(echo "$name $2 $base" | sha256sum | cut -c1-16)
	shift 2
	log=$logs/$(echo "$name" | tr / -).log cannot=
	: >"$log"
	if [ -e "$good" ]; then
		unchanged=$((unchanged + 1))
		pass
	elif "$@" >"$work/why" && [ ! -s "$work/why" ]; then
		touch "$good"
		pass
	elif [ -n "$cannot" ]; then
		skip "$cannot"
	else
		failed=$((failed + 1))
		result FAIL "$name" "$(sed 1q "$work/why" | grep . || echo "see $log")"
	fi
}

pass() {
	passed=$((passed + 1))
	result ok "$name"
}

skip() {
	skipped=$((skipped + 1))
	result SKIP "$name" "$1"
}

# summary: print the last line, and exit with the status.
summary() {
	[ $((passed + failed + skipped)) != 0 ] ||
		die "no check matches '$globs': see docs/series-check.md for their names"
	seconds=$(($(date +%s) - started))
	echo "$passed passed ($unchanged unchanged), $failed failed, $skipped skipped   $seconds s"
	[ $failed = 0 ] || exit 1
	[ $passed != 0 ] || exit 4
}

# recipe PART: print a hash of the scripts that the checks in PART.sh depend on. A check that has
# passed is repeated if it changes.
recipe() {
	(cd "$here" && cat build.sh base.config ../lib/kbuild.sh "$1.sh") | sha256sum | cut -c1-16
}
