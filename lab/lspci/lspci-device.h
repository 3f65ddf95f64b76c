/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A function of a dump as a device: config space, BARs, ROM. Bytes in hex are taken as they are;
 * what is beyond them is made from the text as far as the text says it.
 */
#ifndef LAB_LSPCI_LSPCI_DEVICE_H
#define LAB_LSPCI_LSPCI_DEVICE_H

#include "lab/lspci/dump.h"
#include "lab/lspci/ids.h"
#include "lab/pci/header.h"
#include "lab/pci/image.h"

/*
 * A larger BAR has no place in a guest's memory below 4 GiB. Above, Linux 5.10 makes page tables
 * for all of it at the first access to a map.
 */
#define LSPCI_BAR_LARGEST (512ull << 20)
#define LSPCI_ROM_LARGEST (1ull << 20)

enum lspci_kind {
	LSPCI_ENDPOINT,
	LSPCI_BRIDGE,
	LSPCI_VF,
	LSPCI_LOST,    /* reads all ones */
	LSPCI_STRANGE, /* a header that PCI does not have */
};

struct lspci_bar {
	uint64_t size; /* in bytes, a power of two; 0: there is none */
	uint32_t flags;
	uint64_t address; /* on the real machine; 0: unknown */
};

struct lspci_device {
	struct pci_image image;
	struct lspci_bar bars[PCI_BARS];
	uint64_t rom;
	bool pcie;	      /* there is a PCI Express capability ... */
	unsigned int type;    /* ... of this PCI_EXP_TYPE_* */
	struct list invented; /* a phrase for each thing that the dump does not tell */
};

/*
 * What kind of function F is. DUMP is where it comes from: a physical function in it tells which
 * ones are its virtual functions.
 */
enum lspci_kind lspci_kind(const struct lspci_dump *dump, const struct lspci_function *f);

/*
 * Make DEVICE from F, an endpoint; the caller frees it with lspci_device_free. IDS turns names into
 * numbers if the dump has names only. Returns 0; -EINVAL with a line in WHY for a function that no
 * model can be.
 */
int lspci_device(const struct lspci_dump *dump, const struct lspci_function *f,
		 const struct lspci_ids *ids, struct lspci_device *device, struct buf *why);

void lspci_device_free(struct lspci_device *device);

#define cleanup_lspci_device __attribute__((cleanup(lspci_device_free)))

#endif
