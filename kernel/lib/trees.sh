# SPDX-License-Identifier: GPL-2.0-only
# Needs: name
# Sets: cc kernel_version known prebuilt source
#
# Shared by the scripts of kernel/: trees and names of kernels. Sourced by scripts in kernel/, under
# set -eu.

# shellcheck source=lab/tools/common.sh
. "$(dirname "$0")/../lab/tools/common.sh"
LAB_TOP=$(cd "$(dirname "$0")/.." && pwd -P)
trees=$LAB_TOP/kernel/trees
fragments=$LAB_TOP/kernel/config

# known_trees: print the trees with a file, and with KDIR=, local.
known_trees() {
	(cd "$trees" && echo * ${KDIR:+local})
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

# tree_read NAME: set source, prebuilt, cc, series, known and options (lines of a config fragment)
# from the tree's file. Variables that it does not set are unchanged, so that a tree based on
# another inherits them.
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
	[ -f "$trees/$1" ] || die "there is no kernel tree '$1'; there are: $(known_trees)"
	while read -r word rest; do
		case $word in
		'') ;;
		CONFIG_*) options="$options$word
" ;;
		'#') case $rest in CONFIG_*' is not set') options="$options# $rest
" ;; esac ;;
		'#'*) ;;
		about | tree | source | prebuilt | cc | series | known)
			[ "${rest#= }" != "$rest" ] ||
				die "kernel/trees/$1: '$word $rest' is not '$word = VALUE'"
			eval "$word=\${rest#= }"
			;;
		*) die "kernel/trees/$1: '$word' is none of about, tree, source, prebuilt, cc, series, known and CONFIG_ lines" ;;
		esac
	done <"$trees/$1"
}

# tree_load NAME: clear these variables, and read the tree that NAME is based on, if any, then NAME.
tree_load() {
	tree='' source='' prebuilt='' cc=gcc series='' known='' options=
	tree_read "$1"
	on=$tree
	[ -n "$on" ] || return 0
	tree='' source='' prebuilt='' cc=gcc series='' known='' options=
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
