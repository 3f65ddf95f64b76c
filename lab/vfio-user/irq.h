/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts of one index: eventfds, masks, pending state ("VFIO_USER_DEVICE_SET_IRQS"). */
#ifndef LAB_VFIO_USER_IRQ_H
#define LAB_VFIO_USER_IRQ_H

#include <stdbool.h>
#include <stdint.h>

/* Events of a vector for which a client can set an eventfd. */
enum irq_event {
	IRQ_TRIGGERED,
	IRQ_MASKED,
	IRQ_UNMASKED,
	IRQ_EVENTS,
};

struct irq_vector {
	int fds[IRQ_EVENTS]; /* eventfds of the client, or -1 */
	bool masked;
	bool asserted; /* the level, if the vector is level-triggered */
	bool pending;  /* an event arrived while it was masked */
};

struct irqs {
	uint32_t flags; /* VFIO_IRQ_INFO_* */
	unsigned int count;
	struct irq_vector *vectors;
};

/* Replaces the vectors with COUNT new ones. Returns 0, or -ENOMEM; IRQS is then unchanged. */
int irqs_describe(struct irqs *irqs, unsigned int count, uint32_t flags);

/* See vfu_irq_raise() and vfu_irq_level(). VECTOR must exist. */
int irq_raise(struct irqs *irqs, unsigned int vector);
void irq_level(struct irqs *irqs, unsigned int vector, bool asserted);

/*
 * Sets the eventfd that is signalled on EVENT and takes ownership of FD; -1 removes the present
 * one. An asserted level is signalled at once.
 */
void irq_assign(struct irqs *irqs, unsigned int vector, enum irq_event event, int fd);

/* Masks or unmasks a vector. Unmasking signals a pending event or an asserted level. */
void irq_mask(struct irqs *irqs, unsigned int vector);
void irq_unmask(struct irqs *irqs, unsigned int vector);

/*
 * Closes all eventfds and clears masks and pending events. Levels belong to the device and are
 * kept.
 */
void vfu_irqs_disable(struct irqs *irqs);

/*
 * Returns true if FD, sent by a client, can be written without blocking. Makes an eventfd
 * non-blocking.
 */
bool irq_fd_usable(int fd);

#endif
