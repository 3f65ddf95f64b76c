// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/rom.h"

#include "lab/pci/config.h"

#include <string.h>

#define DATA_AT	  0x1c /* offset of the PCI data structure */
#define DATA_SIZE 0x18
#define CHECKSUM  6
#define BLOCK	  512u
#define ROM_MAX	  (64u << 10) /* maximum; the length is a byte that counts blocks */
#define CODE_NONE 0xff	      /* a code type that firmware does not run */
#define LAST	  0x80

static void fill_data(const struct pci_ids *ids, uint8_t *data, unsigned int blocks)
{
	memset(data, 0, DATA_SIZE);
	memcpy(data, "PCIR", 4);
	pci_set16(data, 4, ids->vendor);
	pci_set16(data, 6, ids->device);
	pci_set16(data, 10, DATA_SIZE);
	data[13] = (uint8_t)ids->class;
	pci_set16(data, 14, (uint16_t)(ids->class >> 8));
	pci_set16(data, 16, (uint16_t)blocks);
	data[20] = CODE_NONE;
	data[21] = LAST;
}

void rom_fill(const struct pci_ids *ids, uint8_t *rom, uint64_t size)
{
	const unsigned int image = size < ROM_MAX ? (unsigned int)size : ROM_MAX;
	uint8_t sum = 0;

	for (uint64_t i = 0; i < size; i++)
		rom[i] = (uint8_t)i;
	memset(rom, 0, DATA_AT);
	rom[0] = 0x55;
	rom[1] = 0xaa;
	rom[2] = (uint8_t)(image / BLOCK);
	pci_set16(rom, 0x18, DATA_AT);
	fill_data(ids, rom + DATA_AT, image / BLOCK);
	for (unsigned int i = 0; i < image; i++)
		sum = (uint8_t)(sum + rom[i]);
	rom[CHECKSUM] = (uint8_t)-sum;
}
