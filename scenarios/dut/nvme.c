// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme: an NVM Express controller. Registers and commands: the NVM Express base specification.
 *
 * An interrupt is the completion of a command on the vector's own queue: vector n belongs to I/O
 * queue n, and vector 0 to the admin queue. The queues are created when the device is started,
 * because creating one raises vector 0. MSI-X is enabled meanwhile, because QEMU refuses a queue
 * whose vector is not enabled.
 */
#include "lab/base/alloc.h"
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/dma-memory.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

enum nvme_reg {
	NVME_CAP_HIGH = 0x04,
	NVME_INTMS = 0x0c,
	NVME_CC = 0x14,
	NVME_CSTS = 0x1c,
	NVME_AQA = 0x24,
	NVME_ASQ = 0x28,
	NVME_ACQ = 0x30,
	NVME_DOORBELLS = 0x1000,
};

enum nvme_opcode {
	NVME_CREATE_SQ = 0x01,
	NVME_CREATE_CQ = 0x05,
	NVME_SET_FEATURES = 0x09,
	NVME_NOTHING = 0xff, /* a vendor-specific opcode: completes with an error */
};

#define NVME_CC_ENABLE	    1u
#define NVME_CC_ENTRY_SIZE  (6u << 16 | 4u << 20) /* 64 and 16 bytes */
#define NVME_CSTS_READY	    1u
#define NVME_CREATE_FLAGS   1u /* physically contiguous */
#define NVME_CQ_INTERRUPT   2u
#define NVME_FEATURE_QUEUES 7u
#define NVME_MARK	    0x00070007u

#define PAGE	    4096u
#define ENTRIES	    4u
#define MOST_QUEUES 64u

struct nvme_command {
	uint8_t opcode, flags;
	uint16_t id;
	uint32_t namespace;
	uint64_t reserved, metadata, data[2];
	uint32_t arg[6];
};

struct nvme_completion {
	uint32_t result, reserved;
	uint16_t sq_head, sq_id, id, status; /* the last bit of status is the phase */
};

struct nvme_queue {
	unsigned int id;
	struct dma submissions, completions;
	unsigned int tail, head, phase;
};

struct nvme {
	unsigned int stride; /* of the doorbells */
	unsigned int count;  /* queues, the admin queue included */
	struct nvme_queue queues[MOST_QUEUES];
};

static int ring(struct dut *dut, unsigned int doorbell, uint32_t value)
{
	const struct nvme *nvme = dut->state;

	return bar_write32(dut, 0, NVME_DOORBELLS + doorbell * nvme->stride, value);
}

/* Submit COMMAND. Does not wait for its completion. */
static int submit(struct dut *dut, struct nvme_queue *queue, const struct nvme_command *command)
{
	memcpy((struct nvme_command *)queue->submissions.at + queue->tail, command,
	       sizeof(*command));
	queue->tail = (queue->tail + 1) % ENTRIES;
	return ring(dut, 2 * queue->id, queue->tail);
}

/* Wait for the next completion. Returns its status without the phase, or -errno. */
static int complete(struct dut *dut, struct nvme_queue *queue, uint32_t *result)
{
	volatile struct nvme_completion *completion = queue->completions.at;
	int64_t until = now_ms() + dut->wait_ms;
	int status, err;

	completion += queue->head;
	while ((completion->status & 1) != queue->phase) {
		if (now_ms() > until)
			return -ETIMEDOUT;
		sched_yield(); /* poll: its interrupt may be under test */
	}
	status = completion->status >> 1;
	*result = completion->result;
	queue->head = (queue->head + 1) % ENTRIES;
	queue->phase ^= !queue->head;
	err = ring(dut, 2 * queue->id + 1, queue->head);
	return err ? err : status;
}

/* Run a command on QUEUE until it completes. Returns its status, or -errno. */
static int perform(struct dut *dut, struct nvme_queue *queue, const struct nvme_command *command,
		   uint32_t *result)
{
	int err = submit(dut, queue, command);

	return err ? err : complete(dut, queue, result);
}

static int admin(struct dut *dut, const struct nvme_command *command, uint32_t *result)
{
	struct nvme *nvme = dut->state;
	int status = perform(dut, &nvme->queues[0], command, result);

	return status > 0 ? -EIO : status;
}

/* Determine the number of queues: that of the vectors, or less if the controller has fewer. */
static int count_queues(struct dut *dut)
{
	struct nvme *nvme = dut->state;
	const struct nvme_command ask = {
		.opcode = NVME_SET_FEATURES,
		.arg = {NVME_FEATURE_QUEUES, (MOST_QUEUES - 2) << 16 | (MOST_QUEUES - 2)}};
	unsigned int vectors = irq_count(dut, IRQ_MSIX);
	uint32_t result;
	int err = admin(dut, &ask, &result);

	if (err)
		return err;
	nvme->count = 2 + (result & 0xffff); /* the number of I/O queues minus 1 */
	if (nvme->count > vectors)
		nvme->count = vectors;
	if (nvme->count > MOST_QUEUES)
		nvme->count = MOST_QUEUES;
	return 0;
}

static int alloc_queue(struct dut *dut, unsigned int id, struct nvme_queue *queue)
{
	int err = dma_alloc(dut, PAGE, &queue->submissions);

	queue->id = id;
	queue->phase = 1;
	return err ? err : dma_alloc(dut, PAGE, &queue->completions);
}

static int create_queue(struct dut *dut, unsigned int id)
{
	struct nvme_queue *queue = &((struct nvme *)dut->state)->queues[id];
	const uint32_t size = (ENTRIES - 1) << 16 | id;
	struct nvme_command cq = {.opcode = NVME_CREATE_CQ,
				  .arg = {size, NVME_CREATE_FLAGS | NVME_CQ_INTERRUPT | id << 16}};
	struct nvme_command sq = {.opcode = NVME_CREATE_SQ,
				  .arg = {size, NVME_CREATE_FLAGS | id << 16}};
	uint32_t result;
	int err = alloc_queue(dut, id, queue);

	cq.data[0] = queue->completions.iova;
	sq.data[0] = queue->submissions.iova;
	if (!err)
		err = admin(dut, &cq, &result);
	return err ? err : admin(dut, &sq, &result);
}

static int disable(struct dut *dut)
{
	int err = bar_write32(dut, 0, NVME_CC, 0);

	return err ? err : bar_wait32(dut, 0, NVME_CSTS, NVME_CSTS_READY, 0);
}

static int enable(struct dut *dut)
{
	struct nvme *nvme = dut->state;
	struct nvme_queue *queue = &nvme->queues[0];
	int err = alloc_queue(dut, 0, queue);
	const struct bar_value set_up[] = {
		{NVME_INTMS, UINT32_MAX}, /* no INTx for the commands of start */
		{NVME_AQA, (ENTRIES - 1) << 16 | (ENTRIES - 1)},
		{NVME_ASQ, (uint32_t)queue->submissions.iova},
		{NVME_ASQ + 4, 0},
		{NVME_ACQ, (uint32_t)queue->completions.iova},
		{NVME_ACQ + 4, 0},
		{NVME_CC, NVME_CC_ENTRY_SIZE | NVME_CC_ENABLE},
	};

	if (!err)
		err = bar_write_list(dut, 0, set_up, ARRAY_SIZE(set_up));
	return err ? err : bar_wait32(dut, 0, NVME_CSTS, NVME_CSTS_READY, NVME_CSTS_READY);
}

static void release(struct dut *dut)
{
	struct nvme *nvme = dut->state;

	for (unsigned int id = 0; nvme && id < MOST_QUEUES; id++) {
		dma_free(&nvme->queues[id].submissions);
		dma_free(&nvme->queues[id].completions);
	}
	free(steal(dut->state));
}

static int create_queues(struct dut *dut)
{
	cleanup_irqs struct irqs *irqs = NULL;
	struct nvme *nvme = dut->state;
	int err = count_queues(dut);

	if (!err && nvme->count)
		err = irqs_enable(dut, IRQ_MSIX, 0, nvme->count, &irqs);
	for (unsigned int id = 1; id < nvme->count && !err; id++)
		err = create_queue(dut, id);
	return err;
}

static int nvme_start(struct dut *dut)
{
	struct nvme *nvme = zalloc(1, sizeof(*nvme));
	uint32_t cap;
	int err = bar_read32(dut, 0, NVME_CAP_HIGH, &cap);

	release(dut); /* if this is a second start */
	dut->state = nvme;
	nvme->stride = 4u << (cap & 0xf);
	if (!err)
		err = disable(dut);
	if (!err)
		err = enable(dut);
	return err ? err : create_queues(dut);
}

static void nvme_stop(struct dut *dut)
{
	disable(dut);
	release(dut);
}

static int nvme_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
			unsigned int vector)
{
	struct nvme *nvme = dut->state;
	uint32_t result;
	int status;

	if (vector >= nvme->count)
		return -EINVAL;
	status = perform(dut, &nvme->queues[vector], &(struct nvme_command){.opcode = NVME_NOTHING},
			 &result);
	return status < 0 ? status : 0; /* any completion will do */
}

static unsigned int nvme_vectors(struct dut *dut, enum irq_kind kind __attribute__((unused)))
{
	const struct nvme *nvme = dut->state;

	return nvme->count;
}

/*
 * The mark is the mask of pin interrupts, which a controller level reset clears and which MSI-X
 * does not use.
 */
static int nvme_mark(struct dut *dut)
{
	return bar_write32(dut, 0, NVME_INTMS, NVME_MARK);
}

static int nvme_marked(struct dut *dut)
{
	uint32_t value;
	int err = bar_read32(dut, 0, NVME_INTMS, &value);

	return err ? err : (value & NVME_MARK) == NVME_MARK;
}

DUT_DRIVER(nvme, .vendor = 0x1b36, .device = 0x0010, .triggers = IRQ_BIT(IRQ_MSIX),
	   .start = nvme_start, .stop = nvme_stop, .trigger = nvme_trigger, .vectors = nvme_vectors,
	   .mark = nvme_mark, .marked = nvme_marked,
	   .scratch = {.bar = 0, .offset = NVME_ASQ, .len = 4, .mask = ~0xfffu});
