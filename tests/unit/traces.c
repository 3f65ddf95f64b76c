// SPDX-License-Identifier: GPL-2.0-only
/* Two traces are compared without what differs by nature. */
#include "reports/traces/normal.h"
#include "reports/traces/parting.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>

#define NO_PARTING ((size_t)-1)

/* Returns a file with TEXT, which the caller removes and frees. */
static char *file_of(const char *content)
{
	char *path = text("/tmp/trace.XXXXXX");
	int fd = mkstemp(path);

	if (fd < 0 || write_all(fd, content, strlen(content)) || close(fd))
		abort();
	return path;
}

static struct trace trace_of(const char *content)
{
	cleanup_free char *path = file_of(content);
	struct trace trace;

	if (trace_read(path, &trace))
		abort();
	unlink(path);
	return trace;
}

/* The index of the event of A that B does not have, or NO_PARTING. */
static size_t parting_of(const char *a, const char *b)
{
	cleanup_trace struct trace one = trace_of(a), other = trace_of(b);
	cleanup_parting struct parting parting = {0};

	return traces_part(&one, &other, &parting) ? parting.a : NO_PARTING;
}

TEST a_trace_has_its_events(void)
{
	cleanup_trace struct trace trace =
		trace_of("# a/b[c] on base\n"
			 "     0.001  dev   config  R2 0004 COMMAND -> 0007\n"
			 "garbage\n"
			 "     0.002  other reset   flr\n");

	ASSERT_EQ(2, trace.count);
	ASSERT_STR_EQ("dev", trace.events[0].device);
	ASSERT_STR_EQ("config  R2 0004 COMMAND -> 0007", trace.events[0].what);
	ASSERT_STR_EQ("     0.002  other reset   flr", trace.events[1].line);
	PASS();
}

TEST a_missing_trace_is_an_error(void)
{
	cleanup_trace struct trace trace = {0};

	ASSERT_EQ(-ENOENT, trace_read("/nonexistent/trace", &trace));
	PASS();
}

/* Returns EVENT in its normal form, until the next call. */
static const char *normal(struct normaliser *normaliser, const char *event)
{
	static char form[256];
	cleanup_buf struct buf out = BUF_INIT;

	normalise(normaliser, event, &out);
	snprintf(form, sizeof(form), "%s", out.data ?: "");
	return form;
}

TEST dma_addresses_have_numbers_by_first_use(void)
{
	cleanup_normaliser struct normaliser n = {0};

	ASSERT_STR_EQ("map dma1+0 len 2000 rw", normal(&n, "map     00fff00000 len 2000 rw"));
	ASSERT_STR_EQ("map dma2+0 len 1000 r", normal(&n, "map     00ffe00000 len 1000 r"));
	ASSERT_STR_EQ("dma read dma1+1010 len 40", normal(&n, "dma     read  00fff01010 len 40"));
	ASSERT_STR_EQ("bar0 W4 0040 DMA_FROM dma2+10",
		      normal(&n, "bar0    W4 0040 DMA_FROM  ffe00010"));
	ASSERT_STR_EQ("bar0 W4 0050 DMA_LEN 00000040",
		      normal(&n, "bar0    W4 0050 DMA_LEN   00000040"));
	/* an address that is not mapped */
	ASSERT_STR_EQ("dma write dma3+0 len 8 -> EFAULT",
		      normal(&n, "dma     write 0000123450 len 8 -> EFAULT"));
	ASSERT_STR_EQ("dma write dma3+0 len 8 -> EFAULT",
		      normal(&n, "dma     write 0000123450 len 8 -> EFAULT"));
	ASSERT_STR_EQ("unmap dma1+0 len 2000 rw", normal(&n, "unmap   00fff00000 len 2000 rw"));
	PASS();
}

TEST values_that_a_kernel_allocates_are_dropped(void)
{
	cleanup_normaliser struct normaliser n = {0};

	ASSERT_STR_EQ("config W4 0010 BAR0 *", normal(&n, "config  W4 0010 BAR0  fe000000"));
	ASSERT_STR_EQ("config W4 0010 BAR0 ffffffff", normal(&n, "config  W4 0010 BAR0  ffffffff"));
	ASSERT_STR_EQ("config W4 004c MSI.ADDRESS *",
		      normal(&n, "config  W4 004c MSI.ADDRESS fee002b8"));
	ASSERT_STR_EQ("config R4 003c INTERRUPT_LINE -> 000001**",
		      normal(&n, "config  R4 003c INTERRUPT_LINE   -> 0000010b"));
	ASSERT_STR_EQ("config W2 004a MSI.FLAGS 018b",
		      normal(&n, "config  W2 004a MSI.FLAGS  018b"));
	PASS();
}

TEST odd_events_stay_as_they_are(void)
{
	cleanup_normaliser struct normaliser n = {0};

	ASSERT_STR_EQ("", normal(&n, ""));
	ASSERT_STR_EQ("map", normal(&n, "map"));
	ASSERT_STR_EQ("dma read x len 1", normal(&n, "dma read x len 1"));
	ASSERT_STR_EQ("note a b", normal(&n, "note a  b"));
	PASS();
}

TEST times_do_not_matter(void)
{
	ASSERT_EQ(NO_PARTING, parting_of("1.0 d reset flr\n2.0 d reset bus\n",
					 "7.0 d reset flr\n9.0 d reset bus\n"));
	PASS();
}

TEST the_first_difference_is_found(void)
{
	ASSERT_EQ(1, parting_of("1 d reset flr\n2 d config W2 0004 COMMAND 0006\n3 d reset pm\n",
				"1 d reset flr\n2 d config W2 0004 COMMAND 0007\n3 d reset pm\n"));
	/* B goes on, B has ended */
	ASSERT_EQ(1, parting_of("1 d reset flr\n", "1 d reset flr\n2 d reset flr\n"));
	ASSERT_EQ(1, parting_of("1 d reset flr\n2 d reset bus\n", "1 d reset flr\n"));
	PASS();
}

TEST devices_are_compared_by_themselves(void)
{
	ASSERT_EQ(NO_PARTING,
		  parting_of("1 d reset flr\n2 e reset bus\n", "1 e reset bus\n2 d reset flr\n"));
	ASSERT_EQ(1, parting_of("1 d reset flr\n2 e reset bus\n", "1 e reset pm\n2 d reset flr\n"));
	/* a device that only one trace has */
	ASSERT_EQ(1, parting_of("1 d reset flr\n", "1 d reset flr\n2 e reset flr\n"));
	PASS();
}

TEST polls_count_once(void)
{
	const char *once = "1 d bar0 R4 0000 ID -> 1 2\n"
			   "1 d config R2 0006 STATUS -> 0010\n1 d config R2 0044 PM -> 0003\n"
			   "4 d reset flr\n";
	const char *thrice = "1 d bar0 R4 0000 ID -> 1 2\n"
			     "1 d config R2 0006 STATUS -> 0010\n1 d config R2 0044 PM -> 0003\n"
			     "1 d config R2 0006 STATUS -> 0010\n1 d config R2 0044 PM -> 0003\n"
			     "1 d config R2 0006 STATUS -> 0010\n1 d config R2 0044 PM -> 0003\n"
			     "4 d reset flr\n";

	ASSERT_EQ(NO_PARTING, parting_of(once, thrice));
	/* writes count */
	ASSERT_EQ(1, parting_of("1 d bar0 W4 0000 ID 00000001\n",
				"1 d bar0 W4 0000 ID 00000001\n2 d bar0 W4 0000 ID 00000001\n"));
	PASS();
}

#define WRITE(n) "1 d bar0 W4 0000 ID 0000000" #n "\n"
#define READ(n)	 "1 d bar0 R4 0008 STATE -> 0000000" #n "\n"
#define IRQ	 "1 d irq intx on\n"

/* The handler of an interrupt runs between any two accesses, but each thread keeps its order. */
TEST an_interrupt_may_come_sooner_or_later(void)
{
	ASSERT_EQ(NO_PARTING, parting_of(WRITE(1) IRQ READ(1) WRITE(2) READ(2) "9 d reset flr\n",
					 WRITE(1) READ(1) IRQ WRITE(2) READ(2) "9 d reset flr\n"));
	ASSERT_EQ(NO_PARTING,
		  parting_of(IRQ READ(1) READ(2) WRITE(2), IRQ READ(2) READ(1) WRITE(2)));
	PASS();
}

TEST without_an_interrupt_the_order_matters(void)
{
	ASSERT_EQ(0, parting_of(READ(1) READ(2) WRITE(2), READ(2) READ(1) WRITE(2)));
	PASS();
}

TEST writes_keep_their_order(void)
{
	ASSERT_EQ(1, parting_of(IRQ WRITE(1) WRITE(2), IRQ WRITE(2) WRITE(1)));
	PASS();
}

TEST a_doubled_interrupt_is_a_difference(void)
{
	ASSERT_EQ(1, parting_of(IRQ READ(1), IRQ IRQ READ(1)));
	PASS();
}

/* A run's folder with one trace. */
TEST a_trace_is_found_by_its_record(void)
{
	char folder[] = "/tmp/run.XXXXXX";
	struct record record = {.kernel = (char *)"base",
				.machine = (char *)"pci",
				.name = (char *)"a/b[c]",
				.attempt = 1};
	cleanup_free char *path = NULL;
	cleanup_free char *second = NULL;
	cleanup_free char *command = NULL;

	ASSERT(mkdtemp(folder));
	command = text("cd %s && mkdir -p shard-2/base/pci.traces/a base/pci.traces/a && "
		       ": >'base/pci.traces/a/b[c].trace' && "
		       ": >'shard-2/base/pci.traces/a/b[c].2.trace'",
		       folder);
	ASSERT_EQ(0, system(command));
	path = trace_path(folder, &record);
	ASSERT_STR_EQ("base/pci.traces/a/b[c].trace", path);
	record.attempt = 2;
	second = trace_path(folder, &record);
	ASSERT_STR_EQ("shard-2/base/pci.traces/a/b[c].2.trace", second);
	record.attempt = 3;
	ASSERT_EQ(NULL, trace_path(folder, &record));
	free(command);
	command = text("rm -r %s", folder);
	ASSERT_EQ(0, system(command));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_trace_has_its_events);
	RUN_TEST(a_missing_trace_is_an_error);
	RUN_TEST(dma_addresses_have_numbers_by_first_use);
	RUN_TEST(values_that_a_kernel_allocates_are_dropped);
	RUN_TEST(odd_events_stay_as_they_are);
	RUN_TEST(times_do_not_matter);
	RUN_TEST(the_first_difference_is_found);
	RUN_TEST(devices_are_compared_by_themselves);
	RUN_TEST(polls_count_once);
	RUN_TEST(an_interrupt_may_come_sooner_or_later);
	RUN_TEST(without_an_interrupt_the_order_matters);
	RUN_TEST(writes_keep_their_order);
	RUN_TEST(a_doubled_interrupt_is_a_difference);
	RUN_TEST(a_trace_is_found_by_its_record);
	GREATEST_MAIN_END();
}
