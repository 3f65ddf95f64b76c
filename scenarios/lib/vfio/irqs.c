// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/irqs.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#define IRQS_AT_ONCE 128u

struct irqs {
	struct dut *dut;
	enum irq_kind kind;
	unsigned int start, count;
	bool enabled;
	struct vector {
		int fd;
		uint64_t seen;	  /* events read from fd */
		uint64_t awaited; /* of those, the ones a scenario awaited */
	} vectors[];
};

const char *irq_name(enum irq_kind kind)
{
	static const char *const names[] = {
		[IRQ_INTX] = "intx", [IRQ_MSI] = "msi", [IRQ_MSIX] = "msix",
		[IRQ_ERR] = "err",   [IRQ_REQ] = "req",
	};

	return names[kind];
}

int irq_info(struct dut *dut, enum irq_kind kind, struct vfio_irq_info *info)
{
	*info = (struct vfio_irq_info){.argsz = sizeof(*info), .index = kind};
	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_GET_IRQ_INFO, info);
}

unsigned int irq_count(struct dut *dut, enum irq_kind kind)
{
	struct vfio_irq_info info;

	return irq_info(dut, kind, &info) ? 0 : info.count;
}

unsigned int irqs_that_fit(struct dut *dut, enum irq_kind kind)
{
	const unsigned int count = irq_count(dut, kind);

	return count < IRQS_AT_ONCE ? count : IRQS_AT_ONCE;
}

int irq_set(struct dut *dut, uint32_t flags, enum irq_kind kind, unsigned int start,
	    unsigned int count, const void *data, size_t len)
{
	cleanup_free struct vfio_irq_set *set = zalloc(1, sizeof(*set) + len);
	int ret;

	*set = (struct vfio_irq_set){
		.argsz = (uint32_t)(sizeof(*set) + len),
		.flags = flags,
		.index = kind,
		.start = start,
		.count = count,
	};
	if (len)
		memcpy(set->data, data, len);
	ret = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_SET_IRQS, set);
	return ret > 0 ? -ENOSPC : ret;
}

int event_open(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint64_t event_read(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

int event_signal(int fd)
{
	const uint64_t one = 1;

	return write(fd, &one, sizeof(one)) == sizeof(one) ? 0 : -errno;
}

bool event_wait(int fd, unsigned int ms)
{
	return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, (int)ms) == 1;
}

static struct vector *vector_of(struct irqs *irqs, unsigned int vector)
{
	return &irqs->vectors[vector - irqs->start];
}

static int open_events(struct irqs *irqs)
{
	for (unsigned int i = 0; i < irqs->count; i++) {
		irqs->vectors[i].fd = event_open();
		if (irqs->vectors[i].fd < 0)
			return irqs->vectors[i].fd;
	}
	return 0;
}

static int create(struct dut *dut, enum irq_kind kind, unsigned int start, unsigned int count,
		  struct irqs **irqs)
{
	struct irqs *new = zalloc(1, sizeof(*new) + count * sizeof(new->vectors[0]));
	int err;

	*irqs = new;
	*new = (struct irqs){.dut = dut, .kind = kind, .start = start, .count = count};
	for (unsigned int i = 0; i < count; i++)
		new->vectors[i].fd = -1;
	err = open_events(new);
	if (err) {
		irqs_free(new);
		*irqs = NULL;
	}
	return err;
}

int irqs_prepare(struct dut *dut, enum irq_kind kind, unsigned int count, struct irqs **irqs)
{
	return create(dut, kind, 0, count, irqs);
}

int irqs_assign(struct irqs *irqs, unsigned int start, unsigned int count, uint64_t which)
{
	cleanup_free int32_t *fds = zalloc(count, sizeof(*fds));
	int err;

	for (unsigned int i = 0; i < count; i++)
		fds[i] = which >> (start + i) % 64 & 1 ? vector_of(irqs, start + i)->fd : -1;
	err = irq_set(irqs->dut, IRQ_TRIGGER(EVENTFD), irqs->kind, start, count, fds,
		      count * sizeof(*fds));
	if (!err)
		irqs->enabled = true;
	return err;
}

int irq_set_request(struct dut *dut, int fd)
{
	return irq_set(dut, IRQ_TRIGGER(EVENTFD), IRQ_REQ, 0, 1, &fd, sizeof(fd));
}

int irqs_enable(struct dut *dut, enum irq_kind kind, unsigned int start, unsigned int count,
		struct irqs **irqs)
{
	int err = create(dut, kind, start, count, irqs);

	if (!err)
		err = irqs_assign(*irqs, start, count, IRQS_ALL);
	if (err) {
		irqs_free(*irqs);
		*irqs = NULL;
	}
	return err;
}

void irqs_free(struct irqs *irqs)
{
	if (!irqs)
		return;
	if (irqs->enabled)
		irqs_disable(irqs);
	for (unsigned int i = 0; i < irqs->count; i++) {
		if (irqs->vectors[i].fd >= 0)
			close(irqs->vectors[i].fd);
	}
	free(irqs);
}

int irqs_disable(struct irqs *irqs)
{
	irqs->enabled = false;
	return irq_set(irqs->dut, IRQ_TRIGGER(NONE), irqs->kind, 0, 0, NULL, 0);
}

static int act(struct irqs *irqs, unsigned int vector, uint32_t action)
{
	return irq_set(irqs->dut, VFIO_IRQ_SET_DATA_NONE | action, irqs->kind, vector, 1, NULL, 0);
}

int irqs_loopback(struct irqs *irqs, unsigned int vector)
{
	return act(irqs, vector, VFIO_IRQ_SET_ACTION_TRIGGER);
}

int irqs_mask(struct irqs *irqs, unsigned int vector)
{
	return act(irqs, vector, VFIO_IRQ_SET_ACTION_MASK);
}

int irqs_unmask(struct irqs *irqs, unsigned int vector)
{
	return act(irqs, vector, VFIO_IRQ_SET_ACTION_UNMASK);
}

int irqs_redirect(struct irqs *irqs, unsigned int vector, int fd)
{
	int32_t value = fd;

	return irq_set(irqs->dut, IRQ_TRIGGER(EVENTFD), irqs->kind, vector, 1, &value,
		       sizeof(value));
}

uint64_t irqs_events(struct irqs *irqs, unsigned int vector)
{
	struct vector *v = vector_of(irqs, vector);

	v->seen += event_read(v->fd);
	return v->seen;
}

const char *irqs_await(struct irqs *irqs, unsigned int vector, uint64_t total)
{
	struct vector *v = vector_of(irqs, vector);
	int64_t start = now_ms();
	int64_t until = start + irqs->dut->wait_ms;

	while (irqs_events(irqs, vector) < total) {
		int64_t left = until - now_ms();

		if (left <= 0 || !event_wait(v->fd, (unsigned int)left))
			break;
	}
	v->awaited = total;
	if (v->seen == total)
		return NULL;
	return text("%s vector %u: expected %llu event%s, saw %llu in %lld ms",
		    irq_name(irqs->kind), vector, (unsigned long long)total, total == 1 ? "" : "s",
		    (unsigned long long)v->seen, (long long)(now_ms() - start));
}

const char *check_intx_waits_for_unmask(struct irqs *irqs)
{
	int err = dut_trigger(irqs->dut, IRQ_INTX, 0);

	if (err)
		return text("INTx cannot be triggered: %s", error_name(err));
	if (!(config_read16(irqs->dut, PCI_STATUS) & PCI_STATUS_INTERRUPT))
		return "INTx was triggered, and is not pending in STATUS";
	if (irqs_events(irqs, 0))
		return "INTx is signalled while it is masked";
	err = irqs_unmask(irqs, 0);
	if (err)
		return text("INTx cannot be unmasked: %s", error_name(err));
	return irqs_await(irqs, 0, 1);
}

const char *check_no_other_irqs(struct irqs *irqs)
{
	for (unsigned int vector = irqs->start; vector < irqs->start + irqs->count; vector++) {
		struct vector *v = vector_of(irqs, vector);

		if (irqs_events(irqs, vector) != v->awaited)
			return text("%s vector %u: expected no event beyond %llu, saw %llu",
				    irq_name(irqs->kind), vector, (unsigned long long)v->awaited,
				    (unsigned long long)v->seen);
	}
	return NULL;
}

const char *check_irq_works(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	const char *missed;
	int err = dut_start(dut);

	if (!err)
		err = irqs_enable(dut, kind, 0, 1, &irqs);
	if (!err)
		err = dut_trigger(dut, kind, 0);
	if (err)
		return text("%s cannot be enabled and raised: %s", irq_name(kind), error_name(err));
	missed = irqs_await(irqs, 0, 1);
	if (missed)
		return missed;
	err = dut_ack(dut);
	return err ? text("%s is not acknowledged: %s", irq_name(kind), error_name(err)) : NULL;
}
