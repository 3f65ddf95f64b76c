// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vfio-user/irq.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <sys/stat.h>

/*
 * Rejects pipes, files and terminals, because a write to them could block. Only anonymous inodes,
 * such as eventfds, have no file type. A write to another anonymous inode fails, which is harmless.
 */
bool irq_fd_usable(int fd)
{
	struct stat st;
	int flags;

	if (fstat(fd, &st) || st.st_mode & S_IFMT)
		return false;
	flags = fcntl(fd, F_GETFL);
	return flags >= 0 && (flags & O_NONBLOCK || !fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

/*
 * A write that fails because the counter is full can be ignored: the eventfd is already signalled.
 */
static void signal_event(int fd)
{
	uint64_t one = 1;

	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		return;
}

int irqs_describe(struct irqs *irqs, unsigned int count, uint32_t flags)
{
	struct irq_vector *vectors = NULL;

	if (count) {
		vectors = calloc(count, sizeof(*vectors));
		if (!vectors)
			return -ENOMEM;
	}
	for (unsigned int v = 0; v < count; v++)
		for (unsigned int e = 0; e < IRQ_EVENTS; e++)
			vectors[v].fds[e] = -1;
	vfu_irqs_disable(irqs);
	free(irqs->vectors);
	*irqs = (struct irqs){.flags = flags, .count = count, .vectors = vectors};
	return 0;
}

/*
 * Signals an unmasked vector. A level-triggered vector is then masked until the client unmasks it.
 */
static int trigger(const struct irqs *irqs, struct irq_vector *v)
{
	if (v->fds[IRQ_TRIGGERED] < 0)
		return -ENOENT;
	v->pending = false;
	signal_event(v->fds[IRQ_TRIGGERED]);
	if (irqs->flags & VFIO_IRQ_INFO_AUTOMASKED) {
		v->masked = true;
		signal_event(v->fds[IRQ_MASKED]);
	}
	return 0;
}

int irq_raise(struct irqs *irqs, unsigned int vector)
{
	struct irq_vector *v = &irqs->vectors[vector];

	if (!v->masked)
		return trigger(irqs, v);
	v->pending = true;
	return -EAGAIN;
}

void irq_level(struct irqs *irqs, unsigned int vector, bool asserted)
{
	struct irq_vector *v = &irqs->vectors[vector];
	bool rises = asserted && !v->asserted;

	v->asserted = asserted;
	if (rises && !v->masked)
		trigger(irqs, v);
}

void irq_assign(struct irqs *irqs, unsigned int vector, enum irq_event event, int fd)
{
	struct irq_vector *v = &irqs->vectors[vector];

	cleanup_close_p(&v->fds[event]);
	v->fds[event] = fd;
	if (event == IRQ_TRIGGERED && fd >= 0 && v->asserted && !v->masked)
		trigger(irqs, v);
}

void irq_mask(struct irqs *irqs, unsigned int vector)
{
	struct irq_vector *v = &irqs->vectors[vector];

	if (v->masked)
		return;
	v->masked = true;
	signal_event(v->fds[IRQ_MASKED]);
}

void irq_unmask(struct irqs *irqs, unsigned int vector)
{
	struct irq_vector *v = &irqs->vectors[vector];

	if (!v->masked)
		return;
	v->masked = false;
	signal_event(v->fds[IRQ_UNMASKED]);
	if (v->asserted || v->pending)
		trigger(irqs, v);
}

void vfu_irqs_disable(struct irqs *irqs)
{
	for (unsigned int i = 0; i < irqs->count; i++) {
		struct irq_vector *v = &irqs->vectors[i];

		for (unsigned int e = 0; e < IRQ_EVENTS; e++) {
			cleanup_close_p(&v->fds[e]);
			v->fds[e] = -1;
		}
		v->masked = false;
		v->pending = false;
	}
}
