// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/opregion.h"

#include "lab/pci/config.h"

#include <string.h>

enum header_at {
	SIGNATURE = 0x00,
	SIZE_KIB = 0x10,
	VERSION = 0x14, /* revision, minor, major in bytes 1 to 3 */
	/* 64 bits: address of the VBT, relative to the OpRegion since version 2.1. */
	RVDA = 0x3ba,
	RVDS = 0x3c2, /* 32 bits: size of the VBT */
	MAILBOX4 = 0x400,
};

#define MAILBOX4_SIZE 6144u
#define GAP	      4096u

/* Offsets in the VBT header. */
enum vbt_at {
	VBT_VERSION = 0x14,
	VBT_HEADER_SIZE = 0x16,
	VBT_SIZE = 0x18,
	VBT_CHECKSUM = 0x1a,
	VBT_BDB = 0x1c, /* offset of the BIOS data block */
};

#define VBT_HEADER 0x30
#define BDB_HEADER 22

const char *const opregion_kinds[OPREGION_KINDS + 1] = {
	"1.0", "2.0", "2.0-rvda", "2.1", "2.1-gap", "bad-signature", "no-size", "oversize", NULL};

/* Makes a VBT without blocks, with a valid checksum: its bytes add up to 0. */
static void make_vbt(uint8_t *vbt, uint16_t size)
{
	uint8_t sum = 0;

	memcpy(vbt, "$VBT VFIOLAB        ", 20);
	pci_set16(vbt, VBT_VERSION, 100);
	pci_set16(vbt, VBT_HEADER_SIZE, VBT_HEADER);
	pci_set16(vbt, VBT_SIZE, size);
	pci_set32(vbt, VBT_BDB, VBT_HEADER);
	memcpy(vbt + VBT_HEADER, "BIOS_DATA_BLOCK ", 16);
	pci_set16(vbt, VBT_HEADER + 16, 200);
	pci_set16(vbt, VBT_HEADER + 18, BDB_HEADER);
	pci_set16(vbt, VBT_HEADER + 20, BDB_HEADER);
	for (unsigned int i = 0; i < size; i++)
		sum = (uint8_t)(sum + vbt[i]);
	vbt[VBT_CHECKSUM] = (uint8_t)-sum;
}

static void set_version(uint8_t *data, uint8_t major, uint8_t minor)
{
	data[VERSION + 2] = minor;
	data[VERSION + 3] = major;
}

static void set_vbt(uint8_t *data, uint64_t rvda)
{
	pci_set32(data, RVDA, (uint32_t)rvda);
	pci_set32(data, RVDA + 4, (uint32_t)(rvda >> 32));
	pci_set32(data, RVDS, OPREGION_VBT);
}

static uint32_t size_in_kib(enum opregion_kind kind)
{
	switch (kind) {
	case OPREGION_NO_SIZE:
		return 0;
	case OPREGION_OVERSIZE:
		return 0x3fffff;
	default:
		return OPREGION_SIZE / 1024;
	}
}

size_t opregion_make(enum opregion_kind kind, uint64_t address, uint8_t data[OPREGION_MAX])
{
	const size_t behind = OPREGION_SIZE + (kind == OPREGION_2_1_GAP ? GAP : 0);
	const bool outside =
		kind == OPREGION_2_0_RVDA || kind == OPREGION_2_1 || kind == OPREGION_2_1_GAP;

	memset(data, 0, OPREGION_MAX);
	memcpy(data + SIGNATURE,
	       kind == OPREGION_BAD_SIGNATURE ? "IntelGraphicsBad" : "IntelGraphicsMem", 16);
	pci_set32(data, SIZE_KIB, size_in_kib(kind));
	if (kind == OPREGION_2_1 || kind == OPREGION_2_1_GAP)
		set_version(data, 2, 1);
	else
		set_version(data, kind == OPREGION_2_0 || kind == OPREGION_2_0_RVDA ? 2 : 1, 0);
	if (!outside) {
		make_vbt(data + MAILBOX4, MAILBOX4_SIZE);
		return OPREGION_SIZE;
	}
	set_vbt(data, kind == OPREGION_2_0_RVDA ? address + behind : behind);
	make_vbt(data + behind, OPREGION_VBT);
	return behind + OPREGION_VBT;
}
