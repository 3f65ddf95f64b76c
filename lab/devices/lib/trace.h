/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace of what happens to a device, in order, one event a line (docs/trace.md). It is written to
 * memory that is shared with the lane. All functions except trace_create() and trace_mark() do
 * nothing if TRACE is NULL, and none blocks or calls the system.
 */
#ifndef LAB_DEVICES_LIB_TRACE_H
#define LAB_DEVICES_LIB_TRACE_H

#include "lab/vfio-user/vfio-user.h"

#include <stdarg.h>

struct device;
struct trace;

/*
 * Traces DEVICE from now on into the struct trace_area (lab/base/trace-area.h) behind FD, a memory
 * file of that size, which the caller may close. Returns 0 or -errno.
 */
int trace_create(struct device *device, int fd);
void trace_destroy(struct trace *trace);

/* Ends a part of the trace: the next event goes to the other half of the area. */
void trace_mark(struct trace *trace);

/* A write before the device takes it, or a read after it, with the result ERR (0 or -errno). */
void trace_access(struct trace *trace, const struct vfu_access *access, int err);

/* An interrupt of the device, with the result of passing it on. */
void trace_irq(struct trace *trace, const struct vfu_irq *irq, int err);

/* The client has set up vectors; vfu_irq_enabled() and vfu_irq_masked() have the new state. */
void trace_irqs(struct trace *trace, unsigned int index, unsigned int first, unsigned int count);

void trace_dma(struct trace *trace, const struct vfu_dma *dma, int err);
void trace_map(struct trace *trace, uint64_t iova, uint64_t size);
void trace_unmap(struct trace *trace, uint64_t iova, uint64_t size);

/* Any other event: KIND is a word, and FORMAT the rest. */
void trace_event(struct trace *trace, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void trace_vevent(struct trace *trace, const char *kind, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
