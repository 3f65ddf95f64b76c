/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config space from any of its views, and the chains of capabilities in it (PCI Local Bus 3.0, 6.7;
 * PCI Express 5.0, 7.6.3).
 */
#ifndef SCENARIOS_LIB_CONFIG_CAPABILITY_H
#define SCENARIOS_LIB_CONFIG_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dut;

/* A view of the config space of a function, made by one of the functions below. */
struct config_reader {
	/* The register of SIZE bytes (1, 2 or 4) at OFFSET; all ones if it cannot be read. */
	uint32_t (*read)(const struct config_reader *reader, unsigned int offset, size_t size);
	struct dut *dut;
	const char *address;
	const uint32_t *dwords;
	size_t count; /* of the dwords */
};

/* Config space as VFIO shows it to the user of DUT. */
struct config_reader config_shown(struct dut *dut);

/* The config space of the device at ADDRESS itself, through sysfs. */
struct config_reader config_of_device(const char *address);

/* A copy: COUNT DWORDS. Anything beyond them reads as all ones. */
struct config_reader config_copied(const uint32_t *dwords, size_t count);

/* A capability, and the position in its chain. */
struct config_chain {
	struct config_reader reader;
	bool extended;
	unsigned int pointer; /* to the capability, as read: may be misaligned */
	unsigned int at;      /* the offset of the capability */
	uint32_t header;      /* its first 16 bits, or 32 if extended */
	uint16_t id;
	unsigned int left; /* the limit of further ones, because a chain may loop */
};

/*
 * Iterate over the capabilities, or the extended ones, in the order of the chain:
 *
 *	struct config_chain chain = config_chain_begin(config_of_device(address), false);
 *
 *	while (config_chain_next(&chain))
 *
 * The chain of extended capabilities may begin with ID 0, if the kernel hides the first one. It
 * ends at a header that reads as all ones, which is returned. STATUS, which reports whether there
 * are capabilities, is not read.
 */
struct config_chain config_chain_begin(struct config_reader reader, bool extended);
bool config_chain_next(struct config_chain *chain);

/* Returns the offset of the capability ID, or 0 if the device lacks it. */
unsigned int config_capability(struct dut *dut, uint8_t id);
unsigned int pci_capability(const char *address, uint8_t id);

/* Returns the offset of the extended capability ID in the device itself, or 0 if it lacks it. */
unsigned int pci_extended_capability(const char *address, uint16_t id);

#endif
