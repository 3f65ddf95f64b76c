// SPDX-License-Identifier: GPL-2.0-only
/* Rules for every message: headers, sizes, flags, fragments. */
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <string.h>
#include <sys/eventfd.h>

static struct answer answer;

TEST a_command_that_nobody_knows(unsigned int command, int error)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(error, client_ask(&toy->client, command, NULL, 0, &answer), "%d");
	ASSERT_EQ(sizeof(answer.header), answer.header.size);
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_CONFIG, 0, answer.payload, 4), "%d");
	PASS();
}

/* Each command with a payload that is one byte too short. */
TEST a_payload_cut_short(unsigned int command, size_t len)
{
	static const unsigned char nothing[64];
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (size_t n = 0; n < len; n++)
		ASSERT_EQ_FMT(EINVAL, client_ask(&toy->client, command, nothing, n, &answer), "%d");
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_CONFIG, 0, answer.payload, 4), "%d");
	PASS();
}

TEST without_reply_there_is_none_even_for_errors(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_region_access access = {.region = TOY_ROM, .count = 4};

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_RESET, WIRE_NO_REPLY, NULL, 0, NULL, 0,
				 NULL));
	ASSERT_EQ(0, client_send(&toy->client, WIRE_REGION_WRITE, WIRE_NO_REPLY, &access,
				 sizeof(access), NULL, 0, NULL));
	client_pump(&toy->client);
	ASSERT_EQ(1, toy->resets);
	ASSERT_EQ_FMT(-EAGAIN, client_receive(&toy->client, &answer), "%d");
	PASS();
}

TEST a_header_that_is_no_request(uint32_t flags, int expected)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_RESET, flags, NULL, 0, NULL, 0, NULL));
	client_pump(&toy->client);
	ASSERT_EQ_FMT(expected, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(0, toy->resets);
	if (!expected)
		ASSERT_EQ(EINVAL, answer.header.error);
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_CONFIG, 0, answer.payload, 4), "%d");
	PASS();
}

TEST a_size_below_the_header_ends_it(uint32_t size)
{
	struct wire_header header = {.command = WIRE_DEVICE_RESET, .size = size};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_raw(&toy->client, &header, sizeof(header), NULL, 0));
	ASSERT_EQ(0, client_pump(&toy->client));
	ASSERT_EQ_FMT(-EPIPE, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(1, toy->disconnects);
	PASS();
}

/* A message that is too long is refused and skipped; the next one is served. */
TEST a_message_too_long_is_skipped(void)
{
	static unsigned char much[100000];
	struct wire_header header = {.command = WIRE_REGION_WRITE,
				     .size = sizeof(header) + 3 * sizeof(much)};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(0, client_raw(&toy->client, &header, sizeof(header), NULL, 0));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, client_raw(&toy->client, much, sizeof(much), NULL, 0));
		client_pump(&toy->client);
	}
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(EMSGSIZE, answer.header.error);
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_CONFIG, 0, answer.payload, 4), "%d");
	PASS();
}

/* Messages arrive in fragments of any size, here byte by byte. */
TEST byte_by_byte(void)
{
	unsigned char request[sizeof(struct wire_header) + sizeof(struct wire_region_access)];
	struct wire_header header = {
		.id = 77, .command = WIRE_REGION_READ, .size = sizeof(request)};
	struct wire_region_access access = {.offset = 3, .region = TOY_CONFIG, .count = 2};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	toy->config[3] = 0x5a;
	memcpy(request, &header, sizeof(header));
	memcpy(request + sizeof(header), &access, sizeof(access));
	for (size_t i = 0; i < sizeof(request); i++) {
		ASSERT_EQ_FMT(-EAGAIN, client_receive(&toy->client, &answer), "%d");
		ASSERT_EQ(0, client_raw(&toy->client, request + i, 1, NULL, 0));
		ASSERT_EQ(1, client_pump(&toy->client));
	}
	ASSERT_EQ(0, client_receive(&toy->client, &answer));
	ASSERT_EQ(77, answer.header.id);
	ASSERT_EQ(sizeof(access) + 2, answer.len);
	ASSERT_EQ(0x5a, answer.payload[sizeof(access)]);
	PASS();
}

/* Several requests without waiting for answers are answered in order. */
TEST a_pipeline(void)
{
	cleanup_toy struct toy *toy = NULL;
	uint16_t ids[50];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (int i = 0; i < 50; i++)
		ASSERT_EQ(0, client_send(&toy->client, WIRE_DEVICE_RESET, 0, NULL, 0, NULL, 0,
					 &ids[i]));
	client_pump(&toy->client);
	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(0, client_receive(&toy->client, &answer));
		ASSERT_EQ(ids[i], answer.header.id);
	}
	ASSERT_EQ(50, toy->resets);
	PASS();
}

/* A client that does not read: no further request is served until it does, and none is lost. */
TEST answers_that_do_not_fit_the_socket(void)
{
	struct wire_region_access access = {.region = TOY_BAR, .count = TOY_BAR_SIZE};
	cleanup_toy struct toy *toy = NULL;
	unsigned int answers = 0;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (int i = 0; i < 200; i++)
		ASSERT_EQ(0, client_send(&toy->client, WIRE_REGION_READ, 0, &access, sizeof(access),
					 NULL, 0, NULL));
	ASSERT_EQ(1, client_pump(&toy->client));
	ASSERT(toy->accesses < 200);
	while (!client_receive(&toy->client, &answer)) {
		ASSERT_EQ(sizeof(access) + TOY_BAR_SIZE, answer.len);
		answers++;
		client_pump(&toy->client);
	}
	ASSERT_EQ(200, answers);
	PASS();
}

/*
 * Descriptors that the command does not use, too many of them, and more than a process may have
 * open.
 */
TEST descriptors_never_stay(unsigned int command, size_t len, unsigned int count)
{
	static const unsigned char nothing[64];
	cleanup_toy struct toy *toy = NULL;
	int fds[CLIENT_FDS] = {0};
	unsigned int before;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (unsigned int i = 0; i < count; i++)
		fds[i] = eventfd(0, EFD_CLOEXEC);
	before = open_fds();
	client_ask_fds(&toy->client, command, nothing, len, fds, count, &answer);
	ASSERT_EQ(before, open_fds());
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_CONFIG, 0, answer.payload, 4), "%d");
	for (unsigned int i = 0; i < count; i++)
		close(fds[i]);
	PASS();
}

GREATEST_MAIN_DEFS();

static const struct {
	unsigned int command;
	int error;
} unknown[] = {
	{0, ENOSYS},
	{WIRE_DEVICE_GET_REGION_IO_FDS, EOPNOTSUPP},
	{WIRE_DMA_READ, ENOSYS},
	{WIRE_DMA_WRITE, ENOSYS},
	{14, ENOSYS},
	{WIRE_DEVICE_FEATURE, EOPNOTSUPP},
	{WIRE_MIG_DATA_READ, EOPNOTSUPP},
	{WIRE_MIG_DATA_WRITE, EOPNOTSUPP},
	{19, ENOSYS},
	{0xffff, ENOSYS},
};

static const struct {
	unsigned int command;
	size_t len;
} lengths[] = {
	{WIRE_VERSION, sizeof(struct wire_version)},
	{WIRE_DMA_MAP, sizeof(struct wire_dma_map)},
	{WIRE_DMA_UNMAP, sizeof(struct wire_dma_unmap)},
	{WIRE_DEVICE_GET_INFO, sizeof(struct wire_device_info)},
	{WIRE_DEVICE_GET_REGION_INFO, sizeof(struct wire_region_info)},
	{WIRE_DEVICE_GET_IRQ_INFO, sizeof(struct wire_irq_info)},
	{WIRE_DEVICE_SET_IRQS, sizeof(struct wire_irq_set)},
	{WIRE_REGION_READ, sizeof(struct wire_region_access)},
	{WIRE_REGION_WRITE, sizeof(struct wire_region_access)},
	{WIRE_REGION_WRITE_MULTI, sizeof(uint64_t)},
};

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		RUN_TESTp(a_command_that_nobody_knows, unknown[i].command, unknown[i].error);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		RUN_TESTp(a_payload_cut_short, lengths[i].command, lengths[i].len);
	RUN_TEST(without_reply_there_is_none_even_for_errors);
	RUN_TESTp(a_header_that_is_no_request, WIRE_TYPE_REPLY, -EAGAIN);
	RUN_TESTp(a_header_that_is_no_request, 2, 0);
	RUN_TESTp(a_header_that_is_no_request, 0xf, 0);
	RUN_TEST1(a_size_below_the_header_ends_it, 0);
	RUN_TEST1(a_size_below_the_header_ends_it, 15);
	RUN_TEST(a_message_too_long_is_skipped);
	RUN_TEST(byte_by_byte);
	RUN_TEST(a_pipeline);
	RUN_TEST(answers_that_do_not_fit_the_socket);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		RUN_TESTp(descriptors_never_stay, lengths[i].command, lengths[i].len, 3);
		RUN_TESTp(descriptors_never_stay, lengths[i].command, lengths[i].len, 32);
	}
	GREATEST_MAIN_END();
}
