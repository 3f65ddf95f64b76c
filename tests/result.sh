# SPDX-License-Identifier: GPL-2.0-only
# Needs: printed
# Sets: passed failed
#
# Counts the checks of a test. Sourced by tests; $printed is a file for the output of the command
# that they check.
passed=0 failed=0

# result NAME STATUS: count a check that ended with STATUS.
result() {
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1"
		sed 's/^/    /' "$printed" | tail -n 20
	fi
}

# is_refused WORDS COMMAND...: check that COMMAND exits with 2 and prints one line with WORDS.
is_refused() {
	words=$1
	shift
	"$@" >"$printed" 2>&1
	[ $? = 2 ] && [ "$(wc -l <"$printed")" = 1 ] && grep -qF -e "$words" "$printed"
	result "$* is refused with '$words'" $?
}
