// SPDX-License-Identifier: GPL-2.0-only
/*
 * "VFIO_USER_DEVICE_GET_IRQ_INFO", "VFIO_USER_DEVICE_SET_IRQS", and the functions that raise
 * interrupts.
 */
#include "lab/base/cleanup.h"
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>

int serve_irq_info(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_irq_info info;

	memcpy(&info, request->payload, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFU_IRQ_INDEXES)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = vfu->irqs[info.index].flags;
	info.count = vfu->irqs[info.index].count;
	memcpy(reply->data, &info, sizeof(info));
	reply->len = sizeof(info);
	return 0;
}

/* Vectors that a message selects; BOOLS is NULL if it selects all of them. */
struct selection {
	struct vfu *vfu;
	struct irqs *irqs;
	unsigned int index, start, count;
	const unsigned char *bools;
};

static void changed(const struct selection *s)
{
	if (s->vfu->ops->irqs_changed && s->count)
		s->vfu->ops->irqs_changed(s->vfu->device, s->index, s->start, s->count);
}

static int event_of(uint32_t action, enum irq_event *event)
{
	switch (action) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		*event = IRQ_TRIGGERED;
		return 0;
	case VFIO_IRQ_SET_ACTION_MASK:
		*event = IRQ_MASKED;
		return 0;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		*event = IRQ_UNMASKED;
		return 0;
	default:
		return -EINVAL;
	}
}

/* Expects one descriptor per vector, or none to remove the present ones. */
static int assign(const struct selection *s, enum irq_event event, struct message *m)
{
	if (m->fds_lost)
		return -EMFILE;
	if (m->fd_count && m->fd_count != s->count)
		return -EINVAL;
	for (unsigned int i = 0; i < m->fd_count; i++)
		if (!irq_fd_usable(m->fds[i]))
			return -EINVAL;
	for (unsigned int i = 0; i < s->count; i++)
		irq_assign(s->irqs, s->start + i, event, m->fd_count ? steal_fd(&m->fds[i]) : -1);
	changed(s);
	return 0;
}

static void act(const struct selection *s, enum irq_event event)
{
	for (unsigned int i = 0; i < s->count; i++) {
		if (s->bools && !s->bools[i])
			continue;
		if (event == IRQ_TRIGGERED)
			irq_raise(s->irqs, s->start + i);
		else if (event == IRQ_MASKED)
			irq_mask(s->irqs, s->start + i);
		else
			irq_unmask(s->irqs, s->start + i);
	}
	if (event != IRQ_TRIGGERED)
		changed(s);
}

/* Count 0 with a trigger and without data disables the index: "As a special case". */
static int turn_off(struct selection *s, uint32_t flags)
{
	if (flags != (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER) || s->start)
		return -EINVAL;
	vfu_irqs_disable(s->irqs);
	s->count = s->irqs->count;
	changed(s);
	return 0;
}

static int select_vectors(struct vfu *vfu, const struct wire_irq_set *set, struct selection *s)
{
	if (set->argsz < sizeof(*set) || set->index >= VFU_IRQ_INDEXES)
		return -EINVAL;
	*s = (struct selection){
		.vfu = vfu,
		.irqs = &vfu->irqs[set->index],
		.index = set->index,
		.start = set->start,
		.count = set->count,
	};
	if (s->start > s->irqs->count || s->count > s->irqs->count - s->start)
		return -EINVAL;
	return 0;
}

int serve_set_irqs(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_irq_set set;
	struct selection s;
	enum irq_event event;
	int r;

	(void)reply;
	memcpy(&set, request->payload, sizeof(set));
	r = select_vectors(vfu, &set, &s);
	if (r)
		return r;
	r = event_of(set.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK, &event);
	if (r)
		return r;
	if (!s.count)
		return turn_off(&s, set.flags);
	if (event != IRQ_TRIGGERED && !(s.irqs->flags & VFIO_IRQ_INFO_MASKABLE))
		return -EINVAL;
	switch (set.flags & ~VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return assign(&s, event, request->message);
	case VFIO_IRQ_SET_DATA_BOOL:
		if (request->len - sizeof(set) < s.count)
			return -EINVAL;
		s.bools = request->payload + sizeof(set);
		break;
	case VFIO_IRQ_SET_DATA_NONE:
		break;
	default:
		return -EINVAL;
	}
	act(&s, event);
	return 0;
}

static const struct irq_vector *vector_of(const struct vfu *vfu, unsigned int index,
					  unsigned int vector)
{
	if (index >= VFU_IRQ_INDEXES || vector >= vfu->irqs[index].count)
		return NULL;
	return &vfu->irqs[index].vectors[vector];
}

int vfu_pass_irq(struct vfu *vfu, const struct vfu_irq *irq)
{
	struct irqs *irqs;
	bool level;

	if (!vector_of(vfu, irq->index, irq->vector))
		return -EINVAL;
	irqs = &vfu->irqs[irq->index];
	level = irqs->flags & VFIO_IRQ_INFO_AUTOMASKED;
	if (irq->action == VFU_IRQ_RAISE)
		return irq_raise(irqs, irq->vector);
	if (!level)
		return -EINVAL;
	irq_level(irqs, irq->vector, irq->action == VFU_IRQ_ASSERT);
	return 0;
}

static int send_irq(struct vfu *vfu, unsigned int index, unsigned int vector,
		    enum vfu_irq_action action)
{
	struct vfu_irq irq = {.index = index, .vector = vector, .action = action};

	return vfu->hooks->irq ? vfu->hooks->irq(vfu->hook, vfu, &irq) : vfu_pass_irq(vfu, &irq);
}

int vfu_irq_raise(struct vfu *vfu, unsigned int index, unsigned int vector)
{
	return send_irq(vfu, index, vector, VFU_IRQ_RAISE);
}

int vfu_irq_level(struct vfu *vfu, unsigned int index, unsigned int vector, bool asserted)
{
	return send_irq(vfu, index, vector, asserted ? VFU_IRQ_ASSERT : VFU_IRQ_DEASSERT);
}

bool vfu_irq_enabled(const struct vfu *vfu, unsigned int index, unsigned int vector)
{
	const struct irq_vector *v = vector_of(vfu, index, vector);

	return v && v->fds[IRQ_TRIGGERED] >= 0;
}

bool vfu_irq_masked(const struct vfu *vfu, unsigned int index, unsigned int vector)
{
	const struct irq_vector *v = vector_of(vfu, index, vector);

	return v && v->masked;
}

bool vfu_irq_pending(const struct vfu *vfu, unsigned int index, unsigned int vector)
{
	const struct irq_vector *v = vector_of(vfu, index, vector);

	return v && v->masked && (v->pending || v->asserted);
}

void vfu_irq_clear(struct vfu *vfu, unsigned int index, unsigned int vector)
{
	if (vector_of(vfu, index, vector))
		vfu->irqs[index].vectors[vector].pending = false;
}

int vfu_set_irqs(struct vfu *vfu, unsigned int index, unsigned int count, uint32_t flags)
{
	if (index >= VFU_IRQ_INDEXES || count > VFU_VECTORS ||
	    (count && !(flags & VFIO_IRQ_INFO_EVENTFD)))
		return -EINVAL;
	if (vfu->connection >= 0)
		return -EBUSY;
	return irqs_describe(&vfu->irqs[index], count, flags);
}
