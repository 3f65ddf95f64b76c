// SPDX-License-Identifier: GPL-2.0-only
/*
 * config: base address registers. VFIO shows copies that behave like the device's registers (PCI
 * Local Bus 3.0, 6.2.5.1, including sizing), and does not change the device's own.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-space.h"

#include <string.h>

#define CLASS_VGA 0x0300 /* base class and subclass */

/* The values of all base address registers, the ROM's last; restored at the end of the scope. */
struct kept_bars {
	struct dut *dut;
	uint32_t shown[BARS + 1];
	uint32_t physical[BARS + 1];
};

static unsigned int bar_register(unsigned int bar)
{
	return bar == BARS ? PCI_ROM_ADDRESS : PCI_BASE_ADDRESS_0 + 4 * bar;
}

static struct kept_bars keep_bars(struct dut *dut)
{
	struct kept_bars kept = {.dut = dut};

	for (unsigned int i = 0; i <= BARS; i++) {
		kept.shown[i] = config_read32(dut, bar_register(i));
		kept.physical[i] = config_physical(dut, bar_register(i), 4);
	}
	return kept;
}

static void restore_bars(struct kept_bars *kept)
{
	for (unsigned int i = 0; i <= BARS; i++)
		config_write32(kept->dut, bar_register(i), kept->shown[i]);
}

#define cleanup_bars __attribute__((cleanup(restore_bars)))

/* Returns NULL if the device's own registers are unchanged, or a message. */
static const char *check_bars_unchanged(const struct kept_bars *kept)
{
	for (unsigned int i = 0; i <= BARS; i++) {
		const uint32_t now = config_physical(kept->dut, bar_register(i), 4);

		if (now != kept->physical[i])
			return text("the device's own register at 0x%x was 0x%x and is now 0x%x",
				    bar_register(i), kept->physical[i], now);
	}
	return NULL;
}

static bool is_io(uint32_t bar)
{
	return bar & PCI_BASE_ADDRESS_SPACE_IO;
}

static bool is_64bit(uint32_t bar)
{
	return !is_io(bar) && bar & PCI_BASE_ADDRESS_MEM_TYPE_64;
}

/* The type bits of a BAR. */
static uint32_t kind_bits(unsigned int bar, uint32_t value)
{
	if (bar == BARS)
		return 0;
	return value &
	       ~(uint32_t)(is_io(value) ? PCI_BASE_ADDRESS_IO_MASK : PCI_BASE_ADDRESS_MEM_MASK);
}

/* The value that BAR must return after all ones were written to it. */
static uint32_t size_mask(struct dut *dut, const struct kept_bars *kept, unsigned int bar)
{
	const bool upper = bar && bar < BARS && is_64bit(kept->shown[bar - 1]) &&
			   bar_resource_size(dut->address, bar - 1);
	const uint64_t size = bar_resource_size(dut->address, upper ? bar - 1 : bar);

	if (!size)
		return 0;
	if (upper)
		return (uint32_t)(~(size - 1) >> 32);
	return ((uint32_t)~(size - 1)) |
	       (bar == BARS ? PCI_ROM_ADDRESS_ENABLE : kind_bits(bar, kept->shown[bar]));
}

/* Covers the upper half of a 64-bit BAR like any other register. */
static enum greatest_test_res sized_with(struct dut *dut, size_t width)
{
	static const uint32_t ones = UINT32_MAX;
	cleanup_bars struct kept_bars kept = keep_bars(dut);

	for (unsigned int i = 0; i <= BARS; i++) {
		const unsigned int at = bar_register(i);

		for (unsigned int byte = 0; byte < 4; byte += (unsigned int)width)
			ASSERT_NUMBER(width, config_pwrite(dut, at + byte, &ones, width));
		ASSERT_THAT(config_read32(dut, at) == size_mask(dut, &kept, i),
			    "register 0x%x: expected 0x%x for its size, got 0x%x", at,
			    size_mask(dut, &kept, i), config_read32(dut, at));
		ASSERT_OK(config_write32(dut, at, kept.shown[i]));
		ASSERT_HEX(kept.shown[i], config_read32(dut, at));
	}
	ASSERT_CHECK(check_bars_unchanged(&kept));
	PASS();
}

static const struct {
	const char *name;
	size_t width;
} widths[] = {{"by bytes", 1}, {"by words", 2}, {"by double words", 4}};

SCENARIO_TABLE(bar_sizing, widths, "!bar=tiny",
	       "writing all ones to a BAR shows its size at any access width, and the old value "
	       "can be restored")
{
	return sized_with(dut, row->width);
}

static enum greatest_test_res sized_at_once(struct dut *dut)
{
	cleanup_bars struct kept_bars kept = keep_bars(dut);
	uint32_t bars[BARS];

	memset(bars, 0xff, sizeof(bars));
	ASSERT_NUMBER(sizeof(bars), config_pwrite(dut, PCI_BASE_ADDRESS_0, bars, sizeof(bars)));
	ASSERT_NUMBER(sizeof(bars), config_pread(dut, PCI_BASE_ADDRESS_0, bars, sizeof(bars)));
	for (unsigned int i = 0; i < BARS; i++)
		ASSERT_THAT(bars[i] == size_mask(dut, &kept, i),
			    "BAR %u: expected 0x%x for its size, got 0x%x", i,
			    size_mask(dut, &kept, i), bars[i]);
	ASSERT_CHECK(check_bars_unchanged(&kept));
	PASS();
}

SCENARIO(bar_sizing_at_once, "!bar=tiny",
	 "all BARs can be sized together with one write and one read")
{
	return sized_at_once(dut);
}

/*
 * A BAR of 4 bytes of I/O has an address bit where a BAR in memory has the bit for 64 bits. It must
 * not make the BAR behind it an upper half.
 */
SCENARIO(bar_behind_tiny_io_bar_sized, "bar=tiny",
	 "a BAR behind one of 4 bytes of I/O shows its size like any other")
{
	return sized_at_once(dut);
}

SCENARIO(bar_type_bits_match_device, "!vf",
	 "the BAR type bits (I/O, 64-bit, prefetchable) match those of the device")
{
	for (unsigned int i = 0; i < BARS; i++) {
		if (!bar_resource_size(dut->address, i))
			continue;
		ASSERT_HEX(kind_bits(i, config_physical(dut, bar_register(i), 4)),
			   kind_bits(i, config_read32(dut, bar_register(i))));
	}
	PASS();
}

/* A guest moves BARs; this must not affect their addresses on the host. */
SCENARIO(bar_writes_stay_virtual, "bar=mem",
	 "a BAR keeps a written address while the device keeps its own address and works")
{
	cleanup_bars struct kept_bars kept = keep_bars(dut);
	uint32_t before, after;

	for (unsigned int i = 0; i < BARS; i++) {
		const uint32_t mask = size_mask(dut, &kept, i) & ~kind_bits(i, kept.shown[i]);

		if (!mask || !bar_resource_size(dut->address, i) || is_io(kept.shown[i]))
			continue;
		ASSERT_OK(bar_read32(dut, i, 0, &before));
		ASSERT_OK(config_write32(dut, bar_register(i), 0xa5a5a5a5));
		ASSERT_HEX((0xa5a5a5a5 & mask) | kind_bits(i, kept.shown[i]),
			   config_read32(dut, bar_register(i)));
		ASSERT_CHECK(check_bars_unchanged(&kept));
		ASSERT_OK(bar_read32(dut, i, 0, &after));
		ASSERT_HEX(before, after);
	}
	PASS();
}

/* Reads end at the end of the ROM, and writes fail: the ROM is read-only for users. */
static enum greatest_test_res rom_is_read_only(struct dut *dut, const struct region *rom)
{
	uint8_t start[4] = {0};

	ASSERT_NUMBER(sizeof(start), region_read(dut, rom, 0, start, sizeof(start)));
	ASSERT_THAT(start[0] == 0x55 && start[1] == 0xaa,
		    "the ROM starts with %02x %02x, expected 55 aa", start[0], start[1]);
	ASSERT_NUMBER(-EINVAL, region_write(dut, rom, 0, start, sizeof(start)));
	ASSERT_THAT(region_read(dut, rom, rom->size, start, 1) <= 0,
		    "the ROM can be read beyond its end");
	PASS();
}

SCENARIO(rom_readable_only_if_present, "",
	 "the ROM can be read but not written if the device has one, and neither if it has none")
{
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region rom;
	uint8_t byte = 0;
	/*
	 * For a display the kernel also checks low memory, where firmware may have left a copy of
	 * the ROM.
	 */
	const bool display = config_read16(dut, PCI_CLASS_DEVICE) == CLASS_VGA;

	ASSERT_OK(region_info(dut, VFIO_PCI_ROM_REGION_INDEX, &rom));
	fact("rom.size=0x%llx", (unsigned long long)rom.size);
	ASSERT_ERRNO(EINVAL, region_map(dut, &rom, 0, 4096, &map));
	if (rom.size)
		return rom_is_read_only(dut, &rom);
	/* The copy also hides the ROM that the display has, but not its BAR. */
	if (!display || !config_physical(dut, PCI_ROM_ADDRESS, 4))
		ASSERT_HEX(0, config_read32(dut, PCI_ROM_ADDRESS));
	ASSERT_NUMBER(display ? -ENOMEM : -EINVAL, region_read(dut, &rom, 0, &byte, 1));
	ASSERT_NUMBER(-EINVAL, region_write(dut, &rom, 0, &byte, 1));
	PASS();
}

static void write_physical(const char *address, unsigned int at, uint32_t value)
{
	pci_config_write16(address, at, (uint16_t)value);
	pci_config_write16(address, at + 2, (uint16_t)(value >> 16));
}

/* The values of the device's own registers, restored at the end of the scope. */
struct kept_physical {
	const char *address;
	unsigned int bar;
	uint32_t value;
	uint16_t command;
};

static void restore_physical(struct kept_physical *kept)
{
	write_physical(kept->address, bar_register(kept->bar), kept->value);
	pci_config_write16(kept->address, PCI_COMMAND, kept->command);
}

#define cleanup_physical __attribute__((cleanup(restore_physical)))

static unsigned int first_memory_bar(struct dut *dut)
{
	unsigned int bar = 0;

	while (bar < BARS - 1 && (!bar_resource_size(dut->address, bar) ||
				  is_io(config_physical(dut, bar_register(bar), 4))))
		bar++;
	return bar;
}

/*
 * Some devices can be reset by a register of their own. VFIO does not notice the reset until the
 * next write.
 */
SCENARIO(lost_bars_restored_on_memory_enable, "!vf bar=mem",
	 "enabling memory restores BARs and COMMAND that the device lost behind VFIO's back")
{
	const unsigned int bar = first_memory_bar(dut);
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_physical struct kept_physical kept = {
		dut->address, bar, config_physical(dut, bar_register(bar), 4),
		(uint16_t)config_physical(dut, PCI_COMMAND, 2)};
	uint32_t before, after;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(bar_read32(dut, bar, 0, &before));
	ASSERT_OK(pci_config_write16(dut->address, PCI_COMMAND, 0));
	write_physical(dut->address, bar_register(bar), 0);
	ASSERT_HEX(0, config_physical(dut, bar_register(bar), 4) & PCI_BASE_ADDRESS_MEM_MASK);
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_HEX(kept.value, config_physical(dut, bar_register(bar), 4));
	ASSERT_HEX(PCI_COMMAND_MEMORY, config_physical(dut, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY);
	ASSERT_OK(bar_read32(dut, bar, 0, &after));
	ASSERT_HEX(before, after);
	PASS();
}

/*
 * The kernel reads the ROM to determine its size. It must enable memory for that, whatever the
 * user's setting is.
 */
SCENARIO(rom_reported_with_memory_off, "!vf",
	 "the ROM is reported the same with memory on or off, and memory stays off")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	struct region on, off;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(region_info(dut, VFIO_PCI_ROM_REGION_INDEX, &on));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MEMORY));
	ASSERT_OK(region_info(dut, VFIO_PCI_ROM_REGION_INDEX, &off));
	ASSERT_HEX(on.size, off.size);
	ASSERT_HEX(on.flags, off.flags);
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	PASS();
}
