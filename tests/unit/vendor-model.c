// SPDX-License-Identifier: GPL-2.0-only
/* The model of a device that migrates: lab/devices/vendor.c */
#include "lab/devices/vendor-regs.h"
#include "tests/devices/bench.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>

#define IOVA 0x100000u

#define VENDOR_STREAM 512u /* words */

static uint32_t vendor_command(struct bench *bench, uint32_t command)
{
	bench_write(bench, 1, VENDOR_COMMAND, command);
	return bench_read(bench, 1, VENDOR_RESULT);
}

/* Saves the records that are there now, each after its size. Returns the last result. */
static uint32_t save(struct bench *bench, uint32_t *stream, uint32_t *words)
{
	uint32_t result;

	while (!(result = vendor_command(bench, VENDOR_SAVE_NEXT))) {
		const uint32_t size = bench_read(bench, 1, VENDOR_SIZE);

		stream[(*words)++] = size;
		for (uint32_t at = 0; at < size; at += 4)
			stream[(*words)++] = bench_read(bench, 1, VENDOR_WINDOW + at);
	}
	return result;
}

/* Loads records until one is refused. Returns its result, or that of the end. */
static uint32_t load(struct bench *bench, const uint32_t *stream, uint32_t words)
{
	uint32_t result = 0;

	bench_write(bench, 1, VENDOR_STATE, VENDOR_STOPPED);
	vendor_command(bench, VENDOR_LOAD_START);
	for (uint32_t at = 0; at < words && !result;) {
		const uint32_t size = stream[at++];

		bench_write(bench, 1, VENDOR_SIZE, size);
		for (uint32_t byte = 0; byte < size; byte += 4)
			bench_write(bench, 1, VENDOR_WINDOW + byte, stream[at++]);
		result = vendor_command(bench, VENDOR_LOAD);
	}
	return result ? result : vendor_command(bench, VENDOR_LOAD_END);
}

TEST vendor_state_moves_to_another_device(void)
{
	cleanup_bench struct bench from, to;
	uint32_t stream[VENDOR_STREAM], words = 0, before, left;

	ASSERT_EQ(0, bench_begin(&to, "vendor", NULL));
	ASSERT_EQ(0, bench_begin(&from, "vendor", NULL));
	bench_write(&from, 0, VENDOR_VALUES + 8, 42);
	ASSERT_EQ(0, vendor_command(&from, VENDOR_SAVE_START));
	ASSERT_EQ(ENODATA, save(&from, stream, &words));
	bench_write(&from, 0, VENDOR_MEMORY + VENDOR_CHUNK, 43);
	ASSERT_EQ(20 + 68, bench_read(&from, 1, VENDOR_DIRTY));
	bench_write(&from, 1, VENDOR_STATE, VENDOR_STOPPED);
	left = bench_read(&from, 1, VENDOR_LEFT);
	before = words;
	ASSERT_EQ(ENODATA, save(&from, stream, &words));
	ASSERT_EQ(left, 4 * (words - before - 2));
	ASSERT_EQ(0, load(&to, stream, words));
	bench_write(&to, 1, VENDOR_STATE, VENDOR_RUNNING);
	ASSERT_EQ(42, bench_read(&to, 0, VENDOR_VALUES + 8));
	ASSERT_EQ(43, bench_read(&to, 0, VENDOR_MEMORY + VENDOR_CHUNK));
	PASS();
}

/* A device that refused a state stays broken. */
TEST vendor_refuses_state_by_its_cause(void)
{
	static const struct {
		uint32_t word, value, error;
	} bad[] = {
		{1, 0, EPROTO},	 {2, 1 << 16 | VENDOR_RECORD_IDENTITY, EPROTONOSUPPORT},
		{3, 7, EBADMSG}, {4, 4, EMSGSIZE},
		{5, 0, EBADMSG}, {6, 0, EBADMSG},
	};
	uint32_t stream[VENDOR_STREAM], words = 0;
	cleanup_bench struct bench from;

	ASSERT_EQ(0, bench_begin(&from, "vendor", NULL));
	vendor_command(&from, VENDOR_SAVE_START);
	ASSERT_EQ(ENODATA, save(&from, stream, &words));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cleanup_bench struct bench to;
		const uint32_t good = stream[bad[i].word];

		ASSERT_EQ(0, bench_begin(&to, "vendor", NULL));
		ASSERT_EQ(ENODATA, load(&to, NULL, 0));
		stream[bad[i].word] = bad[i].value;
		ASSERT_EQ(bad[i].error, load(&to, stream, words));
		stream[bad[i].word] = good;
		bench_write(&to, 1, VENDOR_STATE, VENDOR_RUNNING);
		ASSERT_EQ(VENDOR_BROKEN, bench_read(&to, 1, VENDOR_STATE));
	}
	PASS();
}

static uint32_t log_query(struct bench *bench, uint32_t base, uint32_t len)
{
	bench_write(bench, 1, VENDOR_LOG_BASE, base);
	bench_write(bench, 1, VENDOR_LOG_LEN, len);
	return vendor_command(bench, VENDOR_LOG_QUERY);
}

static void log_start(struct bench *bench, uint32_t base, uint32_t len)
{
	bench_write(bench, 1, VENDOR_LOG_SHIFT, 12);
	bench_write(bench, 1, VENDOR_LOG_BASE, base);
	bench_write(bench, 1, VENDOR_LOG_LEN, len);
	vendor_command(bench, VENDOR_LOG_RANGE);
	vendor_command(bench, VENDOR_LOG_START);
}

/*
 * The ring writes pages 0 to 3; the log has 1 to 3 in its range. A page that was only partly asked
 * for stays dirty.
 */
TEST vendor_logs_the_pages_it_writes(void)
{
	cleanup_bench struct bench bench;
	uint32_t *ring;

	ASSERT_EQ(0, bench_begin(&bench, "vendor", NULL));
	ring = bench_map(&bench, IOVA, 4 * VENDOR_PAGE);
	ASSERT(ring);
	log_start(&bench, IOVA + VENDOR_PAGE, 3 * VENDOR_PAGE);
	bench_write(&bench, 0, VENDOR_RING, IOVA);
	bench_write(&bench, 0, VENDOR_RING_PAGES, 4);
	bench_write(&bench, 0, VENDOR_KICK, 4);
	ASSERT_EQ(4, ring[3 * VENDOR_PAGE / 4]);
	ASSERT_EQ(0, log_query(&bench, IOVA + VENDOR_PAGE, VENDOR_PAGE / 2));
	ASSERT_EQ(8, bench_read(&bench, 1, VENDOR_SIZE));
	ASSERT_EQ(0, log_query(&bench, IOVA, 2 * VENDOR_PAGE));
	ASSERT_EQ(8, bench_read(&bench, 1, VENDOR_SIZE));
	ASSERT_EQ(IOVA + VENDOR_PAGE, bench_read(&bench, 1, VENDOR_WINDOW));
	ASSERT_EQ(0, log_query(&bench, IOVA, 4 * VENDOR_PAGE));
	ASSERT_EQ(16, bench_read(&bench, 1, VENDOR_SIZE));
	ASSERT_EQ(0, log_query(&bench, IOVA, 4 * VENDOR_PAGE));
	ASSERT_EQ(0, bench_read(&bench, 1, VENDOR_SIZE));
	PASS();
}

/* Until all ranges were queried, every page may be dirty. */
TEST vendor_log_overflows(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "vendor", NULL));
	ASSERT(bench_map(&bench, IOVA, 4 * VENDOR_PAGE));
	log_start(&bench, IOVA, 4 * VENDOR_PAGE);
	bench_write(&bench, 0, VENDOR_RING, IOVA);
	bench_write(&bench, 0, VENDOR_RING_PAGES, 4);
	ASSERT_EQ(0, bench_control(&bench, "arm migration-log-overflow count=1"));
	bench_write(&bench, 0, VENDOR_KICK, 1);
	ASSERT_EQ(EOVERFLOW, log_query(&bench, IOVA, VENDOR_PAGE));
	ASSERT_EQ(EOVERFLOW, log_query(&bench, IOVA, 4 * VENDOR_PAGE));
	ASSERT_EQ(0, log_query(&bench, IOVA, 4 * VENDOR_PAGE));
	PASS();
}

/* Sends the write of a kick, without waiting for its answer. */
static int send_kick(struct bench *bench)
{
	const struct {
		struct wire_region_access access;
		uint32_t value;
	} kick = {{.offset = VENDOR_KICK, .region = VFIO_PCI_BAR0_REGION_INDEX, .count = 4}, 1};

	return client_send(&bench->client, WIRE_REGION_WRITE, 0, &kick,
			   sizeof(kick.access) + sizeof(kick.value), NULL, 0, NULL);
}

/* QEMU does not serve DMA while it waits for an answer: the ring may be another device's BAR. */
TEST vendor_answers_before_it_asks(void)
{
	const uint64_t done = IOVA;
	static struct answer answer;
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "vendor", NULL));
	ASSERT_EQ(0, client_map(&bench.client, IOVA, VENDOR_PAGE,
				WIRE_DMA_READABLE | WIRE_DMA_WRITEABLE, -1, 0));
	bench_write(&bench, 0, VENDOR_RING, IOVA);
	bench_write(&bench, 0, VENDOR_RING_PAGES, 1);
	ASSERT_EQ(0, send_kick(&bench));
	ASSERT_EQ(0, client_answer(&bench.client, WIRE_DMA_WRITE, 0, 0, &done, sizeof(done)));
	client_pump(&bench.client);
	ASSERT_EQ(0, client_receive(&bench.client, &answer));
	ASSERT_EQ(WIRE_REGION_WRITE, answer.header.command);
	ASSERT_EQ(0, client_receive(&bench.client, &answer));
	ASSERT_EQ(WIRE_DMA_WRITE, answer.header.command);
	ASSERT_EQ(0, bench_read(&bench, 0, VENDOR_IO_RESULT));
	PASS();
}

TEST vendor_fails_on_demand(void)
{
	cleanup_bench struct bench bench, other;

	ASSERT_EQ(0, bench_begin(&other, "example", NULL));
	ASSERT_EQ(-EINVAL, bench_control(&other, "arm migration-stalls"));
	ASSERT_EQ(0, bench_begin(&bench, "vendor", NULL));
	vendor_command(&bench, VENDOR_SAVE_START);
	ASSERT_EQ(0, bench_control(&bench, "arm migration-save-fails value=28 count=1"));
	ASSERT_EQ(ENOSPC, vendor_command(&bench, VENDOR_SAVE_NEXT));
	ASSERT_EQ(0, bench_control(&bench, "arm migration-save-cut value=8 count=1"));
	ASSERT_EQ(0, vendor_command(&bench, VENDOR_SAVE_NEXT));
	ASSERT_EQ(8, bench_read(&bench, 1, VENDOR_SIZE));
	ASSERT_EQ(0, bench_control(&bench, "arm migration-stalls"));
	ASSERT_EQ(VENDOR_BUSY, bench_read(&bench, 1, VENDOR_STATUS));
	ASSERT_EQ(0, bench_control(&bench, "disarm migration-stalls"));
	ASSERT_EQ(0, bench_read(&bench, 1, VENDOR_STATUS));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(vendor_state_moves_to_another_device);
	RUN_TEST(vendor_refuses_state_by_its_cause);
	RUN_TEST(vendor_logs_the_pages_it_writes);
	RUN_TEST(vendor_log_overflows);
	RUN_TEST(vendor_answers_before_it_asks);
	RUN_TEST(vendor_fails_on_demand);
	GREATEST_MAIN_END();
}
