// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/permissions.h"

#include "lab/base/cleanup.h"

#define ALL8  0xffu
#define ALL16 0xffffu
#define ALL32 0xffffffffu

/* VFIO knows the first two versions of the capability, of which this is the longer one. */
#define EXPRESS_LEN    44
#define EXPRESS_LEN_V1 20

#define UNCORRECTABLE                                                                              \
	(PCI_ERR_UNC_UND | PCI_ERR_UNC_DLP | PCI_ERR_UNC_SURPDN | PCI_ERR_UNC_POISON_TLP |         \
	 PCI_ERR_UNC_FCP | PCI_ERR_UNC_COMP_TIME | PCI_ERR_UNC_COMP_ABORT | PCI_ERR_UNC_UNX_COMP | \
	 PCI_ERR_UNC_RX_OVER | PCI_ERR_UNC_MALF_TLP | PCI_ERR_UNC_ECRC | PCI_ERR_UNC_UNSUP |       \
	 PCI_ERR_UNC_ACSV | PCI_ERR_UNC_INTN | PCI_ERR_UNC_MCBTLP | PCI_ERR_UNC_ATOMEG |           \
	 PCI_ERR_UNC_TLPPRE)
#define CORRECTABLE                                                                                \
	(PCI_ERR_COR_RCVR | PCI_ERR_COR_BAD_TLP | PCI_ERR_COR_BAD_DLLP | PCI_ERR_COR_REP_ROLL |    \
	 PCI_ERR_COR_REP_TIMER | PCI_ERR_COR_ADV_NFAT | PCI_ERR_COR_INTERNAL |                     \
	 PCI_ERR_COR_LOG_OVER)
#define DEVSTA_ERRORS                                                                              \
	(PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED | PCI_EXP_DEVSTA_FED | PCI_EXP_DEVSTA_URD)
#define DEVCTL_VIRTUAL (PCI_EXP_DEVCTL_PAYLOAD)
#define DEVCTL_ACTS    (PCI_EXP_DEVCTL_BCR_FLR | PCI_EXP_DEVCTL_READRQ)

#define HEADER(reg, width) .space = IN_HEADER, .at = (reg), .size = (width)
#define CAP(which, reg, width)                                                                     \
	.space = IN_CAP, .id = PCI_CAP_ID_##which, .at = (reg), .size = (width)
#define EXTENDED(which, reg, width)                                                                \
	.space = IN_EXTENDED, .id = PCI_EXT_CAP_ID_##which, .at = (reg), .size = (width)
#define BAR(n) {"BAR" #n, HEADER(PCI_BASE_ADDRESS_0 + 4 * (n), 4), .writable = ALL32, .acts = ALL32}

/*
 * Bits in .acts are never tried here: BARs, INTx disable, the MSI flags, and bits that reset,
 * change the power state or read VPD. Other scenarios test them.
 */
const struct permission permissions[] = {
	{"COMMAND", HEADER(PCI_COMMAND, 2), .writable = ALL16, .acts = PCI_COMMAND_INTX_DISABLE},
	{"STATUS", HEADER(PCI_STATUS, 2), .clears = PCI_STATUS_ERRORS},
	{"CACHE_LINE_SIZE", HEADER(PCI_CACHE_LINE_SIZE, 1), .writable = ALL8},
	{"LATENCY_TIMER", HEADER(PCI_LATENCY_TIMER, 1), .writable = ALL8},
	{"BIST", HEADER(PCI_BIST, 1), .writable = ALL8, .acts = PCI_BIST_START},
	BAR(0),
	BAR(1),
	BAR(2),
	BAR(3),
	BAR(4),
	BAR(5),
	{"ROM", HEADER(PCI_ROM_ADDRESS, 4), .writable = ALL32, .acts = ALL32},
	{"INTERRUPT_LINE", HEADER(PCI_INTERRUPT_LINE, 1), .writable = ALL8, .is_virtual = ALL8},

	/* Since 5.19 the kernel owns the PME bits. */
	{"PM_CTRL", CAP(PM, PCI_PM_CTRL, 2), .writable = ALL16, .acts = PCI_PM_CTRL_STATE_MASK,
	 .clears = PCI_PM_CTRL_PME_STATUS},
	{"PM_DATA", CAP(PM, PCI_PM_CTRL + 2, 2), .writable = ALL16},

	{"VPD_ADDR", CAP(VPD, PCI_VPD_ADDR, 2), .writable = ALL16, .acts = ALL16},
	{"VPD_DATA", CAP(VPD, PCI_VPD_DATA, 4), .writable = ALL32, .is_virtual = ALL32},

	{"MSI_FLAGS", CAP(MSI, PCI_MSI_FLAGS, 2), .writable = ALL8, .acts = ALL8},
	{"MSI_ADDRESS", CAP(MSI, PCI_MSI_ADDRESS_LO, 4), .writable = ALL32, .is_virtual = ALL32},
	/*
	 * Data, or the upper half of the address; then data, and mask bits if the capability has
	 * them.
	 */
	{"MSI_8", CAP(MSI, PCI_MSI_DATA_32, 2), .writable = ALL16, .is_virtual = ALL16},
	{"MSI_10", CAP(MSI, PCI_MSI_DATA_32 + 2, 2), .flags = PCI_MSI_FLAGS_64BIT,
	 .writable = ALL16, .is_virtual = ALL16},
	{"MSI_DATA", CAP(MSI, PCI_MSI_DATA_64, 2), .flags = PCI_MSI_FLAGS_64BIT, .writable = ALL16,
	 .is_virtual = ALL16},
	{"MSI_12", CAP(MSI, 12, 4), .writable = ALL32, .acts = ALL32},
	{"MSI_16", CAP(MSI, 16, 4), .writable = ALL32, .acts = ALL32},
	{"MSI_20", CAP(MSI, 20, 4), .writable = ALL32, .acts = ALL32},

	{"DEVCTL", CAP(EXP, PCI_EXP_DEVCTL, 2), .writable = ALL16 & ~PCI_EXP_DEVCTL_PHANTOM,
	 .is_virtual = DEVCTL_VIRTUAL, .acts = DEVCTL_ACTS},
	{"DEVSTA", CAP(EXP, PCI_EXP_DEVSTA, 2), .clears = DEVSTA_ERRORS},
	{"DEVCTL2", CAP(EXP, PCI_EXP_DEVCTL2, 2), .writable = ALL16 & ~PCI_EXP_DEVCTL2_ARI},

	{"AF_CTRL", CAP(AF, PCI_AF_CTRL, 1), .writable = PCI_AF_CTRL_FLR, .acts = PCI_AF_CTRL_FLR},

	{"ERR_UNCOR_STATUS", EXTENDED(ERR, PCI_ERR_UNCOR_STATUS, 4), .writable = UNCORRECTABLE,
	 .clears = UNCORRECTABLE},
	{"ERR_UNCOR_MASK", EXTENDED(ERR, PCI_ERR_UNCOR_MASK, 4), .writable = UNCORRECTABLE},
	{"ERR_UNCOR_SEVER", EXTENDED(ERR, PCI_ERR_UNCOR_SEVER, 4), .writable = UNCORRECTABLE},
	{"ERR_COR_STATUS", EXTENDED(ERR, PCI_ERR_COR_STATUS, 4), .writable = CORRECTABLE,
	 .clears = CORRECTABLE},
	{"ERR_COR_MASK", EXTENDED(ERR, PCI_ERR_COR_MASK, 4), .writable = CORRECTABLE},
	{"ERR_CAP", EXTENDED(ERR, PCI_ERR_CAP, 4),
	 .writable = PCI_ERR_CAP_ECRC_GENE | PCI_ERR_CAP_ECRC_CHKE},
};

const size_t permissions_count = ARRAY_SIZE(permissions);

/* Returns true if the word after the capability's header has the flags that PERMISSION requires. */
static bool is_of_kind(struct dut *dut, const struct permission *permission,
		       const struct known_area *area)
{
	return !permission->flags || config_read16(dut, area->at + 2) & permission->flags;
}

static unsigned int msi_len(uint16_t flags)
{
	return 10 + (flags & PCI_MSI_FLAGS_64BIT ? 4 : 0) +
	       (flags & PCI_MSI_FLAGS_MASKBIT ? 10 : 0);
}

static unsigned int express_len(uint16_t flags)
{
	return (flags & PCI_EXP_FLAGS_VERS) == 1 ? EXPRESS_LEN_V1 : EXPRESS_LEN;
}

static unsigned int cap_len(struct dut *dut, const struct config_cap *cap)
{
	const uint16_t flags = config_read16(dut, cap->at + 2);

	switch (cap->id) {
	case PCI_CAP_ID_PM:
		return PCI_PM_SIZEOF;
	case PCI_CAP_ID_VPD:
		return PCI_CAP_VPD_SIZEOF;
	case PCI_CAP_ID_MSI:
		return msi_len(flags);
	case PCI_CAP_ID_EXP:
		return express_len(flags);
	case PCI_CAP_ID_MSIX:
		return PCI_CAP_MSIX_SIZEOF;
	case PCI_CAP_ID_AF:
		return PCI_CAP_AF_SIZEOF;
	default:
		return 0;
	}
}

static unsigned int extended_len(uint16_t id)
{
	switch (id) {
	case PCI_EXT_CAP_ID_ERR:
		return PCI_ERR_ROOT_COMMAND;
	case PCI_EXT_CAP_ID_DSN:
		return PCI_EXT_CAP_DSN_SIZEOF;
	case PCI_EXT_CAP_ID_ARI:
		return PCI_EXT_CAP_ARI_SIZEOF;
	case PCI_EXT_CAP_ID_ATS:
		return PCI_EXT_CAP_ATS_SIZEOF;
	case PCI_EXT_CAP_ID_SRIOV:
		return PCI_EXT_CAP_SRIOV_SIZEOF;
	default:
		return 0;
	}
}

bool known_area(struct dut *dut, const struct config_caps *caps, size_t index,
		struct known_area *area)
{
	const struct config_cap *cap;

	if (index > caps->count)
		return false;
	if (!index) {
		*area = (struct known_area){IN_HEADER, 0, 0, PCI_STD_HEADER_SIZEOF};
		return true;
	}
	cap = &caps->caps[index - 1];
	*area = (struct known_area){
		.space = cap->extended ? IN_EXTENDED : IN_CAP, .id = cap->id, .at = cap->at};
	area->len = cap->extended ? extended_len(cap->id) : cap_len(dut, cap);
	return true;
}

unsigned int permission_offset(struct dut *dut, const struct config_caps *caps,
			       const struct permission *permission)
{
	struct known_area area;

	for (size_t i = 0; known_area(dut, caps, i, &area); i++) {
		if (area.space == permission->space && area.id == permission->id &&
		    is_of_kind(dut, permission, &area) &&
		    permission->at + permission->size <= area.len)
			return area.at + permission->at;
	}
	return 0;
}

uint32_t permission_probe(struct dut *dut, const struct config_caps *caps, unsigned int at,
			  uint32_t was, uint32_t *fixed)
{
	uint32_t writable = 0, clears = 0;

	for (size_t i = 0; i < permissions_count; i++) {
		const unsigned int reg = permission_offset(dut, caps, &permissions[i]);
		const unsigned int shift = 8 * (reg % 4);

		if (!reg || reg / 4 != at / 4)
			continue;
		writable |= (permissions[i].writable | permissions[i].acts) << shift;
		clears |= permissions[i].clears << shift;
	}
	*fixed = ~(writable | clears);
	return (was & writable & ~clears) | (~was & *fixed);
}
