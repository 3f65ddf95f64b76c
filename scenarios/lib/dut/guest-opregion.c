// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/guest-opregion.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/mman.h>

#define APERTURE     PCI_BASE_ADDRESS_2
#define MAPPED	     ((OPREGION_MAX + 4095) & ~4095u)
#define VERSION	     0x16
#define RVDA	     0x3ba
#define VERSION_2_1  0x0201
#define SHOWN_BEHIND (OPREGION_SIZE + OPREGION_VBT)

int opregion_point(const char *address, uint32_t at)
{
	const int err = pci_config_write16(address, OPREGION_ASLS, (uint16_t)at);

	return err ? err : pci_config_write16(address, OPREGION_ASLS + 2, (uint16_t)(at >> 16));
}

static int aperture_address(const char *address, uint32_t *at)
{
	uint32_t bar[2];
	int err = pci_config(address, APERTURE, bar, sizeof(bar));

	if (err)
		return err;
	*at = bar[0] & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	return bar[0] & PCI_BASE_ADDRESS_MEM_TYPE_64 && bar[1] ? -ERANGE : 0;
}

/* Copy in words of 32 bits: the target may be a device. */
static int fill_aperture(const char *address, const uint8_t *data, size_t size)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/resource2", address);
	cleanup_close int fd = open(path, O_RDWR | O_CLOEXEC);
	volatile uint32_t *map;

	if (fd < 0)
		return -errno;
	map = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < size / sizeof(*map); i++) {
		uint32_t word;

		memcpy(&word, data + i * sizeof(word), sizeof(word));
		map[i] = word;
	}
	munmap((void *)map, MAPPED);
	return 0;
}

/* Without a driver memory decoding is off: enable it only for the writes to the BAR. */
static int fill(const char *address, const uint8_t *data, size_t size)
{
	const uint16_t before = pci_config16(address, PCI_COMMAND);
	int err = pci_config_write16(address, PCI_COMMAND, before | PCI_COMMAND_MEMORY);

	if (!err)
		err = fill_aperture(address, data, size);
	pci_config_write16(address, PCI_COMMAND, before);
	return err;
}

int opregion_place(const char *address, enum opregion_kind kind, struct opregion *opregion)
{
	int err = aperture_address(address, &opregion->at);

	if (err)
		return err;
	opregion->address = address;
	opregion->size = opregion_make(kind, opregion->at, opregion->data);
	err = fill(address, opregion->data, opregion->size);
	return err ? err : opregion_point(address, opregion->at);
}

void opregion_remove(struct opregion *opregion)
{
	if (opregion->address)
		opregion_point(opregion->address, 0);
}

int opregion_view(const struct opregion *opregion, size_t size, uint8_t *view)
{
	const uint16_t version = VERSION_2_1;
	const uint64_t rvda = OPREGION_SIZE;

	memcpy(view, opregion->data, OPREGION_SIZE);
	if (size == OPREGION_SIZE)
		return 0;
	if (size != SHOWN_BEHIND || opregion->size == OPREGION_SIZE)
		return -EINVAL;
	memcpy(view + VERSION, &version, sizeof(version));
	memcpy(view + RVDA, &rvda, sizeof(rvda));
	memcpy(view + OPREGION_SIZE, opregion->data + opregion->size - OPREGION_VBT, OPREGION_VBT);
	return 0;
}
