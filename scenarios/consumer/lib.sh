# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Needs: DUT DUT_NAME
# Sets: work monitor qemu
#
# Sourced by the programs of this family. The last line that a program prints is the reason of its
# failure, or of its skip.
set -u

work=$(mktemp -d /run/consumer.XXXXXX)

# Seconds until an event must have happened. Everything takes long in a guest of a guest.
limit=240

trap 'end $?' EXIT

# end STATUS: end all processes of the program, run the commands in $work/undo, and give devices
# back to their drivers.
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
	if [ -e "$work/undo" ]; then
		# shellcheck source=/dev/null
		. "$work/undo"
	fi
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

# expect_driver ADDRESS NAME: the device has the driver, or one of several: NAME|NAME.
expect_driver() {
	local now
	now=$(driver "$1")
	[[ "|$2|" = *"|$now|"* ]] || fail "the driver of $1: expected $2, got $now"
}

# await_driver ADDRESS NAME: wait until the device has the driver.
await_driver() {
	local line monitor
	exec 5< <(exec stdbuf -oL udevadm monitor --kernel --subsystem-match=pci)
	monitor=$!
	# Its first line says that no later event is missed.
	read -r -t $limit -u 5 line || fail "udevadm monitor does not start"
	until [ "$(driver "$1")" = "$2" ]; do
		read -r -t $limit -u 5 line ||
			fail "the driver of $1 after $limit s: expected $2, got $(driver "$1")"
	done
	exec 5<&-
	kill -KILL $monitor
}

# native: print the driver that the DUT has without VFIO.
native() {
	case $DUT_NAME in
	e1000e* | igb* | nvme) echo "${DUT_NAME%-bare}" ;;
	*) echo none ;;
	esac
}

# libvirt_driver: print the VFIO drivers, words of a regular expression, that libvirt may choose for
# the DUT. It looks for the fewest wildcards in modules.alias, which the kernel must have made well,
# so the aliases are not asked here. For edu, two drivers of the lab have equally many.
libvirt_driver() {
	case $DUT_NAME in
	edu | mf*) modinfo edu_vfio_pci >/dev/null 2>&1 &&
		echo 'edu-vfio-pci|class-vfio-pci' && return ;;
	esac
	echo vfio-pci
}

# knows_variants: succeed if libvirt takes a variant driver for one of VFIO when a domain uses it:
# by the folder vfio-dev, which Linux 6.1 introduced.
knows_variants() {
	modprobe vfio && [ -d /sys/class/vfio-dev ]
}

# domain_driver: print the drivers that the DUT may have while a domain uses it.
domain_driver() {
	if knows_variants; then
		libvirt_driver
	else
		echo vfio-pci
	fi
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

# start_qemu ACT OPTION...: start the guest in QEMU, whose lines expect_line reads. ACT is a word of
# guest/main.c.
start_qemu() {
	local act=$1
	shift
	[ -e "$work/serial" ] || mkfifo "$work/serial"
	qemu-system-x86_64 -machine pc -accel tcg -m 64 -nodefaults -display none \
		-kernel guest.elf -append "$act" -serial stdio "$@" >"$work/serial" 2>"$work/qemu" &
	qemu=$!
	exec 9<"$work/serial"
	source=$work/qemu
}

# try_qemu OPTION...: start QEMU without a guest. It ends as soon as it has its devices.
try_qemu() {
	echo quit | qemu-system-x86_64 -machine pc -accel tcg -m 64 -nodefaults -display none -S \
		-monitor stdio "$@"
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
	wait "$qemu" || fail "QEMU: exit status $?: $(grep . "$work/qemu" | tail -n 1)"
}

# open_monitor: set $monitor to options of QEMU for a monitor (QMP), which ask and expect_event use.
open_monitor() {
	mkfifo "$work/qmp.in" "$work/qmp.out"
	exec 6<>"$work/qmp.in" 7<>"$work/qmp.out"
	# shellcheck disable=SC2034 # of the caller
	monitor=(-chardev "pipe,id=qmp,path=$work/qmp" -mon "chardev=qmp,mode=control")
	echo '{"execute": "qmp_capabilities"}' >&6
}

# ask COMMAND ARGUMENTS: send a command with its ARGUMENTS, a JSON object, to the monitor.
ask() {
	echo "{\"execute\": \"$1\", \"arguments\": $2}" >&6
}

# expect_event WORDS: wait until the monitor prints a line with WORDS.
expect_event() {
	local line
	while read -r -t $limit -u 7 line; do
		case $line in
		*"$1"*) return ;;
		*'"error"'*) fail "QEMU's monitor: $line" ;;
		esac
	done
	fail "QEMU's monitor did not print '$1' within $limit s"
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

# address ADDRESS [ATTRIBUTE]: print the XML element of an address, with an ATTRIBUTE in front.
address() {
	local domain=${1%%:*} rest=${1#*:}
	local bus=${rest%%:*} slot=${rest#*:}
	echo "<address ${2-}domain='0x$domain' bus='0x$bus' slot='0x${slot%.*}' function='0x${slot#*.}'/>"
}

# hostdev ADDRESS: print the XML of a device that libvirt detaches and reattaches.
hostdev() {
	local driver="<driver name='vfio' model='vfio-pci'/>"
	! knows_variants || driver=
	echo "<hostdev mode='subsystem' type='pci' managed='yes'>$driver" \
		"<source>$(address "$1")</source><rom bar='off'/></hostdev>"
}

# is_listed ADDRESS: whether libvirt lists the device. Its XML is in $work/out.
is_listed() {
	virsh nodedev-dumpxml "$(node "$1")" >"$work/out" 2>&1
}

# listen: read events of libvirt's devices from descriptor 8. virsh does not print when it begins to
# listen, so that an event is made until the first one arrives.
listen() {
	local until=$((SECONDS + limit)) line
	exec 8< <(exec stdbuf -oL virsh -q -c qemu:///system nodedev-event --all --loop 2>&1)
	echo "kill -KILL $!" >>"$work/undo"
	until read -r -t 5 -u 8 line; do
		[ $SECONDS -lt $until ] || fail "virsh nodedev-event prints nothing within $limit s"
		udevadm trigger --action=change "/sys/bus/pci/devices/$DUT"
	done
}

# await_listed ADDRESS: wait until libvirt lists the device: it looks for devices by itself.
await_listed() {
	local line
	is_listed "$1" && return
	listen
	until is_listed "$1"; do
		read -r -t $limit -u 8 line || fail "libvirt does not list $1: $(grep . "$work/out")"
	done
	exec 8<&-
}

# expect_capability WORDS ADDRESS...: the capability that begins with WORDS of the device in
# $work/out has these addresses.
expect_capability() {
	local words=$1 address
	shift
	for address in "$@"; do
		sed -n "/<capability $words/,/<\/capability>/p" "$work/out" |
			grep -qF "$(address "$address")" || fail "the capability $words lacks $address"
	done
}

# vf PF NUMBER: print the address of that virtual function.
vf() {
	local link
	link=$(readlink "/sys/bus/pci/devices/$1/virtfn$2") || fail "$1 has no virtual function $2"
	echo "${link##*/}"
}

# make_vfs PF COUNT: create virtual functions, which are removed at the end of the program.
make_vfs() {
	local file=/sys/bus/pci/devices/$1/sriov_numvfs
	echo "echo 0 >$file" >>"$work/undo"
	echo "$2" >"$file" || fail "the driver of $1 does not create $2 virtual functions"
	must udevadm settle
}

# interface ADDRESS: print the name of the network interface of a card that has its own driver.
interface() {
	local folder
	for folder in "/sys/bus/pci/devices/$1/net"/*; do
		[ -d "$folder" ] || fail "$1 has no network interface"
		echo "${folder##*/}"
	done
}

# turn_on INTERFACE WORD...: switch it on, with these settings of ip link, until the end of the
# program.
turn_on() {
	echo "ip link set dev $1 promisc off down" >>"$work/undo"
	must ip link set dev "$@" up
}

# release ADDRESS: take the device from its driver until the program ends.
release() {
	echo "$1" >>"$work/bound"
	echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind"
	expect_driver "$1" none
}

# little_endian WORD: print the bytes of WORD, eight hexadecimal digits, the last one first.
little_endian() {
	# shellcheck disable=SC2059 # escapes
	printf "\\x${1:6:2}\\x${1:4:2}\\x${1:2:2}\\x${1:0:2}"
}

# The registers of Intel's network cards by their I/O BAR, which has an address and a value. AT and
# VALUE are eight hexadecimal digits.
# set_register ADDRESS AT VALUE
set_register() {
	local file=/sys/bus/pci/devices/$1/resource2
	little_endian "$2" | dd of="$file" bs=4 seek=0 conv=notrunc status=none
	little_endian "$3" | dd of="$file" bs=4 seek=1 conv=notrunc status=none
}

# get_register ADDRESS AT: print the value.
get_register() {
	local file=/sys/bus/pci/devices/$1/resource2
	little_endian "$2" | dd of="$file" bs=4 seek=0 conv=notrunc status=none
	dd if="$file" bs=4 skip=1 count=1 status=none | od -An -tx4 | tr -d ' '
}

# kept_register: print the register of the DUT that keeps what is written to it until a reset, as in
# guest/devices.h.
kept_register() {
	case $DUT_NAME in
	e1000e) echo 00002800 ;;
	igb) echo 0000c000 ;;
	esac
}
