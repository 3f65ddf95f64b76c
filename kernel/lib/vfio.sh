# SPDX-License-Identifier: GPL-2.0-only
# Needs: from release work
# Sets: nothing
#
# Builds only modules of VFIO and iommufd, for kernels that differ in nothing else: mutants, and
# what vfiolab watch builds. $from is the whole kernel, $work a folder with a copy of its build.

# vfio_folders: print the folders that such a kernel may change, those of them that it has.
vfio_folders() {
	for folder in drivers/vfio drivers/iommu/iommufd; do
		[ ! -d "$from/source/$folder" ] || echo "$folder"
	done
}

# vfio_modules: print the modules of these folders and their dependencies, which modpost needs.
vfio_modules() {
	sed -En '/^kernel\/drivers\/(vfio|iommu\/iommufd)\//{s/://; s,kernel/,,g; p;}' \
		"$from/lib/modules/$release/modules.dep" |
		tr ' ' '\n' | sort -u
}

# vfio_changed TO MODULE...: copy the modules that differ from those of the whole kernel to TO.
# Succeeds if there is one.
vfio_changed() {
	vfio_to=$1
	shift
	for module in "$@"; do
		old=lib/modules/$release/kernel/$module
		strip --strip-debug -o "$work/module" "$work/build/$module"
		cmp -s "$work/module" "$from/$old" && continue
		mkdir -p "$vfio_to/${old%/*}" && cp "$work/module" "$vfio_to/$old" ||
			die "cannot write to $vfio_to"
	done
	[ -d "$vfio_to/lib" ]
}
