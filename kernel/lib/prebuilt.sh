# SPDX-License-Identifier: GPL-2.0-only
# Needs: download name temp tree_name; functions note, fail, die
# Sets: nothing
#
# Prebuilt kernels: makes a kernel folder (docs/cache.md) from a linux-image package, with the
# modules that guests use. Sourced by kernel/build.

# The modules that guests use; those before the bar are required. xhci-pci is left out: if usbcore
# is unloaded soon after use, its queued work runs freed code and the kernel crashes (seen with
# 6.12.107).
prebuilt_modules="vfio-pci vfio_iommu_type1 | vfio iommufd pvpanic pvpanic-mmio pci-stub virtio_pci
	virtio_console e1000 e1000e igb igbvf nvme virtio_net uio_pci_generic virtio_blk ext4 vfat
	nls_cp437 nls_ascii autofs4 crc32c_generic"

# module_file NAME: print the path of the module below $modules, if there is one.
module_file() {
	pattern=$(echo "$1" | sed 's/[-_]/[-_]/g')
	find "$modules/kernel" -name "$pattern.ko" -o -name "$pattern.ko.[xgz]*" | sed -n 1p
}

builtin() {
	grep -q "/$(echo "$1" | sed 's/[-_]/[-_]/g')\.ko\$" "$modules/modules.builtin"
}

# take NAME: copy the module, uncompressed, and the modules that it needs.
take() {
	file=$(module_file "$1")
	[ -n "$file" ] || return 1
	to=$taken/${file#"$modules"/}
	case $to in
	*.xz) to=${to%.xz} unpack="xz -dc" ;;
	*.zst) to=${to%.zst} unpack="zstd -dcq" ;;
	*.gz) to=${to%.gz} unpack="gzip -dc" ;;
	*) unpack="cat" ;;
	esac
	[ ! -e "$to" ] || return 0
	mkdir -p "${to%/*}"
	$unpack "$file" >"$to" || fail "cannot unpack ${file##*/} of $name" /dev/null
	for needed in $(modinfo -F depends "$to" | tr , ' '); do
		take "$needed" || builtin "$needed" ||
			fail "$name: its module ${file##*/} needs $needed, which it does not have" \
			/dev/null
	done
}

take_modules() {
	must=yes
	for module in $prebuilt_modules; do
		if [ "$module" = "|" ]; then
			must=
		elif ! take "$module" && [ -n "$must" ] && ! builtin "$module"; then
			fail "$name has no $module: choose a kernel that has it, or build one (KERNELS=base)" /dev/null
		fi
	done
	# Keep the package's order, because depmod sorts aliases by it.
	sed 's,\.ko\..*,.ko,' "$modules/modules.order" | while read -r module; do
		[ ! -e "$taken/$module" ] || echo "$module"
	done >"$taken/modules.order"
	cp "$modules/modules.builtin" "$modules/modules.builtin.modinfo" "$taken"
}

# package_folder: set $package to the content of $download, a package or a folder like one
# (kernel/import-host).
package_folder() {
	if [ -d "$download" ]; then
		package=$download
		return
	fi
	note "unpacking ${download##*/}"
	package=$temp/package
	mkdir "$package"
	dpkg-deb --fsys-tarfile "$download" | tar -x --no-same-owner -C "$package" 2>"$log" ||
		fail "cannot unpack $download: $(head -n1 "$log")" "$log"
}

# prebuilt_kernel: fill $temp from $download.
prebuilt_kernel() {
	mkdir -p "$O/logs"
	log=$O/logs/kernel-$name.log
	: >"$log"
	package_folder
	set -- "$package"/boot/vmlinuz-*
	[ -f "$1" ] || die "$download is not a linux-image package: it has no /boot/vmlinuz-*"
	release=${1##*/vmlinuz-}
	"$LAB_TOP/kernel/unpack-bzimage" "$1" "$temp/vmlinux" || exit 2
	cp "$package/boot/config-$release" "$temp/config"
	modules=$(find "$package/" -path "*/lib/modules/$release" -prune)
	taken=$temp/lib/modules/$release
	take_modules
	depmod -b "$temp" "$release" 2>>"$log" || fail "$name: depmod failed; see $log" "$log"
	echo "$release" >"$temp/release"
	rm -rf "$temp/package"
	cat >"$temp/meta" <<-END
		tree = $tree_name
		source = $(basename "$download" .deb)
		series = none
		compiler = $(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(.*\)"/\1/p' "$temp/config")
		from = prebuilt
		objects = 0
		cpu_seconds = 0
	END
}
