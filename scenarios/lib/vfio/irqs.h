/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts of a DUT, each vector with an eventfd of its own that is counted exactly. */
#ifndef SCENARIOS_LIB_VFIO_IRQS_H
#define SCENARIOS_LIB_VFIO_IRQS_H

#include "scenarios/lib/dut/dut.h"

struct irqs;

/* VFIO_DEVICE_GET_IRQ_INFO. 0 or -errno. */
int irq_info(struct dut *dut, enum irq_kind kind, struct vfio_irq_info *info);

/* How many there are of KIND; 0 where there is none or it cannot be asked. */
unsigned int irq_count(struct dut *dut, enum irq_kind kind);

/* The flags of VFIO_DEVICE_SET_IRQS: an action, and what its data are (NONE, BOOL, EVENTFD). */
#define IRQ_TRIGGER(data) (VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_##data)
#define IRQ_MASK(data)	  (VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_##data)
#define IRQ_UNMASK(data)  (VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_##data)

/*
 * VFIO_DEVICE_SET_IRQS as it is: FLAGS are VFIO_IRQ_SET_*, LEN bytes of DATA follow. 0 or -errno;
 * -ENOSPC where the kernel says (with a positive number) that it can have only fewer vectors.
 */
int irq_set(struct dut *dut, uint32_t flags, enum irq_kind kind, unsigned int start,
	    unsigned int count, const void *data, size_t len);

/*
 * Enable the vectors START to START + COUNT - 1 of KIND. 0 or -errno; then nothing is enabled and
 * *IRQS is NULL. irqs_free, which cleanup_irqs calls, disables what still is, closes and frees. It
 * is NULL-safe.
 */
int irqs_enable(struct dut *dut, enum irq_kind kind, unsigned int start, unsigned int count,
		struct irqs **irqs);
void irqs_free(struct irqs *irqs);

/*
 * The same without enabling anything: eventfds for COUNT vectors of KIND from 0 on, for
 * irqs_assign.
 */
int irqs_prepare(struct dut *dut, enum irq_kind kind, unsigned int count, struct irqs **irqs);

/*
 * Give the vectors START to START + COUNT - 1, in one request, their own eventfds where WHICH has
 * the bit of their number (modulo 64), and none (-1) where it has not. 0 or -errno. It enables the
 * kind where that is off.
 */
#define IRQS_ALL  UINT64_MAX
#define IRQS_EVEN 0x5555555555555555ull
#define IRQS_NONE 0ull
int irqs_assign(struct irqs *irqs, unsigned int start, unsigned int count, uint64_t which);

static inline void irqs_cleanup(struct irqs **irqs)
{
	irqs_free(*irqs);
}

#define cleanup_irqs __attribute__((cleanup(irqs_cleanup)))

/* Disable the whole kind; the eventfds stay, so that what comes late is seen. 0 or -errno. */
int irqs_disable(struct irqs *irqs);

/* Signal VECTOR from user space (DATA_NONE, "loopback"). 0 or -errno. */
int irqs_loopback(struct irqs *irqs, unsigned int vector);

/* VFIO_IRQ_SET_ACTION_MASK and _UNMASK of VECTOR. 0 or -errno. */
int irqs_mask(struct irqs *irqs, unsigned int vector);
int irqs_unmask(struct irqs *irqs, unsigned int vector);

/*
 * Give VECTOR the eventfd FD, -1 for none; the one it had stays open and is still counted. 0 or
 * -errno.
 */
int irqs_redirect(struct irqs *irqs, unsigned int vector, int fd);

/* An eventfd that does not block; and how often it was signalled since it was last read. */
int event_open(void);
uint64_t event_read(int fd);

/* Signal it once. 0 or -errno. */
int event_signal(int fd);

/* Wait until FD was signalled, at most MS: whether it was. Its count is not read. */
bool event_wait(int fd, unsigned int ms);

/* Events of VECTOR since it was enabled, without waiting. */
uint64_t irqs_events(struct irqs *irqs, unsigned int vector);

/*
 * Wait until VECTOR has seen TOTAL events since it was enabled, at most the DUT's wait_ms.
 * NULL where it saw exactly so many, else what was seen, for a message.
 */
const char *irqs_await(struct irqs *irqs, unsigned int vector, uint64_t total);

/*
 * NULL where no vector saw an event that was not awaited (irqs_await), else which did. Does not
 * wait.
 */
const char *check_no_other_irqs(struct irqs *irqs);

/*
 * Enable KIND, which is off, start the device and have it raise one, acknowledge it, and disable
 * KIND: NULL where it came. Blocks for the DUT's wait_ms at most.
 */
const char *check_irq_works(struct dut *dut, enum irq_kind kind);

#endif
