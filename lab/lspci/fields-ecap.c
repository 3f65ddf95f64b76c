// SPDX-License-Identifier: GPL-2.0-only
/* Extended capabilities. Offsets and bits: PCI Express Base 6.0, chapter 7. */
#include "lab/lspci/fields.h"

#include <linux/pci_regs.h>

#define UNCORRECTABLE(label, at)                                                                   \
	FLAG(label, "DLP", at, 4), FLAG(label, "SDES", at, 5), FLAG(label, "TLP", at, 12),         \
		FLAG(label, "FCP", at, 13), FLAG(label, "CmpltTO", at, 14),                        \
		FLAG(label, "CmpltAbrt", at, 15), FLAG(label, "UnxCmplt", at, 16),                 \
		FLAG(label, "RxOF", at, 17), FLAG(label, "MalfTLP", at, 18),                       \
		FLAG(label, "ECRC", at, 19), FLAG(label, "UnsupReq", at, 20),                      \
		FLAG(label, "ACSViol", at, 21), FLAG(label, "UncorrIntErr", at, 22),               \
		FLAG(label, "BlockedTLP", at, 23), FLAG(label, "AtomicOpBlocked", at, 24),         \
		FLAG(label, "TLPBlockedErr", at, 25), FLAG(label, "PoisonTLPBlocked", at, 26),     \
		FLAG(label, "DMWrReqBlocked", at, 27), FLAG(label, "IDECheck", at, 28),            \
		FLAG(label, "MisIDETLP", at, 29), FLAG(label, "PCRC_CHECK", at, 30),               \
		FLAG(label, "TLPXlatBlocked", at, 31)

#define CORRECTABLE(label, at)                                                                     \
	FLAG(label, "RxErr", at, 0), FLAG(label, "BadTLP", at, 6), FLAG(label, "BadDLLP", at, 7),  \
		FLAG(label, "Rollover", at, 8), FLAG(label, "Timeout", at, 12),                    \
		FLAG(label, "NonFatalErr", at, 13), FLAG(label, "AdvNonFatalErr", at, 13),         \
		FLAG(label, "CorrIntErr", at, 14), FLAG(label, "HeaderOF", at, 15)

static const struct field aer_fields[] = {
	UNCORRECTABLE("UESta", 0x04),
	UNCORRECTABLE("UEMsk", 0x08),
	UNCORRECTABLE("UESvrt", 0x0c),
	CORRECTABLE("CESta", 0x10),
	CORRECTABLE("CEMsk", 0x14),
	HEX("AERCap", "First Error Pointer:", 0x18, 0, 5),
	FLAG("AERCap", "GenCap", 0x18, 5),
	FLAG("AERCap", "ECRCGenCap", 0x18, 5),
	FLAG("AERCap", "CGenEn", 0x18, 6),
	FLAG("AERCap", "ECRCGenEn", 0x18, 6),
	FLAG("AERCap", "ChkCap", 0x18, 7),
	FLAG("AERCap", "ECRCChkCap", 0x18, 7),
	FLAG("AERCap", "ChkEn", 0x18, 8),
	FLAG("AERCap", "ECRCChkEn", 0x18, 8),
	FLAG("AERCap", "MultHdrRecCap", 0x18, 9),
	FLAG("AERCap", "MultHdrRecEn", 0x18, 10),
	FLAG("AERCap", "TLPPfxPres", 0x18, 11),
	FLAG("AERCap", "HdrLogCap", 0x18, 12),
	FIELDS_END,
};

static const struct field ari_fields[] = {
	FLAG("ARICap", "MFVC", 4, 0),
	FLAG("ARICap", "ACS", 4, 1),
	NUMBER("ARICap", "Next Function:", 4, 8, 8),
	FLAG("ARICtl", "MFVC", 6, 0),
	FLAG("ARICtl", "ACS", 6, 1),
	NUMBER("ARICtl", "Function Group:", 6, 4, 3),
	FIELDS_END,
};

static const struct field sriov_fields[] = {
	FLAG("IOVCap", "Migration", 4, 0),
	FLAG("IOVCap", "10BitTagReq", 4, 2),
	HEX("IOVCap", "Interrupt Message Number:", 4, 21, 11),
	FLAG("IOVCtl", "Enable", 8, 0),
	FLAG("IOVCtl", "Migration", 8, 1),
	FLAG("IOVCtl", "Interrupt", 8, 2),
	FLAG("IOVCtl", "MSE", 8, 3),
	FLAG("IOVCtl", "ARIHierarchy", 8, 4),
	NUMBER("*", "Initial VFs:", 0x0c, 0, 16),
	NUMBER("*", "Total VFs:", 0x0e, 0, 16),
	NUMBER("*", "Number of VFs:", 0x10, 0, 16),
	HEX("*", "Function Dependency Link:", 0x12, 0, 8),
	NUMBER("*", "VF offset:", 0x14, 0, 16),
	NUMBER("*", "stride:", 0x16, 0, 16),
	HEX("*", "Device ID:", 0x1a, 0, 16),
	HEX("*", "Supported Page Size:", 0x1c, 0, 32),
	HEX("*", "System Page Size:", 0x20, 0, 32),
	FIELDS_END,
};

static const struct field ats_fields[] = {
	HEX("ATSCap", "Invalidate Queue Depth:", 4, 0, 5),
	FLAG("ATSCtl", "Enable", 6, 15),
	HEX("ATSCtl", "Smallest Translation Unit:", 6, 0, 5),
	FIELDS_END,
};

static const struct field pri_fields[] = {
	FLAG("PRICtl", "Enable", 4, 0),
	FLAG("PRISta", "RF", 6, 0),
	FLAG("PRISta", "UPRGI", 6, 1),
	FLAG("PRISta", "Stopped", 6, 8),
	FLAG("PRISta", "PASID", 6, 15),
	HEX("*", "Page Request Capacity:", 8, 0, 32),
	HEX("*", "Page Request Allocation:", 12, 0, 32),
	FIELDS_END,
};

static const struct field pasid_fields[] = {
	FLAG("PASIDCap", "Exec", 4, 1),
	FLAG("PASIDCap", "Priv", 4, 2),
	HEX("PASIDCap", "Max PASID Width:", 4, 8, 5),
	FLAG("PASIDCtl", "Enable", 6, 0),
	FLAG("PASIDCtl", "Exec", 6, 1),
	FLAG("PASIDCtl", "Priv", 6, 2),
	FIELDS_END,
};

static const struct field ltr_fields[] = {
	LATENCY("*", "Max snoop latency:", 4, 0),
	LATENCY("*", "Max no snoop latency:", 6, 0),
	FIELDS_END,
};

#define ACS(label, at)                                                                             \
	FLAG(label, "SrcValid", at, 0), FLAG(label, "TransBlk", at, 1),                            \
		FLAG(label, "ReqRedir", at, 2), FLAG(label, "CmpltRedir", at, 3),                  \
		FLAG(label, "UpstreamFwd", at, 4), FLAG(label, "EgressCtrl", at, 5),               \
		FLAG(label, "DirectTrans", at, 6)

static const struct field acs_fields[] = {
	ACS("ACSCap", 4),
	ACS("ACSCtl", 6),
	FIELDS_END,
};

static const struct field vsec_fields[] = {
	HEX("", "ID=", 4, 0, 16),
	NUMBER("", "Rev=", 4, 16, 4),
	HEX("", "Len=", 4, 20, 12),
	FIELDS_END,
};

static const struct field dvsec_fields[] = {
	HEX("", "Vendor=", 4, 0, 16),
	NUMBER("", "Rev=", 4, 16, 4),
	NUMBER("", "Len=", 4, 20, 12),
	HEX("", "ID=", 8, 0, 16),
	FIELDS_END,
};

static const struct field secpci_fields[] = {
	FLAG("LnkCtl3", "PerformEqu", 4, 0),
	FLAG("LnkCtl3", "LnkEquIntrruptEn", 4, 1),
	FIELDS_END,
};

#define L1SS(label, at)                                                                            \
	FLAG(label, "PCI-PM_L1.2", at, 0), FLAG(label, "PCI-PM_L1.1", at, 1),                      \
		FLAG(label, "ASPM_L1.2", at, 2), FLAG(label, "ASPM_L1.1", at, 3)

static const struct field l1ss_fields[] = {
	L1SS("L1SubCap", 4),
	FLAG("L1SubCap", "L1_PM_Substates", 4, 4),
	NUMBER("L1SubCap", "PortCommonModeRestoreTime=", 4, 8, 8),
	CHOICE("L1SubCap", "PortTPowerOnTime=", 4, 16, 8, "40=10us|0=0us"),
	L1SS("L1SubCtl1", 8),
	NUMBER("L1SubCtl1", "T_CommonMode=", 8, 8, 8),
	CHOICE("L1SubCtl2", "T_PwrOn=", 12, 0, 8, "40=10us|0=0us"),
	FIELDS_END,
};

static const struct field tph_fields[] = {
	PRESENT("*", "Interrupt vector mode supported", 4, 1),
	PRESENT("*", "Device specific mode supported", 4, 2),
	PRESENT("*", "Extended requester support", 4, 8),
	PRESENT("*", "Steering table in TPH capability structure", 4, 9),
	PRESENT("*", "Steering table in MSI-X table", 4, 10),
	FIELDS_END,
};

static const struct field vc_fields[] = {
	NUMBER("Caps", "LPEVC=", 4, 4, 3),
	FIELDS_END,
};

static const struct field ptm_fields[] = {
	FLAG("PTMCap", "Requester", 4, 0),
	FLAG("PTMCap", "Responder", 4, 1),
	FLAG("PTMCap", "Root", 4, 2),
	NUMBER("PTMClockGranularity", "", 4, 8, 8),
	FLAG("PTMControl", "Enabled", 8, 0),
	FLAG("PTMControl", "RootSelected", 8, 1),
	FIELDS_END,
};

static const struct field dlf_fields[] = {
	FLAG("DLFCap", "LocScaledFlowControl", 4, 0),
	FLAG("DLFCap", "ScaledFlowControl", 4, 0),
	FLAG("DLFCap", "DLFEx", 4, 31),
	FLAG("DLFCap", "DLFEnable", 4, 31),
	FIELDS_END,
};

static const struct field serial_fields[] = {FIELDS_END};
static const struct field rebar_fields[] = {FIELDS_END};

const struct cap_text ecap_texts[] = {
	{"Advanced Error Reporting", PCI_EXT_CAP_ID_ERR, 0x48, 2, aer_fields},
	{"Virtual Channel", PCI_EXT_CAP_ID_VC, 0x1c, 1, vc_fields},
	{"Device Serial Number", PCI_EXT_CAP_ID_DSN, 12, 1, serial_fields},
	{"Power Budgeting", PCI_EXT_CAP_ID_PWR, 16, 1, NULL},
	{"Multi-Function Virtual Channel", PCI_EXT_CAP_ID_MFVC, 0x1c, 1, NULL},
	{"Vendor Specific Information", PCI_EXT_CAP_ID_VNDR, 8, 1, vsec_fields},
	{"Access Control Services", PCI_EXT_CAP_ID_ACS, 8, 1, acs_fields},
	{"Alternative Routing-ID Interpretation", PCI_EXT_CAP_ID_ARI, 8, 1, ari_fields},
	{"Address Translation Service", PCI_EXT_CAP_ID_ATS, 8, 1, ats_fields},
	{"Single Root I/O Virtualization", PCI_EXT_CAP_ID_SRIOV, 0x40, 1, sriov_fields},
	{"Multi-Root I/O Virtualization", PCI_EXT_CAP_ID_MRIOV, 4, 1, NULL},
	{"Multicast", PCI_EXT_CAP_ID_MCAST, 0x30, 1, NULL},
	{"Page Request Interface", PCI_EXT_CAP_ID_PRI, 16, 1, pri_fields},
	{"Physical Resizable BAR", PCI_EXT_CAP_ID_REBAR, 12, 1, rebar_fields},
	{"Resizable BAR", PCI_EXT_CAP_ID_REBAR, 12, 1, rebar_fields},
	{"Virtual Resizable BAR", 0x24, 12, 1, NULL},
	{"Dynamic Power Allocation", PCI_EXT_CAP_ID_DPA, 16, 1, NULL},
	{"Transaction Processing Hints", PCI_EXT_CAP_ID_TPH, 12, 1, tph_fields},
	{"Latency Tolerance Reporting", PCI_EXT_CAP_ID_LTR, 8, 1, ltr_fields},
	{"Secondary PCI Express", PCI_EXT_CAP_ID_SECPCI, 0x2c, 1, secpci_fields},
	{"Protocol Multiplexing", 0x1a, 4, 1, NULL},
	{"Process Address Space ID", PCI_EXT_CAP_ID_PASID, 8, 1, pasid_fields},
	{"LN Requester", 0x1c, 8, 1, NULL},
	{"Downstream Port Containment", PCI_EXT_CAP_ID_DPC, 12, 1, NULL},
	{"L1 PM Substates", PCI_EXT_CAP_ID_L1SS, 16, 1, l1ss_fields},
	{"Precision Time Measurement", PCI_EXT_CAP_ID_PTM, 12, 1, ptm_fields},
	{"PCI Express over M_PHY", 0x20, 4, 1, NULL},
	{"FRS Queueing", 0x21, 16, 1, NULL},
	{"Readiness Time Reporting", 0x22, 12, 1, NULL},
	{"Designated Vendor-Specific", 0x23, 12, 1, dvsec_fields},
	{"Data Link Feature", 0x25, 12, 1, dlf_fields},
	{"Physical Layer 16.0 GT/s", 0x26, 0x24, 1, NULL},
	{"Lane Margining at the Receiver", 0x27, 0x48, 1, NULL},
	{"Hierarchy ID", 0x28, 0x10, 1, NULL},
	{"Native PCIe Enclosure Management", 0x29, 0x10, 1, NULL},
	{"Physical Layer 32.0 GT/s", 0x2a, 0x30, 1, NULL},
	{"Alternate Protocol", 0x2b, 0x10, 1, NULL},
	{"System Firmware Intermediary", 0x2c, 0x10, 1, NULL},
	{"Data Object Exchange", 0x2e, 0x18, 1, NULL},
	{"Device 3", 0x2f, 0x10, 1, NULL},
	{"Integrity & Data Encryption", 0x30, 0x20, 1, NULL},
	{"Physical Layer 64.0 GT/s", 0x31, 0x20, 1, NULL},
	{"Null", 0, 4, 0, NULL},
	{0},
};
