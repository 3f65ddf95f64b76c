// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest PATH...: measures register reads and DMA of the devices at these paths, in a guest, through
 * VFIO. tests/bench/run explains the figures.
 */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/dma-memory.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READS	 500	     /* reads per batch */
#define BATCHES	 9	     /* the median batch counts */
#define COPY_NS	 1000000000u /* duration of repeated copies */
#define COPY_MAX 65536u

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Returns the time in ns to read the device's first register, which has no side effects, or -errno.
 */
static long long measure_read(struct dut *dut)
{
	cleanup_mapping struct mapping map = {NULL, 0};
	uint64_t batches[BATCHES];
	struct region bar;
	int err = region_info(dut, VFIO_PCI_BAR0_REGION_INDEX, &bar);

	if (!err)
		err = region_map(dut, &bar, 0, 4096, &map);
	if (err)
		return err;
	for (unsigned int i = 0; i < BATCHES; i++) {
		const uint64_t start = now_ns();

		for (unsigned int n = 0; n < READS; n++)
			map_read32(&map, 0);
		batches[i] = (now_ns() - start) / READS;
	}
	qsort(batches, BATCHES, sizeof(*batches), compare);
	return (long long)batches[BATCHES / 2];
}

/* Returns how many bytes per second the device copies from memory to memory, or -errno. */
static long long measure_copy(struct dut *dut, size_t len)
{
	cleanup_dma struct dma from = {0}, to = {0};
	uint64_t start, now, bytes = 0;
	int err = dma_alloc(dut, len, &from);

	if (!err)
		err = dma_alloc(dut, len, &to);
	if (err)
		return err;
	memset(from.at, 0x5a, len);
	start = now_ns();
	do {
		err = dut_dma(dut, to.iova, from.iova, len);
		bytes += len;
		now = now_ns();
	} while (!err && now - start < COPY_NS);
	if (!err && memcmp(from.at, to.at, len))
		err = -EIO;
	return err ? err : (long long)(bytes * 1000000000u / (now - start));
}

static int measure(struct dut *dut)
{
	const size_t len = dut->driver->dma_max < COPY_MAX ? dut->driver->dma_max : COPY_MAX;
	long long read, copy;
	int err = dut_start(dut);

	if (err)
		return err;
	read = measure_read(dut);
	copy = measure_copy(dut, len);
	if (read < 0 || copy < 0)
		return (int)(read < 0 ? read : copy);
	printf("%-16s %10.1f us %12.0f KiB/s in pieces of %zu KiB\n", dut->driver->name,
	       (double)read / 1000, (double)copy / 1024, len / 1024);
	return 0;
}

static int measure_at(const char *path)
{
	struct dut dut = {.vfio = VFIO_CLOSED, .properties = "", .host = -1, .wait_ms = 5000};
	const char *address = dut.address;
	int err = pci_find(path, -1, dut.address);

	if (err)
		return err;
	dut.driver = dut_driver_for(address, NULL);
	dut.mode = vfio_usual_mode();
	err = pci_bind(address, "vfio-pci");
	if (!err)
		err = vfio_open(dut.mode, address, &dut.vfio);
	if (!err)
		err = measure(&dut);
	dut_stop(&dut);
	vfio_close(&dut.vfio);
	pci_release(&address);
	return err;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const int err = measure_at(argv[i]);

		if (!err)
			continue;
		fprintf(stderr, "the device at %s cannot be measured: %s\n", argv[i],
			strerror(-err));
		return 2;
	}
	return 0;
}
