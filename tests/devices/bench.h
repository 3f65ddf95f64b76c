/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device model with a client in the same thread, which does what firmware and a driver would have
 * done.
 */
#ifndef TESTS_DEVICES_BENCH_H
#define TESTS_DEVICES_BENCH_H

#include "lab/devices/lib/device.h"

#include "tests/vfio-user/client.h"

#define BENCH_VECTORS 16

struct bench {
	struct device *device;
	struct client client;
	struct buf why;
	int events[BENCH_VECTORS]; /* of the kind that was set up last; -1 elsewhere */
	int memory;		   /* behind the DMA map, -1 without */
};

/*
 * Make the model NAME with WORDS (at most one, or NULL), connect, and turn COMMAND on: memory, I/O,
 * bus master. 0 or -errno. bench_end undoes it all, also after a failure.
 */
int bench_begin(struct bench *bench, const char *name, char *word);
void bench_end(struct bench *bench);

#define cleanup_bench __attribute__((cleanup(bench_end)))

/* Arm or disarm over the control's language: 0, or -EINVAL where it says no. */
int bench_control(struct bench *bench, const char *line);

uint32_t bench_config(struct bench *bench, unsigned int offset, unsigned int len);
void bench_set_config(struct bench *bench, unsigned int offset, uint32_t value, unsigned int len);
uint32_t bench_read(struct bench *bench, unsigned int bar, uint64_t offset);
void bench_write(struct bench *bench, unsigned int bar, uint64_t offset, uint32_t value);

/* Enable COUNT vectors of KIND, in config space and with eventfds. 0 or an errno. */
int bench_irqs(struct bench *bench, enum pci_irq kind, unsigned int count);

/* Events of a vector since it was last asked. */
uint64_t bench_events(struct bench *bench, unsigned int vector);

/* Map SIZE bytes at IOVA for DMA. Their first byte, or NULL. */
void *bench_map(struct bench *bench, uint64_t iova, uint64_t size);

/* Step until the device has done what a timer asked of it, which must be soon. */
void bench_wait(struct bench *bench);

#endif
