# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: nothing
#
# Makes initramfs archives. Sourced by the scripts of this folder.

# archive DIR: write a cpio archive of DIR to standard output. Its bytes depend only on names, modes
# and contents.
archive() {
	(
		cd "$1" || exit
		find . -exec touch -h -d @0 {} +
		find . ! -name . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0
	)
}
