# SPDX-License-Identifier: GPL-2.0-only
# Print the part of lspci's text of one device that tests/lspci-dumps compares. With hex (bytes: its
# rows), that is each line from the IDs on; without, a line for each word of each capability, with
# the capability's offset and the line's label. Omitted are capabilities that QEMU hides from its
# guest, the contents of VPD, and extended capabilities if the dump has only 256 bytes of hex.
{
	gsub(/[ \t]+/, " ")
	sub(/^ /, "")
	sub(/ $/, "")
}
/^Capabilities: \[/ {
	offset = $2
	gsub(/[\[\]]/, "", offset)
	label = "="
	hidden = /Single Root I\/O|Alternative Routing-ID/ || (length(offset) > 2 && bytes == 16)
	vpd = /Vital Product Data/
}
/^Kernel |^$/ { offset = "" }
hidden || (vpd && !/^Capabilities/) { next }
/^([0-9a-f]+:)?[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]\.[0-7] / { sub(/^[^ ]+ /, "") }
bytes > 0 { print; next }
!offset { next }
{
	sub(/^Capabilities: [^]]*\] /, "")
	if (match($0, /^[A-Za-z0-9]+:/)) {
		label = substr($0, 1, RLENGTH - 1)
		$0 = substr($0, RLENGTH + 1)
	}
	sub(/^AtomicOps/, "Dev", label)
	if (label ~ /^Dev(Cap|Ctl)$/ && /ReqEn|128bit/)
		label = label "2"
	# Values that the guest sets: see tests/lspci-dumps.sed.
	if (label ~ /^(Address|Masking|CESta)$/)
		next
	if (label == "DevCtl")
		sub(/MaxPayload [0-9]+/, "MaxPayload")
	gsub(/[,;]/, " ")
	for (i = 1; i <= NF; i++)
		word($i)
}

# Versions of lspci spell some words differently.
function word(w) {
	if (w ~ /^(Report|errors:|\(ok\)|\(downgraded\)|<\?>|MSI|IntMsgNum|0?0|D3|Null|#.*)$/)
		return
	if (w ~ /^(Enable|PME-Enable|CommClk|TransPend)[+-]$/)
		return
	if (label == "DevCtl" && w ~ /^ExtTag/)
		return
	sub(/^Correctable/, "CorrErr", w)
	sub(/^(Non-Fatal|UncorrErr)/, "NonFatalErr", w)
	sub(/^Fatal[+]$/, "FatalErr+", w)
	sub(/^Fatal-$/, "FatalErr-", w)
	sub(/^(Unsupported|UnsuppReq)/, "UnsupReq", w)
	sub(/^Disabled[+]$/, "LnkDisable+", w)
	sub(/^Disabled-$/, "LnkDisable-", w)
	sub(/^Preset\/De-emphasis:/, "De-emphasis:", w)
	sub(/\.0+W$/, "W", w)
	sub(/^Count=[0-9]+\//, "Count=", w)
	if (label == "CEMsk")
		sub(/^NonFatalErr/, "AdvNonFatalErr", w)
	print offset, label, w
}
