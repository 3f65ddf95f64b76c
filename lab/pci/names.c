// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/names.h"

#include "lab/pci/registers.h"

#include <linux/pci_regs.h>
#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A register of the capability ID; at offset 0, the capability itself. Sorted by ID and offset. */
struct reg_name {
	uint16_t id, at;
	const char *name;
};

/* Not a capability ID. */
#define HEADER 0

static const struct reg_name header_names[] = {
	{HEADER, PCI_VENDOR_ID, "VENDOR"},
	{HEADER, PCI_DEVICE_ID, "DEVICE"},
	{HEADER, PCI_COMMAND, "COMMAND"},
	{HEADER, PCI_STATUS, "STATUS"},
	{HEADER, PCI_REVISION_ID, "REVISION"},
	{HEADER, PCI_CLASS_PROG, "CLASS"},
	{HEADER, PCI_CACHE_LINE_SIZE, "CACHE_LINE"},
	{HEADER, PCI_LATENCY_TIMER, "LATENCY"},
	{HEADER, PCI_HEADER_TYPE, "HEADER_TYPE"},
	{HEADER, PCI_BIST, "BIST"},
	{HEADER, PCI_BASE_ADDRESS_0, "BAR0"},
	{HEADER, PCI_BASE_ADDRESS_1, "BAR1"},
	{HEADER, PCI_BASE_ADDRESS_2, "BAR2"},
	{HEADER, PCI_BASE_ADDRESS_3, "BAR3"},
	{HEADER, PCI_BASE_ADDRESS_4, "BAR4"},
	{HEADER, PCI_BASE_ADDRESS_5, "BAR5"},
	{HEADER, PCI_CARDBUS_CIS, "CARDBUS_CIS"},
	{HEADER, PCI_SUBSYSTEM_VENDOR_ID, "SUBVENDOR"},
	{HEADER, PCI_SUBSYSTEM_ID, "SUBDEVICE"},
	{HEADER, PCI_ROM_ADDRESS, "ROM"},
	{HEADER, PCI_CAPABILITY_LIST, "CAPABILITIES"},
	{HEADER, PCI_INTERRUPT_LINE, "INTERRUPT_LINE"},
	{HEADER, PCI_INTERRUPT_PIN, "INTERRUPT_PIN"},
	{HEADER, PCI_MIN_GNT, "MIN_GNT"},
	{HEADER, PCI_MAX_LAT, "MAX_LAT"},
};

static const struct reg_name cap_names[] = {
	{PCI_CAP_ID_PM, 0, "PM"},
	{PCI_CAP_ID_PM, PCI_PM_PMC, "PM.PMC"},
	{PCI_CAP_ID_PM, PCI_PM_CTRL, "PM.PMCSR"},
	{PCI_CAP_ID_PM, PCI_PM_PPB_EXTENSIONS, "PM.BSE"},
	{PCI_CAP_ID_PM, PCI_PM_DATA_REGISTER, "PM.DATA"},
	{PCI_CAP_ID_AGP, 0, "AGP"},
	{PCI_CAP_ID_AGP, PCI_AGP_STATUS, "AGP.STATUS"},
	{PCI_CAP_ID_AGP, PCI_AGP_COMMAND, "AGP.COMMAND"},
	{PCI_CAP_ID_VPD, 0, "VPD"},
	{PCI_CAP_ID_VPD, PCI_VPD_ADDR, "VPD.ADDRESS"},
	{PCI_CAP_ID_VPD, PCI_VPD_DATA, "VPD.DATA"},
	/* with 64-bit addresses */
	{PCI_CAP_ID_MSI, 0, "MSI"},
	{PCI_CAP_ID_MSI, PCI_MSI_FLAGS, "MSI.FLAGS"},
	{PCI_CAP_ID_MSI, PCI_MSI_ADDRESS_LO, "MSI.ADDRESS"},
	{PCI_CAP_ID_MSI, PCI_MSI_ADDRESS_HI, "MSI.ADDRESS_HI"},
	{PCI_CAP_ID_MSI, PCI_MSI_DATA_64, "MSI.DATA"},
	{PCI_CAP_ID_MSI, PCI_MSI_MASK_64, "MSI.MASK"},
	{PCI_CAP_ID_MSI, PCI_MSI_PENDING_64, "MSI.PENDING"},
	{PCI_CAP_ID_PCIX, 0, "PCI-X"},
	{PCI_CAP_ID_PCIX, PCI_X_CMD, "PCI-X.COMMAND"},
	{PCI_CAP_ID_PCIX, PCI_X_STATUS, "PCI-X.STATUS"},
	{PCI_CAP_ID_VNDR, 0, "VENDOR-SPECIFIC"},
	{PCI_CAP_ID_SSVID, 0, "SSVID"},
	{PCI_CAP_ID_EXP, 0, "PCIe"},
	{PCI_CAP_ID_EXP, PCI_EXP_FLAGS, "PCIe.FLAGS"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVCAP, "PCIe.DEVCAP"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVCTL, "PCIe.DEVCTL"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVSTA, "PCIe.DEVSTA"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKCAP, "PCIe.LNKCAP"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKCTL, "PCIe.LNKCTL"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKSTA, "PCIe.LNKSTA"},
	{PCI_CAP_ID_EXP, PCI_EXP_SLTCAP, "PCIe.SLTCAP"},
	{PCI_CAP_ID_EXP, PCI_EXP_SLTCTL, "PCIe.SLTCTL"},
	{PCI_CAP_ID_EXP, PCI_EXP_SLTSTA, "PCIe.SLTSTA"},
	{PCI_CAP_ID_EXP, PCI_EXP_RTCTL, "PCIe.RTCTL"},
	{PCI_CAP_ID_EXP, PCI_EXP_RTCAP, "PCIe.RTCAP"},
	{PCI_CAP_ID_EXP, PCI_EXP_RTSTA, "PCIe.RTSTA"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVCAP2, "PCIe.DEVCAP2"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVCTL2, "PCIe.DEVCTL2"},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVSTA2, "PCIe.DEVSTA2"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKCAP2, "PCIe.LNKCAP2"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKCTL2, "PCIe.LNKCTL2"},
	{PCI_CAP_ID_EXP, PCI_EXP_LNKSTA2, "PCIe.LNKSTA2"},
	{PCI_CAP_ID_EXP, PCI_EXP_SLTCAP2, "PCIe.SLTCAP2"},
	{PCI_CAP_ID_EXP, PCI_EXP_SLTCTL2, "PCIe.SLTCTL2"},
	{PCI_CAP_ID_MSIX, 0, "MSI-X"},
	{PCI_CAP_ID_MSIX, PCI_MSIX_FLAGS, "MSI-X.FLAGS"},
	{PCI_CAP_ID_MSIX, PCI_MSIX_TABLE, "MSI-X.TABLE"},
	{PCI_CAP_ID_MSIX, PCI_MSIX_PBA, "MSI-X.PBA"},
	{PCI_CAP_ID_SATA, 0, "SATA"},
	{PCI_CAP_ID_AF, 0, "AF"},
	{PCI_CAP_ID_AF, PCI_AF_CAP, "AF.CAP"},
	{PCI_CAP_ID_AF, PCI_AF_CTRL, "AF.CTRL"},
	{PCI_CAP_ID_AF, PCI_AF_STATUS, "AF.STATUS"},
	{PCI_CAP_ID_EA, 0, "EA"},
};

static const struct reg_name ecap_names[] = {
	{PCI_EXT_CAP_ID_ERR, 0, "AER"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_UNCOR_STATUS, "AER.UNCOR_STATUS"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_UNCOR_MASK, "AER.UNCOR_MASK"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_UNCOR_SEVER, "AER.UNCOR_SEVERITY"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_COR_STATUS, "AER.COR_STATUS"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_COR_MASK, "AER.COR_MASK"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_CAP, "AER.CAP"},
	{PCI_EXT_CAP_ID_ERR, PCI_ERR_HEADER_LOG, "AER.HEADER_LOG"},
	{PCI_EXT_CAP_ID_VC, 0, "VC"},
	{PCI_EXT_CAP_ID_DSN, 0, "SERIAL"},
	{PCI_EXT_CAP_ID_DSN, 4, "SERIAL.LOW"},
	{PCI_EXT_CAP_ID_DSN, 8, "SERIAL.HIGH"},
	{PCI_EXT_CAP_ID_PWR, 0, "POWER_BUDGET"},
	{PCI_EXT_CAP_ID_VNDR, 0, "VSEC"},
	{PCI_EXT_CAP_ID_VNDR, 4, "VSEC.HEADER"},
	{PCI_EXT_CAP_ID_VNDR, 8, "VSEC.DATA"},
	{PCI_EXT_CAP_ID_ACS, 0, "ACS"},
	{PCI_EXT_CAP_ID_ACS, PCI_ACS_CAP, "ACS.CAP"},
	{PCI_EXT_CAP_ID_ACS, PCI_ACS_CTRL, "ACS.CTRL"},
	{PCI_EXT_CAP_ID_ARI, 0, "ARI"},
	{PCI_EXT_CAP_ID_ARI, PCI_ARI_CAP, "ARI.CAP"},
	{PCI_EXT_CAP_ID_ARI, PCI_ARI_CTRL, "ARI.CTRL"},
	{PCI_EXT_CAP_ID_ATS, 0, "ATS"},
	{PCI_EXT_CAP_ID_ATS, PCI_ATS_CAP, "ATS.CAP"},
	{PCI_EXT_CAP_ID_ATS, PCI_ATS_CTRL, "ATS.CTRL"},
	{PCI_EXT_CAP_ID_SRIOV, 0, "SR-IOV"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_CAP, "SR-IOV.CAP"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_CTRL, "SR-IOV.CTRL"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_STATUS, "SR-IOV.STATUS"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_INITIAL_VF, "SR-IOV.INITIAL_VF"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_TOTAL_VF, "SR-IOV.TOTAL_VF"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_NUM_VF, "SR-IOV.NUM_VF"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_FUNC_LINK, "SR-IOV.FUNC_LINK"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_VF_OFFSET, "SR-IOV.VF_OFFSET"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_VF_STRIDE, "SR-IOV.VF_STRIDE"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_VF_DID, "SR-IOV.VF_DEVICE"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_SUP_PGSIZE, "SR-IOV.SUPPORTED_PAGES"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_SYS_PGSIZE, "SR-IOV.PAGES"},
	{PCI_EXT_CAP_ID_SRIOV, PCI_SRIOV_BAR, "SR-IOV.BAR"},
	{PCI_EXT_CAP_ID_PRI, 0, "PRI"},
	{PCI_EXT_CAP_ID_PRI, PCI_PRI_CTRL, "PRI.CTRL"},
	{PCI_EXT_CAP_ID_PRI, PCI_PRI_STATUS, "PRI.STATUS"},
	{PCI_EXT_CAP_ID_PRI, PCI_PRI_MAX_REQ, "PRI.MAX_REQUESTS"},
	{PCI_EXT_CAP_ID_PRI, PCI_PRI_ALLOC_REQ, "PRI.REQUESTS"},
	{PCI_EXT_CAP_ID_REBAR, 0, "REBAR"},
	{PCI_EXT_CAP_ID_REBAR, PCI_REBAR_CAP, "REBAR.CAP"},
	{PCI_EXT_CAP_ID_REBAR, PCI_REBAR_CTRL, "REBAR.CTRL"},
	{PCI_EXT_CAP_ID_DPA, 0, "DPA"},
	{PCI_EXT_CAP_ID_TPH, 0, "TPH"},
	{PCI_EXT_CAP_ID_LTR, 0, "LTR"},
	{PCI_EXT_CAP_ID_LTR, PCI_LTR_MAX_SNOOP_LAT, "LTR.MAX_SNOOP"},
	{PCI_EXT_CAP_ID_LTR, PCI_LTR_MAX_NOSNOOP_LAT, "LTR.MAX_NOSNOOP"},
	{PCI_EXT_CAP_ID_SECPCI, 0, "SECONDARY_PCIe"},
	{PCI_EXT_CAP_ID_PASID, 0, "PASID"},
	{PCI_EXT_CAP_ID_PASID, PCI_PASID_CAP, "PASID.CAP"},
	{PCI_EXT_CAP_ID_PASID, PCI_PASID_CTRL, "PASID.CTRL"},
	{PCI_EXT_CAP_ID_DPC, 0, "DPC"},
	{PCI_EXT_CAP_ID_DPC, PCI_EXP_DPC_CAP, "DPC.CAP"},
	{PCI_EXT_CAP_ID_DPC, PCI_EXP_DPC_CTL, "DPC.CTRL"},
	{PCI_EXT_CAP_ID_DPC, PCI_EXP_DPC_STATUS, "DPC.STATUS"},
	{PCI_EXT_CAP_ID_L1SS, 0, "L1SS"},
	{PCI_EXT_CAP_ID_L1SS, PCI_L1SS_CAP, "L1SS.CAP"},
	{PCI_EXT_CAP_ID_L1SS, PCI_L1SS_CTL1, "L1SS.CTRL1"},
	{PCI_EXT_CAP_ID_L1SS, PCI_L1SS_CTL2, "L1SS.CTRL2"},
	{PCI_EXT_CAP_ID_PTM, 0, "PTM"},
};

/* The register of ID that begins at AT or last before it; NULL if ID is not in NAMES. */
static const struct reg_name *find(const struct reg_name *names, size_t count, uint16_t id,
				   unsigned int at)
{
	const struct reg_name *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (names[i].id == id && names[i].at <= at)
			found = &names[i];
	return found;
}

static void add_name(struct buf *name, const char *what, unsigned int beyond)
{
	buf_puts(name, what);
	if (beyond)
		buf_printf(name, "+%x", beyond);
}

/* The list may lead in a circle or out of config space: follow it for as many steps as fit. */
static unsigned int find_cap(const uint8_t *bytes, unsigned int offset)
{
	unsigned int at = bytes[PCI_CAPABILITY_LIST] & ~3u, found = 0;

	for (unsigned int i = 0; i < PCI_CONFIG_ORDINARY / 4 && at >= PCI_STD_HEADER_SIZEOF; i++) {
		if (at <= offset && at > found)
			found = at;
		at = bytes[at + PCI_CAP_LIST_NEXT] & ~3u;
	}
	return found;
}

static unsigned int find_ecap(const uint8_t *bytes, unsigned int size, unsigned int offset)
{
	unsigned int at = PCI_CONFIG_ORDINARY, found = 0;

	for (unsigned int i = 0; i < PCI_CONFIG_MAX / 4; i++) {
		if (at < PCI_CONFIG_ORDINARY || at + 4 > size || !pci_get32(bytes, at))
			break;
		if (at <= offset && at > found)
			found = at;
		at = PCI_EXT_CAP_NEXT(pci_get32(bytes, at));
	}
	return found;
}

/* The table has the layout with 64-bit addresses; in the other, the rest is 4 bytes earlier. */
static unsigned int msi_offset(const uint8_t *bytes, unsigned int cap, unsigned int within)
{
	const uint16_t flags = pci_get16(bytes, cap + PCI_MSI_FLAGS);

	return flags & PCI_MSI_FLAGS_64BIT || within < PCI_MSI_ADDRESS_HI ? within : within + 4;
}

static void name_cap(const uint8_t *bytes, unsigned int offset, struct buf *name)
{
	const unsigned int cap = find_cap(bytes, offset);
	const uint8_t id = cap ? bytes[cap] : 0;
	const bool known = find(cap_names, ARRAY_SIZE(cap_names), id, 0);
	const struct reg_name *reg;
	unsigned int within = offset - cap;

	if (!cap || (known && within >= pci_cap_size(bytes, cap))) {
		buf_puts(name, "-");
		return;
	}
	if (id == PCI_CAP_ID_MSI)
		within = msi_offset(bytes, cap, within);
	reg = find(cap_names, ARRAY_SIZE(cap_names), id, within);
	if (!reg)
		buf_printf(name, "CAP-%02x", id);
	add_name(name, reg ? reg->name : "", reg ? within - reg->at : within);
}

static void name_ecap(const uint8_t *bytes, unsigned int size, unsigned int offset,
		      struct buf *name)
{
	const unsigned int cap = find_ecap(bytes, size, offset), within = offset - cap;
	const uint16_t id = cap ? pci_get16(bytes, cap) : 0;
	const struct reg_name *reg = find(ecap_names, ARRAY_SIZE(ecap_names), id, within);

	if (!cap) {
		buf_puts(name, "-");
		return;
	}
	if (!reg)
		buf_printf(name, "ECAP-%04x", id);
	add_name(name, reg ? reg->name : "", reg ? within - reg->at : within);
}

void pci_register_name(const uint8_t *bytes, unsigned int size, unsigned int offset,
		       struct buf *name)
{
	const struct reg_name *reg;

	if (offset >= size) {
		buf_puts(name, "-");
	} else if (offset >= PCI_CONFIG_ORDINARY) {
		name_ecap(bytes, size, offset, name);
	} else if (offset >= PCI_STD_HEADER_SIZEOF) {
		name_cap(bytes, offset, name);
	} else {
		reg = find(header_names, ARRAY_SIZE(header_names), HEADER, offset);
		add_name(name, reg->name, offset - reg->at);
	}
}

static bool is_standard_cap(const uint8_t *bytes, unsigned int offset)
{
	const unsigned int cap = find_cap(bytes, offset);

	if (!cap)
		return false;
	/* The header of any capability is the specification's. */
	if (offset - cap < PCI_CAP_FLAGS)
		return true;
	return bytes[cap] != PCI_CAP_ID_VNDR && offset - cap < pci_cap_size(bytes, cap);
}

static bool is_standard_ecap(const uint8_t *bytes, unsigned int size, unsigned int offset)
{
	const unsigned int cap = find_ecap(bytes, size, offset);
	const uint16_t id = cap ? pci_get16(bytes, cap) : 0;

	if (!cap)
		return false;
	if (offset - cap < PCI_CAP_SIZEOF)
		return true;
	return id != PCI_EXT_CAP_ID_VNDR && find(ecap_names, ARRAY_SIZE(ecap_names), id, 0);
}

bool pci_register_is_standard(const uint8_t *bytes, unsigned int size, unsigned int offset)
{
	if (offset >= size || offset < PCI_STD_HEADER_SIZEOF)
		return true;
	return offset < PCI_CONFIG_ORDINARY ? is_standard_cap(bytes, offset)
					    : is_standard_ecap(bytes, size, offset);
}
