// SPDX-License-Identifier: GPL-2.0-only
/* The client's memory: mappings, and the ways to access it. */
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define RW   (WIRE_DMA_READABLE | WIRE_DMA_WRITEABLE)
#define SIZE 16384

static struct answer answer;

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i ^ (i >> 8));
}

/* Shared memory is accessed at the map's offset, whether it is mapped here or not. */
TEST through_a_file(bool can_shrink)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, can_shrink);
	unsigned char *pointer, byte;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_map(&toy->client, 0x10000, 8192, RW, fd, 4096), "%d");
	ASSERT_EQ(1, toy->maps);
	ASSERT_EQ_FMT(0, toy_dma(toy, false, 0x10123, 1000), "%d");
	for (size_t i = 0; i < 1000; i++)
		ASSERT_EQ(pattern(4096 + 0x123 + i), toy->buffer[i]);
	toy->buffer[0] = 0xee;
	ASSERT_EQ_FMT(0, toy_dma(toy, true, 0x11fff, 1), "%d");
	ASSERT_EQ(1, pread(fd, &byte, 1, 12287));
	ASSERT_EQ(0xee, byte);

	pointer = vfu_dma_pointer(toy->vfu, 0x10010, 16, VFU_DMA_READ | VFU_DMA_WRITE);
	ASSERT_EQ(can_shrink, !pointer);
	if (pointer)
		ASSERT_EQ(pattern(4096 + 16), *pointer);
	ASSERT_EQ(NULL, vfu_dma_pointer(toy->vfu, 0x11ff1, 16, VFU_DMA_READ));
	ASSERT_EQ(NULL, vfu_dma_pointer(toy->vfu, 0x12000, 1, VFU_DMA_READ));
	PASS();
}

/* A map that begins and ends inside a page of its file. */
TEST an_odd_offset(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE - 7, false);

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_map(&toy->client, 5, SIZE - 7 - 4099, RW, fd, 4099), "%d");
	ASSERT_EQ_FMT(0, toy_dma(toy, false, 5, 9), "%d");
	ASSERT_EQ(pattern(4099), toy->buffer[0]);
	PASS();
}

TEST across_maps_that_adjoin(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, false);

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_map(&toy->client, 0x3000, 4096, RW, fd, 0));
	ASSERT_EQ(0, client_map(&toy->client, 0x1000, 4096, RW, fd, 8192));
	ASSERT_EQ(0, client_map(&toy->client, 0x2000, 4096, WIRE_DMA_READABLE, fd, 4096));
	ASSERT_EQ_FMT(0, toy_dma(toy, false, 0x1000, 3 * 4096), "%d");
	for (size_t i = 0; i < 4096; i++) {
		ASSERT_EQ(pattern(8192 + i), toy->buffer[i]);
		ASSERT_EQ(pattern(4096 + i), toy->buffer[4096 + i]);
		ASSERT_EQ(pattern(i), toy->buffer[8192 + i]);
	}
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, true, 0x1fff, 2), "%d");
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 0x3fff, 2), "%d");
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 0xfff, 1), "%d");
	ASSERT(vfu_dma_mapped(toy->vfu, 0x1000, 3 * 4096, VFU_DMA_READ));
	ASSERT_FALSE(vfu_dma_mapped(toy->vfu, 0x1000, 3 * 4096, VFU_DMA_WRITE));
	ASSERT_FALSE(vfu_dma_mapped(toy->vfu, 0x1000, 3 * 4096 + 1, VFU_DMA_READ));
	ASSERT_FALSE(vfu_dma_mapped(toy->vfu, 0x3000, UINT64_MAX, VFU_DMA_READ));
	PASS();
}

TEST the_end_of_the_address_space(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, false);

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_map(&toy->client, UINT64_MAX - 4095, 4096, RW, fd, 0), "%d");
	ASSERT_EQ_FMT(0, client_map(&toy->client, 0, 4096, RW, fd, 4096), "%d");
	ASSERT_EQ_FMT(0, toy_dma(toy, false, UINT64_MAX, 1), "%d");
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, UINT64_MAX, 2), "%d");
	ASSERT(vfu_dma_mapped(toy->vfu, UINT64_MAX, 1, VFU_DMA_READ));
	ASSERT_FALSE(vfu_dma_mapped(toy->vfu, UINT64_MAX, 2, VFU_DMA_READ));
	ASSERT_EQ_FMT(0, client_unmap(&toy->client, UINT64_MAX - 4095, 4096), "%d");
	PASS();
}

static const struct refused {
	uint64_t iova, size;
	uint32_t flags;
	uint64_t offset;
	int error;
	bool without_fd;
} refused[] = {
	{0, 0, RW, 0, EINVAL, false},
	{UINT64_MAX, 2, RW, 0, EINVAL, false},
	{4096, UINT64_MAX, RW, 0, EINVAL, false},
	{4096, UINT64_MAX, RW, 0, EINVAL, true},
	{0, 4096, 4, 0, EINVAL, false},
	{0, SIZE + 1, RW, 0, ERANGE, false},
	{0, 4096, RW, SIZE, ERANGE, false},
	{0, 4096, RW, SIZE - 4095, ERANGE, false},
	{0, 4096, RW, UINT64_MAX, ERANGE, false},
	{0, 4096, RW, UINT64_MAX - 4095, ERANGE, false},
	{0x20000, 4096, RW, 0, EEXIST, false},
	{0x1f001, 4096, RW, 0, EEXIST, true},
	{0x1f000, 65536, RW, 0, EEXIST, true},
	{0x20fff, 1, RW, 0, EEXIST, true},
};

TEST a_map_that_is_refused(const struct refused *r)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, false);
	unsigned int before;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_map(&toy->client, 0x20000, 4096, RW, -1, 0));
	before = open_fds();
	ASSERT_EQ_FMT(r->error,
		      client_map(&toy->client, r->iova, r->size, r->flags, r->without_fd ? -1 : fd,
				 r->offset),
		      "%d");
	ASSERT_EQ(before, open_fds());
	ASSERT_EQ(1, toy->maps);
	ASSERT_EQ_FMT(0, client_unmap(&toy->client, 0x20000, 4096), "%d");
	PASS();
}

TEST maps_have_a_limit(void)
{
	const struct vfu_limits limits = {.max_transfer = TOY_TRANSFER, .max_dma_maps = 3};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, &limits));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (uint64_t i = 0; i < 3; i++)
		ASSERT_EQ(0, client_map(&toy->client, i << 12, 4096, RW, -1, 0));
	ASSERT_EQ_FMT(ENOSPC, client_map(&toy->client, 3 << 12, 4096, RW, -1, 0), "%d");
	ASSERT_EQ(0, client_unmap(&toy->client, 1 << 12, 4096));
	ASSERT_EQ_FMT(0, client_map(&toy->client, 3 << 12, 4096, RW, -1, 0), "%d");
	PASS();
}

/* Exactly one map, several at once, all; never a part of one. */
TEST unmap(void)
{
	struct wire_dma_unmap all = {.argsz = sizeof(all), .flags = WIRE_DMA_UNMAP_ALL};
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, true);
	unsigned int before = open_fds();

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	before = open_fds();
	for (uint64_t i = 0; i < 8; i++)
		ASSERT_EQ(0, client_map(&toy->client, i * 8192, 4096, RW, fd, 0));
	ASSERT_EQ(before + 8, open_fds());
	ASSERT_EQ_FMT(ENOENT, client_unmap(&toy->client, 4096, 4096), "%d");
	ASSERT_EQ_FMT(EINVAL, client_unmap(&toy->client, 0, 2048), "%d");
	ASSERT_EQ_FMT(EINVAL, client_unmap(&toy->client, 2048, 16384), "%d");
	ASSERT_EQ_FMT(EINVAL, client_unmap(&toy->client, 0, 0), "%d");
	ASSERT_EQ_FMT(EINVAL, client_unmap(&toy->client, 1, UINT64_MAX), "%d");
	ASSERT_EQ(0, toy->unmaps);
	ASSERT_EQ_FMT(0, client_unmap(&toy->client, 8192, 4096), "%d");
	ASSERT_EQ(1, toy->unmaps);
	ASSERT_EQ_FMT(0, client_unmap(&toy->client, 8192, 3 * 8192), "%d");
	ASSERT_EQ(3, toy->unmaps);
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 8192, 1), "%d");
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DMA_UNMAP, &all, sizeof(all), &answer),
		      "%d");
	ASSERT_MEM_EQ(&all, answer.payload, sizeof(all));
	ASSERT_EQ(8, toy->unmaps);
	ASSERT_EQ(before, open_fds());
	PASS();
}

/* The client truncates a shared file: the device gets an error and keeps working. */
TEST a_file_that_is_cut_off(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, true);

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_map(&toy->client, 0, SIZE, RW, fd, 0));
	ASSERT_EQ(0, ftruncate(fd, 4096));
	ASSERT_EQ_FMT(0, toy_dma(toy, false, 0, 4096), "%d");
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 0, 4097), "%d");
	ASSERT_EQ_FMT(-EFAULT, toy_dma(toy, false, 8192, 10), "%d");
	PASS();
}

TEST two_descriptors_for_one_map(void)
{
	struct wire_dma_map map = {.argsz = sizeof(map), .flags = RW, .size = 4096};
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = memory_file(SIZE, false);
	int fds[] = {fd, fd};

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(
		EINVAL,
		client_ask_fds(&toy->client, WIRE_DMA_MAP, &map, sizeof(map), fds, 2, &answer),
		"%d");
	map.argsz--;
	ASSERT_EQ_FMT(
		EINVAL,
		client_ask_fds(&toy->client, WIRE_DMA_MAP, &map, sizeof(map), fds, 1, &answer),
		"%d");
	PASS();
}

/* The client's answer to the request of the next transfer; the IDs of requests count from 0. */
static int answer_read(struct toy *toy, uint16_t id, uint64_t iova, const void *data, size_t len)
{
	struct wire_dma_access access = {.address = iova, .count = len};
	unsigned char payload[256];

	memcpy(payload, &access, sizeof(access));
	memcpy(payload + sizeof(access), data, len);
	return client_answer(&toy->client, WIRE_DMA_READ, id, 0, payload, sizeof(access) + len);
}

/*
 * Start the engine, with the answer to its request already sent; then read the server's messages.
 */
static int start(struct toy *toy, bool write, uint64_t iova, uint64_t len)
{
	struct wire_region_access access = {.offset = TOY_DMA_START, .region = TOY_BAR, .count = 8};
	uint64_t way = write ? 2 : 1;
	unsigned char payload[sizeof(access) + sizeof(way)];
	int r = toy_set(toy, TOY_DMA_IOVA, iova);

	if (!r)
		r = toy_set(toy, TOY_DMA_LEN, len);
	memcpy(payload, &access, sizeof(access));
	memcpy(payload + sizeof(access), &way, sizeof(way));
	return r ? r
		 : client_send(&toy->client, WIRE_REGION_WRITE, 0, payload, sizeof(payload), NULL,
			       0, NULL);
}

/* A descriptor without a size: its memory is accessed by messages. */
TEST a_descriptor_that_is_no_file(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = eventfd(0, EFD_CLOEXEC);
	unsigned int before;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	before = open_fds();
	ASSERT_EQ_FMT(0, client_map(&toy->client, 0, 4096, RW, fd, 0), "%d");
	ASSERT_EQ(before, open_fds());
	ASSERT_EQ(0, start(toy, false, 0, 1));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(-ETIMEDOUT, toy->dma_result, "%d");
	PASS();
}

static int begin(struct toy **toy)
{
	int r = toy_make(toy, NULL);

	if (!r)
		r = toy_connect(*toy, true);
	return r ? r : client_map(&(*toy)->client, 0x1000, 0x100000, RW, -1, 0);
}

TEST asking_to_read(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_dma_access access;

	ASSERT_EQ(0, begin(&toy));
	ASSERT_EQ(0, start(toy, false, 0x1234, 5));
	ASSERT_EQ(0, answer_read(toy, 0, 0x1234, "hello", 5));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(0, toy->dma_result, "%d");
	ASSERT_MEM_EQ("hello", toy->buffer, 5);
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(WIRE_DMA_READ, answer.header.command);
	ASSERT_EQ(WIRE_TYPE_COMMAND, answer.header.flags);
	ASSERT_EQ(sizeof(access), answer.len);
	memcpy(&access, answer.payload, sizeof(access));
	ASSERT_EQ(0x1234, access.address);
	ASSERT_EQ(5, access.count);
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(WIRE_REGION_WRITE, answer.header.command);
	PASS();
}

TEST asking_to_write(void)
{
	struct wire_dma_access access = {.address = 0x2000, .count = 4};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, begin(&toy));
	memcpy(toy->buffer, "data", 4);
	ASSERT_EQ(0, start(toy, true, 0x2000, 4));
	/* This answer has a "count" of 4 bytes, as in the specification's table. */
	ASSERT_EQ(0, client_answer(&toy->client, WIRE_DMA_WRITE, 0, 0, &access, 12));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(0, toy->dma_result, "%d");
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(WIRE_DMA_WRITE, answer.header.command);
	ASSERT_EQ(sizeof(access) + 4, answer.len);
	ASSERT_MEM_EQ("data", answer.payload + sizeof(access), 4);
	PASS();
}

/* A transfer larger than a message is split. */
TEST asking_in_parts(void)
{
	cleanup_toy struct toy *toy = NULL;
	uint64_t at = 0x1000;

	ASSERT_EQ(0, begin(&toy));
	memset(toy->buffer, 0x33, sizeof(toy->buffer));
	ASSERT_EQ(0, start(toy, true, at, TOY_TRANSFER + 10));
	ASSERT_EQ(0, client_answer(&toy->client, WIRE_DMA_WRITE, 0, 0, &at, sizeof(at)));
	ASSERT_EQ(0, client_answer(&toy->client, WIRE_DMA_WRITE, 1, 0, &at, sizeof(at)));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(0, toy->dma_result, "%d");
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(sizeof(struct wire_dma_access) + TOY_TRANSFER, answer.len);
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(sizeof(struct wire_dma_access) + 10, answer.len);
	memcpy(&at, answer.payload, sizeof(at));
	ASSERT_EQ(0x1000 + TOY_TRANSFER, at);
	PASS();
}

/*
 * Requests that arrive before the answer are served after it, in order, including their
 * descriptors.
 */
TEST requests_meanwhile_wait(void)
{
	struct wire_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.count = 1,
	};
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	uint16_t ids[2];

	ASSERT_EQ(0, begin(&toy));
	ASSERT_EQ(0, start(toy, false, 0x1000, 2));
	ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_SET_IRQS, 0, &set, sizeof(set), &fd, 1,
				 &ids[0]));
	ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_RESET, 0, NULL, 0, NULL, 0, &ids[1]));
	ASSERT_EQ(0, answer_read(toy, 0, 0x1000, "ok", 2));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(0, toy->dma_result, "%d");
	ASSERT_EQ(1, toy->resets);
	ASSERT(vfu_irq_enabled(toy->vfu, VFIO_PCI_MSIX_IRQ_INDEX, 0));
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(WIRE_REGION_WRITE, answer.header.command);
	for (unsigned int i = 0; i < 2; i++) {
		ASSERT_EQ(0, client_receive(&toy->client, &answer));
		ASSERT_EQ(ids[i], answer.header.id);
	}
	PASS();
}

/* More requests than can be queued: the transfer fails, and no request is lost. */
TEST too_many_requests_meanwhile(void)
{
	cleanup_toy struct toy *toy = NULL;
	unsigned int answers = 0;

	ASSERT_EQ(0, begin(&toy));
	ASSERT_EQ(0, start(toy, false, 0x1000, 2));
	for (unsigned int i = 0; i < 100; i++)
		ASSERT_EQ(0,
			  client_send(&toy->client, WIRE_DEVICE_RESET, 0, NULL, 0, NULL, 0, NULL));
	ASSERT_EQ(0, answer_read(toy, 0, 0x1000, "no", 2));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(-EBUSY, toy->dma_result, "%d");
	ASSERT_EQ(100, toy->resets);
	while (!client_receive(&toy->client, &answer))
		answers++;
	ASSERT_EQ(102, answers);
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	PASS();
}

static const struct bad_answer {
	unsigned int command;
	uint16_t id;
	uint32_t error;
	size_t len; /* of the payload */
	uint64_t count;
	int result;
} bad_answers[] = {
	{WIRE_DMA_READ, 0, EACCES, 0, 0, -EACCES}, {WIRE_DMA_READ, 0, 0x80000000, 0, 0, -EIO},
	{WIRE_DMA_READ, 0, 0, 0, 0, -EPROTO},	   {WIRE_DMA_READ, 0, 0, 16, 2, -EPROTO},
	{WIRE_DMA_READ, 0, 0, 17, 2, -EPROTO},	   {WIRE_DMA_READ, 0, 0, 19, 2, -EPROTO},
	{WIRE_DMA_READ, 0, 0, 18, 3, -EPROTO},	   {WIRE_DMA_READ, 0, 0, 18, UINT64_MAX, -EPROTO},
	{WIRE_DMA_READ, 1, 0, 18, 2, -ETIMEDOUT},  {WIRE_DMA_WRITE, 0, 0, 18, 2, -ETIMEDOUT},
};

TEST an_answer_that_is_none(const struct bad_answer *bad)
{
	struct wire_dma_access access = {.address = 0x1000, .count = bad->count};
	cleanup_toy struct toy *toy = NULL;
	unsigned char payload[64] = {0};

	ASSERT_EQ(0, begin(&toy));
	memcpy(payload, &access, sizeof(access));
	ASSERT_EQ(0, start(toy, false, 0x1000, 2));
	ASSERT_EQ(0, client_answer(&toy->client, bad->command, bad->id, bad->error, payload,
				   bad->len));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(bad->result, toy->dma_result, "%d");
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(WIRE_REGION_WRITE, answer.header.command);
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	PASS();
}

TEST a_client_that_leaves_meanwhile(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, begin(&toy));
	ASSERT_EQ(0, start(toy, false, 0x1000, 2));
	toy_leave(toy);
	ASSERT_EQ_FMT(-ENOTCONN, toy->dma_result, "%d");
	ASSERT_EQ(1, toy->disconnects);
	ASSERT_EQ(1, toy->unmaps);
	ASSERT_EQ_FMT(-ENOTCONN, vfu_dma_read(toy->vfu, 0x1000, toy->buffer, 1), "%d");
	PASS();
}

/* The client neither reads nor answers while the device writes a lot to it. */
TEST a_client_that_does_not_read(void)
{
	cleanup_toy struct toy *toy = NULL;
	int small = 4096;

	ASSERT_EQ(0, begin(&toy));
	setsockopt(toy->client.sock, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (int i = 0; i < 20 && vfu_connected(toy->vfu); i++)
		ASSERT(vfu_dma_write(toy->vfu, 0x1000, toy->buffer, TOY_TRANSFER) < 0);
	ASSERT_EQ(0, client_pump(&toy->client));
	ASSERT_EQ(1, toy->disconnects);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST1(through_a_file, true);
	RUN_TEST1(through_a_file, false);
	RUN_TEST(an_odd_offset);
	RUN_TEST(across_maps_that_adjoin);
	RUN_TEST(the_end_of_the_address_space);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		RUN_TEST1(a_map_that_is_refused, &refused[i]);
	RUN_TEST(maps_have_a_limit);
	RUN_TEST(unmap);
	RUN_TEST(a_file_that_is_cut_off);
	RUN_TEST(two_descriptors_for_one_map);
	RUN_TEST(a_descriptor_that_is_no_file);
	RUN_TEST(asking_to_read);
	RUN_TEST(asking_to_write);
	RUN_TEST(asking_in_parts);
	RUN_TEST(requests_meanwhile_wait);
	RUN_TEST(too_many_requests_meanwhile);
	for (size_t i = 0; i < ARRAY_SIZE(bad_answers); i++)
		RUN_TEST1(an_answer_that_is_none, &bad_answers[i]);
	RUN_TEST(a_client_that_leaves_meanwhile);
	RUN_TEST(a_client_that_does_not_read);
	GREATEST_MAIN_END();
}
