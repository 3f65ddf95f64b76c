# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Needs: DUT DUT_NAME
# Sets: work
#
# Sourced by the programs of this family. The last line that a program prints is the reason of its
# failure, or of its skip.
set -u

work=$(mktemp -d /run/consumer.XXXXXX)

# Seconds until an event must have happened. Everything takes long in a guest of a guest.
limit=240

trap 'end $?' EXIT

# end STATUS: end all processes of the program, and give devices back to their drivers.
end() {
	local name address
	exec >/dev/null 2>&1
	if [ -e "$work/domains" ]; then
		while read -r name; do
			virsh destroy "$name"
		done <"$work/domains"
	fi
	# shellcheck disable=SC2046 # process IDs
	kill -KILL $(jobs -p)
	if [ -e "$work/bound" ]; then
		while read -r address; do
			give_back "$address"
		done <"$work/bound"
	fi
	rm -rf "$work"
	exit "$1"
}

fail() {
	echo "$*"
	exit 1
}

skip() {
	echo "$*"
	exit 4
}

# Of the system's libvirt, without headings.
virsh() {
	command virsh -q -c qemu:///system "$@"
}

# must COMMAND...: run it. It must succeed.
must() {
	local status
	"$@" >"$work/out" 2>&1 </dev/null
	status=$?
	[ $status = 0 ] || fail "$*: exit status $status: $(grep . "$work/out" | tail -n 1)"
}

# refused WORDS COMMAND...: run it. It must fail, and print WORDS, a regular expression.
refused() {
	local words=$1
	shift
	! "$@" >"$work/out" 2>&1 </dev/null || fail "$*: it succeeded, but must be refused"
	grep -qiE -e "$words" "$work/out" ||
		fail "$*: expected a message with '$words', got '$(grep . "$work/out" | tail -n 1)'"
}

# driver ADDRESS: print its driver, or none.
driver() {
	local link
	link=$(readlink "/sys/bus/pci/devices/$1/driver") || link=none
	echo "${link##*/}"
}

expect_driver() {
	local now
	now=$(driver "$1")
	[ "$now" = "$2" ] || fail "the driver of $1: expected $2, got $now"
}

# await_driver ADDRESS NAME: wait until the device has the driver.
await_driver() {
	local line monitor
	exec 8< <(exec stdbuf -oL udevadm monitor --kernel --subsystem-match=pci)
	monitor=$!
	# Its first line says that no later event is missed.
	read -r -t $limit -u 8 line || fail "udevadm monitor does not start"
	until [ "$(driver "$1")" = "$2" ]; do
		read -r -t $limit -u 8 line ||
			fail "the driver of $1 after $limit s: expected $2, got $(driver "$1")"
	done
	exec 8<&-
	kill -KILL $monitor
}

# native: print the driver that the DUT has without VFIO.
native() {
	case $DUT_NAME in
	e1000e | igb | nvme) echo "$DUT_NAME" ;;
	*) echo none ;;
	esac
}

# libvirt_driver: print the VFIO driver that fits the DUT best by modules.alias.
libvirt_driver() {
	local alias=/lib/modules/$(uname -r)/modules.alias
	case $DUT_NAME in
	edu | mf*) grep -q '^alias vfio_pci:v00001234d000011E8.* edu_vfio_pci$' "$alias" &&
		echo edu-vfio-pci && return ;;
	esac
	echo vfio-pci
}

# node ADDRESS: print libvirt's name of it.
node() {
	echo "pci_${1//[:.]/_}"
}

group() {
	local link
	link=$(readlink "/sys/bus/pci/devices/$1/iommu_group") || fail "$1 has no IOMMU group"
	echo "${link##*/}"
}

# bind ADDRESS DRIVER: bind the device to DRIVER until the program ends.
bind() {
	local device=/sys/bus/pci/devices/$1
	echo "$1" >>"$work/bound"
	modprobe "$2"
	echo "$2" >"$device/driver_override"
	[ ! -e "$device/driver" ] || echo "$1" >"$device/driver/unbind"
	echo "$1" >/sys/bus/pci/drivers_probe
	expect_driver "$1" "$2"
}

# give_back ADDRESS: bind the device to its own driver.
give_back() {
	local device=/sys/bus/pci/devices/$1
	echo >"$device/driver_override"
	[ ! -e "$device/driver" ] || echo "$1" >"$device/driver/unbind"
	echo "$1" >/sys/bus/pci/drivers_probe
}

# start_qemu ACT OPTION...: start the guest in QEMU, as a coprocess whose lines expect_line reads.
start_qemu() {
	local act=$1
	shift
	coproc exec qemu-system-x86_64 -machine pc -accel tcg -m 64 -nodefaults -display none \
		-kernel guest.elf -append "$act" -serial stdio "$@" 2>"$work/qemu"
	exec 9<&"${COPROC[0]}"
	source=$work/qemu
}

# expect_line LINE: wait until the guest prints LINE.
expect_line() {
	local line status
	while :; do
		read -r -t $limit -u 9 line
		status=$?
		[ $status -le 128 ] || fail "the guest did not print '$1' within $limit s"
		[ $status = 0 ] ||
			fail "QEMU ended before the guest printed '$1': $(grep . "$source" | tail -n 1)"
		line=${line%$'\r'}
		echo "$line"
		case $line in
		"$1") return ;;
		"guest: fail"*) fail "$line" ;;
		esac
	done
}

# expect_end: wait until QEMU has ended without an error.
expect_end() {
	# shellcheck disable=SC2154 # of coproc
	wait "$COPROC_PID" || fail "QEMU: exit status $?: $(grep . "$work/qemu" | tail -n 1)"
}

# define NAME ACT XML: write the domain NAME to $work/NAME.xml, with devices XML; its guest prints
# to the pipe that expect_line reads.
define() {
	local pipe=$work/serial.$1
	chmod 755 "$work"
	mkfifo "$pipe.in" "$pipe.out"
	exec 9<>"$pipe.out"
	cp guest.elf "$work/guest.elf"
	chmod 644 "$work/guest.elf"
	cat >"$work/$1.xml" <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <os>
		    <type arch='x86_64' machine='pc'>hvm</type>
		    <kernel>$work/guest.elf</kernel>
		    <cmdline>$2</cmdline>
		  </os>
		  <features><acpi/></features>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <controller type='usb' model='none'/>
		    <serial type='pipe'><source path='$pipe'/></serial>
		    <memballoon model='none'/>
		    $3
		  </devices>
		</domain>
	END
	echo "$1" >>"$work/domains"
	source=/var/log/libvirt/qemu/$1.log
}

# hostdev ADDRESS: print the XML of a device that libvirt detaches and reattaches.
hostdev() {
	local domain=${1%%:*} rest=${1#*:}
	local bus=${rest%%:*} slot=${rest#*:}
	echo "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x$domain'" \
		"bus='0x$bus' slot='0x${slot%.*}' function='0x${slot#*.}'/></source><rom bar='off'/></hostdev>"
}
