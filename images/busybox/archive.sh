# SPDX-License-Identifier: GPL-2.0-only
# Needs: nothing
# Sets: nothing
#
# Initramfs archives, sourced by what makes them.

# archive DIR: write all of DIR as a cpio archive whose bytes depend on the
# names, modes and contents alone.
archive() {
	(
		cd "$1" || exit
		find . -exec touch -h -d @0 {} +
		find . ! -name . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0
	)
}
