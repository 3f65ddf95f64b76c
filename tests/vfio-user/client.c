// SPDX-License-Identifier: GPL-2.0-only
#include "tests/vfio-user/client.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int client_raw(const struct client *c, const void *data, size_t len, const int *fds,
	       unsigned int count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(CLIENT_FDS * sizeof(int))];
	} control = {.room = {0}};
	struct iovec iov = {(void *)data, len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (count) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.align = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(count * sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
	}
	return sendmsg(c->sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len ? 0 : -errno;
}

static int send_message(const struct client *c, struct wire_header header, const void *payload,
			size_t len, const int *fds, unsigned int count)
{
	cleanup_free unsigned char *message = malloc(sizeof(header) + len);

	if (!message)
		return -ENOMEM;
	header.size = (uint32_t)(sizeof(header) + len);
	memcpy(message, &header, sizeof(header));
	if (len)
		memcpy(message + sizeof(header), payload, len);
	return client_raw(c, message, sizeof(header) + len, fds, count);
}

int client_send(struct client *c, unsigned int command, uint32_t flags, const void *payload,
		size_t len, const int *fds, unsigned int count, uint16_t *id)
{
	struct wire_header header = {
		.id = c->next_id++, .command = (uint16_t)command, .flags = flags};

	if (id)
		*id = header.id;
	return send_message(c, header, payload, len, fds, count);
}

int client_answer(const struct client *c, unsigned int command, uint16_t id, uint32_t error,
		  const void *payload, size_t len)
{
	struct wire_header header = {
		.id = id,
		.command = (uint16_t)command,
		.flags = WIRE_TYPE_REPLY | (error ? WIRE_ERROR : 0),
		.error = error,
	};

	return send_message(c, header, payload, len, NULL, 0);
}

int client_pump(const struct client *c)
{
	int r;

	do {
		struct pollfd p = {.fd = vfu_fd(c->vfu), .events = POLLIN};

		r = vfu_step(c->vfu, 0);
		if (poll(&p, 1, 0) != 1)
			break;
	} while (r == 1);
	return r;
}

static int take_fd(struct msghdr *msg)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	int fd;

	if (!cmsg)
		return -1;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

int client_receive(const struct client *c, struct answer *answer)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {&answer->header, sizeof(answer->header)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(c->sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	answer->fd = -1;
	if (got <= 0)
		return got && errno == EAGAIN ? -EAGAIN : -EPIPE;
	answer->fd = take_fd(&msg);
	answer->len = answer->header.size - sizeof(answer->header);
	if (got != sizeof(answer->header) || answer->len > sizeof(answer->payload))
		return -EPROTO;
	if (!answer->len)
		return 0;
	got = recv(c->sock, answer->payload, answer->len, MSG_DONTWAIT | MSG_WAITALL);
	return got == (ssize_t)answer->len ? 0 : -EPROTO;
}

static int check_answer(const struct wire_header *header, uint16_t id, unsigned int command)
{
	if (header->id != id || header->command != command ||
	    (header->flags & WIRE_TYPE) != WIRE_TYPE_REPLY)
		return -EPROTO;
	return header->flags & WIRE_ERROR ? (int)header->error : 0;
}

int client_ask_fds(struct client *c, unsigned int command, const void *payload, size_t len,
		   const int *fds, unsigned int count, struct answer *answer)
{
	uint16_t id;
	int r;

	answer->fd = -1;
	r = client_send(c, command, 0, payload, len, fds, count, &id);
	if (r)
		return r;
	client_pump(c);
	r = client_receive(c, answer);
	return r ? r : check_answer(&answer->header, id, command);
}

int client_ask(struct client *c, unsigned int command, const void *payload, size_t len,
	       struct answer *answer)
{
	return client_ask_fds(c, command, payload, len, NULL, 0, answer);
}

/* Sends a request whose answer has no payload and no descriptor for the test. */
static int ask_quietly(struct client *c, unsigned int command, const void *payload, size_t len,
		       const int *fds, unsigned int count)
{
	cleanup_free struct answer *answer = malloc(sizeof(*answer));
	int r;

	if (!answer)
		return -ENOMEM;
	r = client_ask_fds(c, command, payload, len, fds, count, answer);
	cleanup_close_p(&answer->fd);
	return r;
}

int client_greet(struct client *c)
{
	static const char json[] =
		"{\"capabilities\":{\"migration\":{\"pgsize\":4096,\"max_bitmap_size\":256},"
		"\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,\"pgsizes\":4096,"
		"\"max_dma_maps\":65535,\"write_multiple\":true}}";
	struct wire_version version = {WIRE_MAJOR, WIRE_MINOR};
	unsigned char payload[sizeof(version) + sizeof(json)];

	memcpy(payload, &version, sizeof(version));
	memcpy(payload + sizeof(version), json, sizeof(json));
	return ask_quietly(c, WIRE_VERSION, payload, sizeof(payload), NULL, 0);
}

int client_read(struct client *c, uint32_t region, uint64_t offset, void *data, uint32_t count)
{
	cleanup_free struct answer *answer = malloc(sizeof(*answer));
	struct wire_region_access access = {.offset = offset, .region = region, .count = count};
	int r;

	if (!answer)
		return -ENOMEM;
	r = client_ask(c, WIRE_REGION_READ, &access, sizeof(access), answer);
	if (r)
		return r;
	if (answer->len != sizeof(access) + count ||
	    memcmp(answer->payload, &access, sizeof(access)) != 0)
		return -EPROTO;
	memcpy(data, answer->payload + sizeof(access), count);
	return 0;
}

int client_write(struct client *c, uint32_t region, uint64_t offset, const void *data,
		 uint32_t count)
{
	struct wire_region_access access = {.offset = offset, .region = region, .count = count};
	cleanup_free unsigned char *payload = malloc(sizeof(access) + count);

	if (!payload)
		return -ENOMEM;
	memcpy(payload, &access, sizeof(access));
	memcpy(payload + sizeof(access), data, count);
	return ask_quietly(c, WIRE_REGION_WRITE, payload, sizeof(access) + count, NULL, 0);
}

int client_map(struct client *c, uint64_t iova, uint64_t size, uint32_t flags, int fd,
	       uint64_t offset)
{
	struct wire_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.offset = offset,
		.address = iova,
		.size = size,
	};

	return ask_quietly(c, WIRE_DMA_MAP, &map, sizeof(map), &fd, fd >= 0);
}

int client_unmap(struct client *c, uint64_t iova, uint64_t size)
{
	struct wire_dma_unmap unmap = {.argsz = sizeof(unmap), .address = iova, .size = size};

	return ask_quietly(c, WIRE_DMA_UNMAP, &unmap, sizeof(unmap), NULL, 0);
}

int client_irqs(struct client *c, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		const int *fds, unsigned int fd_count)
{
	struct wire_irq_set set = {
		.argsz = sizeof(set),
		.flags = flags,
		.index = index,
		.start = start,
		.count = count,
	};

	return ask_quietly(c, WIRE_DEVICE_SET_IRQS, &set, sizeof(set), fds, fd_count);
}

uint64_t events(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

unsigned int open_fds(void)
{
	cleanup_dir DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	while (dir && readdir(dir))
		count++;
	return count;
}
