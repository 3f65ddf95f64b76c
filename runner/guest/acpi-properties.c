// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/acpi-properties.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum aml {
	AML_NAME = 0x08,
	AML_BYTE = 0x0a,
	AML_DWORD = 0x0c,
	AML_STRING = 0x0d,
	AML_SCOPE = 0x10,
	AML_BUFFER = 0x11,
	AML_PACKAGE = 0x12,
	AML_EXTENDED = 0x5b,
	AML_DEVICE = 0x82, /* after AML_EXTENDED */
};

/* The header of every table: signature, length, revision, checksum, and who made it. */
#define HEADER	 36u
#define CHECKSUM 9u

static void add_byte(struct buf *aml, unsigned int value)
{
	const uint8_t byte = (uint8_t)value;

	buf_add(aml, &byte, 1);
}

static void add_dword(struct buf *aml, uint32_t value)
{
	for (unsigned int shift = 0; shift < 32; shift += 8)
		add_byte(aml, value >> shift);
}

/* Add the length of an object with a body of LEN bytes; the length counts itself (ACPI 20.2.4). */
static void add_length(struct buf *aml, size_t len)
{
	const unsigned int more = len + 1 < 0x40 ? 0 : len + 2 < 0x1000 ? 1 : 2;
	const size_t all = len + 1 + more;

	add_byte(aml, more ? more << 6 | (unsigned int)(all & 0xf) : (unsigned int)all);
	for (unsigned int i = 0; i < more; i++)
		add_byte(aml, (unsigned int)(all >> (4 + 8 * i)));
}

/* Add an object of KIND with BODY, and empty BODY. */
static void add_object(struct buf *aml, enum aml kind, struct buf *body)
{
	if (kind == AML_DEVICE)
		add_byte(aml, AML_EXTENDED);
	add_byte(aml, kind);
	add_length(aml, body->len);
	buf_add(aml, body->data, body->len);
	buf_free(body);
}

static void add_name(struct buf *aml, const char *name)
{
	add_byte(aml, AML_NAME);
	buf_puts(aml, name);
}

static void add_number(struct buf *aml, uint32_t value)
{
	add_byte(aml, AML_DWORD);
	add_dword(aml, value);
}

/* A package of the name and the value of PROPERTY, "NAME=NUMBER". */
static void add_property(struct buf *aml, const char *property, size_t len)
{
	const size_t name = (size_t)((const char *)memchr(property, '=', len) - property);
	cleanup_buf struct buf pair = BUF_INIT;

	add_byte(&pair, 2);
	add_byte(&pair, AML_STRING);
	buf_add(&pair, property, name);
	add_byte(&pair, 0);
	add_number(&pair, (uint32_t)strtoull(property + name + 1, NULL, 0));
	add_object(aml, AML_PACKAGE, &pair);
}

static void add_uuid(struct buf *aml)
{
	/* Device properties: daffd814-6eba-4d8c-8a91-bc9bbf4aa301. */
	static const uint8_t uuid[] = {0x14, 0xd8, 0xff, 0xda, 0xba, 0x6e, 0x8c, 0x4d,
				       0x8a, 0x91, 0xbc, 0x9b, 0xbf, 0x4a, 0xa3, 0x01};
	cleanup_buf struct buf body = BUF_INIT;

	add_byte(&body, AML_BYTE);
	add_byte(&body, sizeof(uuid));
	buf_add(&body, uuid, sizeof(uuid));
	add_object(aml, AML_BUFFER, &body);
}

static void add_properties(struct buf *aml, const char *properties)
{
	cleanup_buf struct buf list = BUF_INIT, all = BUF_INIT;
	unsigned int count = 0;

	for (const char *at = properties + strspn(properties, " "); *at; at += strspn(at, " ")) {
		const size_t len = strcspn(at, " ");

		add_property(&list, at, len);
		at += len;
		count++;
	}
	add_byte(&all, 2);
	add_uuid(&all);
	add_byte(&all, AML_PACKAGE);
	add_length(&all, list.len + 1);
	add_byte(&all, count);
	buf_add(&all, list.data, list.len);
	add_name(aml, "_DSD");
	add_object(aml, AML_PACKAGE, &all);
}

/*
 * The device at PATH, inside of those of its bridges. QEMU's own tables describe the same devices.
 * Linux takes the one that is present by its _STA, which theirs do not have.
 */
static void add_device(struct buf *aml, const char *path, const char *properties,
		       unsigned int number, unsigned int depth)
{
	cleanup_free char *name = text("D%02X%c", number & 0xff, 'A' + (int)depth);
	cleanup_buf struct buf body = BUF_INIT;
	unsigned int slot, function;
	int len = 0;

	if (sscanf(path, "%x.%x%n", &slot, &function, &len) != 2)
		return;
	buf_puts(&body, name);
	add_name(&body, "_ADR");
	add_number(&body, slot << 16 | function);
	add_name(&body, "_STA");
	add_number(&body, 0xf);
	if (path[len] == '/')
		add_device(&body, path + len + 1, properties, number, depth + 1);
	else
		add_properties(&body, properties);
	add_object(aml, AML_DEVICE, &body);
}

static void set_dword(struct buf *table, size_t offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		table->data[offset + i] = (char)(value >> (8 * i));
}

/* All bytes of a table add up to 0. */
static void finish(struct buf *table)
{
	uint8_t sum = 0;

	set_dword(table, 4, (uint32_t)table->len);
	for (size_t i = 0; i < table->len; i++)
		sum = (uint8_t)(sum + (uint8_t)table->data[i]);
	table->data[CHECKSUM] = (char)-sum;
}

void acpi_table(const struct machine *machine, struct buf *table)
{
	static const char header[HEADER + 1] = "SSDT....\2\0VFIOLBPROPERTY\1\0\0\0VFIO\1\0\0";
	cleanup_buf struct buf scope = BUF_INIT;

	/* The root bus: a root, a name of two parts. */
	buf_puts(&scope, "\\._SB_PCI0");
	for (size_t i = 0; i < machine->dut_count; i++) {
		const struct machine_dut *dut = &machine->duts[i];

		if (dut->properties)
			add_device(&scope, dut->path, dut->properties, (unsigned int)i, 0);
	}
	if (scope.len == strlen("\\._SB_PCI0"))
		return;
	buf_add(table, header, HEADER);
	add_object(table, AML_SCOPE, &scope);
	finish(table);
}

int acpi_write(const struct machine *machine, const struct domain_files *files, struct buf *why)
{
	cleanup_buf struct buf table = BUF_INIT;
	cleanup_free char *path = text("%s/" ACPI_FILE, files->run);
	int err;

	acpi_table(machine, &table);
	err = table.len ? file_write(path, table.data, table.len) : 0;
	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}
