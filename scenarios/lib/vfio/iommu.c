// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/iommu.h"

#include "scenarios/lib/vfio/backend.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

int iommu_map(struct dut *dut, const void *at, uint64_t iova, uint64_t size, uint32_t flags)
{
	return vfio_backend(dut->vfio.mode)->map(&dut->vfio, at, iova, size, flags);
}

int iommu_unmap(struct dut *dut, uint64_t iova, uint64_t size, uint64_t *unmapped)
{
	uint64_t ignored;

	return vfio_backend(dut->vfio.mode)->unmap(&dut->vfio, iova, size, unmapped ?: &ignored);
}

int iommu_info(struct dut *dut, union iommu_info *answer)
{
	*answer = (union iommu_info){.info = {.argsz = sizeof(*answer)}};
	return vfio_ioctl(dut->vfio.container, VFIO_IOMMU_GET_INFO, answer);
}

const void *iommu_capability(const union iommu_info *answer, uint16_t id)
{
	const struct vfio_info_cap_header *cap = NULL;

	if (answer->info.flags & VFIO_IOMMU_INFO_CAPS)
		cap = vfio_capability_at(answer, sizeof(*answer), answer->info.cap_offset);
	while (cap && cap->id != id)
		cap = vfio_capability_next(answer, sizeof(*answer), cap);
	return cap;
}

int memory_take(size_t len, int flags, struct memory *memory)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | flags, -1, 0);

	*memory = (struct memory){NULL, 0};
	if (at == MAP_FAILED)
		return -errno;
	*memory = (struct memory){at, len};
	return 0;
}

void memory_free(struct memory *memory)
{
	if (memory->at)
		munmap(memory->at, memory->len);
	*memory = (struct memory){NULL, 0};
}

/* Differs between pages, and between neighbouring words. */
void pattern_fill(void *at, size_t len, unsigned int seed)
{
	uint8_t *byte = at;

	for (size_t i = 0; i < len; i++)
		byte[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

/* The interrupt's line has a count for each processor, then words. */
static long line_total(const char *line)
{
	const char *at = strchr(line, ':') + 1;
	long total = 0;

	for (;;) {
		char *end;
		const long count = strtol(at, &end, 10);

		if (end == at || (*end != ' ' && *end != '\n'))
			return total;
		total += count;
		at = end;
	}
}

/* The interrupt by which an IOMMU reports faults: VT-d's, or that of virtio's event queue. */
static bool is_fault_line(const char *line)
{
	const bool virtio = strstr(line, " virtio") && strstr(line, "-event");

	return strchr(line, ':') && (strstr(line, " dmar0") || virtio);
}

long iommu_faults(void)
{
	cleanup_free char *all = NULL;
	char *save = NULL;

	if (file_read("/proc/interrupts", &all, NULL))
		return -ENOENT;
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (is_fault_line(line))
			return line_total(line);
	}
	return -ENOENT;
}

/* Poll: there is no event for a count in /proc. */
bool iommu_await_fault(struct dut *dut, long before)
{
	const int64_t until = now_ms() + dut->wait_ms;

	while (iommu_faults() <= before) {
		if (now_ms() > until)
			return false;
		sched_yield();
	}
	return true;
}
