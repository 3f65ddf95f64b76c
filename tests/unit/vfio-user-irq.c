// SPDX-License-Identifier: GPL-2.0-only
/* "VFIO_USER_DEVICE_SET_IRQS": which eventfds are signalled, when, and how often. */
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <string.h>
#include <sys/eventfd.h>

#define INTX VFIO_PCI_INTX_IRQ_INDEX
#define MSIX VFIO_PCI_MSIX_IRQ_INDEX

#define TRIGGER_EVENTFD (VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD)
#define TRIGGER_NONE	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE)
#define MASK_NONE	(VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_NONE)
#define UNMASK_NONE	(VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE)

static struct answer answer;

/* A toy with a client, and an eventfd for each vector that a test may use. */
struct bench {
	struct toy *toy;
	int fds[TOY_VECTORS];
};

static void bench_end(struct bench *b)
{
	toy_free(&b->toy);
	for (unsigned int i = 0; i < TOY_VECTORS; i++)
		cleanup_close_p(&b->fds[i]);
}

#define cleanup_bench __attribute__((cleanup(bench_end)))

static int bench_begin(struct bench *b)
{
	int r = toy_make(&b->toy, NULL);

	for (unsigned int i = 0; i < TOY_VECTORS; i++)
		b->fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return r ? r : toy_connect(b->toy, true);
}

TEST each_vector_its_eventfd(void)
{
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 0, 4, b.fds, 4), "%d");
	for (unsigned int v = 0; v < 4; v++) {
		ASSERT(vfu_irq_enabled(b.toy->vfu, MSIX, v));
		ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, v));
		ASSERT_EQ(0, b.toy->irq_result);
		for (unsigned int other = 0; other < 4; other++)
			ASSERT_EQ(other == v, events(b.fds[other]));
	}
	ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 4));
	ASSERT_EQ(-EINVAL, b.toy->irq_result);
	PASS();
}

/* Some vectors, and none: a message without descriptors disables the vectors in its range. */
TEST vectors_come_and_go(void)
{
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 1, 2, b.fds + 1, 2),
		      "%d");
	ASSERT_FALSE(vfu_irq_enabled(b.toy->vfu, MSIX, 0));
	ASSERT(vfu_irq_enabled(b.toy->vfu, MSIX, 1));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 1, 1, NULL, 0), "%d");
	ASSERT_FALSE(vfu_irq_enabled(b.toy->vfu, MSIX, 1));
	ASSERT(vfu_irq_enabled(b.toy->vfu, MSIX, 2));
	ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 1));
	ASSERT_EQ(-ENOENT, b.toy->irq_result);
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_NONE, MSIX, 0, 0, NULL, 0), "%d");
	ASSERT_FALSE(vfu_irq_enabled(b.toy->vfu, MSIX, 2));
	ASSERT_EQ(3, b.toy->irq_changes);
	PASS();
}

TEST a_new_eventfd_replaces_the_old(void)
{
	cleanup_bench struct bench b = {0};
	unsigned int before;

	ASSERT_EQ(0, bench_begin(&b));
	before = open_fds();
	for (unsigned int i = 0; i < 3; i++)
		ASSERT_EQ_FMT(
			0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 0, 1, &b.fds[i], 1),
			"%d");
	ASSERT_EQ(before + 1, open_fds());
	ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 0));
	ASSERT_EQ(0, events(b.fds[0]));
	ASSERT_EQ(1, events(b.fds[2]));
	PASS();
}

/* A level interrupt masks itself, and is signalled again at unmask while it is asserted. */
TEST a_level(void)
{
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, INTX, 0, 1, b.fds, 1), "%d");
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 1));
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 1));
	ASSERT_EQ(1, events(b.fds[0]));
	ASSERT(vfu_irq_masked(b.toy->vfu, INTX, 0));
	ASSERT(vfu_irq_pending(b.toy->vfu, INTX, 0));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, UNMASK_NONE, INTX, 0, 1, NULL, 0), "%d");
	ASSERT_EQ(1, events(b.fds[0]));
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 0));
	ASSERT_FALSE(vfu_irq_pending(b.toy->vfu, INTX, 0));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, UNMASK_NONE, INTX, 0, 1, NULL, 0), "%d");
	ASSERT_EQ(0, events(b.fds[0]));
	PASS();
}

TEST a_level_waits_for_its_eventfd(void)
{
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 1));
	ASSERT_EQ(0, b.toy->irq_result);
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, INTX, 0, 1, b.fds, 1), "%d");
	ASSERT_EQ(1, events(b.fds[0]));
	ASSERT_EQ(-EINVAL, vfu_irq_level(b.toy->vfu, MSIX, 0, true));
	PASS();
}

TEST masked_interrupt_stays_pending(void)
{
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 0, 2, b.fds, 2), "%d");
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, MASK_NONE, MSIX, 0, 2, NULL, 0), "%d");
	for (unsigned int i = 0; i < 3; i++)
		ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 1));
	ASSERT_EQ(-EAGAIN, b.toy->irq_result);
	ASSERT_EQ(0, events(b.fds[1]));
	ASSERT(vfu_irq_pending(b.toy->vfu, MSIX, 1));
	ASSERT_FALSE(vfu_irq_pending(b.toy->vfu, MSIX, 0));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, UNMASK_NONE, MSIX, 0, 2, NULL, 0), "%d");
	ASSERT_EQ(1, events(b.fds[1]));
	ASSERT_EQ(0, events(b.fds[0]));
	ASSERT_FALSE(vfu_irq_pending(b.toy->vfu, MSIX, 1));

	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, MASK_NONE, MSIX, 1, 1, NULL, 0), "%d");
	ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 1));
	vfu_irq_clear(b.toy->vfu, MSIX, 1);
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, UNMASK_NONE, MSIX, 1, 1, NULL, 0), "%d");
	ASSERT_EQ(0, events(b.fds[1]));
	PASS();
}

/*
 * "to generate an event when the guest masks the interrupt": mask and unmask have separate
 * eventfds.
 */
TEST masks_are_reported(void)
{
	cleanup_bench struct bench b = {0};
	const uint32_t report = VFIO_IRQ_SET_DATA_EVENTFD;

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, INTX, 0, 1, b.fds, 1));
	ASSERT_EQ(0, client_irqs(&b.toy->client, report | VFIO_IRQ_SET_ACTION_MASK, INTX, 0, 1,
				 b.fds + 1, 1));
	ASSERT_EQ(0, client_irqs(&b.toy->client, report | VFIO_IRQ_SET_ACTION_UNMASK, INTX, 0, 1,
				 b.fds + 2, 1));
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 1));
	ASSERT_EQ(1, events(b.fds[1]));
	ASSERT_EQ(0, toy_set(b.toy, TOY_LEVEL, 0));
	ASSERT_EQ(0, client_irqs(&b.toy->client, UNMASK_NONE, INTX, 0, 1, NULL, 0));
	ASSERT_EQ(1, events(b.fds[2]));
	ASSERT_EQ(0, client_irqs(&b.toy->client, MASK_NONE, INTX, 0, 1, NULL, 0));
	ASSERT_EQ(1, events(b.fds[1]));
	ASSERT_EQ(0, events(b.fds[2]));
	ASSERT_EQ(1, events(b.fds[0]));
	PASS();
}

/* The client triggers vectors itself: all, or those whose boolean is true. */
TEST a_client_triggers(void)
{
	struct {
		struct wire_irq_set set;
		unsigned char bools[3];
	} some = {
		.set = {.argsz = 23,
			.flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = MSIX,
			.start = 1,
			.count = 3},
		.bools = {1, 0, 1},
	};
	cleanup_bench struct bench b = {0};
	struct client *c;

	ASSERT_EQ(0, bench_begin(&b));
	c = &b.toy->client;
	ASSERT_EQ_FMT(0, client_irqs(c, TRIGGER_EVENTFD, MSIX, 0, 4, b.fds, 4), "%d");
	ASSERT_EQ_FMT(0, client_irqs(c, TRIGGER_NONE, MSIX, 0, 2, NULL, 0), "%d");
	ASSERT_EQ(1, events(b.fds[0]));
	ASSERT_EQ(1, events(b.fds[1]));
	ASSERT_EQ_FMT(0, client_ask(c, WIRE_DEVICE_SET_IRQS, &some, 23, &answer), "%d");
	ASSERT_EQ(0, events(b.fds[0]));
	ASSERT_EQ(1, events(b.fds[1]));
	ASSERT_EQ(0, events(b.fds[2]));
	ASSERT_EQ(1, events(b.fds[3]));
	ASSERT_EQ_FMT(EINVAL, client_ask(c, WIRE_DEVICE_SET_IRQS, &some, 22, &answer), "%d");
	PASS();
}

static const struct wrong {
	uint32_t flags, index, start, count;
	unsigned int fds;
} wrong[] = {
	{TRIGGER_EVENTFD, VFU_IRQ_INDEXES, 0, 1, 1},
	{TRIGGER_EVENTFD, UINT32_MAX, 0, 1, 1},
	{TRIGGER_EVENTFD, MSIX, 0, 5, 0},
	{TRIGGER_EVENTFD, MSIX, 4, 1, 1},
	{TRIGGER_EVENTFD, MSIX, UINT32_MAX, 2, 2},
	{TRIGGER_EVENTFD, MSIX, 2, UINT32_MAX, 0},
	{TRIGGER_EVENTFD, MSIX, 0, 3, 2},
	{TRIGGER_EVENTFD, MSIX, 0, 1, 2},
	{TRIGGER_EVENTFD, MSIX, 0, 0, 0},
	{TRIGGER_NONE, MSIX, 1, 0, 0},
	{MASK_NONE, MSIX, 0, 0, 0},
	{MASK_NONE, VFIO_PCI_ERR_IRQ_INDEX, 0, 1, 0},
	{VFIO_IRQ_SET_ACTION_TRIGGER, MSIX, 0, 1, 0},
	{VFIO_IRQ_SET_DATA_NONE, MSIX, 0, 1, 0},
	{TRIGGER_NONE | VFIO_IRQ_SET_DATA_BOOL, MSIX, 0, 1, 0},
	{TRIGGER_NONE | VFIO_IRQ_SET_ACTION_MASK, MSIX, 0, 1, 0},
	{TRIGGER_NONE | 0x40, MSIX, 0, 1, 0},
};

TEST a_wrong_set(const struct wrong *w)
{
	cleanup_bench struct bench b = {0};
	unsigned int before;

	ASSERT_EQ(0, bench_begin(&b));
	before = open_fds();
	ASSERT_EQ_FMT(
		EINVAL,
		client_irqs(&b.toy->client, w->flags, w->index, w->start, w->count, b.fds, w->fds),
		"%d");
	ASSERT_EQ(before, open_fds());
	for (unsigned int v = 0; v < TOY_VECTORS; v++)
		ASSERT_FALSE(vfu_irq_enabled(b.toy->vfu, MSIX, v));
	PASS();
}

/* Descriptors that could block the server's write are refused. */
TEST a_pipe_is_no_eventfd(void)
{
	cleanup_bench struct bench b = {0};
	int pipes[2];

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ_FMT(EINVAL,
		      client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 0, 1, &pipes[1], 1), "%d");
	close(pipes[0]);
	close(pipes[1]);
	PASS();
}

/* A blocking eventfd whose counter is at its maximum. */
TEST a_full_eventfd_does_not_block(void)
{
	cleanup_bench struct bench b = {0};
	cleanup_close int full = eventfd(0, EFD_CLOEXEC);
	uint64_t most = UINT64_MAX - 1;

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ(sizeof(most), write(full, &most, sizeof(most)));
	ASSERT_EQ_FMT(0, client_irqs(&b.toy->client, TRIGGER_EVENTFD, MSIX, 0, 1, &full, 1), "%d");
	ASSERT_EQ(0, toy_set(b.toy, TOY_RAISE, 0));
	ASSERT_EQ(0, b.toy->irq_result);
	PASS();
}

TEST irq_info(uint32_t index, uint32_t flags, uint32_t count)
{
	struct wire_irq_info info = {.argsz = sizeof(info), .index = index};
	cleanup_bench struct bench b = {0};

	ASSERT_EQ(0, bench_begin(&b));
	ASSERT_EQ_FMT(
		0,
		client_ask(&b.toy->client, WIRE_DEVICE_GET_IRQ_INFO, &info, sizeof(info), &answer),
		"%d");
	ASSERT_EQ(sizeof(info), answer.len);
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ(sizeof(info), info.argsz);
	ASSERT_EQ_FMT(flags, info.flags, "0x%x");
	ASSERT_EQ(index, info.index);
	ASSERT_EQ(count, info.count);
	info.argsz--;
	ASSERT_EQ(EINVAL, client_ask(&b.toy->client, WIRE_DEVICE_GET_IRQ_INFO, &info, sizeof(info),
				     &answer));
	info = (struct wire_irq_info){.argsz = sizeof(info), .index = VFU_IRQ_INDEXES};
	ASSERT_EQ(EINVAL, client_ask(&b.toy->client, WIRE_DEVICE_GET_IRQ_INFO, &info, sizeof(info),
				     &answer));
	PASS();
}

TEST wrong_descriptions(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(-EINVAL, vfu_set_irqs(toy->vfu, VFU_IRQ_INDEXES, 1, VFIO_IRQ_INFO_EVENTFD));
	ASSERT_EQ(-EINVAL, vfu_set_irqs(toy->vfu, MSIX, VFU_VECTORS + 1, VFIO_IRQ_INFO_EVENTFD));
	ASSERT_EQ(-EINVAL, vfu_set_irqs(toy->vfu, MSIX, 1, 0));
	ASSERT_EQ(0, vfu_set_irqs(toy->vfu, MSIX, 0, 0));
	ASSERT_EQ(-EINVAL, vfu_irq_raise(toy->vfu, MSIX, 0));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(-EBUSY, vfu_set_irqs(toy->vfu, MSIX, 1, VFIO_IRQ_INFO_EVENTFD));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(each_vector_its_eventfd);
	RUN_TEST(vectors_come_and_go);
	RUN_TEST(a_new_eventfd_replaces_the_old);
	RUN_TEST(a_level);
	RUN_TEST(a_level_waits_for_its_eventfd);
	RUN_TEST(masked_interrupt_stays_pending);
	RUN_TEST(masks_are_reported);
	RUN_TEST(a_client_triggers);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		RUN_TEST1(a_wrong_set, &wrong[i]);
	RUN_TEST(a_pipe_is_no_eventfd);
	RUN_TEST(a_full_eventfd_does_not_block);
	RUN_TESTp(irq_info, INTX,
		  VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED, 1);
	RUN_TESTp(irq_info, MSIX, VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE, TOY_VECTORS);
	RUN_TESTp(irq_info, VFIO_PCI_MSI_IRQ_INDEX, 0, 0);
	RUN_TEST(wrong_descriptions);
	GREATEST_MAIN_END();
}
