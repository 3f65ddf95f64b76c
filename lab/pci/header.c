// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/header.h"

#include <errno.h>
#include <linux/pci_regs.h>

#define SMALLEST_MEMORY 16u
#define SMALLEST_IO	4u
#define LARGEST_IO	65536u /* PCI 3.0 allows 256; devices have more */
#define SMALLEST_ROM	(2u << 10)
#define LARGEST_ROM	(16u << 20)
#define CLASS_VGA	0x0300u /* base class and subclass */

/*
 * The I/O and memory bits become writable with the first BAR of their kind. VGA decodes both
 * without a BAR.
 */
#define COMMAND_WRITABLE                                                                           \
	(PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE)
#define STATUS_CLEARS                                                                              \
	(PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT |           \
	 PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY)

/* A function without resources in a space hardwires the space's bit to 0 (PCI 3.0, 6.2.2). */
static void decode(struct pci_config *config, uint16_t space)
{
	pci_set16(config->writable, PCI_COMMAND, pci_get16(config->writable, PCI_COMMAND) | space);
}

void pci_header_set_ids(struct pci_config *config, const struct pci_ids *ids)
{
	pci_set16(config->data, PCI_VENDOR_ID, ids->vendor);
	pci_set16(config->data, PCI_DEVICE_ID, ids->device);
	pci_set32(config->data, PCI_CLASS_REVISION, ids->class << 8 | ids->revision);
	pci_set16(config->data, PCI_SUBSYSTEM_VENDOR_ID, ids->subvendor);
	pci_set16(config->data, PCI_SUBSYSTEM_ID, ids->subdevice);
}

void pci_header_init(struct pci_config *config, const struct pci_ids *ids, uint8_t pin)
{
	pci_header_set_ids(config, ids);
	config->data[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_NORMAL;
	config->data[PCI_INTERRUPT_PIN] = pin;
	pci_set16(config->writable, PCI_COMMAND, COMMAND_WRITABLE);
	if (ids->class >> 8 == CLASS_VGA)
		decode(config, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	pci_set16(config->clears, PCI_STATUS, STATUS_CLEARS);
	config->writable[PCI_CACHE_LINE_SIZE] = 0xff;
	config->writable[PCI_INTERRUPT_LINE] = 0xff;
}

void pci_header_make_vf(struct pci_config *config)
{
	pci_set16(config->data, PCI_VENDOR_ID, UINT16_MAX);
	pci_set16(config->data, PCI_DEVICE_ID, UINT16_MAX);
	config->data[PCI_INTERRUPT_PIN] = 0;
	pci_set16(config->writable, PCI_COMMAND, PCI_COMMAND_MASTER);
}

static bool is_power_of_two(uint64_t size)
{
	return size && !(size & (size - 1));
}

static bool is_io(uint32_t flags)
{
	return (flags & PCI_BASE_ADDRESS_SPACE) == PCI_BASE_ADDRESS_SPACE_IO;
}

static bool is_64bit(uint32_t flags)
{
	return !is_io(flags) &&
	       (flags & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
}

/* A 32-bit memory BAR above 2 GiB would have no writable bit. */
static bool size_fits(uint64_t size, uint32_t flags)
{
	if (!is_power_of_two(size))
		return false;
	if (is_io(flags))
		return size >= SMALLEST_IO && size <= LARGEST_IO;
	return size >= SMALLEST_MEMORY && (is_64bit(flags) || size <= 1ull << 31);
}

static bool flags_fit(uint32_t flags)
{
	if (is_io(flags))
		return flags == PCI_BASE_ADDRESS_SPACE_IO;
	return (flags & ~(PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)) == 0;
}

static bool is_taken(const struct pci_config *config, unsigned int bar)
{
	const unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;

	return pci_get32(config->writable, at) || pci_get32(config->data, at);
}

int pci_header_add_bar(struct pci_config *config, unsigned int bar, uint64_t size, uint32_t flags)
{
	const unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;
	const unsigned int slots = is_64bit(flags) ? 2 : 1;
	const uint64_t mask = ~(size - 1);

	if (bar + slots > PCI_BARS || !flags_fit(flags) || !size_fits(size, flags))
		return -EINVAL;
	for (unsigned int i = bar; i < bar + slots; i++)
		if (is_taken(config, i))
			return -EBUSY;
	pci_set32(config->data, at, flags);
	pci_set32(config->writable, at, (uint32_t)mask);
	if (slots == 2)
		pci_set32(config->writable, at + 4, (uint32_t)(mask >> 32));
	decode(config, is_io(flags) ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY);
	return 0;
}

int pci_header_add_rom(struct pci_config *config, uint64_t size)
{
	if (!is_power_of_two(size) || size < SMALLEST_ROM || size > LARGEST_ROM)
		return -EINVAL;
	pci_set32(config->writable, PCI_ROM_ADDRESS,
		  (uint32_t)~(size - 1) | PCI_ROM_ADDRESS_ENABLE);
	decode(config, PCI_COMMAND_MEMORY);
	return 0;
}

uint64_t pci_header_bar_address(const struct pci_config *config, unsigned int bar)
{
	const unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;
	uint32_t low;

	if (bar == PCI_BAR_ROM)
		return pci_get32(config->data, PCI_ROM_ADDRESS) & PCI_ROM_ADDRESS_MASK;
	low = pci_get32(config->data, at);
	if (is_io(low))
		return low & PCI_BASE_ADDRESS_IO_MASK;
	low &= (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	return is_64bit(pci_get32(config->data, at))
		       ? low | (uint64_t)pci_get32(config->data, at + 4) << 32
		       : low;
}
