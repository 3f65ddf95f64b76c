// SPDX-License-Identifier: GPL-2.0-only
/* Passes a message to its handler, and sends the answer ("Commands", "Header"). */
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>

static const struct command {
	command_handler *serve;
	size_t least; /* minimum bytes of payload */
} commands[] = {
	[WIRE_VERSION] = {serve_version, sizeof(struct wire_version)},
	[WIRE_DMA_MAP] = {serve_dma_map, sizeof(struct wire_dma_map)},
	[WIRE_DMA_UNMAP] = {serve_dma_unmap, sizeof(struct wire_dma_unmap)},
	[WIRE_DEVICE_GET_INFO] = {serve_device_info, sizeof(struct wire_device_info)},
	[WIRE_DEVICE_GET_REGION_INFO] = {serve_region_info, sizeof(struct wire_region_info)},
	[WIRE_DEVICE_GET_IRQ_INFO] = {serve_irq_info, sizeof(struct wire_irq_info)},
	[WIRE_DEVICE_SET_IRQS] = {serve_set_irqs, sizeof(struct wire_irq_set)},
	[WIRE_REGION_READ] = {serve_region_read, sizeof(struct wire_region_access)},
	[WIRE_REGION_WRITE] = {serve_region_write, sizeof(struct wire_region_access)},
	[WIRE_DEVICE_RESET] = {serve_reset, 0},
	[WIRE_REGION_WRITE_MULTI] = {serve_write_multi, sizeof(uint64_t)},
};

/* Optional commands fail with another errno than unknown ones. */
static bool is_optional(unsigned int command)
{
	return command == WIRE_DEVICE_GET_REGION_IO_FDS ||
	       (command >= WIRE_DEVICE_FEATURE && command <= WIRE_MIG_DATA_WRITE);
}

static const struct command *command_of(unsigned int number)
{
	if (number >= sizeof(commands) / sizeof(commands[0]) || !commands[number].serve)
		return NULL;
	return &commands[number];
}

/* Returns 0 and stores the answer in REPLY, or returns -errno. */
static int serve(struct vfu *vfu, struct message *m, const struct wire_header *header,
		 struct reply *reply)
{
	const struct command *command = command_of(header->command);
	struct request request = {
		.message = m,
		.payload = m->data + sizeof(*header),
		.len = message_payload(m),
	};

	if ((header->flags & WIRE_TYPE) != WIRE_TYPE_COMMAND)
		return -EINVAL;
	if (m->too_long)
		return -EMSGSIZE;
	if (!vfu->agreed && header->command != WIRE_VERSION)
		return -EPROTO;
	if (!command)
		return is_optional(header->command) ? -EOPNOTSUPP : -ENOSYS;
	if (request.len < command->least)
		return -EINVAL;
	return command->serve(vfu, &request, reply);
}

/* Puts the complete answer, as changed by the hook, into the outbox. */
static void post(struct vfu *vfu, unsigned int command, size_t len, int fd)
{
	struct vfu_message message = {
		.command = (uint16_t)command,
		.data = vfu->out.data,
		.len = len,
		.room = vfu->out.room,
	};
	enum vfu_verdict verdict = VFU_GO_ON;

	if (vfu->hooks->reply)
		verdict = vfu->hooks->reply(vfu->hook, vfu, &message);
	if (verdict == VFU_HANG_UP)
		vfu->hang_up = true;
	if (verdict != VFU_GO_ON || !message.len || message.len > vfu->out.room)
		return;
	vfu->out.len = message.len;
	vfu->out.sent = 0;
	vfu->out.fd = fd;
	outbox_flush(vfu);
}

static void answer(struct vfu *vfu, const struct wire_header *header, int error,
		   const struct reply *reply)
{
	struct wire_header out = {
		.id = header->id,
		.command = header->command,
		.size = (uint32_t)(sizeof(out) + (error ? 0 : reply->len)),
		.flags = WIRE_TYPE_REPLY | (error ? WIRE_ERROR : 0),
		.error = (uint32_t)-error,
	};

	memcpy(vfu->out.data, &out, sizeof(out));
	post(vfu, header->command, out.size, error ? -1 : reply->fd);
}

void dispatch(struct vfu *vfu, struct message *m)
{
	struct wire_header header = message_header(m);
	struct reply reply = {
		.data = vfu->out.data + sizeof(header),
		.room = vfu->out.room - sizeof(header),
		.fd = -1,
	};
	enum vfu_verdict verdict = VFU_GO_ON;
	int r;

	/* A late answer to a question that has timed out. */
	if ((header.flags & WIRE_TYPE) == WIRE_TYPE_REPLY)
		return;
	if (vfu->hooks->request)
		verdict = vfu->hooks->request(vfu->hook, vfu, header.command);
	if (verdict == VFU_HANG_UP)
		vfu->hang_up = true;
	if (verdict != VFU_GO_ON)
		return;
	r = serve(vfu, m, &header, &reply);
	if (!(header.flags & WIRE_NO_REPLY))
		answer(vfu, &header, r, &reply);
	/* Without a negotiated version, the server "closes the connection". */
	if (!vfu->agreed)
		vfu->hang_up = true;
}
