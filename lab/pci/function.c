// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/function.h"

#include "lab/pci/registers.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

const char *pci_reset_name(enum pci_reset reset)
{
	static const char *const names[PCI_RESETS] = {"flr", "pm", "bus"};

	return names[reset];
}

void pci_function_init(struct pci_function *function, const struct pci_ids *ids, uint8_t pin,
		       bool extended, const struct pci_wire *wire, void *owner)
{
	*function = (struct pci_function){.wire = wire, .owner = owner};
	pci_config_init(&function->config, extended);
	pci_header_init(&function->config, ids, pin);
}

/* One that lies across the end of config space is there to be seen, and does not act. */
static unsigned int cap_that_fits(const struct pci_config *config, uint8_t id)
{
	const unsigned int at = pci_config_find_cap(config, id);

	return at + pci_cap_size(config->data, at) <= PCI_CONFIG_ORDINARY ? at : 0;
}

void pci_function_seal(struct pci_function *function)
{
	struct pci_config *config = &function->config;

	function->pm = (uint8_t)cap_that_fits(config, PCI_CAP_ID_PM);
	function->msi = (uint8_t)cap_that_fits(config, PCI_CAP_ID_MSI);
	function->msix_cap = (uint8_t)cap_that_fits(config, PCI_CAP_ID_MSIX);
	function->pcie = (uint8_t)cap_that_fits(config, PCI_CAP_ID_EXP);
	function->af = (uint8_t)cap_that_fits(config, PCI_CAP_ID_AF);
	function->vpd = (uint8_t)cap_that_fits(config, PCI_CAP_ID_VPD);
	if (function->vpd)
		pci_vpd_init(function);
	pci_config_seal(config);
}

void pci_function_free(struct pci_function *function)
{
	free(function->msix.entries);
	free(function->msix.pending);
	function->msix = (struct pci_msix){0};
}

static unsigned int power_state(const struct pci_function *function)
{
	if (!function->pm)
		return 0;
	return pci_get16(function->config.data, function->pm + PCI_PM_CTRL) &
	       PCI_PM_CTRL_STATE_MASK;
}

static uint16_t command(const struct pci_function *function)
{
	return pci_get16(function->config.data, PCI_COMMAND);
}

bool pci_function_answers(const struct pci_function *function, bool io)
{
	const uint16_t decoded = function->vf ? PCI_COMMAND_MEMORY : command(function);

	return !power_state(function) && decoded & (io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY);
}

bool pci_function_is_master(const struct pci_function *function)
{
	return !power_state(function) && command(function) & PCI_COMMAND_MASTER;
}

static void msix_reset(struct pci_msix *msix)
{
	for (unsigned int vector = 0; vector < msix->vectors; vector++) {
		uint8_t *entry = msix->entries + vector * PCI_MSIX_ENTRY_SIZE;

		memset(entry, 0, PCI_MSIX_ENTRY_SIZE);
		entry[PCI_MSIX_ENTRY_VECTOR_CTRL] = PCI_MSIX_ENTRY_CTRL_MASKBIT;
	}
	if (msix->vectors)
		memset(msix->pending, 0, (msix->vectors + 63) / 64 * sizeof(*msix->pending));
	msix->written = false;
}

static int msix_create(struct pci_function *function, unsigned int vectors,
		       struct pci_msix_place table, struct pci_msix_place pba)
{
	struct pci_msix *msix = &function->msix;

	*msix = (struct pci_msix){.vectors = vectors, .table = table, .pba = pba};
	msix->entries = calloc(vectors, PCI_MSIX_ENTRY_SIZE);
	msix->pending = calloc((vectors + 63) / 64, sizeof(*msix->pending));
	if (!msix->entries || !msix->pending) {
		pci_function_free(function);
		return -ENOMEM;
	}
	msix_reset(msix);
	return 0;
}

int pci_function_add_msix(struct pci_function *function, unsigned int vectors,
			  struct pci_msix_place table, struct pci_msix_place pba)
{
	int at = pci_add_msix(&function->config, vectors, table, pba);
	int err = at < 0 ? at : msix_create(function, vectors, table, pba);

	return err ?: at;
}

static struct pci_msix_place place_of(uint32_t value)
{
	return (struct pci_msix_place){value & PCI_MSIX_TABLE_BIR, value & PCI_MSIX_TABLE_OFFSET};
}

int pci_function_take_msix(struct pci_function *function)
{
	const uint8_t *data = function->config.data;
	const unsigned int at = cap_that_fits(&function->config, PCI_CAP_ID_MSIX);

	if (!at)
		return 0;
	return msix_create(function,
			   (pci_get16(data, at + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u,
			   place_of(pci_get32(data, at + PCI_MSIX_TABLE)),
			   place_of(pci_get32(data, at + PCI_MSIX_PBA)));
}

void pci_function_reset(struct pci_function *function, enum pci_reset reset)
{
	if (reset == PCI_RESET_BUS)
		memcpy(function->config.data, function->config.initial,
		       sizeof(function->config.data));
	else
		pci_config_reset(&function->config);
	msix_reset(&function->msix);
	function->msi_pending = 0;
	pci_function_intx(function, false);
}

void pci_function_config_read(const struct pci_function *function, unsigned int offset, void *data,
			      size_t len)
{
	pci_config_read(&function->config, offset, data, len);
}

/* Returns true if a write of LEN bytes at OFFSET includes the byte AT. */
static bool covers(unsigned int offset, size_t len, unsigned int at)
{
	return at >= offset && at - offset < len;
}

/* Returns true if a write of LEN bytes of DATA at OFFSET sets the bit MASK of the byte AT. */
static bool sets(unsigned int offset, const uint8_t *data, size_t len, unsigned int at,
		 uint8_t mask)
{
	return covers(offset, len, at) && data[at - offset] & mask;
}

static bool starts_flr(const struct pci_function *function, unsigned int offset,
		       const uint8_t *data, size_t len)
{
	const unsigned int at = function->pcie;

	if (function->af && sets(offset, data, len, function->af + PCI_AF_CTRL, PCI_AF_CTRL_FLR))
		return true;
	if (!at || !(pci_get32(function->config.data, at + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR))
		return false;
	return sets(offset, data, len, at + PCI_EXP_DEVCTL + 1, PCI_EXP_DEVCTL_BCR_FLR >> 8);
}

static bool no_soft_reset(const struct pci_function *function)
{
	return pci_get16(function->config.data, function->pm + PCI_PM_CTRL) &
	       PCI_PM_CTRL_NO_SOFT_RESET;
}

void pci_function_config_write(struct pci_function *function, unsigned int offset, const void *data,
			       size_t len)
{
	const unsigned int before = power_state(function);

	pci_config_write(&function->config, offset, data, len);
	if (starts_flr(function, offset, data, len)) {
		function->wire->reset(function->owner, PCI_RESET_FLR);
		return;
	}
	if (before == 3 && !power_state(function) && !no_soft_reset(function)) {
		function->wire->reset(function->owner, PCI_RESET_PM);
		return;
	}
	if (function->vpd && covers(offset, len, function->vpd + PCI_VPD_ADDR + 1))
		pci_vpd_transfer(function);
	pci_function_intx(function, function->intx_asserted);
	pci_function_flush(function);
}
