# SPDX-License-Identifier: GPL-2.0-only
# Needs: name
# Sets: cc known prebuilt source
#
# What the scripts of kernel/ share: trees, and the names of kernels.
# Sourced by a script in kernel/ itself, under set -eu.

# shellcheck source=lab/tools/common.sh
. "$(dirname "$0")/../lab/tools/common.sh"
LAB_TOP=$(cd "$(dirname "$0")/.." && pwd -P)
trees=$LAB_TOP/kernel/trees
fragments=$LAB_TOP/kernel/config

# known_trees: those with a file, and with KDIR= the one that it names.
known_trees() {
	(cd "$trees" && echo * ${KDIR:+local})
}

# kernel_folder DIR: the folder of the kernel source DIR, without links.
kernel_folder() {
	[ -d "$1" ] || die "KDIR=$1: no such folder"
	grep -qs '^PATCHLEVEL *=' "$1/Makefile" && [ -f "$1/Kconfig" ] ||
		die "KDIR=$1: no kernel source is there: name the folder that has the kernel's Makefile and Kconfig"
	(cd "$1" && pwd -P)
}

# local_id DIR: what the snapshots of DIR and the kernels made of it are filed under.
local_id() {
	echo "local-$(echo "$1" | sha256sum | cut -c1-8)"
}

# tree_read NAME: set source, prebuilt, cc, series, known and options (lines of a config
# fragment) to what the file of the tree says. What it does not say is left
# as it was, so that a tree on a tree goes by the other's.
tree_read() {
	if [ "$1" = local ] && [ -n "${KDIR-}" ]; then
		source=local cc=
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

# tree_load NAME: the same from nothing, by way of the tree that it is on.
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

# source_download: print the path of what the tree is made of, which kernel/fetch has put there.
source_download() {
	readlink -e "$O/sources/$kernel_tree" ||
		die "what $name is made of is not here: run kernel/fetch $kernel_tree, outside of the tools tree"
}

# kernel_split NAME: NAME is TREE or TREE+FLAVOUR: set kernel_tree and flavour.
kernel_split() {
	kernel_tree=${1%%+*} flavour=
	case $1 in
	*+*) flavour=${1#*+} ;;
	esac
	[ -z "$flavour" ] || [ -d "$fragments/$flavour" ] ||
		die "there is no kernel '$1': kernel/config has no flavour '$flavour'"
}

# series_name PATH: what the series PATH, a file or folder, is called in the names of kernels.
series_name() {
	path=${1%/}
	path=${path##*/}
	case $path in
	*.patch | *.diff | *.mbox | *.eml | *.txt) path=${path%.*} ;;
	esac
	echo "$path" | tr -c 'A-Za-z0-9._\n-' -
}
