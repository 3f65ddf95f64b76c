// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: everything that a client can send to the server library, with a device that uses
 * every feature. An input is a byte of options, then records:
 *
 *	how, length, bytes		sent as they are
 *	how, length, command, flags, bytes	sent as a message with a good header
 *
 * A length is one byte. HOW selects the kind of record, the number and kind of descriptors sent
 * with it, and whether the server runs before the next record. No descriptor or map may be left
 * after an input.
 */
#include "tests/vfio-user/toy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

enum {
	OPTION_GREET = 1 << 0, /* negotiate a version first */
	OPTION_CLOSE = 1 << 1, /* close at the end; else stop sending, but read answers */

	HOW_FDS = 3 << 0,
	HOW_KIND = 3 << 2,
	HOW_STEP = 1 << 4,
	HOW_MESSAGE = 1 << 5,

	KINDS = 4,
	BATCH = 65536,
	STEPS = 100000, /* more than any input needs, to detect endless loops */
};

struct bench {
	struct toy *toy;
	unsigned char *batch; /* bytes sent to the server in one piece */
	size_t batched;
	int fds[KINDS];
	int lowest; /* the lowest free descriptor between inputs */
};

struct input {
	const uint8_t *at, *end;
};

static void insist(int truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static int lowest_free(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

static struct bench *make_bench(void)
{
	const struct vfu_limits limits = {
		.max_transfer = 4096, .max_dma_maps = 16, .dma_timeout_ms = 1};
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		abort();
	b->batch = malloc(BATCH);
	if (!b->batch)
		abort();
	insist(!toy_make(&b->toy, &limits), "a device can be made");
	b->fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->fds[1] = memory_file(16384, false);
	b->fds[2] = memory_file(16384, true);
	b->fds[3] = open("/dev/null", O_RDWR | O_CLOEXEC);
	b->lowest = lowest_free();
	return b;
}

static size_t take(struct input *in, void *to, size_t len)
{
	size_t left = (size_t)(in->end - in->at);

	len = len < left ? len : left;
	memcpy(to, in->at, len);
	in->at += len;
	return len;
}

static unsigned int byte(struct input *in)
{
	uint8_t value = 0;

	take(in, &value, 1);
	return value;
}

/* Discards answers and their descriptors. */
static void drain(const struct client *c)
{
	static char waste[1 << 16];

	while (recv(c->sock, waste, sizeof(waste), MSG_DONTWAIT) > 0)
		;
}

static void flush(struct bench *b)
{
	if (b->batched)
		client_raw(&b->toy->client, b->batch, b->batched, NULL, 0);
	b->batched = 0;
}

/* Bytes with descriptors cannot be in one piece with earlier bytes. */
static void post(struct bench *b, const void *data, size_t len, const int *fds, unsigned int count)
{
	if (count || b->batched + len > BATCH)
		flush(b);
	if (count && len) {
		client_raw(&b->toy->client, data, len, fds, count);
		return;
	}
	memcpy(b->batch + b->batched, data, len);
	b->batched += len;
}

/* Without JSON, which has separate inputs. */
static void greet(struct bench *b)
{
	const struct {
		struct wire_header header;
		struct wire_version version;
	} hello = {
		{.command = WIRE_VERSION, .size = sizeof(hello)},
		{WIRE_MAJOR, WIRE_MINOR},
	};

	post(b, &hello, sizeof(hello), NULL, 0);
}

static void send_record(struct bench *b, struct input *in)
{
	unsigned int how = byte(in), len = byte(in);
	unsigned int command = how & HOW_MESSAGE ? byte(in) : 0;
	unsigned int flags = how & HOW_MESSAGE ? byte(in) : 0;
	unsigned int count = how & HOW_FDS;
	int fd = b->fds[(how & HOW_KIND) >> 2], fds[] = {fd, fd, fd};
	unsigned char bytes[sizeof(struct wire_header) + 255];
	size_t head = how & HOW_MESSAGE ? sizeof(struct wire_header) : 0;
	size_t whole = head + take(in, bytes + head, len);
	struct wire_header header = {
		.command = (uint16_t)command,
		.size = (uint32_t)whole,
		.flags = flags,
	};

	memcpy(bytes, &header, head);
	post(b, bytes, whole, fds, count);
	if (how & HOW_STEP) {
		flush(b);
		vfu_step(b->toy->vfu, 0);
		drain(&b->toy->client);
	}
}

/* The server must finish, because nothing more is sent. */
static void finish(struct bench *b, unsigned int options)
{
	struct client *c = &b->toy->client;
	unsigned int steps = 0;

	flush(b);
	if (options & OPTION_CLOSE)
		close(c->sock);
	else
		shutdown(c->sock, SHUT_WR);
	while (vfu_step(b->toy->vfu, 0) == 1) {
		if (!(options & OPTION_CLOSE))
			drain(c);
		insist(steps++ < STEPS, "the server ends");
	}
	if (!(options & OPTION_CLOSE))
		close(c->sock);
	c->sock = -1;
}

static void check(const struct bench *b)
{
	const struct toy *toy = b->toy;

	insist(toy->connects == toy->disconnects, "each client that came has left");
	insist(toy->maps == toy->unmaps, "each map has gone");
	insist(lowest_free() == b->lowest, "each descriptor has been closed");
	insist(!vfu_dma_mapped(toy->vfu, 0, 1, 0), "nothing is mapped");
	insist(!vfu_irq_enabled(toy->vfu, VFIO_PCI_MSIX_IRQ_INDEX, 0), "no interrupt is set up");
}

static void forget(struct toy *toy)
{
	memset(toy->bar, 0, sizeof(toy->bar));
	vfu_irq_level(toy->vfu, VFIO_PCI_INTX_IRQ_INDEX, 0, false);
	toy->client.next_id = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bench *bench;
	struct input in = {data, data + size};
	unsigned int options = byte(&in);

	if (!bench)
		bench = make_bench();
	forget(bench->toy);
	insist(!toy_connect(bench->toy, false), "a client can connect");
	if (options & OPTION_GREET)
		greet(bench);
	while (in.at < in.end)
		send_record(bench, &in);
	finish(bench, options);
	check(bench);
	return 0;
}
