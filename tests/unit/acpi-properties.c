// SPDX-License-Identifier: GPL-2.0-only
/* The ACPI table with the device properties of a machine's DUTs. */
#include "runner/guest/acpi-properties.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <stdint.h>
#include <string.h>

static struct machine_dut dut(const char *path, const char *properties)
{
	return (struct machine_dut){
		.name = (char *)"a", .path = (char *)path, .properties = (char *)properties};
}

static bool contains(const struct buf *table, const char *bytes, size_t len)
{
	return memmem(table->data, table->len, bytes, len);
}

TEST no_table_without_properties(void)
{
	struct machine_dut duts[] = {dut("02.0", NULL)};
	const struct machine machine = {.duts = duts, .dut_count = 1};
	cleanup_buf struct buf table = BUF_INIT;

	acpi_table(&machine, &table);
	ASSERT_EQ(0, table.len);
	PASS();
}

/* ACPI 6.5, 5.2.6: the length is the second word, and all bytes add up to 0. */
TEST table_is_well_formed(void)
{
	struct machine_dut duts[] = {dut("02.0", "size=0x64000000 base=1"),
				     dut("03.0/00.1", "other=7")};
	const struct machine machine = {.duts = duts, .dut_count = 2};
	cleanup_buf struct buf table = BUF_INIT;
	uint32_t length;
	uint8_t sum = 0;

	acpi_table(&machine, &table);
	ASSERT(table.len > 36);
	ASSERT_EQ(0, memcmp(table.data, "SSDT", 4));
	memcpy(&length, table.data + 4, sizeof(length));
	ASSERT_EQ(table.len, length);
	for (size_t i = 0; i < table.len; i++)
		sum = (uint8_t)(sum + (uint8_t)table.data[i]);
	ASSERT_EQ(0, sum);
	PASS();
}

#define BYTES(text) text, sizeof(text) - 1

TEST table_has_devices_and_values(void)
{
	struct machine_dut duts[] = {dut("02.0", "size=0x64000000"), dut("03.0/00.1", "n,x=7")};
	const struct machine machine = {.duts = duts, .dut_count = 2};
	cleanup_buf struct buf table = BUF_INIT;

	acpi_table(&machine, &table);
	ASSERT(contains(&table, BYTES("_ADR\x0c\0\0\2\0")));
	ASSERT(contains(&table, BYTES("_ADR\x0c\0\0\3\0")));
	ASSERT(contains(&table, BYTES("_ADR\x0c\1\0\0\0")));
	ASSERT(contains(&table, BYTES("\x12\x0d\2\x0dsize\0\x0c\0\0\0\x64")));
	ASSERT(contains(&table, BYTES("\x12\x0c\2\x0dn,x\0\x0c\7\0\0\0")));
	PASS();
}

/* An object with a body of 62 bytes or more has a length of two bytes. */
TEST long_table_is_well_formed(void)
{
	cleanup_buf struct buf words = BUF_INIT, table = BUF_INIT;
	struct machine_dut duts[1];
	const struct machine machine = {.duts = duts, .dut_count = 1};
	uint8_t first, second;

	for (unsigned int i = 0; i < 40; i++)
		buf_printf(&words, "%sproperty%02u=%u", i ? " " : "", i, i);
	duts[0] = dut("02.0", words.data);
	acpi_table(&machine, &table);
	first = (uint8_t)table.data[37];
	second = (uint8_t)table.data[38];
	ASSERT_EQ(0x10, table.data[36]);
	ASSERT_EQ(1, first >> 6);
	ASSERT_EQ(table.len - 37, (size_t)(first & 0xf) | (size_t)second << 4);
	PASS();
}

SUITE(properties)
{
	RUN_TEST(no_table_without_properties);
	RUN_TEST(table_is_well_formed);
	RUN_TEST(table_has_devices_and_values);
	RUN_TEST(long_table_is_well_formed);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(properties);
	GREATEST_MAIN_END();
}
