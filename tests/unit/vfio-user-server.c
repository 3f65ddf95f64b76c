// SPDX-License-Identifier: GPL-2.0-only
/* Life cycle: sockets, clients that connect, disconnect or die at any byte, watches, hooks. */
#include "tests/vfio-user/toy.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct answer answer;

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strnlen(path, sizeof(address.sun_path) - 1));
	return address;
}

/* Connect a client to PATH, instead of the toy's current one. Returns 0 or -errno. */
static int dial(struct toy *toy, const char *path)
{
	struct sockaddr_un address = address_of(path);

	cleanup_close_p(&toy->client.sock);
	toy->client.sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return connect(toy->client.sock, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

/* Returns an unused path for a socket; the test removes it with its device. */
static char *fresh_path(void)
{
	return text("/tmp/vfio-user-%d.sock", (int)getpid());
}

TEST clients_come_one_after_another(void)
{
	cleanup_free char *path = fresh_path();
	cleanup_toy struct toy *toy = NULL;
	unsigned int before;
	struct stat st;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, vfu_attach_path(toy->vfu, path));
	ASSERT_EQ(-EBUSY, vfu_attach_path(toy->vfu, path));
	before = open_fds();
	for (unsigned int i = 1; i <= 3; i++) {
		cleanup_close int fd = memory_file(4096, i & 1);

		ASSERT_EQ(0, dial(toy, path));
		ASSERT_EQ_FMT(0, client_greet(&toy->client), "%d");
		ASSERT_EQ_FMT(0, client_map(&toy->client, 0, 4096, WIRE_DMA_READABLE, fd, 0), "%d");
		ASSERT_EQ(i, toy->connects);
		ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_BAR, 0, answer.payload, 1), "%d");
		ASSERT_EQ_FMT(i - 1, answer.payload[0],
			      "%u"); /* "the device state should otherwise be retained" */
		toy->bar[0] = (unsigned char)i;
		toy_leave(toy);
		ASSERT_EQ(i, toy->disconnects);
		ASSERT_EQ(i, toy->unmaps);
	}
	ASSERT_EQ(before, open_fds());
	vfu_destroy(toy->vfu);
	toy->vfu = NULL;
	ASSERT_EQ(-1, stat(path, &st));
	PASS();
}

/* The second client is connected, and waits until the first has disconnected. */
TEST the_next_client_waits(void)
{
	cleanup_free char *path = fresh_path();
	cleanup_toy struct toy *toy = NULL;
	struct client first;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, vfu_attach_path(toy->vfu, path));
	ASSERT_EQ(0, dial(toy, path));
	ASSERT_EQ_FMT(0, client_greet(&toy->client), "%d");
	first = toy->client;
	toy->client.sock = -1;
	ASSERT_EQ(0, dial(toy, path));
	ASSERT_EQ_FMT(-EAGAIN, client_greet(&toy->client), "%d");
	ASSERT_EQ_FMT(0, client_ask(&first, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	close(first.sock);
	client_pump(&toy->client);
	ASSERT_EQ_FMT(0, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(WIRE_VERSION, answer.header.command);
	PASS();
}

TEST a_path_in_the_way(void)
{
	cleanup_free char *path = fresh_path();
	cleanup_close int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = address_of(path);
	cleanup_toy struct toy *toy = NULL, *other = NULL;
	char longest[200];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_make(&other, NULL));
	ASSERT_EQ(0, bind(stale, (struct sockaddr *)&address, sizeof(address)));
	ASSERT_EQ_FMT(0, vfu_attach_path(toy->vfu, path), "%d");
	ASSERT_EQ_FMT(-EADDRINUSE, vfu_attach_path(other->vfu, path), "%d");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	ASSERT_EQ_FMT(-ENAMETOOLONG, vfu_attach_path(other->vfu, longest), "%d");
	ASSERT_EQ_FMT(-ENOENT, vfu_attach_path(other->vfu, "/nowhere/at/all"), "%d");
	ASSERT_EQ_FMT(-ENOTCONN, vfu_step(other->vfu, 0), "%d");
	PASS();
}

/* All messages that a client may send in its life; together they use every feature. */
struct record {
	struct buf bytes;
	size_t starts[32]; /* of each message */
	unsigned int count;
};

static void record_free(struct record *record)
{
	buf_free(&record->bytes);
}

#define cleanup_record __attribute__((cleanup(record_free)))

static void add_message(struct record *record, unsigned int command, const void *payload,
			size_t len)
{
	struct wire_header header = {.command = (uint16_t)command,
				     .size = (uint32_t)(sizeof(header) + len)};

	record->starts[record->count++] = record->bytes.len;
	buf_add(&record->bytes, &header, sizeof(header));
	buf_add(&record->bytes, payload, len);
}

static void add_dma_messages(struct record *record)
{
	const struct {
		struct wire_region_access access;
		uint64_t value;
	} start = {{.offset = TOY_DMA_START, .region = TOY_BAR, .count = 8}, 1};
	const struct {
		struct wire_region_access access;
		uint64_t iova, len;
	} source = {{.offset = TOY_DMA_IOVA, .region = TOY_BAR, .count = 16}, 0, 8};
	const struct wire_dma_map map = {.argsz = sizeof(map), .flags = 3, .size = 4096};
	const struct wire_dma_unmap unmap = {.argsz = sizeof(unmap), .size = 4096};

	add_message(record, WIRE_DMA_MAP, &map, sizeof(map));
	add_message(record, WIRE_REGION_WRITE, &source, sizeof(source));
	add_message(record, WIRE_REGION_WRITE, &start, sizeof(start));
	add_message(record, WIRE_DMA_UNMAP, &unmap, sizeof(unmap));
}

static void add_all_messages(struct record *record)
{
	static const char hello[] = "\0\0\1\0{\"capabilities\":{\"max_msg_fds\":1}}";
	const struct wire_device_info info = {.argsz = 16};
	const struct wire_region_info region = {.argsz = 256, .index = TOY_RAM};
	const struct wire_irq_info irq = {.argsz = 16};
	const struct wire_irq_set set = {
		.argsz = 20,
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_INTX_IRQ_INDEX,
		.count = 1,
	};
	const struct wire_region_access read = {.region = TOY_BAR, .count = 64};
	const struct {
		uint64_t count;
		struct wire_single_write writes[2];
	} multi = {2, {{.region = TOY_BAR, .count = 4}, {.region = TOY_CONFIG, .count = 8}}};

	add_message(record, WIRE_VERSION, hello, sizeof(hello));
	add_message(record, WIRE_DEVICE_GET_INFO, &info, sizeof(info));
	add_message(record, WIRE_DEVICE_GET_REGION_INFO, &region, sizeof(region));
	add_message(record, WIRE_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq));
	add_message(record, WIRE_DEVICE_SET_IRQS, &set, sizeof(set));
	add_message(record, WIRE_REGION_READ, &read, sizeof(read));
	add_message(record, WIRE_REGION_WRITE_MULTI, &multi, sizeof(multi));
	add_message(record, WIRE_DEVICE_RESET, NULL, 0);
	add_dma_messages(record);
}

/*
 * Send the first LEN bytes of the record, with an eventfd for the message that needs one; then die.
 */
static int send_until(struct toy *toy, const struct record *record, size_t len, int fd)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < record->count && record->starts[i] < len; i++) {
		size_t start = record->starts[i];
		size_t end = i + 1 < record->count ? record->starts[i + 1] : record->bytes.len;
		struct wire_header header;

		memcpy(&header, record->bytes.data + start, sizeof(header));
		end = end < len ? end : len;
		r = client_raw(&toy->client, record->bytes.data + start, end - start, &fd,
			       header.command == WIRE_DEVICE_SET_IRQS);
	}
	return r;
}

/*
 * A client dies at any byte of any message: the server accepts the next one, and keeps nothing of
 * the last. STEPS: the server runs a few steps in between; otherwise it finds all data and the end
 * at once.
 */
TEST a_client_dies_at_any_byte(bool steps)
{
	cleanup_free char *path = fresh_path();
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	cleanup_record struct record record = {0};
	unsigned int before;

	add_all_messages(&record);
	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, vfu_attach_path(toy->vfu, path));
	before = open_fds();
	for (size_t len = 0; len <= record.bytes.len; len++) {
		ASSERT_EQ(0, dial(toy, path));
		ASSERT_EQ_FMT(0, send_until(toy, &record, len, fd), "%d");
		if (steps)
			for (unsigned int i = 0; i < len % 16; i++)
				vfu_step(toy->vfu, 0);
		toy_leave(toy);
		ASSERT_EQ(toy->connects, toy->disconnects);
		ASSERT_EQ(toy->maps, toy->unmaps);
		ASSERT_EQ_FMT(before, open_fds(), "%u");
	}
	/* An answer that cannot be sent ends the connection at once. */
	ASSERT_EQ(steps, toy->resets > 0);
	ASSERT_EQ(steps, toy->maps > 0);
	ASSERT_EQ(0, dial(toy, path));
	ASSERT_EQ_FMT(0, client_greet(&toy->client), "%d");
	PASS();
}

/*
 * A server on a connected socket returns when the client disconnects; another client may be
 * attached then.
 */
TEST a_connected_socket(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	for (unsigned int i = 1; i <= 2; i++) {
		ASSERT_EQ_FMT(0, toy_connect(toy, true), "%d");
		ASSERT_EQ(1, vfu_step(toy->vfu, 0));
		ASSERT_EQ(-EBUSY, vfu_attach_connected(toy->vfu, 0));
		cleanup_close_p(&toy->client.sock);
		toy->client.sock = -1;
		ASSERT_EQ(0, vfu_run(toy->vfu));
		ASSERT_EQ(0, vfu_step(toy->vfu, -1));
		ASSERT_EQ(i, toy->disconnects);
	}
	PASS();
}

static void stop(void *arg)
{
	struct toy *toy = arg;

	vfu_stop(toy->vfu);
}

/* Stopped before it runs, and by a watched descriptor's callback; the client stays connected. */
TEST stopped(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	vfu_stop(toy->vfu);
	ASSERT_EQ(0, vfu_run(toy->vfu));
	ASSERT_EQ(0, vfu_watch(toy->vfu, fd, stop, toy));
	ASSERT_EQ(-EEXIST, vfu_watch(toy->vfu, fd, stop, toy));
	ASSERT_EQ(0, vfu_run(toy->vfu));
	vfu_unwatch(toy->vfu, fd);
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	PASS();
}

TEST watches_have_a_limit(void)
{
	cleanup_toy struct toy *toy = NULL;
	int fds[VFU_WATCHES + 1];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	for (unsigned int i = 0; i <= VFU_WATCHES; i++) {
		fds[i] = eventfd(0, EFD_CLOEXEC);
		ASSERT_EQ(i < VFU_WATCHES ? 0 : -ENOSPC, vfu_watch(toy->vfu, fds[i], stop, toy));
	}
	vfu_unwatch(toy->vfu, fds[3]);
	ASSERT_EQ(0, vfu_watch(toy->vfu, fds[VFU_WATCHES], stop, toy));
	for (unsigned int i = 0; i <= VFU_WATCHES; i++)
		close(fds[i]);
	PASS();
}

/* The answer to the request is sent first. */
TEST the_device_hangs_up(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, toy_set(toy, TOY_HANG_UP, 1), "%d");
	ASSERT_EQ_FMT(-EPIPE, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(1, toy->disconnects);
	PASS();
}

/* The behaviour of the hooks below, and how often each was called. */
struct faults {
	unsigned int accesses, resets, irqs, dmas, requests, replies;
	enum vfu_verdict request, reply;
	bool malformed;
};

static int ones(void *hook, struct vfu *vfu, struct vfu_access *access)
{
	struct faults *f = hook;
	int r = vfu_pass_access(vfu, access);

	f->accesses++;
	if (!access->write)
		memset(access->data, 0xff, access->len);
	return r;
}

static int reset_fails(void *hook, struct vfu *vfu)
{
	struct faults *f = hook;

	(void)vfu;
	f->resets++;
	return -EIO;
}

static int irq_twice(void *hook, struct vfu *vfu, const struct vfu_irq *irq)
{
	struct faults *f = hook;

	f->irqs++;
	vfu_pass_irq(vfu, irq);
	return vfu_pass_irq(vfu, irq);
}

static int dma_astray(void *hook, struct vfu *vfu, const struct vfu_dma *dma)
{
	struct faults *f = hook;
	struct vfu_dma astray = *dma;

	f->dmas++;
	astray.iova += 4096;
	return vfu_pass_dma(vfu, &astray);
}

static enum vfu_verdict on_request(void *hook, struct vfu *vfu, unsigned int command)
{
	struct faults *f = hook;

	(void)vfu;
	(void)command;
	f->requests++;
	return f->request;
}

static enum vfu_verdict on_reply(void *hook, struct vfu *vfu, struct vfu_message *message)
{
	struct faults *f = hook;

	(void)vfu;
	f->replies++;
	if (f->malformed)
		message->len = 3;
	return f->reply;
}

static const struct vfu_hooks faulty = {
	.access = ones,
	.reset = reset_fails,
	.irq = irq_twice,
	.dma = dma_astray,
	.request = on_request,
	.reply = on_reply,
};

TEST hooks_stand_in_between(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int memory = memory_file(4096, false),
			  fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct faults f = {0};
	unsigned char bytes[4];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	vfu_interpose(toy->vfu, &faulty, &f);
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_RAM, 4096, bytes, 4), "%d");
	ASSERT_MEM_EQ("\xff\xff\xff\xff", bytes, 4);
	ASSERT_EQ_FMT(EIO, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	ASSERT_EQ(0, toy->resets);
	ASSERT_EQ(0,
		  client_irqs(&toy->client, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			      VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, &fd, 1));
	ASSERT_EQ(0, toy_set(toy, TOY_RAISE, 0));
	ASSERT_EQ(2, events(fd));
	ASSERT_EQ(0, client_map(&toy->client, 0, 4096, WIRE_DMA_READABLE, memory, 0));
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 0, 4), "%d");
	ASSERT_EQ(1, f.dmas);
	ASSERT_EQ(f.requests, f.replies);
	vfu_interpose(toy->vfu, NULL, NULL);
	ASSERT_EQ_FMT(0, toy_dma(toy, false, 0, 4), "%d");
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	ASSERT_EQ(1, toy->resets);
	PASS();
}

TEST a_server_that_misbehaves(enum vfu_verdict request, enum vfu_verdict reply, int error,
			      unsigned int resets)
{
	static const struct vfu_hooks hooks = {.request = on_request, .reply = on_reply};
	struct faults f = {.request = request, .reply = reply};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	vfu_interpose(toy->vfu, &hooks, &f);
	ASSERT_EQ_FMT(error, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	ASSERT_EQ(resets, toy->resets);
	vfu_interpose(toy->vfu, NULL, NULL);
	if (error == -EAGAIN)
		ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer),
			      "%d");
	PASS();
}

TEST a_malformed_reply(void)
{
	static const struct vfu_hooks hooks = {.reply = on_reply};
	struct faults f = {.malformed = true};
	cleanup_toy struct toy *toy = NULL;
	unsigned char bytes[16];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	vfu_interpose(toy->vfu, &hooks, &f);
	ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_RESET, 0, NULL, 0, NULL, 0, NULL));
	client_pump(&toy->client);
	ASSERT_EQ(3, recv(toy->client.sock, bytes, sizeof(bytes), MSG_DONTWAIT));
	PASS();
}

TEST limits_are_checked(uint32_t transfer, uint32_t maps, uint32_t timeout, int error)
{
	const struct vfu_limits limits = {transfer, maps, timeout};
	static const struct vfu_ops none;
	cleanup_vfu struct vfu *vfu = NULL;

	ASSERT_EQ_FMT(error, vfu_create(&vfu, &none, NULL, &limits), "%d");
	PASS();
}

TEST memory_that_cannot_shrink(void)
{
	void *memory = NULL;
	cleanup_close int fd = vfu_memory(100, &memory);

	ASSERT(fd >= 0);
	ASSERT_EQ(0, *(unsigned char *)memory);
	ASSERT_EQ(-1, ftruncate(fd, 0));
	ASSERT_EQ(-EINVAL, vfu_memory(0, &memory));
	ASSERT_EQ(-EINVAL, vfu_memory(UINT64_MAX, &memory));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(clients_come_one_after_another);
	RUN_TEST(the_next_client_waits);
	RUN_TEST(a_path_in_the_way);
	RUN_TEST1(a_client_dies_at_any_byte, false);
	RUN_TEST1(a_client_dies_at_any_byte, true);
	RUN_TEST(a_connected_socket);
	RUN_TEST(stopped);
	RUN_TEST(watches_have_a_limit);
	RUN_TEST(the_device_hangs_up);
	RUN_TEST(hooks_stand_in_between);
	RUN_TESTp(a_server_that_misbehaves, VFU_DROP, VFU_GO_ON, -EAGAIN, 0);
	RUN_TESTp(a_server_that_misbehaves, VFU_HANG_UP, VFU_GO_ON, -EPIPE, 0);
	RUN_TESTp(a_server_that_misbehaves, VFU_GO_ON, VFU_DROP, -EAGAIN, 1);
	RUN_TESTp(a_server_that_misbehaves, VFU_GO_ON, VFU_HANG_UP, -EPIPE, 1);
	RUN_TEST(a_malformed_reply);
	RUN_TESTp(limits_are_checked, 7, 0, 0, -EINVAL);
	RUN_TESTp(limits_are_checked, (16 << 20) + 1, 0, 0, -EINVAL);
	RUN_TESTp(limits_are_checked, 0, 65536, 0, -EINVAL);
	RUN_TESTp(limits_are_checked, 0, 0, UINT32_MAX, -EINVAL);
	RUN_TESTp(limits_are_checked, 8, 1, 1, 0);
	RUN_TEST(memory_that_cannot_shrink);
	GREATEST_MAIN_END();
}
