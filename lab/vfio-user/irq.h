/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts of one index: eventfds, masks, what is pending ("VFIO_USER_DEVICE_SET_IRQS"). */
#ifndef LAB_VFIO_USER_IRQ_H
#define LAB_VFIO_USER_IRQ_H

#include <stdbool.h>
#include <stdint.h>

/* Events that a client can have reported for a vector. */
enum irq_event {
	IRQ_TRIGGERED,
	IRQ_MASKED,
	IRQ_UNMASKED,
	IRQ_EVENTS,
};

struct irq_vector {
	int fds[IRQ_EVENTS]; /* eventfds of the client's, or -1 */
	bool masked;
	bool asserted; /* the level, of a vector that is one */
	bool pending;  /* an event came while it was masked */
};

struct irqs {
	uint32_t flags; /* VFIO_IRQ_INFO_* */
	unsigned int count;
	struct irq_vector *vectors;
};

/* Make room for COUNT vectors in place of what is there. 0 or -ENOMEM, and nothing has changed. */
int irqs_describe(struct irqs *irqs, unsigned int count, uint32_t flags);

/* One event, or a level: as vfu_irq_raise() and vfu_irq_level(), for a vector that is there. */
int irq_raise(struct irqs *irqs, unsigned int vector);
void irq_level(struct irqs *irqs, unsigned int vector, bool asserted);

/*
 * Have FD, which is taken over, signalled upon EVENT; -1 takes away what was
 * there. A level that is asserted is signalled at once.
 */
void irq_assign(struct irqs *irqs, unsigned int vector, enum irq_event event, int fd);

/* Mask or unmask; what is pending or asserted goes out at unmask. */
void irq_mask(struct irqs *irqs, unsigned int vector);
void irq_unmask(struct irqs *irqs, unsigned int vector);

/* Close all eventfds, forget masks and what is pending; levels stay, which are the device's. */
void vfu_irqs_disable(struct irqs *irqs);

/*
 * Whether FD, of a client, can be written to without blocking: it is made so where it is an
 * eventfd.
 */
bool irq_fd_usable(int fd);

#endif
