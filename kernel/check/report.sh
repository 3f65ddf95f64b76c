# SPDX-License-Identifier: GPL-2.0-only
# Needs: base globs here logs work; functions die
# Sets: nothing
#
# Which checks there are to be, and what came of them.

passed=0 failed=0 skipped=0 unchanged=0 started=$(date +%s)

# result WORD NAME [TEXT]: a line for people, and for scripts.
result() {
	printf '%-5s %s%s\n' "$1" "$2" "${3:+: $3}"
}

# selected NAME: does one of the globs mean it?
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

# check NAME INPUTS FUNCTION...: FUNCTION says on its standard output why it
# fails, or sets $cannot to the reason why it cannot tell; INPUTS are what its
# result depends on, beside the tree.
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

# summary: the last line, and the exit status.
summary() {
	[ $((passed + failed + skipped)) != 0 ] ||
		die "no check matches '$globs': see docs/series-check.md for their names"
	seconds=$(($(date +%s) - started))
	echo "$passed passed ($unchanged unchanged), $failed failed, $skipped skipped   $seconds s"
	[ $failed = 0 ] || exit 1
	[ $passed != 0 ] || exit 4
}

# recipe PART: a hash of the scripts that the checks in PART.sh go by. What was found good stays so
# while it is the same.
recipe() {
	(cd "$here" && cat build.sh base.config ../lib/kbuild.sh "$1.sh") | sha256sum | cut -c1-16
}
