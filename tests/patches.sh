# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: nothing
#
# Selects patches that break something on purpose, and reads their headers. Sourced in the top
# folder of the lab.
#
# A header ends at the line "---". It may be a mail header, and has each of these lines once:
#   Subject:   what the patch breaks
#   Look-at:   what should detect it: globs over SCENARIO, FAMILY or SCENARIO[DUT], then perhaps
#              "on" and globs over machines; or "series-check" and the name of a check
#   Survives:  why nothing detects it; it begins with "at times" if a race decides
#   Tree:      the tree that it applies to; default: base

# patches FOLDER [GLOB]...: print the patches of FOLDER that the globs select, one a line. Returns 2
# with a message if a glob selects none, or if a header is not as above.
patches() (
	folder=$1
	shift
	set -f
	# shellcheck disable=SC2048,SC2086 # MUTANTS= and SLIPS= are lists of globs, perhaps empty
	set -- ${*:-*}
	set +f
	chosen=$(for glob in "$@"; do
		# shellcheck disable=SC2086 # a glob, to be expanded
		set -- "$folder"/$glob.patch
		[ -f "$1" ] || {
			echo "vfiolab: no patch of $folder matches '$glob': ls $folder prints all" >&2
			exit 2
		}
		header_check "$@" || exit 2
		printf '%s\n' "$@"
	done) || exit
	echo "$chosen" | awk '!seen[$0]++'
)

# header_check PATCH...
header_check() {
	awk '
		function refuse(why) {
			print "vfiolab: " name ": " why ": see tests/patches.sh" >"/dev/stderr"
			status = 2
		}
		function finish() {
			if (!status && !("Subject" in line && "Look-at" in line))
				refuse("its header lacks a line Subject: or Look-at:")
		}
		FNR == 1 { if (name) finish(); name = FILENAME; split("", line); body = 0 }
		/^---/ { body = 1 }
		body || !/^[A-Z][A-Za-z-]*: / { next }
		{ key = $1; sub(/:/, "", key) }
		key in line { refuse("its header has more than one " key ": line") }
		key !~ /^(From|Date|Subject|Look-at|Survives|Tree)$/ {
			refuse("its header has an unknown line, " key ":")
		}
		{ line[key] }
		END { finish(); exit status }' "$@"
}

# header PATCH KEY: print the value of KEY in the header of PATCH, if any.
header() {
	sed -n "/^---/q; s/^$2: //p" "$1"
}

# header_tree PATCH: print the tree that PATCH applies to.
header_tree() {
	header "$1" Tree | grep . || echo base
}

# header_cases PATCH, header_machines PATCH: print the globs over cases, or over machines (default
# *), of Look-at:.
header_cases() {
	header "$1" Look-at | sed 's/ on .*//'
}

header_machines() {
	header "$1" Look-at | sed -n 's/.* on //p' | grep . || echo '*'
}
