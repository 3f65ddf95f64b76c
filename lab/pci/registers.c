// SPDX-License-Identifier: GPL-2.0-only
/* PCI Local Bus 3.0, PCI PM 1.2, PCI-X 2.0, PCI Express Base 6.0 chapter 7. */
#include "lab/pci/registers.h"

#include "lab/pci/caps.h"

#include <linux/pci_regs.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define PCIE_V1_SIZE	0x14
#define PCIE_V1_RCIEP	0x0c
#define PCIE_V2_SIZE	0x3c
#define VENDOR_LENGTH	2
#define SMALLEST	4u
#define MSI_SIZE_32	10u
#define MSI_SIZE_64	14u
#define MSI_SIZE_MASK32 20u
#define MSI_SIZE_MASK64 24u

/* A double word of a capability. */
struct capability_reg {
	uint16_t id, at;
	uint32_t writable, clears, sticky;
	uint32_t cleared; /* what software had set: 0 after power-on */
};

static const struct capability_reg cap_regs[] = {
	{PCI_CAP_ID_AGP, 8, 0xff000337, 0, 0, 0x100},
	{PCI_CAP_ID_AGP3, 8, 0xff000337, 0, 0, 0x100},
	{PCI_CAP_ID_VPD, 0, 0xffff0000, 0, 0, 0xffff0000},
	{PCI_CAP_ID_VPD, 4, 0xffffffff, 0, 0, 0xffffffff},
	{PCI_CAP_ID_PCIX, 0, 0x007f0000, 0, 0, 0},
	{PCI_CAP_ID_PCIX, 4, 0, 0x200c0000, 0, 0},
	{PCI_CAP_ID_MSIX, 0, 0xc0000000, 0, 0, 0xc0000000},
};

#define AER_UNCORRECTABLE 0xfffff030
#define AER_CORRECTABLE	  0x0000f1c1
#define ALL		  0xffffffff

static const struct capability_reg ecap_regs[] = {
	{PCI_EXT_CAP_ID_ERR, 0x04, 0, AER_UNCORRECTABLE, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x08, AER_UNCORRECTABLE, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x0c, AER_UNCORRECTABLE, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x10, 0, AER_CORRECTABLE, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x14, AER_CORRECTABLE, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x1c, 0, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x20, 0, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x24, 0, 0, ALL, 0},
	{PCI_EXT_CAP_ID_ERR, 0x28, 0, 0, ALL, 0},
	{PCI_EXT_CAP_ID_PWR, 0x04, 0xff, 0, 0, 0},
	{PCI_EXT_CAP_ID_ATS, 0x04, 0x801f0000, 0, 0, 0x80000000},
	/* There are no VFs, so VF Enable cannot be set. */
	{PCI_EXT_CAP_ID_SRIOV, 0x08, 0x18, 0, 0, 0x09},
	{PCI_EXT_CAP_ID_SRIOV, 0x10, 0xffff, 0, 0, 0xffff},
	{PCI_EXT_CAP_ID_SRIOV, 0x20, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x04, 0x803f0000, 0, 0, 0x80000000},
	{PCI_EXT_CAP_ID_MCAST, 0x08, 0xfffff03f, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x0c, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x10, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x14, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x18, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_MCAST, 0x1c, ALL, 0, 0, 0},
	{PCI_EXT_CAP_ID_PRI, 0x04, 0x1, 0x30000, 0, 0x1},
	{PCI_EXT_CAP_ID_PRI, 0x0c, ALL, 0, 0, ALL},
	{PCI_EXT_CAP_ID_DPA, 0x0c, 0x1f0000, 0x100, 0, 0},
	{PCI_EXT_CAP_ID_TPH, 0x08, 0x307, 0, 0, 0},
	{PCI_EXT_CAP_ID_LTR, 0x04, 0x1fff1fff, 0, 0, 0},
	{PCI_EXT_CAP_ID_SECPCI, 0x04, 0x3, 0, 0, 0},
	{PCI_EXT_CAP_ID_SECPCI, 0x08, 0, ALL, ALL, 0},
	{PCI_EXT_CAP_ID_L1SS, 0x0c, 0xfb, 0, 0, 0},
	{PCI_EXT_CAP_ID_PTM, 0x08, 0xff01, 0, 0, 0},
};

/*
 * Bits that can be written because a bit of the capability register says so. Both registers are
 * double words.
 */
struct gate {
	uint16_t id, cap_at;
	uint32_t cap;
	uint16_t at;
	uint32_t writable, cleared;
};

static const struct gate cap_gates[] = {
	{PCI_CAP_ID_PM, 0, 0xf8000000, 4, PCI_PM_CTRL_PME_ENABLE, PCI_PM_CTRL_PME_ENABLE},
	{PCI_CAP_ID_EXP, 4, PCI_EXP_DEVCAP_EXT_TAG, 8, PCI_EXP_DEVCTL_EXT_TAG, 0},
	{PCI_CAP_ID_EXP, 4, PCI_EXP_DEVCAP_PHANTOM, 8, PCI_EXP_DEVCTL_PHANTOM, 0},
};

/* Of a PCI Express capability with a link; with the registers of version 2. */
static const struct gate link_gates[] = {
	{PCI_CAP_ID_EXP, 0x0c, PCI_EXP_LNKCAP_CLKPM, 0x10, PCI_EXP_LNKCTL_CLKREQ_EN, 0},
};
static const struct gate v2_gates[] = {
	{PCI_CAP_ID_EXP, 0x24, 0xf, 0x28, PCI_EXP_DEVCTL2_COMP_TIMEOUT, 0},
	{PCI_CAP_ID_EXP, 0x24, PCI_EXP_DEVCAP2_COMP_TMOUT_DIS, 0x28, PCI_EXP_DEVCTL2_COMP_TMOUT_DIS,
	 0},
	{PCI_CAP_ID_EXP, 0x24, PCI_EXP_DEVCAP2_LTR, 0x28, PCI_EXP_DEVCTL2_LTR_EN, 0},
	{PCI_CAP_ID_EXP, 0x24, 0x00020000, 0x28, 0x1000, 0}, /* 10-bit tags */
	{PCI_CAP_ID_EXP, 0x24, PCI_EXP_DEVCAP2_OBFF_MASK, 0x28, 0x6000, 0},
	{PCI_CAP_ID_EXP, 0x24, 0, 0x28,
	 PCI_EXP_DEVCTL2_ATOMIC_REQ | PCI_EXP_DEVCTL2_IDO_REQ_EN | PCI_EXP_DEVCTL2_IDO_CMP_EN, 0},
	{PCI_CAP_ID_EXP, 0x2c, 0, 0x30, 0xffbf, 0}, /* Link Control 2 */
};

static const struct gate ecap_gates[] = {
	{PCI_EXT_CAP_ID_ERR, 0x18, PCI_ERR_CAP_ECRC_GENC, 0x18, PCI_ERR_CAP_ECRC_GENE, 0},
	{PCI_EXT_CAP_ID_ERR, 0x18, PCI_ERR_CAP_ECRC_CHKC, 0x18, PCI_ERR_CAP_ECRC_CHKE, 0},
	{PCI_EXT_CAP_ID_ERR, 0x18, 0x200, 0x18, 0x400, 0}, /* several headers */
	{PCI_EXT_CAP_ID_ARI, 4, PCI_ARI_CAP_MFVC, 4, PCI_ARI_CTRL_MFVC << 16, 0},
	{PCI_EXT_CAP_ID_ARI, 4, PCI_ARI_CAP_ACS, 4, PCI_ARI_CTRL_ACS << 16, 0},
	{PCI_EXT_CAP_ID_ARI, 4, PCI_ARI_CAP_MFVC | PCI_ARI_CAP_ACS, 4, 0x700000, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_SV, 4, PCI_ACS_SV << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_TB, 4, PCI_ACS_TB << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_RR, 4, PCI_ACS_RR << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_CR, 4, PCI_ACS_CR << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_UF, 4, PCI_ACS_UF << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_EC, 4, PCI_ACS_EC << 16, 0},
	{PCI_EXT_CAP_ID_ACS, 4, PCI_ACS_DT, 4, PCI_ACS_DT << 16, 0},
	{PCI_EXT_CAP_ID_PASID, 4, 0, 4, 0x10000, 0x10000},
	{PCI_EXT_CAP_ID_PASID, 4, PCI_PASID_CAP_EXEC, 4, 0x20000, 0x20000},
	{PCI_EXT_CAP_ID_PASID, 4, PCI_PASID_CAP_PRIV, 4, 0x40000, 0x40000},
	{PCI_EXT_CAP_ID_L1SS, 4, PCI_L1SS_CAP_L1_PM_SS, 8, 0xe3ff000f, 0},
};

static void allow(uint8_t *mask, unsigned int at, uint32_t bits)
{
	pci_set32(mask, at, pci_get32(mask, at) | bits);
}

static void clear(struct pci_config *config, unsigned int at, uint32_t bits)
{
	pci_set32(config->data, at, pci_get32(config->data, at) & ~bits);
}

/* END is where the lists of this kind of capability must have ended. */
static void take_regs(struct pci_config *config, const struct capability_reg *regs, size_t count,
		      uint16_t id, unsigned int at, unsigned int end)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned int where = at + regs[i].at;

		if (regs[i].id != id || where + 4 > end)
			continue;
		allow(config->writable, where, regs[i].writable);
		allow(config->clears, where, regs[i].clears);
		allow(config->sticky, where, regs[i].sticky);
		clear(config, where, regs[i].cleared);
	}
}

static void take_gates(struct pci_config *config, const struct gate *gates, size_t count,
		       uint16_t id, unsigned int at, unsigned int end)
{
	for (size_t i = 0; i < count; i++) {
		const struct gate *gate = &gates[i];

		if (gate->id != id || at + gate->at + 4 > end || at + gate->cap_at + 4 > end)
			continue;
		if (gate->cap && !(pci_get32(config->data, at + gate->cap_at) & gate->cap))
			continue;
		allow(config->writable, at + gate->at, gate->writable);
		clear(config, at + gate->at, gate->cleared);
	}
}

#define REGS(config, regs, id, at, end)	  take_regs(config, regs, ARRAY_SIZE(regs), id, at, end)
#define GATES(config, gates, id, at, end) take_gates(config, gates, ARRAY_SIZE(gates), id, at, end)

static unsigned int msi_size(uint16_t flags)
{
	if (flags & PCI_MSI_FLAGS_64BIT)
		return flags & PCI_MSI_FLAGS_MASKBIT ? MSI_SIZE_MASK64 : MSI_SIZE_64;
	return flags & PCI_MSI_FLAGS_MASKBIT ? MSI_SIZE_MASK32 : MSI_SIZE_32;
}

static unsigned int pcie_size(uint16_t flags)
{
	if ((flags & PCI_EXP_FLAGS_VERS) >= 2)
		return PCIE_V2_SIZE;
	return (flags & PCI_EXP_FLAGS_TYPE) >> 4 == PCI_EXP_TYPE_RC_END ? PCIE_V1_RCIEP
									: PCIE_V1_SIZE;
}

unsigned int pci_cap_size(const uint8_t *bytes, unsigned int at)
{
	switch (bytes[at]) {
	case PCI_CAP_ID_PM:
	case PCI_CAP_ID_VPD:
	case PCI_CAP_ID_PCIX:
	case PCI_CAP_ID_SHPC:
	case PCI_CAP_ID_SSVID:
	case PCI_CAP_ID_SATA:
	case PCI_CAP_ID_AF:
		return 8;
	case PCI_CAP_ID_AGP:
	case PCI_CAP_ID_AGP3:
	case PCI_CAP_ID_MSIX:
		return 12;
	case PCI_CAP_ID_MSI:
		return msi_size(pci_get16(bytes, at + PCI_MSI_FLAGS));
	case PCI_CAP_ID_EXP:
		return pcie_size(pci_get16(bytes, at + PCI_EXP_FLAGS));
	case PCI_CAP_ID_VNDR:
		return bytes[at + VENDOR_LENGTH] > SMALLEST ? bytes[at + VENDOR_LENGTH] : SMALLEST;
	default:
		return SMALLEST;
	}
}

static void pm_masks(struct pci_config *config, unsigned int at)
{
	allow(config->writable, at + 4, PCI_PM_CTRL_STATE_MASK);
	allow(config->clears, at + 4, PCI_PM_CTRL_PME_STATUS);
	allow(config->sticky, at + 4, PCI_PM_CTRL_PME_STATUS | PCI_PM_CTRL_PME_ENABLE);
	clear(config, at + 4, PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_STATUS);
}

/* All of it is software's, but for the flags that say what there is. */
static void msi_masks(struct pci_config *config, unsigned int at)
{
	const uint16_t flags = pci_get16(config->data, at + PCI_MSI_FLAGS);
	const bool wide = flags & PCI_MSI_FLAGS_64BIT;
	const unsigned int data = at + (wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);
	const unsigned int mask = at + (wide ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32);
	const unsigned int log2 = (flags & PCI_MSI_FLAGS_QMASK) >> 1;
	const uint32_t own = PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE;

	allow(config->writable, at, own << 16);
	clear(config, at, own << 16);
	pci_set32(config->writable, at + PCI_MSI_ADDRESS_LO, 0xfffffffc);
	pci_set32(config->data, at + PCI_MSI_ADDRESS_LO, 0);
	if (wide) {
		pci_set32(config->writable, at + PCI_MSI_ADDRESS_HI, ALL);
		pci_set32(config->data, at + PCI_MSI_ADDRESS_HI, 0);
	}
	pci_set16(config->writable, data, UINT16_MAX);
	pci_set16(config->data, data, 0);
	if (!(flags & PCI_MSI_FLAGS_MASKBIT))
		return;
	pci_set32(config->writable, mask, log2 >= 5 ? ALL : (1u << (1u << log2)) - 1);
	pci_set32(config->data, mask, 0);
	pci_set32(config->data, mask + 4, 0); /* pending */
}

static void pcie_masks(struct pci_config *config, unsigned int at)
{
	const uint16_t flags = pci_get16(config->data, at + PCI_EXP_FLAGS);
	const bool linked = (flags & PCI_EXP_FLAGS_TYPE) >> 4 != PCI_EXP_TYPE_RC_END;

	allow(config->writable, at + PCI_EXP_DEVCTL,
	      PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE |
		      PCI_EXP_DEVCTL_URRE | PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_PAYLOAD |
		      PCI_EXP_DEVCTL_AUX_PME | PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ);
	allow(config->clears, at + PCI_EXP_DEVCTL, 0xf0000);
	allow(config->sticky, at + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_AUX_PME);
	clear(config, at + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR | PCI_EXP_DEVSTA_TRPND << 16);
	if (linked) {
		allow(config->writable, at + PCI_EXP_LNKCTL,
		      PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_RCB | PCI_EXP_LNKCTL_CCC |
			      PCI_EXP_LNKCTL_ES | PCI_EXP_LNKCTL_HAWD);
		GATES(config, link_gates, PCI_CAP_ID_EXP, at, PCI_CONFIG_ORDINARY);
	}
	if ((flags & PCI_EXP_FLAGS_VERS) >= 2)
		GATES(config, v2_gates, PCI_CAP_ID_EXP, at, PCI_CONFIG_ORDINARY);
}

/* The registers are the vendor's: those that are in use hold what is written. */
static void raw(struct pci_config *config, unsigned int begin, unsigned int end)
{
	for (unsigned int at = begin; at + 4 <= end; at += 4)
		if (pci_get32(config->data, at))
			pci_set32(config->writable, at, ALL);
}

void pci_cap_masks(struct pci_config *config, unsigned int at)
{
	const uint8_t id = config->data[at];
	const unsigned int end = at + pci_cap_size(config->data, at);

	if (end > PCI_CONFIG_ORDINARY)
		return;
	if (id == PCI_CAP_ID_PM)
		pm_masks(config, at);
	else if (id == PCI_CAP_ID_MSI)
		msi_masks(config, at);
	else if (id == PCI_CAP_ID_EXP)
		pcie_masks(config, at);
	else if (id == PCI_CAP_ID_VNDR)
		raw(config, at + 4, end);
	REGS(config, cap_regs, id, at, end);
	GATES(config, cap_gates, id, at, end);
}

/* PCIe 7.9.1: eight bytes of registers, then three double words for each virtual channel. */
static void vc_masks(struct pci_config *config, unsigned int at)
{
	const unsigned int extended = pci_get32(config->data, at + PCI_VC_PORT_CAP1) & 7;

	if (at + PCI_CAP_VC_BASE_SIZEOF > config->size)
		return;
	allow(config->writable, at + PCI_VC_PORT_CTRL, 0xe);
	for (unsigned int vc = 0; vc <= extended; vc++) {
		const unsigned int control = at + PCI_VC_RES_CTRL + vc * PCI_CAP_VC_PER_VC_SIZEOF;

		if (control + 8 > config->size)
			return;
		/* VC0 is always enabled, and always has TC0. */
		allow(config->writable, control, vc ? 0x870e00fe : 0x000e00fe);
	}
}

/* PCIe 7.9.13.4: the table may be in the capability. */
static void tph_masks(struct pci_config *config, unsigned int at)
{
	const uint32_t cap = pci_get32(config->data, at + 4);
	const unsigned int entries = (cap >> 16 & 0x7ff) + 1;

	if ((cap >> 9 & 3) != 1)
		return;
	for (unsigned int i = 0; i < entries && at + 0xc + 2 * i + 2 <= config->size; i++)
		pci_set16(config->writable, at + 0xc + 2 * i, UINT16_MAX);
}

void pci_ecap_masks(struct pci_config *config, unsigned int at)
{
	const uint32_t header = pci_get32(config->data, at);
	const uint16_t id = (uint16_t)header;
	unsigned int end;

	if (at + 8 > config->size)
		return;
	if (id == PCI_EXT_CAP_ID_VC || id == PCI_EXT_CAP_ID_VC9 || id == PCI_EXT_CAP_ID_MFVC)
		vc_masks(config, at);
	if (id == PCI_EXT_CAP_ID_TPH)
		tph_masks(config, at);
	if (id == PCI_EXT_CAP_ID_VNDR) {
		end = at + (pci_get32(config->data, at + 4) >> 20);
		raw(config, at + 8, end < config->size ? end : config->size);
	}
	REGS(config, ecap_regs, id, at, config->size);
	GATES(config, ecap_gates, id, at, config->size);
}
