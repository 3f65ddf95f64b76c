# SPDX-License-Identifier: GPL-2.0-only
# Needs: patches; functions note, fail, those of common.sh
# Sets: nothing
#
# Kernel sources in LAB_CACHE/sources: the unmodified source of each tree, and copies with a series
# applied, which share unpatched files by hard links. Sources are never changed.

# sweep: remove temporary folders that killed runs left beside $made, unless another process holds
# their lock.
sweep() {
	rm -rf "$made".tmp.*
	for left in "${made%/*}"/*.tmp.*; do
		[ ! -d "$left" ] || flock -n "${left%.tmp.*}.lock" rm -rf "$left" || :
	done
}

# with_lock PATH COMMAND...: unless PATH exists, take its lock and run COMMAND, which fills the
# folder $temp; then rename $temp to PATH.
with_lock() {
	made=$1
	shift
	if [ -e "$made" ]; then
		cache_used "$made"
		return 0
	fi
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

# tree_source: set $download to the download of the loaded tree, and $pristine to the (future) path
# of its source.
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

# unpack: unpack the source tree from the download, a linux-source package.
unpack() {
	note "unpacking ${download##*/}"
	dpkg-deb --fsys-tarfile "$download" |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc |
		tar -x --no-same-owner --strip-components=1 -C "$temp" 2>"$temp.log" ||
		fail "cannot unpack $download: $(head -n1 "$temp.log")" "$temp.log"
}

# options_known: print the options of the source, one a line.
options_known() {
	[ -s "$pristine.options" ] || {
		listed=$(mktemp "$pristine.options.XXXXXX")
		find "$pristine" -name 'Kconfig*' -type f \
			-exec sed -n 's/^\(menu\)\{0,1\}config[ \t]*/CONFIG_/p' {} + |
			sort -u >"$listed" && mv "$listed" "$pristine.options"
	}
	cat "$pristine.options"
}

# apply: make a copy of the tree's source with the patches in $patches applied.
apply() {
	applied=$(cat "$patches"/*/series | grep -c . || :)
	case $applied in
	1) note "applying 1 patch" ;;
	*) note "applying $applied patches" ;;
	esac
	cp -al "$pristine/." "$temp" 2>"$temp.log" ||
		fail "cannot copy $pristine: $(head -n1 "$temp.log")" "$temp.log"
	for folder in "$patches"/*; do
		"$LAB_TOP/kernel/apply" "$folder" "$temp" || exit 2
	done
}
