# SPDX-License-Identifier: GPL-2.0-only
# Needs: build facts facts_new log modules pristine source total work; functions check, recipe,
#   those of build.sh and source.sh
# Sets: cannot
#
# Checks the promises of the split of vfio-pci in its modules and source.
#
# Options, modules and paths of patches are lists without blanks inside: they are split on purpose.
# shellcheck disable=SC2046,SC2086

driver=drivers/vfio/pci/vfio-pci.ko
library=drivers/vfio/pci/vfio-pci-core.ko
# The modules of the whole series, built for the first check that needs them.
final_made=

# Symbols that drivers outside the library use; nothing else may be exported.
exports="vfio_pci_core_close_device vfio_pci_core_disable vfio_pci_core_enable
	vfio_pci_core_err_handlers vfio_pci_core_finish_enable vfio_pci_core_init_device
	vfio_pci_core_ioctl vfio_pci_core_match vfio_pci_core_mmap vfio_pci_core_read
	vfio_pci_core_register_device vfio_pci_core_request
	vfio_pci_core_sriov_configure vfio_pci_core_uninit_device vfio_pci_core_unregister_device
	vfio_pci_core_write vfio_pci_register_dev_region"

# Functions that may move to another file but must not change: permissions of configuration space,
# denylist, quirks.
carried="init_pci_[a-z_]* init_pci_ext_cap_[a-z]*_perm vfio_pci_init_perm_bits alloc_perm_bits
	p_set[bwd] vfio_pci_dev_in_denylist vfio_pci_is_denylisted vfio_pci_nointx"

# introduces_core: succeed if the patches split vfio-pci, so that these checks apply.
introduces_core() {
	[ ! -e "$pristine/drivers/vfio/pci/vfio_pci_core.c" ] &&
		patch_files /dev/null $(first "$total") | grep -qx drivers/vfio/pci/vfio_pci_core.c
}

# core_facts: store the properties of the tree without patches that must be kept.
core_facts() {
	parameters "$build/drivers/vfio/pci/vfio-pci.ko" >"$facts_new/parameters"
	functions >"$facts_new/functions"
	for value in m y; do
		old_config $value || return 1
	done
	sed '/^CONFIG_EVENTFD=/d' "$facts_new/old.m" >"$facts_new/old.eventfd"
	echo '# CONFIG_EVENTFD is not set' >>"$facts_new/old.eventfd"
}

# with_final FUNCTION: run FUNCTION on the modules of the whole series.
with_final() {
	prepare_base
	source_at "$total" || return 1
	if [ -z "$final_made" ]; then
		final_made=no
		final && final_made=yes || return 1
	fi
	[ $final_made = yes ] || { cannot="the modules could not be made"; return 1; }
	"$1"
}

final() {
	configure_default && compile && link || return 1
	stage=$work/stage/lib/modules/0.0.0
	rm -rf "$work/stage"
	for ko in $modules; do
		mkdir -p "$stage/kernel/${ko%/*}" && cp "$build/$ko" "$stage/kernel/$ko" || return 1
	done
	depmod -b "$work/stage" 0.0.0 >>"$log" 2>&1 || { echo "depmod fails; see $log"; return 1; }
}

# exported KO SECTION: print the exported symbols of KO in SECTION, __ksymtab or __ksymtab_gpl.
exported() {
	objdump -t "$build/$1" | awk -v section="$2" \
		'$0 ~ section "\t" && $NF ~ /^__ksymtab_/ && $NF != section {
			sub(/^__ksymtab_/, "", $NF)
			print $NF
		}'
}

exports_exact() {
	exported $library __ksymtab_gpl | sort >"$work/exported"
	printf '%s\n' $exports | sort | diff - "$work/exported" |
		sed -n 's/^< \(.*\)/vfio-pci-core does not export \1 with EXPORT_SYMBOL_GPL/p
			s/^> /vfio-pci-core also exports /p' | sed 1q
	exported $library __ksymtab | sed '1!d; s/^/vfio-pci-core exports for any license: /'
	{ exported $driver __ksymtab && exported $driver __ksymtab_gpl; } |
		sed '1!d; s/^/vfio-pci exports /'
}

# needs MODULE: print the dependencies of MODULE in modules.dep.
needs() {
	sed -n "s,^kernel/$1:,,p" "$stage/modules.dep"
}

dependencies() {
	needs $driver | grep -q "$library" || echo "vfio-pci does not need vfio-pci-core"
	! needs $library | grep -q "$driver" || echo "vfio-pci-core needs vfio-pci"
}

# parameters KO: print name, mode and type of each parameter. The mode is in struct kernel_param,
# after three pointers.
parameters() {
	objcopy -O binary --only-section=__param "$1" "$work/param" 2>/dev/null || return 0
	objdump -t "$1" | awk '$NF ~ /^__param_/ && / __param\t/ { print $1, substr($NF, 9) }' |
		sort -k 2 | while read -r offset parameter; do
		mode=$(od -An -tu2 -j$((0x$offset + 24)) -N2 "$work/param")
		printf '%s %o %s\n' "$parameter" "$mode" \
			"$(modinfo -F parmtype "$1" | sed -n "s/^$parameter://p")"
	done
}

parameters_kept() {
	parameters "$build/$library" | sed '1!d; s/^/vfio-pci-core has a parameter: /'
	parameters "$build/$driver" | diff "$facts/parameters" - |
		sed -n 's/^< /vfio-pci lost its parameter: /p
			s/^> /vfio-pci has a parameter, not as before: /p' | sed 1q
}

alias_of_vfio_pci='vfio_pci:v*d*sv*sd*bc*sc*i*'

aliases() {
	sed -n 's/^alias \(.*\) \(vfio_pci\|vfio_pci_core\)$/\2 as \1/p' "$stage/modules.alias" \
		>"$work/aliases"
	grep -Fvx "vfio_pci as $alias_of_vfio_pci" "$work/aliases" |
		sed '1!d; s/^/modules.alias offers /; s/$/, which may load it for any device/'
	grep -qFx "vfio_pci as $alias_of_vfio_pci" "$work/aliases" ||
		echo "modules.alias has no $alias_of_vfio_pci for vfio_pci"
}

# header: check that the header compiles alone.
header() {
	mkdir -p "$build/header"
	echo '#include <linux/vfio_pci_core.h>' >"$build/header/alone.c"
	echo 'obj-m := alone.o' >"$build/header/Makefile"
	kbuild M=/tmp/linux/build/header W=1 alone.o || in_log 'error:' ||
		echo "it does not compile; see $log"
	new_warning
}

# vfio-pci uses vfio_pci_core_disable() only to undo enable when the set-up of device-specific
# regions fails.
igd_undone() {
	nm -u "$build/$driver" | grep -qw vfio_pci_core_disable ||
		echo "vfio-pci never calls vfio_pci_core_disable(): a device whose IGD set-up failed stays enabled"
}

# If nothing calls the function, the compiler removes it and its message.
denylist() {
	strings -a "$build/$driver" | grep -q 'exists in .* denylist' ||
		echo "vfio-pci does not refuse the devices of its denylist: nothing calls vfio_pci_is_denylisted()"
	! strings -a "$build/$library" | grep -q denylist || echo "the denylist is in vfio-pci-core"
}

no_version() {
	{ modinfo -F version "$build/$driver" &&
		modinfo -F version "$build/$library"; } | sed '1!d; s/^/a module has a version: /'
}

# functions: print the lines of the functions that must not change, each after its function's name,
# ignoring blanks and the renamed structure.
functions() {
	cat "$source"/drivers/vfio/pci/*.c | awk -v names="$(echo $carried | sed 's/ /|/g')" '
		BEGIN { head = "^[a-z].*[ *](" names ")\\(" }
		$0 ~ head && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		name {
			gsub(/vfio_pci_core_device/, "vfio_pci_device")
			gsub(/[ \t]+/, " ")
			print name "() " $0
		}
		/^}/ { name = "" }' | sort -s -k 1,1
}

carried_over() {
	prepare_base
	source_at "$total" || return 1
	functions >"$work/functions"
	diff "$facts/functions" "$work/functions" |
		sed -n 's/^< \([^ ]*\) *\(.*\)/\1 is not as it was, where it had: \2/p
			s/^> \([^ ]*\) *\(.*\)/\1 is not as it was, where it has: \2/p' | sed 1q
}

# renames: check that git recognises the renames.
renames() {
	for pair in vfio_pci.c:vfio_pci_core.c vfio_pci_private.h:vfio_pci_core.h; do
		grep -h -A1 "^rename from .*/${pair%:*}$" $(first "$total") |
			grep -q "^rename to .*/${pair#*:}$" ||
			echo "no patch renames ${pair%:*} to ${pair#*:}"
	done
}

# pci_core: check that drivers/pci does not mention VFIO.
pci_core() {
	awk '
		/^\+\+\+ / { inside = /^\+\+\+ b\/drivers\/pci\//; next }
		inside && /^\+/ && tolower($0) ~ /vfio/ {
			print "drivers/pci knows of VFIO: " substr($0, 2)
			exit
		}' $(first "$total")
}

check_modules() {
	introduces_core || return 0
	all="$(upto "$total") $(recipe modules)"
	check modules/renames "$all" renames
	check modules/carried-over "$all" carried_over
	check modules/pci-core "$all" pci_core
	for function in exports_exact dependencies parameters_kept aliases header igd_undone \
		denylist no_version; do
		check "modules/$(echo ${function%_exact} | sed 's/_kept$//' | tr _ -)" "$all" \
			with_final $function
	done
}
