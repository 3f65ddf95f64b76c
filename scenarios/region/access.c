// SPDX-License-Identifier: GPL-2.0-only
/*
 * region: pread and pwrite of BARs: accesses of any size, and unmapped buffers (read(2), EFAULT).
 */
#include "scenarios/lib/scenario.h"

#include <string.h>

/* VFIO splits a BAR access into the largest units that offset and length allow. */
static const struct {
	const char *name;
	uint64_t offset;
	size_t len;
} units[] = {{"4 bytes", 0, 4}, {"2 bytes", 2, 2}, {"1 byte", 3, 1}};

/* The first BAR of the device; a write that fails does not reach the device. */
SCENARIO_TABLE(unmapped_buffer_efault, units, "bar=mem",
	       "reading or writing a BAR with an unmapped buffer fails with EFAULT")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	struct region bar = {0};

	ASSERT_OK(config_write16(dut, PCI_COMMAND,
				 command.value | PCI_COMMAND_MEMORY | PCI_COMMAND_IO));
	for (unsigned int i = 0; i < BARS && !bar.size; i++)
		ASSERT_OK(region_info(dut, VFIO_PCI_BAR0_REGION_INDEX + i, &bar));
	ASSERT_NUMBER(-EFAULT, region_read(dut, &bar, row->offset, NULL, row->len));
	ASSERT_NUMBER(-EFAULT, region_write(dut, &bar, row->offset, NULL, row->len));
	PASS();
}

/*
 * VFIO does not read the table but returns a fixed value; this is written to the user's buffer,
 * too.
 */
SCENARIO(msix_table_unmapped_buffer_efault, "irq=msix",
	 "reading the MSI-X table into an unmapped buffer fails with EFAULT")
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	uint32_t table = config_read32(dut, cap + PCI_MSIX_TABLE);
	struct region bar;

	ASSERT_OK(region_info(dut, table & PCI_MSIX_TABLE_BIR, &bar));
	ASSERT_NUMBER(-EFAULT, region_read(dut, &bar, table & PCI_MSIX_TABLE_OFFSET, NULL, 4));
	PASS();
}

/* A part of the BAR that behaves like memory: registers may ignore or change parts of a write. */
SCENARIO_TABLE(write_changes_only_its_bytes, units, "scratch bar=mem",
	       "a BAR write of 1, 2 or 4 bytes changes exactly those bytes")
{
	const struct dut_scratch *scratch = &dut->driver->scratch;
	uint32_t was, now, expected = 0;
	struct region bar;

	if (scratch->len != DUT_WHOLE_BAR)
		PASS();
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(region_info(dut, VFIO_PCI_BAR0_REGION_INDEX + scratch->bar, &bar));
	ASSERT_NUMBER(sizeof(was), region_read(dut, &bar, scratch->offset, &was, sizeof(was)));
	expected = ~was;
	ASSERT_NUMBER(row->len, region_write(dut, &bar, scratch->offset + row->offset,
					     (const char *)&expected + row->offset, row->len));
	memcpy(&now, &was, sizeof(now));
	memcpy((char *)&now + row->offset, (const char *)&expected + row->offset, row->len);
	expected = now;
	ASSERT_NUMBER(sizeof(now), region_read(dut, &bar, scratch->offset, &now, sizeof(now)));
	ASSERT_NUMBER(sizeof(was), region_write(dut, &bar, scratch->offset, &was, sizeof(was)));
	ASSERT_HEX(expected, now);
	PASS();
}
