// SPDX-License-Identifier: GPL-2.0-only
/* A traced device writes down what happens to it, in order (docs/trace.md). */
#include "lab/devices/lib/trace.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "lab/base/trace-area.h"
#include "lab/devices/testdev-regs.h"
#include "tests/devices/bench.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/mman.h>

#define IOVA 0x100000u

struct traced {
	struct bench bench;
	struct trace_area *area;
	struct list lines; /* of the half that was read last */
};

static int begin(struct traced *traced, char *word)
{
	cleanup_close int fd = memfd_create("trace", MFD_CLOEXEC);
	int err;

	memset(traced, 0, sizeof(*traced));
	err = bench_begin(&traced->bench, "testdev", word);
	if (err || fd < 0 || ftruncate(fd, sizeof(*traced->area)))
		return -1;
	traced->area = mmap(NULL, sizeof(*traced->area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return traced->area == MAP_FAILED ? -1 : trace_create(traced->bench.device, fd);
}

static void end(struct traced *traced)
{
	bench_end(&traced->bench);
	if (traced->area)
		munmap(traced->area, sizeof(*traced->area));
	list_free(&traced->lines);
}

#define TRACED __attribute__((cleanup(end))) struct traced traced

/* Marks, and splits what was written before. Returns the number of lines. */
static size_t take(struct traced *traced)
{
	const struct trace_half *half = &traced->area->halves[traced->area->current];
	cleanup_free char *copy = NULL;

	if (bench_control(&traced->bench, "trace"))
		return 0;
	copy = strndup(half->text, half->len);
	list_free(&traced->lines);
	list_add_split(&traced->lines, copy, "\n");
	if (traced->lines.count && !*traced->lines.items[traced->lines.count - 1])
		traced->lines.count--;
	return traced->lines.count;
}

/* The event of line I, without its time. */
static const char *event(const struct traced *traced, size_t i)
{
	const char *line = i < traced->lines.count ? traced->lines.items[i] : " ";

	return strchr(line, ' ') + 1;
}

TEST accesses_have_names_and_values(void)
{
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	bench_config(&traced.bench, PCI_COMMAND, 2);
	bench_set_config(&traced.bench, PCI_COMMAND, 7, 2);
	bench_write(&traced.bench, 0, TESTDEV_SCRATCH + 4, 0x12345678);
	bench_read(&traced.bench, 0, TESTDEV_SCRATCH + 4);
	bench_read(&traced.bench, 4, 0x1c);
	ASSERT_EQ_FMT((size_t)5, take(&traced), "%zu");
	ASSERT_STR_EQ("config  R2 0004 COMMAND          -> 0007", event(&traced, 0));
	ASSERT_STR_EQ("config  W2 0004 COMMAND          0007", event(&traced, 1));
	ASSERT_STR_EQ("bar0    W4 0084 SCRATCH+4        12345678", event(&traced, 2));
	ASSERT_STR_EQ("bar0    R4 0084 SCRATCH+4        -> 12345678", event(&traced, 3));
	ASSERT_STR_EQ("bar4    R4 001c MSI-X[1].CONTROL -> 00000001", event(&traced, 4));
	PASS();
}

TEST long_accesses_have_a_sum(void)
{
	uint8_t bytes[64];
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	client_read(&traced.bench.client, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes, sizeof(bytes));
	client_read(&traced.bench.client, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes, 3);
	ASSERT_EQ(2, take(&traced));
	ASSERT(strstr(event(&traced, 0), "R64 0000 VENDOR           -> 34 12 57 7e "));
	ASSERT(strstr(event(&traced, 0), " ... sum "));
	ASSERT_STR_EQ("config  R3 0000 VENDOR           -> 34 12 57", event(&traced, 1));
	PASS();
}

TEST resets_follow_what_causes_them(void)
{
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	bench_set_config(&traced.bench, traced.bench.device->function.pcie + PCI_EXP_DEVCTL,
			 PCI_EXP_DEVCTL_BCR_FLR, 2);
	ASSERT_EQ(2, take(&traced));
	ASSERT(strstr(event(&traced, 0), "PCIe.DEVCTL"));
	ASSERT_STR_EQ("reset   flr", event(&traced, 1));
	PASS();
}

TEST interrupts_say_what_became_of_them(void)
{
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	ASSERT_EQ(0, bench_irqs(&traced.bench, PCI_IRQ_MSIX, 2));
	take(&traced);
	bench_write(&traced.bench, 0, TESTDEV_MSIX, 1);
	bench_write(&traced.bench, 0, TESTDEV_MSIX, 3);
	ASSERT_EQ(4, take(&traced));
	ASSERT_STR_EQ("irq     msi-x 1", event(&traced, 1));
	ASSERT_STR_EQ("irq     msi-x 3 lost: the client has set no eventfd", event(&traced, 3));
	PASS();
}

/* The client maps page by page, upwards, and unmaps downwards. */
TEST adjacent_maps_are_one_line(void)
{
	cleanup_close int fd = memfd_create("memory", MFD_CLOEXEC);
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	ASSERT_EQ(0, ftruncate(fd, 0x4000));
	for (unsigned int i = 0; i < 4; i++)
		ASSERT_EQ(0, client_map(&traced.bench.client, IOVA + 0x1000 * i, 0x1000, 3, dup(fd),
					0x1000 * i));
	ASSERT_EQ(0, client_map(&traced.bench.client, IOVA + 0x4000, 0x1000, 1, dup(fd), 0));
	ASSERT_EQ(0, client_unmap(&traced.bench.client, IOVA, 0x4000));
	ASSERT_EQ_FMT((size_t)3, take(&traced), "%zu");
	ASSERT_STR_EQ("map     0000100000 len 4000 rw in 4 pieces", event(&traced, 0));
	ASSERT_STR_EQ("map     0000104000 len 1000 r", event(&traced, 1));
	ASSERT_STR_EQ("unmap   0000100000 len 4000 rw in 4 pieces", event(&traced, 2));
	PASS();
}

TEST dma_has_its_result(void)
{
	TRACED;
	void *memory;

	ASSERT_EQ(0, begin(&traced, NULL));
	memory = bench_map(&traced.bench, IOVA, 0x1000);
	ASSERT(memory);
	take(&traced);
	bench_write(&traced.bench, 0, TESTDEV_DMA_FROM, IOVA);
	bench_write(&traced.bench, 0, TESTDEV_DMA_TO, 2 * IOVA);
	bench_write(&traced.bench, 0, TESTDEV_DMA_LEN, 0x40);
	bench_write(&traced.bench, 0, TESTDEV_DMA_CMD, TESTDEV_DMA_COPY);
	ASSERT_EQ(6, take(&traced));
	/* A write comes before what it causes. */
	ASSERT(strstr(event(&traced, 3), "W4 0054 DMA_CMD"));
	ASSERT_STR_EQ("dma     read  0000100000 len 40", event(&traced, 4));
	ASSERT_STR_EQ("dma     write 0000200000 len 40 -> EFAULT", event(&traced, 5));
	munmap(memory, 0x1000);
	PASS();
}

TEST faults_are_events(void)
{
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	ASSERT_EQ(0, bench_control(&traced.bench, "arm reset-never of=flr"));
	bench_set_config(&traced.bench, traced.bench.device->function.pcie + PCI_EXP_DEVCTL,
			 PCI_EXP_DEVCTL_BCR_FLR, 2);
	bench_config(&traced.bench, 0, 4);
	ASSERT_EQ(0, bench_control(&traced.bench, "disarm"));
	ASSERT_EQ_FMT((size_t)7, take(&traced), "%zu");
	ASSERT_STR_EQ("fault   reset-never of=flr armed", event(&traced, 0));
	ASSERT_STR_EQ("fault   reset-never fires", event(&traced, 2));
	ASSERT_STR_EQ("reset   flr held", event(&traced, 3));
	ASSERT_STR_EQ("config  R4 0000 VENDOR           -> ffffffff", event(&traced, 4));
	ASSERT_STR_EQ("fault   reset-never disarmed", event(&traced, 5));
	ASSERT_STR_EQ("reset   flr", event(&traced, 6));
	PASS();
}

TEST times_do_not_go_back(void)
{
	unsigned long long before = 0, now;
	TRACED;

	ASSERT_EQ(0, begin(&traced, NULL));
	for (unsigned int i = 0; i < 10; i++)
		bench_read(&traced.bench, 0, TESTDEV_ID);
	ASSERT_EQ(10, take(&traced));
	for (size_t i = 0; i < traced.lines.count; i++) {
		now = strtoull(traced.lines.items[i], NULL, 10);
		ASSERT(now >= before);
		before = now;
	}
	PASS();
}

/* A half that is full keeps its lines and counts what is lost; the next half is empty. */
TEST a_full_trace_counts_the_rest(void)
{
	TRACED;
	uint32_t len;

	ASSERT_EQ(0, begin(&traced, NULL));
	traced.area->halves[0].len = TRACE_HALF - 100;
	memset(traced.area->halves[0].text, '\n', TRACE_HALF - 100);
	for (unsigned int i = 0; i < 10; i++)
		bench_read(&traced.bench, 0, TESTDEV_ID);
	len = traced.area->halves[0].len;
	ASSERT(len > TRACE_HALF - 100 && len <= TRACE_HALF);
	ASSERT_EQ('\n', traced.area->halves[0].text[len - 1]);
	ASSERT(traced.area->halves[0].lost >= 8);
	take(&traced);
	bench_read(&traced.bench, 0, TESTDEV_ID);
	ASSERT_EQ(1, take(&traced));
	ASSERT_EQ(0, traced.area->halves[1].lost);
	PASS();
}

TEST a_device_without_a_trace_refuses_a_mark(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(-EINVAL, bench_control(&bench, "trace"));
	PASS();
}

TEST a_small_file_is_refused(void)
{
	cleanup_bench struct bench bench;
	cleanup_close int fd = memfd_create("small", MFD_CLOEXEC);

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(-EINVAL, trace_create(bench.device, fd));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(accesses_have_names_and_values);
	RUN_TEST(long_accesses_have_a_sum);
	RUN_TEST(resets_follow_what_causes_them);
	RUN_TEST(interrupts_say_what_became_of_them);
	RUN_TEST(adjacent_maps_are_one_line);
	RUN_TEST(dma_has_its_result);
	RUN_TEST(faults_are_events);
	RUN_TEST(times_do_not_go_back);
	RUN_TEST(a_full_trace_counts_the_rest);
	RUN_TEST(a_device_without_a_trace_refuses_a_mark);
	RUN_TEST(a_small_file_is_refused);
	GREATEST_MAIN_END();
}
