/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts of a DUT. Each vector has its own eventfd with an exact count. */
#ifndef SCENARIOS_LIB_VFIO_IRQS_H
#define SCENARIOS_LIB_VFIO_IRQS_H

#include "scenarios/lib/dut/dut.h"

struct irqs;

/* VFIO_DEVICE_GET_IRQ_INFO. Returns 0 or -errno. */
int irq_info(struct dut *dut, enum irq_kind kind, struct vfio_irq_info *info);

/* Returns the number of interrupts of KIND; 0 if there are none or it is unknown. */
unsigned int irq_count(struct dut *dut, enum irq_kind kind);

/*
 * Returns how many of them, from the first, can be enabled at once: all, but at most 128. An x86
 * guest with one processor has some 200 vectors for all its devices.
 */
unsigned int irqs_that_fit(struct dut *dut, enum irq_kind kind);

/* The flags of VFIO_DEVICE_SET_IRQS: an action and the type of its data (NONE, BOOL, EVENTFD). */
#define IRQ_TRIGGER(data) (VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_##data)
#define IRQ_MASK(data)	  (VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_##data)
#define IRQ_UNMASK(data)  (VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_##data)

/*
 * Raw VFIO_DEVICE_SET_IRQS: FLAGS are VFIO_IRQ_SET_*, followed by LEN bytes of DATA. Returns 0 or
 * -errno; -ENOSPC if the kernel returns a positive number, the vectors that are available.
 */
int irq_set(struct dut *dut, uint32_t flags, enum irq_kind kind, unsigned int start,
	    unsigned int count, const void *data, size_t len);

/* Have the kernel signal the eventfd FD when it wants the device back. Returns 0 or -errno. */
int irq_set_request(struct dut *dut, int fd);

/*
 * Enable the vectors START to START + COUNT - 1 of KIND. Returns 0, or -errno with nothing enabled
 * and *IRQS NULL. irqs_free, which cleanup_irqs calls, disables, closes and frees them. It is
 * NULL-safe.
 */
int irqs_enable(struct dut *dut, enum irq_kind kind, unsigned int start, unsigned int count,
		struct irqs **irqs);
void irqs_free(struct irqs *irqs);

/* The same without enabling them: eventfds for COUNT vectors of KIND from 0 on, for irqs_assign. */
int irqs_prepare(struct dut *dut, enum irq_kind kind, unsigned int count, struct irqs **irqs);

/*
 * Assign the vectors START to START + COUNT - 1, in one request, their own eventfds if WHICH has
 * the bit of their number (modulo 64), and none (-1) if not. Returns 0 or -errno. Enables the kind
 * if it is disabled.
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

/*
 * Disable the whole kind; the eventfds stay, so that late events are counted. Returns 0 or -errno.
 */
int irqs_disable(struct irqs *irqs);

/* Signal VECTOR from user space (DATA_NONE, "loopback"). Returns 0 or -errno. */
int irqs_loopback(struct irqs *irqs, unsigned int vector);

/* VFIO_IRQ_SET_ACTION_MASK and _UNMASK of VECTOR. Return 0 or -errno. */
int irqs_mask(struct irqs *irqs, unsigned int vector);
int irqs_unmask(struct irqs *irqs, unsigned int vector);

/*
 * Set VECTOR's eventfd to FD, or to none if -1. Its old eventfd stays open and is still counted.
 * Returns 0 or -errno.
 */
int irqs_redirect(struct irqs *irqs, unsigned int vector, int fd);

/* Open a non-blocking eventfd; read how often it was signalled since the last read. */
int event_open(void);
uint64_t event_read(int fd);

/* Signal it once. Returns 0 or -errno. */
int event_signal(int fd);

/* Wait until FD is signalled, at most MS ms. Returns true if it was. Does not read its count. */
bool event_wait(int fd, unsigned int ms);

/* Returns the events of VECTOR since it was enabled, without waiting. */
uint64_t irqs_events(struct irqs *irqs, unsigned int vector);

/*
 * Wait until VECTOR has received TOTAL events since it was enabled, at most for the DUT's wait_ms.
 * Returns NULL if it received exactly that many, or a message.
 */
const char *irqs_await(struct irqs *irqs, unsigned int vector, uint64_t total);

/*
 * Trigger INTx, which is masked, and unmask it. Returns NULL if it was pending without an event,
 * and the unmask brought the only one since it was enabled; otherwise a message.
 */
const char *check_intx_waits_for_unmask(struct irqs *irqs);

/*
 * Returns NULL if no vector received an event that was not awaited (irqs_await), or a message. Does
 * not wait.
 */
const char *check_no_other_irqs(struct irqs *irqs);

/*
 * Enable the disabled KIND, start the device, have it raise one interrupt, acknowledge it, and
 * disable KIND. Returns NULL if the interrupt arrived, or a message. Blocks for the DUT's wait_ms
 * at most.
 */
const char *check_irq_works(struct dut *dut, enum irq_kind kind);

#endif
