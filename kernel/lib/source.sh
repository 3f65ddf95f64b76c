# SPDX-License-Identifier: GPL-2.0-only
# Needs: patches; functions note, fail, those of common.sh
# Sets: nothing
#
# Kernel sources below LAB_CACHE/sources: each tree's as it came, and copies
# with a series on top that share the files no patch touches (hard links).
# None of them is ever changed.

# sweep: remove what killed runs left beside $made: folders whose lock nobody has but us.
sweep() {
	rm -rf "$made".tmp.*
	for left in "${made%/*}"/*.tmp.*; do
		[ ! -d "$left" ] || flock -n "${left%.tmp.*}.lock" rm -rf "$left" || :
	done
}

# with_lock PATH COMMAND...: make PATH by COMMAND, which fills the folder $temp
# beside it, unless PATH is there already, or is once we have the lock on it.
with_lock() {
	made=$1
	shift
	[ ! -e "$made" ] || return 0
	mkdir -p "${made%/*}" 2>/dev/null ||
		die "cannot write to ${made%/*}: set LAB_CACHE= to a folder that you own"
	(
		flock -n 9 || { note "waiting for another build of it"; flock 9; }
		[ ! -e "$made" ] || exit 0
		sweep
		temp=$(aside "$made")
		chmod 755 "$temp"
		trap 'rm -rf "$temp" "$temp.log"' EXIT
		trap 'exit 2' HUP INT TERM
		"$@"
		settle "$temp" "$made"
	) 9>"$made.lock"
}

# tree_source: set download to what the loaded tree is made of, and pristine to where its source is,
# or will be.
tree_source() {
	download=$(source_download)
	pristine=$download
	case $download in
	*.deb)
		pristine=${download##*/}
		pristine=$LAB_CACHE/sources/${pristine%.deb}
		;;
	esac
}

# unpack: the source tree inside the download, a linux-source package.
unpack() {
	note "unpacking ${download##*/}"
	dpkg-deb --fsys-tarfile "$download" |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc |
		tar -x --no-same-owner --strip-components=1 -C "$temp" 2>"$temp.log" ||
		fail "cannot unpack $download: $(head -n1 "$temp.log")" "$temp.log"
}

# options_known: the options that the source has, one a line.
options_known() {
	[ -s "$pristine.options" ] || {
		listed=$(mktemp "$pristine.options.XXXXXX")
		find "$pristine" -name 'Kconfig*' -type f \
			-exec sed -n 's/^\(menu\)\{0,1\}config[ \t]*/CONFIG_/p' {} + |
			sort -u >"$listed" && mv "$listed" "$pristine.options"
	}
	cat "$pristine.options"
}

# apply: a copy of the tree's source with the patches in $patches on it.
apply() {
	note "applying $(cat "$patches"/*/series | grep -c .) patches"
	cp -al "$pristine/." "$temp" 2>"$temp.log" ||
		fail "cannot copy $pristine: $(head -n1 "$temp.log")" "$temp.log"
	for folder in "$patches"/*; do
		"$LAB_TOP/kernel/apply" "$folder" "$temp" || exit 2
	done
}
