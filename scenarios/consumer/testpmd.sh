# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Needs: DUT DUT_NAME
# Sets: work testpmd memory application
#
# Sourced by the programs that run DPDK's testpmd. It answers each command, so counters are read by
# asking until they are high enough.
. ./lib.sh

# If it has ended, its last line says why.
trap '' PIPE

# Its memory: pages of any kind, which an IOMMU makes contiguous.
memory=(--no-huge)

# Further options of testpmd, not of DPDK.
application=()

# start_testpmd MODE ADDRESS...: start it on these devices, which have vfio-pci. Both of its threads
# share the processor.
start_testpmd() {
	local mode=$1 address devices=()
	shift
	for address in "$@"; do
		devices+=(-a "$address")
	done
	mkfifo "$work/in" "$work/serial"
	stdbuf -oL dpdk-testpmd --lcores='0@0,1@0' "${memory[@]}" -m 128 --no-telemetry \
		"${devices[@]}" -- --interactive --forward-mode="$mode" --total-num-mbufs=4096 \
		"${application[@]}" <"$work/in" >"$work/serial" 2>&1 &
	testpmd=$!
	exec 8>"$work/in" 9<"$work/serial"
	tell show port summary all
	expect_text "Number of available ports: $#"
}

# tell WORD...: give it a command.
tell() {
	echo "$*" 2>/dev/null >&8 || expect_text "an answer to '$*'"
}

# expect_text WORDS: read lines until one has WORDS, and set $line to it.
expect_text() {
	local status
	while :; do
		read -r -t $limit -u 9 line
		status=$?
		[ $status -le 128 ] || fail "testpmd did not print '$1' within $limit s"
		[ $status = 0 ] || fail "testpmd ended before it printed '$1': $(grep -hs . "$work/last")"
		[ -z "$line" ] || echo "$line" | tee "$work/last"
		[[ $line != *"$1"* ]] || return 0
	done
}

# packets PORT WAY: set $packets to the packets of a port, WAY RX or TX.
packets() {
	tell show port stats "$1"
	expect_text "statistics for port $1 "
	expect_text "$2-packets:"
	packets=${line#*"$2"-packets: }
	packets=${packets%% *}
	expect_text "Tx-pps:"
}

# await_packets PORT WAY COUNT: wait until the port has received or sent COUNT packets.
await_packets() {
	local until=$((SECONDS + limit))
	packets "$1" "$2"
	while [ "$packets" -lt "$3" ]; do
		[ $SECONDS -lt $until ] ||
			fail "port $1 of testpmd has $packets $2-packets after $limit s, expected $3"
		packets "$1" "$2"
	done
}

# await_received INTERFACE COUNT: wait until the kernel has received COUNT packets. testpmd sends
# meanwhile; each answer of it takes as long as many packets.
await_received() {
	local until=$((SECONDS + limit)) file=/sys/class/net/$1/statistics/rx_packets
	while [ "$(cat "$file")" -lt "$2" ]; do
		[ $SECONDS -lt $until ] ||
			fail "$1 has received $(cat "$file") packets after $limit s, expected $2"
		packets 0 TX
	done
}

# quit_testpmd: end it, and check that it ended well.
quit_testpmd() {
	tell stop
	expect_text "Done."
	tell quit
	expect_text "Bye..."
	wait "$testpmd" || fail "testpmd: exit status $?"
}
