/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each function adds a capability to a config space, with the write masks of its specification. All
 * return the offset of the capability, or an error of pci_config_add_cap() or
 * pci_config_add_ecap(); -EINVAL also for a value that the capability cannot express.
 */
#ifndef LAB_PCI_CAPS_H
#define LAB_PCI_CAPS_H

#include "lab/pci/config.h"

#define PCI_MSI_MAX  32u
#define PCI_MSIX_MAX 2048u

/*
 * Power management (PCI PM 1.2, 3.2). With NO_SOFT_RESET the transition from D3hot to D0 is not a
 * reset.
 */
int pci_add_pm(struct pci_config *config, bool no_soft_reset);

/*
 * MSI with 64-bit addresses (PCI 3.0, 6.8.1): VECTORS is a power of two up to 32; with MASKING,
 * per-vector masks.
 */
int pci_add_msi(struct pci_config *config, unsigned int vectors, bool masking);

/* Place of an MSI-X structure: `offset' bytes, a multiple of 8, into BAR number `bar'. */
struct pci_msix_place {
	unsigned int bar;
	uint32_t offset;
};

/* MSI-X (PCI 3.0, 6.8.2) with 1 to 2048 vectors. */
int pci_add_msix(struct pci_config *config, unsigned int vectors, struct pci_msix_place table,
		 struct pci_msix_place pba);

/* A PCI Express endpoint (PCIe 7.5.3) with a link of one lane; with FLR, function-level reset. */
int pci_add_pcie(struct pci_config *config, bool flr);

/* Vendor-specific, LEN bytes of CONTENT after its three-byte header; read-only. */
int pci_add_vendor(struct pci_config *config, const void *content, uint8_t len);

/* Conventional PCI's advanced features (ECN of 2006), with function-level reset. */
int pci_add_af(struct pci_config *config);

/* Vital product data (PCI 3.0, appendix I). lab/pci/vpd.c provides the content. */
int pci_add_vpd(struct pci_config *config);

/* Advanced error reporting (PCIe 7.8.4), without ECRC. */
int pci_add_aer(struct pci_config *config);

/* Address translation services (PCIe 10.5.1). */
int pci_add_ats(struct pci_config *config);

/* Device serial number (PCIe 7.9.3). */
int pci_add_serial(struct pci_config *config, uint64_t serial);

/* Vendor-specific extended capability (PCIe 7.9.5): ID and LEN bytes of CONTENT; read-only. */
int pci_add_vsec(struct pci_config *config, uint16_t id, const void *content, uint16_t len);

/* BARs of each VF: bytes, 0 for none, and PCI_BASE_ADDRESS_* flags. */
struct pci_vf_bars {
	uint64_t size[6];
	uint32_t flags[6];
};

/*
 * SR-IOV (PCIe 9.3.3) of a PF in slot 0 of its bus, with TOTAL VFs (1 to 31) whose device ID is
 * DEVICE. VF n is in slot n + 1. -EINVAL also if a BAR of the VFs does not fill whole pages.
 */
int pci_add_sriov(struct pci_config *config, unsigned int total, uint16_t device,
		  const struct pci_vf_bars *bars);

#endif
