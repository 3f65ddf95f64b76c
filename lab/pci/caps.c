// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/caps.h"

#include "lab/pci/header.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#define PM_VERSION	  3
#define MSI_SIZE	  14 /* with 64-bit addresses; masking adds two double words */
#define MSI_SIZE_MASKING  24
#define MSI_ADDRESS_MASK  0xfffffffcu
#define VENDOR_LENGTH	  2 /* offset of the length in a vendor-specific capability */
#define VENDOR_HEADER	  3
#define PCIE_VERSION	  2
#define PCIE_SIZE	  60
#define PCIE_PAYLOAD_256  1
#define PCIE_LINK_ONE	  (PCI_EXP_LNKCAP_SLS_2_5GB | 1 << 4)
#define AER_SIZE	  0x48
#define AER_VERSION	  2
#define AER_SEVERITY	  0x00462030 /* PCIe 7.8.4.4: the value after power-on */
#define AER_UNCORRECTABLE 0x07fff030
#define AER_CORRECTABLE	  0x0000f1c1
#define AER_MASKED	  0x0000e000 /* PCIe 7.8.4.6 */
#define ATS_SIZE	  8
#define SERIAL_SIZE	  12
#define VSEC_HEADER	  8
#define SRIOV_VFS_MAX	  31
#define SRIOV_SLOT	  8 /* routing IDs from a slot to the next */
#define SRIOV_PAGE	  0x1000u

int pci_add_pm(struct pci_config *config, bool no_soft_reset)
{
	const int at = pci_config_add_cap(config, PCI_CAP_ID_PM, PCI_PM_SIZEOF);

	if (at < 0)
		return at;
	pci_set16(config->data, (unsigned int)at + PCI_PM_PMC, PM_VERSION);
	pci_set16(config->data, (unsigned int)at + PCI_PM_CTRL,
		  no_soft_reset ? PCI_PM_CTRL_NO_SOFT_RESET : 0);
	pci_set16(config->writable, (unsigned int)at + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
	return at;
}

static unsigned int log2_of(unsigned int value)
{
	return 31u - (unsigned int)__builtin_clz(value);
}

int pci_add_msi(struct pci_config *config, unsigned int vectors, bool masking)
{
	uint16_t flags = PCI_MSI_FLAGS_64BIT;
	int at;

	if (!vectors || vectors > PCI_MSI_MAX || vectors & (vectors - 1))
		return -EINVAL;
	at = pci_config_add_cap(config, PCI_CAP_ID_MSI, masking ? MSI_SIZE_MASKING : MSI_SIZE);
	if (at < 0)
		return at;
	flags |= (uint16_t)(log2_of(vectors) << 1);
	if (masking)
		flags |= PCI_MSI_FLAGS_MASKBIT;
	pci_set16(config->data, (unsigned int)at + PCI_MSI_FLAGS, flags);
	pci_set16(config->writable, (unsigned int)at + PCI_MSI_FLAGS,
		  PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	pci_set32(config->writable, (unsigned int)at + PCI_MSI_ADDRESS_LO, MSI_ADDRESS_MASK);
	pci_set32(config->writable, (unsigned int)at + PCI_MSI_ADDRESS_HI, UINT32_MAX);
	pci_set16(config->writable, (unsigned int)at + PCI_MSI_DATA_64, UINT16_MAX);
	if (masking)
		pci_set32(config->writable, (unsigned int)at + PCI_MSI_MASK_64,
			  vectors == PCI_MSI_MAX ? UINT32_MAX : (1u << vectors) - 1);
	return at;
}

static bool place_fits(struct pci_msix_place place)
{
	return place.bar < PCI_BARS && !(place.offset & PCI_MSIX_TABLE_BIR);
}

int pci_add_msix(struct pci_config *config, unsigned int vectors, struct pci_msix_place table,
		 struct pci_msix_place pba)
{
	int at;

	if (!vectors || vectors > PCI_MSIX_MAX || !place_fits(table) || !place_fits(pba))
		return -EINVAL;
	at = pci_config_add_cap(config, PCI_CAP_ID_MSIX, PCI_CAP_MSIX_SIZEOF);
	if (at < 0)
		return at;
	pci_set16(config->data, (unsigned int)at + PCI_MSIX_FLAGS, (uint16_t)(vectors - 1));
	pci_set16(config->writable, (unsigned int)at + PCI_MSIX_FLAGS,
		  PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	pci_set32(config->data, (unsigned int)at + PCI_MSIX_TABLE, table.offset | table.bar);
	pci_set32(config->data, (unsigned int)at + PCI_MSIX_PBA, pba.offset | pba.bar);
	return at;
}

/* The bit that starts FLR always reads as 0, so it is not writable here. */
static void pcie_control(struct pci_config *config, unsigned int at)
{
	pci_set16(config->data, at + PCI_EXP_DEVCTL,
		  PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ_512B);
	pci_set16(config->writable, at + PCI_EXP_DEVCTL,
		  PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE |
			  PCI_EXP_DEVCTL_URRE | PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_PAYLOAD |
			  PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ);
	pci_set16(config->clears, at + PCI_EXP_DEVSTA,
		  PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED | PCI_EXP_DEVSTA_FED |
			  PCI_EXP_DEVSTA_URD);
	pci_set16(config->writable, at + PCI_EXP_LNKCTL,
		  PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_RCB | PCI_EXP_LNKCTL_CCC |
			  PCI_EXP_LNKCTL_ES);
	pci_set16(config->writable, at + PCI_EXP_DEVCTL2,
		  PCI_EXP_DEVCTL2_COMP_TIMEOUT | PCI_EXP_DEVCTL2_COMP_TMOUT_DIS);
}

int pci_add_pcie(struct pci_config *config, bool flr)
{
	const int found = pci_config_add_cap(config, PCI_CAP_ID_EXP, PCIE_SIZE);
	const unsigned int at = (unsigned int)found;

	if (found < 0)
		return found;
	pci_set16(config->data, at + PCI_EXP_FLAGS, PCIE_VERSION | PCI_EXP_TYPE_ENDPOINT << 4);
	pci_set32(config->data, at + PCI_EXP_DEVCAP,
		  PCIE_PAYLOAD_256 | PCI_EXP_DEVCAP_RBER | (flr ? PCI_EXP_DEVCAP_FLR : 0));
	pci_set32(config->data, at + PCI_EXP_LNKCAP, PCIE_LINK_ONE);
	pci_set16(config->data, at + PCI_EXP_LNKSTA, PCIE_LINK_ONE);
	pci_set32(config->data, at + PCI_EXP_DEVCAP2, PCI_EXP_DEVCAP2_COMP_TMOUT_DIS);
	pci_set32(config->data, at + PCI_EXP_LNKCAP2, PCI_EXP_LNKCAP2_SLS_2_5GB);
	pci_set16(config->data, at + PCI_EXP_LNKCTL2, PCI_EXP_LNKCTL2_TLS_2_5GT);
	pcie_control(config, at);
	return found;
}

int pci_add_vendor(struct pci_config *config, const void *content, uint8_t len)
{
	const unsigned int size = VENDOR_HEADER + len;
	int at;

	if (size > UINT8_MAX)
		return -EINVAL;
	at = pci_config_add_cap(config, PCI_CAP_ID_VNDR, size);
	if (at < 0)
		return at;
	config->data[at + VENDOR_LENGTH] = (uint8_t)size;
	memcpy(config->data + at + VENDOR_HEADER, content, len);
	return at;
}

/* The bit that starts FLR always reads as 0. */
int pci_add_af(struct pci_config *config)
{
	const int at = pci_config_add_cap(config, PCI_CAP_ID_AF, PCI_CAP_AF_SIZEOF);

	if (at < 0)
		return at;
	config->data[at + PCI_AF_LENGTH] = PCI_CAP_AF_SIZEOF;
	config->data[at + PCI_AF_CAP] = PCI_AF_CAP_TP | PCI_AF_CAP_FLR;
	return at;
}

int pci_add_vpd(struct pci_config *config)
{
	const int at = pci_config_add_cap(config, PCI_CAP_ID_VPD, PCI_CAP_VPD_SIZEOF);

	if (at < 0)
		return at;
	pci_set16(config->writable, (unsigned int)at + PCI_VPD_ADDR, UINT16_MAX);
	pci_set32(config->writable, (unsigned int)at + PCI_VPD_DATA, UINT32_MAX);
	return at;
}

int pci_add_aer(struct pci_config *config)
{
	const int found = pci_config_add_ecap(config, PCI_EXT_CAP_ID_ERR, AER_VERSION, AER_SIZE);
	const unsigned int at = (unsigned int)found;

	if (found < 0)
		return found;
	pci_set32(config->clears, at + PCI_ERR_UNCOR_STATUS, AER_UNCORRECTABLE);
	pci_set32(config->writable, at + PCI_ERR_UNCOR_MASK, AER_UNCORRECTABLE);
	pci_set32(config->data, at + PCI_ERR_UNCOR_SEVER, AER_SEVERITY);
	pci_set32(config->writable, at + PCI_ERR_UNCOR_SEVER, AER_UNCORRECTABLE);
	pci_set32(config->clears, at + PCI_ERR_COR_STATUS, AER_CORRECTABLE);
	pci_set32(config->data, at + PCI_ERR_COR_MASK, AER_MASKED);
	pci_set32(config->writable, at + PCI_ERR_COR_MASK, AER_CORRECTABLE);
	memset(config->sticky + at + PCI_ERR_UNCOR_STATUS, 0xff, AER_SIZE - PCI_ERR_UNCOR_STATUS);
	return found;
}

int pci_add_ats(struct pci_config *config)
{
	const int at = pci_config_add_ecap(config, PCI_EXT_CAP_ID_ATS, 1, ATS_SIZE);

	if (at < 0)
		return at;
	pci_set16(config->data, (unsigned int)at + PCI_ATS_CAP, PCI_ATS_CAP_PAGE_ALIGNED);
	pci_set16(config->writable, (unsigned int)at + PCI_ATS_CTRL,
		  PCI_ATS_CTRL_ENABLE | PCI_ATS_CTRL_STU(0x1f));
	return at;
}

int pci_add_serial(struct pci_config *config, uint64_t serial)
{
	const int at = pci_config_add_ecap(config, PCI_EXT_CAP_ID_DSN, 1, SERIAL_SIZE);

	if (at < 0)
		return at;
	pci_set32(config->data, (unsigned int)at + 4, (uint32_t)serial);
	pci_set32(config->data, (unsigned int)at + 8, (uint32_t)(serial >> 32));
	return at;
}

int pci_add_vsec(struct pci_config *config, uint16_t id, const void *content, uint16_t len)
{
	const unsigned int size = VSEC_HEADER + len;
	int at;

	if (size > 0xfff)
		return -EINVAL;
	at = pci_config_add_ecap(config, PCI_EXT_CAP_ID_VNDR, 1, size);
	if (at < 0)
		return at;
	pci_set32(config->data, (unsigned int)at + 4, id | size << 20);
	memcpy(config->data + at + VSEC_HEADER, content, len);
	return at;
}

static int add_vf_bar(struct pci_config *config, unsigned int at, uint64_t size, uint32_t flags)
{
	const uint64_t mask = ~(size - 1);

	if (size & (size - 1) || size < SRIOV_PAGE)
		return -EINVAL;
	pci_set32(config->data, at, flags);
	pci_set32(config->writable, at, (uint32_t)mask);
	if (flags & PCI_BASE_ADDRESS_MEM_TYPE_64)
		pci_set32(config->writable, at + 4, (uint32_t)(mask >> 32));
	return 0;
}

/* VF Enable, and that memory of the VFs answers; no migration of VFs, and no ARI. */
static void sriov_control(struct pci_config *config, unsigned int at)
{
	pci_set16(config->writable, at + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	pci_set16(config->writable, at + PCI_SRIOV_NUM_VF, UINT16_MAX);
	pci_set32(config->data, at + PCI_SRIOV_SUP_PGSIZE, 1);
	pci_set32(config->data, at + PCI_SRIOV_SYS_PGSIZE, 1);
	pci_set32(config->writable, at + PCI_SRIOV_SYS_PGSIZE, 1);
}

int pci_add_sriov(struct pci_config *config, unsigned int total, uint16_t device,
		  const struct pci_vf_bars *bars)
{
	const int found =
		pci_config_add_ecap(config, PCI_EXT_CAP_ID_SRIOV, 1, PCI_EXT_CAP_SRIOV_SIZEOF);
	const unsigned int at = (unsigned int)found;
	int err = total && total <= SRIOV_VFS_MAX ? 0 : -EINVAL;

	if (found < 0)
		return found;
	for (unsigned int i = 0; i < PCI_BARS && !err; i++)
		if (bars->size[i])
			err = add_vf_bar(config, at + PCI_SRIOV_BAR + 4 * i, bars->size[i],
					 bars->flags[i]);
	pci_set16(config->data, at + PCI_SRIOV_INITIAL_VF, (uint16_t)total);
	pci_set16(config->data, at + PCI_SRIOV_TOTAL_VF, (uint16_t)total);
	pci_set16(config->data, at + PCI_SRIOV_VF_OFFSET, SRIOV_SLOT);
	pci_set16(config->data, at + PCI_SRIOV_VF_STRIDE, SRIOV_SLOT);
	pci_set16(config->data, at + PCI_SRIOV_VF_DID, device);
	sriov_control(config, at);
	return err ?: found;
}
