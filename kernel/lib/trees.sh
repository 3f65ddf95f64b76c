# SPDX-License-Identifier: GPL-2.0-only
# Needs: name
# Sets: cc kernel_version known mended prebuilt source
#
# Shared by the scripts of kernel/: trees and names of kernels. Sourced by scripts in kernel/, under
# set -eu.

# shellcheck source=lab/tools/common.sh
. "${0%/*}/../lab/tools/common.sh"
LAB_TOP=$(cd "${0%/*}/.." && pwd -P)
fragments=$LAB_TOP/kernel/config

# known_trees: print the trees with a file, of the lab and of overlays, and with KDIR=, local.
known_trees() {
	{
		folders_of kernel/trees | while read -r folder; do
			(cd "$folder" && echo *)
		done
		echo ${KDIR:+local}
	} | paste -s -d ' ' | sed 's/ *$//'
}

# file_of FOLDER NAME: print the path of FOLDER/NAME in the lab or in an overlay, if there is one.
file_of() {
	folders_of "$1" | while read -r folder; do
		[ ! -e "$folder/$2" ] || echo "$folder/$2"
	done
}

# overlay_files FOLDER TYPE: print the paths of the files (f) or folders (d) that overlays have in
# FOLDER.
overlay_files() {
	overlay_type=$2
	folders_of "$1" | sed 1d | while read -r folder; do
		find -L "$folder" -mindepth 1 -maxdepth 1 -type "$overlay_type" ! -name '.*' \
			! -name '*~' | LC_ALL=C sort
	done
}

# series_path SERIES: print the path of a tree's series, which is below the lab or an overlay.
series_path() {
	path=$(file_of "${1%/*}" "${1##*/}" | sed -n 1p)
	echo "${path:-$LAB_TOP/$1}"
}

# kernel_folder DIR: check that DIR is a kernel source, and print its path without symbolic links.
kernel_folder() {
	[ -d "$1" ] || die "KDIR=$1: no such folder"
	grep -qs '^PATCHLEVEL *=' "$1/Makefile" && [ -f "$1/Kconfig" ] ||
		die "KDIR=$1: not a kernel source: name the folder that has the kernel's Makefile and Kconfig"
	(cd "$1" && pwd -P)
}

# local_id DIR: print the prefix of the names of snapshots of DIR and of kernels built from it.
local_id() {
	echo "local-$(echo "$1" | sha256sum | cut -c1-8)"
}

# tree_read NAME: set source, prebuilt, cc, series, known, mended and options (lines of a config
# fragment) from the tree's file. Variables that it does not set are unchanged, so that a tree based
# on another inherits them.
tree_read() {
	if [ "$1" = local ] && [ -n "${KDIR-}" ]; then
		source=local cc=
		return
	fi
	if [ "$1" = deb ]; then
		tree_read distro
		prebuilt="file"
		return
	fi
	tree_file=$(file_of kernel/trees "$1") tree_line=0
	[ -n "$tree_file" ] || die "there is no kernel tree '$1'; there are: $(known_trees)"
	tree_shown=${tree_file#"$LAB_TOP/"}
	while read -r word rest; do
		tree_line=$((tree_line + 1))
		case $word in
		'') ;;
		CONFIG_*) options="$options$word
" ;;
		'#') case $rest in CONFIG_*' is not set') options="$options# $rest
" ;; esac ;;
		'#'*) ;;
		about | tree | source | prebuilt | cc | series | known)
			[ "${rest#= }" != "$rest" ] ||
				die "$tree_shown:$tree_line: '$word $rest' is not '$word = VALUE'"
			eval "$word=\${rest#= }"
			;;
		mends) mended="$mended ${rest#= }" ;;
		*) die "$tree_shown:$tree_line: '$word' is none of about, tree, source, prebuilt, cc, series, known, mends and CONFIG_ lines" ;;
		esac
	done <"$tree_file"
}

# tree_load NAME: clear these variables, and read the tree that NAME is based on, if any, then NAME.
tree_load() {
	tree='' source='' prebuilt='' cc=gcc series='' known='' mended='' options=
	tree_read "$1"
	on=$tree
	[ -n "$on" ] || return 0
	tree='' source='' prebuilt='' cc=gcc series='' known='' mended='' options=
	tree_read "$on"
	[ -z "$tree$series" ] || die "kernel/trees/$1: its tree '$on' is on a tree or has a series itself"
	tree_read "$1"
}

# source_download: print the path of the tree's download, made by kernel/fetch.
source_download() {
	readlink -e "$O/sources/$(kernel_source)" ||
		die "the source of $name has not been fetched: run kernel/fetch $name, outside the tools tree"
}

# kernel_source: print the name of the link to the source, in O/sources.
kernel_source() {
	echo "$kernel_tree${kernel_version:+@$kernel_version}"
}

# deb_name PATH: print the name of the kernel in a linux-image package of the user's.
deb_name() {
	deb_version=$(dpkg-deb -f "$1" Version 2>/dev/null) && [ -n "$deb_version" ] ||
		die "KERNELS=$1: not a package that dpkg-deb can read: name a linux-image package"
	echo "deb@$deb_version"
}

# kernel_split NAME: set kernel_tree, kernel_version and flavour from NAME: TREE, TREE+FLAVOUR, or
# for a package TREE@VERSION.
kernel_split() {
	kernel_tree=${1%%[+@]*} kernel_version='' flavour=
	case $1 in
	*@*) kernel_version=${1#*@} ;;
	*+*) flavour=${1#*+} ;;
	esac
	[ -z "$flavour" ] || [ -d "$fragments/$flavour" ] ||
		die "there is no kernel '$1': kernel/config has no flavour '$flavour'"
}

# series_name PATH: print the name of the series PATH, a file or folder, for the names of kernels.
series_name() {
	path=${1%/}
	path=${path##*/}
	case $path in
	*.patch | *.diff | *.mbox | *.eml | *.txt) path=${path%.*} ;;
	esac
	echo "$path" | tr -c 'A-Za-z0-9._\n-' -
}
