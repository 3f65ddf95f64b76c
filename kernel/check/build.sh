# SPDX-License-Identifier: GPL-2.0-only
# Needs: at base build here logs name pristine source work; functions note, first, patch_files,
#   source_at, recipe
# Sets: nothing
#
# Builds drivers/vfio and drivers/pci in any configuration, with kbuild's first level of warnings
# (W=1), and links their modules as far as possible without a vmlinux.
#
# Options, modules and paths of patches are lists without blanks inside: they are split on purpose.
# configure without arguments uses base.config unchanged.
# shellcheck disable=SC2046,SC2086,SC2119,SC2120

dirs="drivers/vfio/ drivers/pci/ virt/lib/"

# "yes" and the options that $build is configured with, and the number of the patch up to which they
# are known to be valid.
configured=no configured_at=0
# The warnings and facts of the tree without patches: see prepare_base.
facts=

kbuild() {
	kbuild_at "$source" "$build" -j"$(nproc)" "$@" >>"$log" 2>&1
}

# in_log PATTERN: print the first matching line of the log, without the paths of the build.
in_log() {
	grep -m1 -E "$1" "$log" | sed 's,/tmp/linux/\(source\|build\)/,,g; s,\.\./source/,,g'
}

# request OPTION...: print the options of base.config, changed by these, as far as the tree has
# them.
request() {
	cat "$here/base.config"
	for word in "$@"; do
		case $word in
		tristates=m) tristates | sed 's/.*/CONFIG_&=m/' ;;
		*=gone) ;;
		*=n) echo "# CONFIG_${word%=n} is not set" ;;
		*) echo "CONFIG_$word" ;;
		esac
	done
}

# tristates: print the options of the two folders that can be modules.
tristates() {
	find "$source/drivers/vfio" "$source/drivers/pci" -name 'Kconfig*' -exec cat {} + |
		awk '$1 ~ /^(menu)?config$/ { name = $2 } $1 == "tristate" { print name }' | sort -u
}

# unmet: print kconfig's first warning about a selected option with unmet dependencies.
unmet() {
	in_log 'unmet direct dependencies' || :
}

# configure OPTION...: configure the build. The last line for an option counts, and every given
# option must get its value. "NAME=gone": the option must not exist, even if base.config requests
# it.
configure() {
	configured=no
	request "$@" | awk '
		{ name = $1 == "#" ? $2 : $1; sub(/=.*/, "", name) }
		!/^(# )?CONFIG_/ { next }
		!(name in line) { order[++n] = name } { line[name] = $0 }
		END { for (i = 1; i <= n; i++) print line[order[i]] }' >"$build/request"
	kbuild -s KCONFIG_ALLCONFIG=/tmp/linux/build/request allnoconfig ||
		{ echo "allnoconfig fails: $(in_log . || echo "see $log")"; return 1; }
	why=$(unmet)
	[ -z "$why" ] || { echo "$why"; return 1; }
	for word in "$@"; do
		stuck "$word" || { echo "$word did not stick"; return 1; }
	done
	configured="yes $*" configured_at=$at
}

stuck() {
	case $1 in
	tristates=m) ;;
	*=n | *=gone) ! grep -q "^CONFIG_${1%=*}=" "$build/.config" ;;
	*) grep -qx "CONFIG_$1" "$build/.config" ;;
	esac
}

# keep_config: succeed if the build has the default configuration and no later patch changes Kconfig
# files.
keep_config() {
	[ "$configured" = "yes " ] && [ "$configured_at" -le "$at" ] || return 1
	! patch_files /dev/null $(first "$at" | sed "1,${configured_at}d") | grep -q Kconfig
}

# configure_default: configure the build with base.config unless it already is.
configure_default() {
	keep_config || configure
}

# compile: compile the folders, and print the progress of long builds.
compile() {
	tty=0
	[ ! -t 3 ] || tty=1
	rm -f "$work/compiled"
	{
		kbuild_at "$source" "$build" -j"$(nproc)" W=1 \
			KBUILD_MODULES="$(sed -n 's/^CONFIG_MODULES=y/1/p' "$build/.config")" \
			$dirs 2>&1 && touch "$work/compiled"
	} | tee -a "$log" |
		awk -v NAME="$name" -v TOTAL=0 -v TTY=$tty -v COUNT=/dev/null \
		-f "$LAB_TOP/kernel/lib/progress.awk" >&3
	[ ! -e "$work/compiled" ] || return 0
	in_log 'error:|Error' || echo "it does not build; see $log"
	return 1
}

# unresolved: print VFIO symbols that modules need but nothing exports. modpost does not check this
# without a vmlinux.
unresolved() {
	(cd "$build" && nm -A $modules $(ls drivers/vfio/built-in.a virt/lib/built-in.a \
		2>/dev/null) 2>/dev/null) | awk '
		$NF ~ /^__ksymtab_/ { exported[substr($NF, 11)] }
		$1 ~ /\.ko:$/ && $2 == "U" && $NF ~ /^(vfio|mdev|irq_bypass)_/ {
			need[$NF] = substr($1, 1, length($1) - 1)
		}
		END {
			for (symbol in need)
				if (!(symbol in exported))
					print need[symbol] " needs " symbol \
						"(), which nothing exports"
		}' |
		sort | sed 1q
}

# link: link the modules of the folders as far as possible without a vmlinux, and check the symbols
# that they need from each other. W=1 is part of the command that makes an object; without it, all
# objects would be rebuilt.
link() {
	modules=$(
		cd "$build" &&
			cat drivers/vfio/modules.order virt/lib/modules.order 2>/dev/null || :
	)
	[ -n "$modules" ] || return 0
	kbuild W=1 KBUILD_MODPOST_WARN=1 $modules ||
		{ in_log 'Section mismatch|(ERROR|FATAL): modpost|error:' ||
		echo "modpost fails; see $log"; return 1; }
	unresolved
}

# builtin_complete: check that built-in parts define all VFIO symbols that they need.
builtin_complete() {
	[ -s "$build/drivers/vfio/built-in.a" ] || return 0
	nm "$build/drivers/vfio/built-in.a" 2>/dev/null |
		awk 'NF < 2 { next }
			$(NF - 1) == "U" { need[$NF] }
			$(NF - 1) ~ /^[A-TV-Z]$/ { have[$NF] }
			END {
				for (s in need)
					if (s ~ /^vfio_/ && !(s in have))
						print s " is missing from what is built in"
			}' | sed 1q
}

# warnings: print only the texts of warnings, because lines move and files are renamed.
warnings() {
	sed -n 's/.*warning: //p; s/.*\(Section mismatch in reference\)/\1/p' "$log" | sort -u
}

# new_warning: print the first warning that the tree without patches lacks, and its place.
new_warning() {
	text=$(warnings | comm -13 "$facts/warnings" - | sed 1q)
	[ -z "$text" ] || echo "new warning: $(grep -m1 -F "$text" "$log" |
		sed 's,/tmp/linux/\(source\|build\)/,,g; s,\.\./source/,,g; s/ warning://')"
}

# prepare_base: build the tree without patches once, and store its warnings and, for the checks of
# modules, its parameters and old configurations.
prepare_base() {
	[ -z "$facts" ] || return 0
	facts_path=$work/facts-$(
		{ introduces_core && recipe modules; echo "$base $(recipe patches)"; } |
			sha256sum | cut -c1-16
	)
	[ -d "$facts_path" ] || make_facts
	facts=$facts_path
}

make_facts() {
	note "building ${pristine##*/} without patches, to compare with"
	facts_new=$(aside "$facts_path")
	base_log=$log log=$logs/base.log
	: >"$log"
	rm -rf "$build/drivers/vfio" "$build/drivers/pci" "$build/virt/lib"
	base_facts >"$work/why" && [ ! -s "$work/why" ] ||
		die "${pristine##*/} itself does not pass: $(sed 1q "$work/why"); see $log"
	log=$base_log
	settle "$facts_new" "$facts_path"
}

base_facts() {
	source_at 0 && configure && compile && link || return 1
	warnings >"$facts_new/warnings"
	! introduces_core || core_facts
}
