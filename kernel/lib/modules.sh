# SPDX-License-Identifier: GPL-2.0-only
# Needs: cc kernels key name pristine source_path temp; functions note, fail, no_space, with_lock
# Sets: nothing
#
# Builds the lab's own modules, kernel/modules/NAME, against a kernel with vfio-pci-core. Sourced by
# kernel/build, whose variables select the kernel.

# modules_wanted: succeed if the modules can be built against this kernel. Prebuilt kernels lack the
# build folder.
modules_wanted() {
	[ -z "$prebuilt" ] && grep -q '^CONFIG_MODULES=y' "$kernels/$key/config" &&
		grep -q '^CONFIG_VFIO_PCI_CORE=' "$kernels/$key/config"
}

# modules_key: print a hash of all inputs, including the kernel.
modules_key() {
	{
		echo "$key"
		cat "$LAB_TOP/kernel/lib/modules.sh"
		cd "$LAB_TOP/kernel/modules" &&
			find . -type f ! -name '.*' | LC_ALL=C sort | xargs sha256sum
	} | sha256sum | cut -c1-16
}

# module_build NAME: build one module, from a copy of its folder without symbolic links, because
# kbuild writes there.
module_build() {
	cp -RL "$LAB_TOP/kernel/modules/$1" "$temp/work"
	"$LAB_TOP/kernel/run-in-build" --module "$temp/work" "$source_path" "$kernels/$key/build" \
		make -C /tmp/linux/source O=/tmp/linux/build M=/tmp/linux/module CC="ccache $cc" \
		HOSTCC=gcc \
		${LLVM:+LLVM=$LLVM} PAHOLE_FLAGS= modules >>"$log" 2>&1 &&
		strip --strip-debug -o "$extra/$1.ko" "$temp/work/$1.ko" 2>>"$log" || {
		no_space "$log"
		echo "$1" >>"$temp/failed"
		cp "$log" "$temp/log"
	}
	rm -rf "$temp/work"
}

# modules_make: build all modules in $temp/lib/modules/RELEASE/extra, with indexes of these and the
# kernel's modules.
modules_make() {
	mkdir -p "$O/logs"
	log=$O/logs/modules-$name.log
	release=$(cat "$kernels/$key/release")
	extra=$temp/lib/modules/$release/extra
	mkdir -p "$temp/lib/modules"
	cp -al "$kernels/$key/lib/modules/$release" "$temp/lib/modules" 2>"$log" ||
		fail "cannot copy the modules of $name; see $log" "$log"
	mkdir "$extra"
	for module in "$LAB_TOP/kernel/modules"/*/; do
		module_build "$(basename "$module")"
	done
	rm -f "$extra/../modules".[!bo]*
	depmod -b "$temp" -F "$kernels/$key/build/System.map" "$release" 2>>"$log" ||
		fail "depmod failed for the modules of $name; see $log" "$log"
	rm -rf "$temp/lib/modules/$release/kernel"
}

# modules_left_out: report modules that do not build against this kernel. This is not an error,
# because a series may change the interfaces that they use.
modules_left_out() {
	[ ! -f "$modules/failed" ] || while read -r module; do
		note "without $module, which does not build against it: see $modules/log"
	done <"$modules/failed"
}

# modules_publish: make O/kernels/NAME.modules a link to the modules, or remove it if there are
# none.
modules_publish() {
	modules_wanted || {
		rm -f "$O/kernels/$name.modules"
		return 0
	}
	modules=$LAB_CACHE/modules/$(modules_key)
	# A patched source may have been removed from the cache while the kernel was kept.
	[ -e "$modules" ] || [ "$source_path" = "$pristine" ] || with_lock "$source_path" apply
	with_lock "$modules" modules_make
	link=$O/kernels/.$name.modules.$$
	ln -s "$modules" "$link" && mv -T "$link" "$O/kernels/$name.modules" ||
		fail "cannot write to $O/kernels" /dev/null
	modules_left_out
}
