// SPDX-License-Identifier: GPL-2.0-only
/*
 * region: VFIO_PCI_VGA_REGION_INDEX, the legacy addresses of a VGA card: memory from 0xa0000 on,
 * and two ranges of ports. The region's offsets equal those addresses (include/uapi/linux/vfio.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

#define VGA_SIZE   0xc0000u
#define VGA_MEMORY 0xa0000u

/* Ports of a VGA card: each index register is followed by its data register. */
#define SEQUENCER 0x3c4u
#define GRAPHICS  0x3ceu
#define DAC_READ  0x3c7u
#define DAC_WRITE 0x3c8u
#define DAC_DATA  0x3c9u

static ssize_t vga_read(struct dut *dut, uint64_t at, void *data, size_t len)
{
	const struct region vga = {.offset = (uint64_t)VFIO_PCI_VGA_REGION_INDEX << 40};

	return region_read(dut, &vga, at, data, len);
}

static ssize_t vga_write(struct dut *dut, uint64_t at, const void *data, size_t len)
{
	const struct region vga = {.offset = (uint64_t)VFIO_PCI_VGA_REGION_INDEX << 40};

	return region_write(dut, &vga, at, data, len);
}

static int port_write(struct dut *dut, unsigned int port, uint8_t value)
{
	ssize_t put = vga_write(dut, port, &value, 1);

	return put == 1 ? 0 : put < 0 ? (int)put : -EIO;
}

SCENARIO(vga_region_described, "vga",
	 "a VGA card has a VGA region that can be read and written but not mapped")
{
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region vga;

	ASSERT_OK(region_info(dut, VFIO_PCI_VGA_REGION_INDEX, &vga));
	ASSERT_HEX(VGA_SIZE, vga.size);
	ASSERT_HEX(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, vga.flags);
	ASSERT_ERRNO(EINVAL, region_map(dut, &vga, VGA_MEMORY, 4096, &map));
	PASS();
}

/* The limits of the ranges; no access crosses one. */
static const struct {
	const char *name;
	uint32_t at;
	size_t len;
	ssize_t got;
} edges[] = {
	{"before memory", VGA_MEMORY - 1, 1, -EINVAL},
	{"start of memory", VGA_MEMORY, 8, 8},
	{"end of memory", VGA_SIZE - 2, 8, 2},
	{"behind memory", VGA_SIZE, 1, -EINVAL},
	{"before the first ports", 0x3af, 1, -EINVAL},
	{"first ports", 0x3b0, 2, 2},
	{"end of the first ports", 0x3bb, 4, 1},
	{"between the ports", 0x3bc, 1, -EINVAL},
	{"second ports", 0x3c0, 1, 1},
	{"end of the second ports", 0x3de, 4, 2},
	{"behind the second ports", 0x3e0, 1, -EINVAL},
	{"no address of VGA", 0, 4, -EINVAL},
};

SCENARIO_TABLE(vga_ranges_end_exactly, edges, "vga",
	       "each VGA range can be accessed up to its end and nothing beside it")
{
	uint8_t data[8];

	ASSERT_NUMBER(row->got, vga_read(dut, row->at, data, row->len));
	if (row->got < 0)
		ASSERT_NUMBER(row->got, vga_write(dut, row->at, data, row->len));
	PASS();
}

static int palette_put(struct dut *dut, uint8_t entry, const uint8_t colour[3])
{
	int err = port_write(dut, DAC_WRITE, entry);

	for (int i = 0; i < 3 && !err; i++)
		err = port_write(dut, DAC_DATA, colour[i]);
	return err;
}

static int palette_get(struct dut *dut, uint8_t entry, uint8_t colour[3])
{
	int err = port_write(dut, DAC_READ, entry);

	for (int i = 0; i < 3 && !err; i++)
		err = vga_read(dut, DAC_DATA, &colour[i], 1) == 1 ? 0 : -EIO;
	return err;
}

SCENARIO(vga_palette_through_ports, "driver=vga",
	 "the palette can be read and written through the VGA ports")
{
	static const uint8_t red[3] = {0x3f, 1, 2}, green[3] = {3, 0x3e, 4};
	uint8_t colour[3];

	ASSERT_OK(palette_put(dut, 7, red));
	ASSERT_OK(palette_put(dut, 200, green));
	ASSERT_OK(palette_get(dut, 7, colour));
	ASSERT_BYTES(red, colour, sizeof(red));
	ASSERT_OK(palette_get(dut, 200, colour));
	ASSERT_BYTES(green, colour, sizeof(green));
	PASS();
}

/* Have the card map its memory at 0xa0000 linearly, all planes and bits writable. */
static int show_memory(struct dut *dut)
{
	static const struct {
		uint16_t port;
		uint8_t index, value;
	} registers[] = {
		{SEQUENCER, 2, 0x0f}, {SEQUENCER, 4, 0x0e}, {GRAPHICS, 5, 0x00},
		{GRAPHICS, 6, 0x05},  {GRAPHICS, 8, 0xff},
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(registers) && !err; i++) {
		const uint8_t pair[2] = {registers[i].index, registers[i].value};
		ssize_t put = vga_write(dut, registers[i].port, pair, sizeof(pair));

		err = put == sizeof(pair) ? 0 : put < 0 ? (int)put : -EIO;
	}
	return err;
}

SCENARIO(vga_memory_shown_by_bar, "driver=vga scratch",
	 "writes to VGA memory reach the card's memory, as its BAR shows")
{
	static const uint32_t written = 0x12345678;
	uint32_t word = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(bar_write32(dut, dut->driver->scratch.bar, 0, 0));
	ASSERT_OK(show_memory(dut));
	ASSERT_NUMBER(sizeof(written), vga_write(dut, VGA_MEMORY, &written, sizeof(written)));
	ASSERT_NUMBER(sizeof(word), vga_read(dut, VGA_MEMORY, &word, sizeof(word)));
	ASSERT_HEX(written, word);
	ASSERT_OK(bar_read32(dut, dut->driver->scratch.bar, 0, &word));
	ASSERT_HEX(written, word);
	PASS();
}

SCENARIO(vga_region_absent_without_vga, "!vga", "a device that is not a VGA card has no VGA region")
{
	uint8_t byte = 0;

	ASSERT_ERRNO(EINVAL, region_info(dut, VFIO_PCI_VGA_REGION_INDEX, &(struct region){0}));
	ASSERT_NUMBER(-EINVAL, vga_read(dut, VGA_MEMORY, &byte, 1));
	ASSERT_NUMBER(-EINVAL, vga_write(dut, VGA_MEMORY, &byte, 1));
	PASS();
}

SCENARIO_UNBOUND(vga_region_absent_with_disable_vga, "driver=vga",
		 "with disable_vga set at load, a VGA card has no VGA region")
{
	cleanup_vfio_pci const char *again = "";
	cleanup_user struct user user = USER_NONE;
	uint8_t byte;

	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", "disable_vga=1"));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_ERRNO(EINVAL,
		     region_info(&user.dut, VFIO_PCI_VGA_REGION_INDEX, &(struct region){0}));
	ASSERT_NUMBER(-EINVAL, vga_read(&user.dut, VGA_MEMORY, &byte, 1));
	PASS();
}
