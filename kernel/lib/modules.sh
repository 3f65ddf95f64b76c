# SPDX-License-Identifier: GPL-2.0-only
# Needs: kernels key name pristine source_path temp; functions kbuild_module, module_copy,
# module_origin, note, fail, no_space, with_lock
# Sets: nothing
#
# Builds the modules in kernel/modules against a kernel with vfio-pci-core: those of the lab, and
# those of overlays in addition. Sourced by kernel/build, whose variables select the kernel.

# modules_wanted: succeed if the modules can be built against this kernel. Prebuilt kernels lack the
# build folder.
modules_wanted() {
	[ -z "$prebuilt" ] && grep -q '^CONFIG_MODULES=y' "$kernels/$key/config" &&
		grep -q '^CONFIG_VFIO_PCI_CORE=' "$kernels/$key/config"
}

# modules_key KEY FOLDER...: print a hash of KEY and of the modules in these folders.
modules_key() {
	{
		echo "$1"
		cat "$LAB_TOP/kernel/lib/modules.sh" "$LAB_TOP/kernel/lib/kbuild.sh"
		shift
		for module in "$@"; do
			(cd "${module%/*}" && find -L "${module##*/}" -type f ! -name '.*') |
				LC_ALL=C sort | (cd "${module%/*}" && xargs sha256sum)
		done
	} | sha256sum | cut -c1-16
}

# module_error LINE: print the first error that the log has from LINE on. The module's folder is
# /tmp/linux/module in it: other clones, with the same module elsewhere, share the set.
module_error() {
	tail -n "+$1" "$log" | grep -m 1 -E 'error: |ERROR: |\*\*\* |: not found'
}

# module_fits FOLDER: succeed if this kernel has the sources that the module takes from it, and all
# words that the file needs of the module names. Each line is a header and a word.
module_fits() {
	[ -d "$source_path/$(module_origin "$1")" ] || return 1
	[ ! -f "$1/needs" ] || sed '/^#/d' "$1/needs" | while read -r header word; do
		grep -qsw "$word" "$source_path/$header" || return 1
	done
}

# module_build FOLDER: build one module, from a copy of its folder, because kbuild writes there.
module_build() {
	module=${1##*/}
	first=$(($(wc -l <"$log") + 1))
	module_copy "$1" "$source_path" "$temp/work"
	kbuild_module "$temp/work" "$source_path" "$kernels/$key/build" >>"$log" 2>&1 &&
		strip --strip-debug -o "$extra/$module.ko" "$temp/work/$module.ko" 2>>"$log" || {
		no_space "$log"
		echo "$module $(module_error "$first")" >>"$temp/failed"
		cp "$log" "$temp/log"
	}
	rm -rf "$temp/work"
}

# modules_make SET FOLDER...: build these modules in $temp/lib/modules/RELEASE/extra, beside those
# of SET, which may be empty, with indexes of these and the kernel's modules.
modules_make() {
	mkdir -p "$O/logs"
	log=$O/logs/modules-$name.log
	release=$(cat "$kernels/$key/release")
	extra=$temp/lib/modules/$release/extra
	mkdir -p "$temp/lib/modules"
	cp -al "$kernels/$key/lib/modules/$release" "$temp/lib/modules" 2>"$log" ||
		fail "cannot copy the modules of $name; see $log" "$log"
	mkdir "$extra"
	if [ -n "$1" ]; then
		cp -a "$1/lib/modules/$release/extra/." "$extra"
		[ ! -f "$1/failed" ] || cp "$1/failed" "$1/log" "$temp"
		[ ! -f "$1/without" ] || cp "$1/without" "$temp"
	fi
	shift
	for folder in "$@"; do
		if module_fits "$folder"; then
			module_build "$folder"
		else
			echo "${folder##*/}" >>"$temp/without"
		fi
	done
	rm -f "$extra/../modules".[!bo]*
	depmod -b "$temp" -F "$kernels/$key/build/System.map" "$release" 2>>"$log" ||
		fail "depmod failed for the modules of $name; see $log" "$log"
	rm -rf "$temp/lib/modules/$release/kernel"
}

# modules_left_out: report modules that do not build against this kernel. This is not an error,
# because a series may change the interfaces that they use. kernel/build-chosen reports a module
# that builds against no kernel.
modules_left_out() {
	[ ! -f "$modules/failed" ] || while read -r module error; do
		error=$(echo "$error" | sed "s|/tmp/linux/module|$(file_of kernel/modules "$module")|")
		note "without $module, which does not build against it: ${error:-see $modules/log}"
	done <"$modules/failed"
}

# modules_set SET FOLDER...: set $modules to the set with these modules and those of SET. Build it
# unless the cache has it.
modules_set() {
	set=$1
	shift
	modules=$LAB_CACHE/modules/$(modules_key "$key ${set##*/}" "$@")
	# A patched source may have been removed from the cache while the kernel was kept.
	[ -e "$modules" ] || [ "$source_path" = "$pristine" ] || with_lock "$source_path" apply
	with_lock "$modules" modules_make "$set" "$@"
}

# modules_absent FOLDER...: print the names of those modules that the kernel does not contain.
modules_absent() {
	for folder in "$@"; do
		find "$kernels/$key/lib/modules/" -name "${folder##*/}.ko*" | grep -q . ||
			echo "${folder##*/}"
	done
}

# mainline_absent: print the names of VFIO drivers of the kernel itself that it is built without.
mainline_absent() {
	for driver in MLX5 PDS; do
		grep -q "^CONFIG_${driver}_VFIO_PCI=" "$kernels/$key/config" ||
			echo "$driver-vfio-pci" | tr '[:upper:]' '[:lower:]'
	done
}

# publish_without: publish standard input, the names of modules that this kernel cannot have. A
# module that does not build is not among them.
publish_without() {
	cat >"$O/kernels/.$name.without.$$" &&
		mv "$O/kernels/.$name.without.$$" "$O/kernels/$name.without" ||
		fail "cannot write to $O/kernels" /dev/null
}

# modules_publish: make O/kernels/NAME.modules a link to the modules, or remove it if there are
# none. The lab's modules are a set of their own, which is kept when those of overlays change.
modules_publish() {
	set --
	for folder in "$LAB_TOP/kernel/modules"/*/; do
		set -- "$@" "${folder%/}"
	done
	# shellcheck disable=SC2046 # folders, without blanks
	modules_wanted || {
		rm -f "$O/kernels/$name.modules"
		{
			modules_absent "$@" $(overlay_files kernel/modules d)
			mainline_absent
		} | publish_without
		return 0
	}
	modules_set "" "$@"
	# shellcheck disable=SC2046 # folders, without blanks
	set -- $(overlay_files kernel/modules d)
	[ $# = 0 ] || modules_set "$modules" "$@"
	{
		[ ! -f "$modules/without" ] || cat "$modules/without"
		mainline_absent
	} | publish_without
	link=$O/kernels/.$name.modules.$$
	ln -s "$modules" "$link" && mv -T "$link" "$O/kernels/$name.modules" ||
		fail "cannot write to $O/kernels" /dev/null
	modules_left_out
}
