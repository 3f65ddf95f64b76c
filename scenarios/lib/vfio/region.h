/* SPDX-License-Identifier: GPL-2.0-only */
/* Regions of a VFIO device: information, access, mappings; config space. */
#ifndef SCENARIOS_LIB_VFIO_REGION_H
#define SCENARIOS_LIB_VFIO_REGION_H

#include "scenarios/lib/dut/dut.h"

#include <linux/pci_regs.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BARS 6

struct region {
	unsigned int index;
	uint32_t flags; /* VFIO_REGION_INFO_FLAG_* */
	uint64_t size;
	uint64_t offset;    /* in the device fd */
	char caps[64];	    /* all capabilities with their versions: "msix_mappable:1 type:1" */
	bool msix_mappable; /* the capability of that name */
	/* Set for a region of the device's driver; 0, 0 for a standard region. */
	uint32_t type, subtype;
	unsigned int sparse; /* areas in the sparse mmap capability; 0 without one */
	struct region_area {
		uint64_t offset, size;
	} areas[8]; /* the first of them */
};

/* VFIO_DEVICE_GET_REGION_INFO. Returns 0 or -errno. */
int region_info(struct dut *dut, unsigned int index, struct region *region);

/*
 * Read or write LEN bytes at OFFSET in the region, with one pread or pwrite. Returns the number of
 * bytes or -errno.
 */
ssize_t region_read(struct dut *dut, const struct region *region, uint64_t offset, void *data,
		    size_t len);
ssize_t region_write(struct dut *dut, const struct region *region, uint64_t offset,
		     const void *data, size_t len);

/* A BAR in the PCI core (sysfs): physical address, bytes, and IORESOURCE_* flags; 0: none. */
struct bar_resource {
	uint64_t start, size, flags;
};

struct bar_resource bar_resource(const char *address, unsigned int bar);

/* Returns the size of BAR's resource in the PCI core (sysfs) in bytes, or 0 if there is none. */
uint64_t bar_resource_size(const char *address, unsigned int bar);

/* Access a 32-bit register of a BAR through pread and pwrite; *VALUE is ~0 on failure. */
int bar_read32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t *value);
int bar_write32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t value);

/* Several writes; stops at the first that fails. */
struct bar_value {
	uint64_t offset;
	uint32_t value;
};
int bar_write_list(struct dut *dut, unsigned int bar, const struct bar_value *values, size_t count);

/* Wait until the bits MASK of a register are VALUE. Returns 0, -ETIMEDOUT, or another -errno. */
int bar_wait32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t mask, uint32_t value);

/* A mapped part of a region; cleanup_mapping unmaps it. */
struct mapping {
	volatile void *at;
	size_t len;
};

/* Map LEN bytes at OFFSET in the region, readable and writable. Returns 0 or -errno. */
int region_map(struct dut *dut, const struct region *region, uint64_t offset, uint64_t len,
	       struct mapping *mapping);
void region_unmap(struct mapping *mapping);

/* Map a page of the first BAR that can be mapped. Returns 0 or -errno; -ENOENT if there is none. */
int region_map_any(struct dut *dut, struct mapping *mapping);

#define cleanup_mapping __attribute__((cleanup(region_unmap)))

/* Access a 32-bit word of a mapping. */
uint32_t map_read32(const struct mapping *mapping, uint64_t offset);
void map_write32(const struct mapping *mapping, uint64_t offset, uint32_t value);

/* Returns 0 if the byte at OFFSET is readable, -EFAULT if an access would raise SIGBUS. */
int map_touch(const struct mapping *mapping, uint64_t offset);

/* Config space as VFIO shows it. Reads return ~0 on failure; writes return 0 or -errno. */
uint8_t config_read8(struct dut *dut, unsigned int offset);
uint16_t config_read16(struct dut *dut, unsigned int offset);
uint32_t config_read32(struct dut *dut, unsigned int offset);
int config_write8(struct dut *dut, unsigned int offset, uint8_t value);
int config_write16(struct dut *dut, unsigned int offset, uint16_t value);
int config_write32(struct dut *dut, unsigned int offset, uint32_t value);

/*
 * The current COMMAND, for a variable marked cleanup_command, which restores it at the end of the
 * scope.
 */
struct kept_command {
	struct dut *dut;
	uint16_t value;
};
struct kept_command config_keep_command(struct dut *dut);
void config_restore_command(struct kept_command *kept);

/* Enable or disable memory space in COMMAND. Returns 0 or -errno. */
int config_set_memory(struct dut *dut, bool on);

#define cleanup_command __attribute__((cleanup(config_restore_command)))

/*
 * Returns NULL if the user of VFIO, who has the device at ADDRESS open, can read its config space,
 * or a message.
 */
const char *check_vfio_works(const char *address, const struct vfio *vfio);

#endif
