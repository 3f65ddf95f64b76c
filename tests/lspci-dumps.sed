# SPDX-License-Identifier: GPL-2.0-only
# Remove what may differ between a dump and the guest's lspci of its model; each comment has the reason.
# the host's own: slots, groups, drivers
/^(Kernel |Physical Slot|NUMA|IOMMU group|DeviceName|Device tree|Control:|Latency:)/d
/^[0-9a-f]{2,3}: ([0-9a-f]{2} ?){16}/d
/^$/d
# the guest assigns BARs and interrupts; lspci -F does not know sizes
/^(\[virtual\] )?(Region [0-9]|Expansion ROM)/d
s/ routed to IRQ [0-9]+//
# the model is in its power-on state until the guest's kernel configures it
s/ INTx[+-]$//
s/Enable[+-] Count=[0-9]+\//Enable Count=/
s/MSI-X: Enable[+-] Count=([0-9]+) Masked[+-]/MSI-X: Count=\1/
/^Address: [0-9a-f]+ Data:/d
/^Masking: /d
s/^Status: D[0-3] NoSoft/Status: D0 NoSoft/
s/PME-Enable[+-]/PME-Enable/
s/^ATSCtl: Enable[+-]/ATSCtl: Enable/
/^PASIDCtl: /d
s/TransPend[+-]/TransPend/
s/^MaxPayload [0-9]+ bytes, MaxReadReq/MaxPayload, MaxReadReq/
s/CommClk[+-]/CommClk/
/^CESta: /d
/^Status: Cap/s/(ParErr|TAbort|MAbort|SERR|PERR)\+/\1-/g
/^DevSta: /s/(Err|Req)\+/\1-/g
s/^([0-9a-f]+ DevSta [A-Za-z]+(Err|Req))\+/\1-/
# QEMU 11.1: resizable BARs keep their size; a capability that it hides at 0x100 becomes a Null one
s/^(BAR [0-9]: current size: [0-9]+.B), supported: .*/\1/
/^Capabilities: \[100 v0\] Null/d
# the model cuts a 64-bit BAR above 512 MiB to that
s/^(BAR [0-9]: current size: )[0-9]+[GT]B/\1512MB/
# lspci -F prints names of interfaces
s/^([0-9a-f]{4}: [0-9a-f]{4}:.*\(prog-if [0-9a-f]{2}) \[.*\]\)/\1)/
s/ \(prog-if 00\)$//
# QEMU clears a pin above D
/^Interrupt: pin \?$/d
s/^(RlxdOrd[+-]) ExtTag[+-]/\1 ExtTag/
