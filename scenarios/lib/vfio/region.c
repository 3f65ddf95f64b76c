// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

static void read_sparse(struct region *region, const struct vfio_region_info_cap_sparse_mmap *cap)
{
	region->sparse = cap->nr_areas;
	for (unsigned int i = 0; i < cap->nr_areas && i < ARRAY_SIZE(region->areas); i++)
		region->areas[i] = (struct region_area){cap->areas[i].offset, cap->areas[i].size};
}

static const char *capability_name(uint16_t id)
{
	static const char *const names[] = {
		[VFIO_REGION_INFO_CAP_SPARSE_MMAP] = "sparse_mmap",
		[VFIO_REGION_INFO_CAP_TYPE] = "type",
		[VFIO_REGION_INFO_CAP_MSIX_MAPPABLE] = "msix_mappable",
	};

	return id < ARRAY_SIZE(names) && names[id] ? names[id] : "unknown";
}

/* Record the region's capability HEADER. */
static void read_capability(struct region *region, const struct vfio_info_cap_header *header)
{
	const struct vfio_region_info_cap_type *type = (const void *)header;
	size_t len = strlen(region->caps);

	snprintf(region->caps + len, sizeof(region->caps) - len, "%s%s:%u", len ? " " : "",
		 capability_name(header->id), header->version);
	if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
		read_sparse(region, (const void *)header);
	else if (header->id == VFIO_REGION_INFO_CAP_MSIX_MAPPABLE)
		region->msix_mappable = true;
	else if (header->id == VFIO_REGION_INFO_CAP_TYPE) {
		region->type = type->type;
		region->subtype = type->subtype;
	}
}

int region_info(struct dut *dut, unsigned int index, struct region *region)
{
	union {
		struct vfio_region_info info;
		char room[1024];
	} answer = {.info = {.argsz = sizeof(answer), .index = index}};
	const struct vfio_info_cap_header *cap;
	int err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_GET_REGION_INFO, &answer);

	if (err)
		return err;
	*region = (struct region){
		.index = index,
		.flags = answer.info.flags,
		.size = answer.info.size,
		.offset = answer.info.offset,
	};
	if (!(answer.info.flags & VFIO_REGION_INFO_FLAG_CAPS))
		return 0;
	for (cap = vfio_capability_at(&answer, sizeof(answer), answer.info.cap_offset); cap;
	     cap = vfio_capability_next(&answer, sizeof(answer), cap))
		read_capability(region, cap);
	return 0;
}

ssize_t region_read(struct dut *dut, const struct region *region, uint64_t offset, void *data,
		    size_t len)
{
	ssize_t got = pread(dut->vfio.device, data, len, (off_t)(region->offset + offset));

	return got < 0 ? -errno : got;
}

ssize_t region_write(struct dut *dut, const struct region *region, uint64_t offset,
		     const void *data, size_t len)
{
	ssize_t put = pwrite(dut->vfio.device, data, len, (off_t)(region->offset + offset));

	return put < 0 ? -errno : put;
}

struct bar_resource bar_resource(const char *address, unsigned int bar)
{
	cleanup_free char *resources = NULL;
	unsigned long long start, end, flags;
	const char *line;

	if (pci_read(address, "resource", &resources))
		return (struct bar_resource){0};
	line = resources;
	while (bar-- && line) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line || sscanf(line, "%llx %llx %llx", &start, &end, &flags) != 3 || !end)
		return (struct bar_resource){0};
	return (struct bar_resource){start, end - start + 1, flags};
}

uint64_t bar_resource_size(const char *address, unsigned int bar)
{
	return bar_resource(address, bar).size;
}

/* Get the region of BAR in the device fd. The lab's own DUT drivers rely on it. */
static int bar_region(struct dut *dut, unsigned int bar, struct region *region)
{
	return region_info(dut, VFIO_PCI_BAR0_REGION_INDEX + bar, region);
}

int bar_read32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t *value)
{
	struct region region;
	ssize_t got = bar_region(dut, bar, &region);

	*value = ~0u;
	if (!got)
		got = region_read(dut, &region, offset, value, sizeof(*value));
	if (got < 0)
		return (int)got;
	return got == sizeof(*value) ? 0 : -EIO;
}

int bar_write32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t value)
{
	struct region region;
	ssize_t put = bar_region(dut, bar, &region);

	if (!put)
		put = region_write(dut, &region, offset, &value, sizeof(value));
	if (put < 0)
		return (int)put;
	return put == sizeof(value) ? 0 : -EIO;
}

int bar_write_list(struct dut *dut, unsigned int bar, const struct bar_value *values, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = bar_write32(dut, bar, values[i].offset, values[i].value);
	return err;
}

int bar_wait32(struct dut *dut, unsigned int bar, uint64_t offset, uint32_t mask, uint32_t value)
{
	int64_t until = now_ms() + dut->wait_ms;
	uint32_t is;

	for (;;) {
		int err = bar_read32(dut, bar, offset, &is);

		if (err || (is & mask) == value)
			return err;
		if (now_ms() > until)
			return -ETIMEDOUT;
		sched_yield(); /* poll: a register has no event */
	}
}

int region_map(struct dut *dut, const struct region *region, uint64_t offset, uint64_t len,
	       struct mapping *mapping)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, dut->vfio.device,
			(off_t)(region->offset + offset));

	*mapping = (struct mapping){NULL, 0};
	if (at == MAP_FAILED)
		return -errno;
	*mapping = (struct mapping){at, len};
	return 0;
}

int region_map_any(struct dut *dut, struct mapping *mapping)
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		int err = region_info(dut, i, &bar);

		if (err)
			return err;
		if (bar.flags & VFIO_REGION_INFO_FLAG_MMAP)
			return region_map(dut, &bar, bar.sparse ? bar.areas[0].offset : 0, 4096,
					  mapping);
	}
	return -ENOENT;
}

void region_unmap(struct mapping *mapping)
{
	if (mapping->at)
		munmap((void *)mapping->at, mapping->len);
	*mapping = (struct mapping){NULL, 0};
}

uint32_t map_read32(const struct mapping *mapping, uint64_t offset)
{
	return *(volatile uint32_t *)((volatile char *)mapping->at + offset);
}

void map_write32(const struct mapping *mapping, uint64_t offset, uint32_t value)
{
	*(volatile uint32_t *)((volatile char *)mapping->at + offset) = value;
}

/*
 * Let the kernel copy from the page: it fails if the page is inaccessible, while our own access
 * would raise SIGBUS.
 */
int map_touch(const struct mapping *mapping, uint64_t offset)
{
	int pipes[2];
	int err = 0;

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	if (write(pipes[1], (const char *)mapping->at + offset, 1) < 0)
		err = -errno;
	close(pipes[0]);
	close(pipes[1]);
	return err;
}

static ssize_t config_access(struct dut *dut, unsigned int offset, void *data, size_t len,
			     bool write)
{
	struct region config;
	int err = region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config);

	if (err)
		return err;
	return write ? region_write(dut, &config, offset, data, len)
		     : region_read(dut, &config, offset, data, len);
}

static int config_write(struct dut *dut, unsigned int offset, void *data, size_t len)
{
	ssize_t put = config_access(dut, offset, data, len, true);

	if (put < 0)
		return (int)put;
	return (size_t)put == len ? 0 : -EIO;
}

uint8_t config_read8(struct dut *dut, unsigned int offset)
{
	uint8_t value = UINT8_MAX;

	config_access(dut, offset, &value, sizeof(value), false);
	return value;
}

uint16_t config_read16(struct dut *dut, unsigned int offset)
{
	uint16_t value = UINT16_MAX;

	config_access(dut, offset, &value, sizeof(value), false);
	return value;
}

uint32_t config_read32(struct dut *dut, unsigned int offset)
{
	uint32_t value = UINT32_MAX;

	config_access(dut, offset, &value, sizeof(value), false);
	return value;
}

int config_write8(struct dut *dut, unsigned int offset, uint8_t value)
{
	return config_write(dut, offset, &value, sizeof(value));
}

int config_write16(struct dut *dut, unsigned int offset, uint16_t value)
{
	return config_write(dut, offset, &value, sizeof(value));
}

int config_write32(struct dut *dut, unsigned int offset, uint32_t value)
{
	return config_write(dut, offset, &value, sizeof(value));
}

int config_set_memory(struct dut *dut, bool on)
{
	const uint16_t command = config_read16(dut, PCI_COMMAND) & ~PCI_COMMAND_MEMORY;

	return config_write16(dut, PCI_COMMAND, command | (on ? PCI_COMMAND_MEMORY : 0));
}

struct kept_command config_keep_command(struct dut *dut)
{
	return (struct kept_command){dut, config_read16(dut, PCI_COMMAND)};
}

void config_restore_command(struct kept_command *kept)
{
	config_write16(kept->dut, PCI_COMMAND, kept->value);
}

const char *check_vfio_works(const char *address, const struct vfio *vfio)
{
	const uint16_t vendor = (uint16_t)pci_number(address, "vendor", 0);
	struct dut user = {.vfio = *vfio};
	const uint16_t got = config_read16(&user, PCI_VENDOR_ID);

	return got == vendor ? NULL : text("vendor ID: expected 0x%04x, got 0x%04x", vendor, got);
}
