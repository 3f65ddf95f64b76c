/* SPDX-License-Identifier: GPL-2.0-only */
/* A device model with a client in the same thread, which acts as firmware and driver. */
#ifndef TESTS_DEVICES_BENCH_H
#define TESTS_DEVICES_BENCH_H

#include "lab/devices/lib/device.h"

#include "tests/vfio-user/client.h"

#define BENCH_VECTORS 16

struct bench {
	struct device *device;
	struct client client;
	struct buf why;
	int events[BENCH_VECTORS]; /* eventfds of the last kind that was set up; else -1 */
	int memory;		   /* memory behind the DMA map, or -1 */
};

/*
 * Creates the model NAME with WORDS (at most one, or NULL), connects, and enables memory, I/O and
 * bus mastering in COMMAND. Returns 0 or -errno. bench_end() cleans up, also after a failure.
 */
int bench_begin(struct bench *bench, const char *name, char *word);
void bench_end(struct bench *bench);

#define cleanup_bench __attribute__((cleanup(bench_end)))

/* Arms or disarms a fault by a control command. Returns 0, or -EINVAL if it is refused. */
int bench_control(struct bench *bench, const char *line);

uint32_t bench_config(struct bench *bench, unsigned int offset, unsigned int len);
void bench_set_config(struct bench *bench, unsigned int offset, uint32_t value, unsigned int len);
uint32_t bench_read(struct bench *bench, unsigned int bar, uint64_t offset);
void bench_write(struct bench *bench, unsigned int bar, uint64_t offset, uint32_t value);

/* Enables COUNT vectors of KIND, in config space and with eventfds. Returns 0 or an errno. */
int bench_irqs(struct bench *bench, enum pci_irq kind, unsigned int count);

/* Returns the number of events of a vector since the last call. */
uint64_t bench_events(struct bench *bench, unsigned int vector);

/* Maps SIZE bytes at IOVA for DMA. Returns their address, or NULL. */
void *bench_map(struct bench *bench, uint64_t iova, uint64_t size);

/* Steps until the device has handled a timer, which must expire soon. */
void bench_wait(struct bench *bench);

#endif
