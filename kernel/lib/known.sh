# SPDX-License-Identifier: GPL-2.0-only
# Needs: kernel_tree kernels key known mended name
# Sets: nothing
#
# Known failures: which files of kernel/known apply to a kernel (docs/known-failures.md). Sourced by
# kernel/build, after trees.sh.

# known_by_version RELEASE: print the paths of the known failures that Linux RELEASE has by their
# lines "# Versions: FROM-MENDED...": FROM is the first version with the bug, MENDED the first
# without it.
known_by_version() {
	folders_of kernel/known | while read -r folder; do
		find -L "$folder" -mindepth 1 -maxdepth 1 -type f ! -name '.*' ! -name '*~'
	done | LC_ALL=C sort | xargs awk -v RELEASE="$1" '
		function number(version, part) {
			split(version, part, ".")
			return part[1] * 1000000 + part[2] * 1000 + part[3]
		}
		BEGIN { mine = number(RELEASE) }
		!/^# *Versions:/ { next }
		{
			for (i = 3; i <= NF; i++) {
				if ($i !~ /^[0-9][0-9.]*-([0-9][0-9.]*)?$/) {
					printf "vfiolab: %s:%d: the version %s is not FROM-MENDED or FROM-\n",
						FILENAME, FNR, $i >"/dev/stderr"
					exit 2
				}
				split($i, range, "-")
				if (mine >= number(range[1]) &&
				    (range[2] == "" || mine < number(range[2])))
					print FILENAME
			}
		}'
}

# known_by_name NAME...: print the paths of these known failures.
known_by_name() {
	for bug in "$@"; do
		[ -n "$(file_of kernel/known "$bug")" ] ||
			die "kernel/trees/$kernel_tree: there is no kernel/known/$bug"
		file_of kernel/known "$bug"
	done
}

# overlay_known: print the paths of the overlays' known failures that name this tree in a line
# "# Trees: GLOB...".
overlay_known() {
	for file in $(overlay_files kernel/known f); do
		globs=$(sed -n 's/^# *Trees: *//p' "$file" | tr , ' ')
		set -f
		for glob in $globs; do
			# shellcheck disable=SC2254 # the pattern is a glob
			case $kernel_tree in $glob | local) echo "$file" && break ;; esac
			# shellcheck disable=SC2254 # the pattern is a glob
			case ${on:-.} in $glob) echo "$file" && break ;; esac
		done
		set +f
	done
}

# known_files: print the paths of the kernel's known failures, each once.
known_files() {
	# shellcheck disable=SC2086 # names
	mends=$(known_by_name $mended) && listed=$(known_by_name $known) &&
		by_version=$(known_by_version "$(cat "$kernels/$key/release")") || return 2
	{
		echo "$by_version"
		echo "$listed"
		overlay_known
	} | MENDS=$mends awk '
		BEGIN { n = split(ENVIRON["MENDS"], path, "\n"); while (n) mended[path[n--]] }
		$0 != "" && !($0 in mended) && !seen[$0]++'
}

# publish_xfail: publish the known failures of the tree, for the verdicts of runs.
publish_xfail() {
	mkdir -p "$O/kernels"
	files=$(known_files) || exit 2
	published=$O/kernels/.$name.xfail.$$
	echo "$files" | while read -r file; do
		[ -z "$file" ] || cat "$file"
	done >"$published" && mv "$published" "$O/kernels/$name.xfail" ||
		fail "cannot write to $O/kernels" /dev/null
}
