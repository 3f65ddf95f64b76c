// SPDX-License-Identifier: GPL-2.0-only
/*
 * testdev: a device with every capability, controlled by a test through its registers
 * (lab/devices/testdev-regs.h).
 */
#include "lab/devices/testdev-regs.h"

#include "lab/devices/lib/model.h"

#include <errno.h>
#include <string.h>

#define CHUNK 4096u

struct testdev_params {
	uint64_t ram;
};

struct testdev {
	bool intx;
	uint32_t irq_result;
	uint32_t regs[TESTDEV_SCRATCH_END / 4]; /* registers that only store a value */
	uint32_t dma_result, dma_wrong;
	unsigned char buffer[CHUNK];
};

static uint64_t address(const struct testdev *testdev, unsigned int reg)
{
	return testdev->regs[reg / 4] | (uint64_t)testdev->regs[reg / 4 + 1] << 32;
}

static int copy(struct device *device, uint64_t to, uint64_t from, uint64_t len)
{
	struct testdev *testdev = device_state(device);
	int err = len > TESTDEV_DMA_MAX ? -E2BIG : 0;

	for (uint64_t done = 0; done < len && !err; done += CHUNK) {
		const size_t now = len - done < CHUNK ? (size_t)(len - done) : CHUNK;

		err = device_dma_read(device, from + done, testdev->buffer, now);
		if (!err)
			err = device_dma_write(device, to + done, testdev->buffer, now);
	}
	return err;
}

/* Fills the buffer with the pattern from offset DONE (bytes) on. */
static void fill_pattern(struct testdev *testdev, uint64_t done)
{
	const uint32_t seed = testdev->regs[TESTDEV_DMA_SEED / 4] + (uint32_t)(done / 4);

	for (uint32_t i = 0; i < CHUNK / 4; i++)
		pci_set32(testdev->buffer, 4 * i, seed + i);
}

static int fill(struct device *device, uint64_t to, uint64_t len)
{
	struct testdev *testdev = device_state(device);
	int err = len > TESTDEV_DMA_MAX ? -E2BIG : 0;

	for (uint64_t done = 0; done < len && !err; done += CHUNK) {
		fill_pattern(testdev, done);
		err = device_dma_write(device, to + done, testdev->buffer,
				       len - done < CHUNK ? (size_t)(len - done) : CHUNK);
	}
	return err;
}

static uint32_t count_wrong(const struct testdev *testdev, const unsigned char *data, size_t len)
{
	uint32_t wrong = 0;

	for (unsigned int i = 0; i + 4 <= len; i += 4)
		wrong += pci_get32(data, i) != pci_get32(testdev->buffer, i);
	return wrong;
}

static int check(struct device *device, uint64_t from, uint64_t len)
{
	struct testdev *testdev = device_state(device);
	unsigned char data[CHUNK];
	int err = len > TESTDEV_DMA_MAX ? -E2BIG : 0;

	testdev->dma_wrong = 0;
	for (uint64_t done = 0; done < len && !err; done += CHUNK) {
		const size_t now = len - done < CHUNK ? (size_t)(len - done) : CHUNK;

		fill_pattern(testdev, done);
		err = device_dma_read(device, from + done, data, now);
		if (!err)
			testdev->dma_wrong += count_wrong(testdev, data, now);
	}
	return err;
}

static int copy_list(struct device *device, uint64_t from, uint64_t count)
{
	struct testdev_entry entry;
	int err = count > TESTDEV_DMA_LIST_MAX ? -E2BIG : 0;

	for (uint64_t i = 0; i < count && !err; i++) {
		err = device_dma_read(device, from + i * sizeof(entry), &entry, sizeof(entry));
		if (!err)
			err = copy(device, entry.to, entry.from, entry.len);
	}
	return err;
}

static int dma(struct device *device, uint32_t command)
{
	const struct testdev *testdev = device_state(device);
	const uint64_t from = address(testdev, TESTDEV_DMA_FROM),
		       to = address(testdev, TESTDEV_DMA_TO);
	const uint32_t len = testdev->regs[TESTDEV_DMA_LEN / 4];

	switch (command) {
	case TESTDEV_DMA_COPY:
		return copy(device, to, from, len);
	case TESTDEV_DMA_FILL:
		return fill(device, to, len);
	case TESTDEV_DMA_CHECK:
		return check(device, from, len);
	case TESTDEV_DMA_LIST:
		return copy_list(device, from, len);
	}
	return -EINVAL;
}

static uint64_t testdev_read(struct device *device, uint64_t offset, unsigned int len)
{
	const struct testdev *testdev = device_state(device);

	if (len != 4)
		return 0;
	switch (offset) {
	case TESTDEV_ID:
		return TESTDEV_ID_VALUE;
	case TESTDEV_VERSION:
		return 1;
	case TESTDEV_INTX:
		return testdev->intx;
	case TESTDEV_IRQ_RESULT:
		return testdev->irq_result;
	case TESTDEV_RESETS_FLR:
		return device_resets(device, PCI_RESET_FLR);
	case TESTDEV_RESETS_PM:
		return device_resets(device, PCI_RESET_PM);
	case TESTDEV_RESETS_BUS:
		return device_resets(device, PCI_RESET_BUS);
	case TESTDEV_DMA_RESULT:
		return testdev->dma_result;
	case TESTDEV_DMA_WRONG:
		return testdev->dma_wrong;
	}
	return offset < TESTDEV_SCRATCH_END ? testdev->regs[offset / 4] : 0;
}

static void testdev_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct testdev *testdev = device_state(device);

	if (len != 4)
		return;
	switch (offset) {
	case TESTDEV_INTX:
		testdev->intx = value & 1;
		device_intx(device, testdev->intx);
		return;
	case TESTDEV_MSI:
		testdev->irq_result =
			(uint32_t)-device_message(device, PCI_IRQ_MSI, (unsigned int)value);
		return;
	case TESTDEV_MSIX:
		testdev->irq_result =
			(uint32_t)-device_message(device, PCI_IRQ_MSIX, (unsigned int)value);
		return;
	case TESTDEV_DMA_CMD:
		testdev->dma_result = (uint32_t)-dma(device, (uint32_t)value);
		return;
	}
	if (offset == TESTDEV_MARK || (offset >= TESTDEV_DMA_FROM && offset < TESTDEV_SCRATCH_END))
		testdev->regs[offset / 4] = (uint32_t)value;
}

static void testdev_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct testdev));
}

static int testdev_setup(struct device_shape *shape, const void *params,
			 struct buf *why __attribute__((unused)))
{
	const struct testdev_params *given = params;

	shape->bars[2].size = given->ram;
	return 0;
}

static const struct register_name testdev_names[] = {
	REGISTER(TESTDEV_, ID),
	REGISTER(TESTDEV_, VERSION),
	REGISTER(TESTDEV_, INTX),
	REGISTER(TESTDEV_, MSI),
	REGISTER(TESTDEV_, MSIX),
	REGISTER(TESTDEV_, IRQ_RESULT),
	REGISTER(TESTDEV_, RESETS_FLR),
	REGISTER(TESTDEV_, RESETS_PM),
	REGISTER(TESTDEV_, RESETS_BUS),
	REGISTER(TESTDEV_, MARK),
	REGISTER(TESTDEV_, DMA_FROM),
	{TESTDEV_DMA_FROM + 4, "DMA_FROM_HI", 0},
	REGISTER(TESTDEV_, DMA_TO),
	{TESTDEV_DMA_TO + 4, "DMA_TO_HI", 0},
	REGISTER(TESTDEV_, DMA_LEN),
	REGISTER(TESTDEV_, DMA_CMD),
	REGISTER(TESTDEV_, DMA_RESULT),
	REGISTER(TESTDEV_, DMA_SEED),
	REGISTER(TESTDEV_, DMA_WRONG),
	REGISTERS(TESTDEV_, SCRATCH),
	REGISTERS_END,
};

static const struct bar_ops testdev_registers = {
	.read = testdev_read, .write = testdev_write, .names = testdev_names};

static const struct param testdev_params[] = {
	PARAM_NUMBER(struct testdev_params, ram, SZ_1M, 1ull << 40,
		     "bytes of memory behind BAR2; 0: no BAR2"),
	PARAM_END,
};

DEVICE_MODEL(testdev, .summary = "controlled by tests through registers, with every capability",
	     .registers = "  BAR0  32-bit registers: lab/devices/testdev-regs.h\n"
			  "  BAR1  64 bytes of I/O space that keep what is written\n"
			  "  BAR2  memory, 64-bit prefetchable, mappable\n"
			  "  BAR4  MSI-X table and PBA\n"
			  "  BAR5  256 bytes of memory, less than a page\n",
	     .shape = {.ids = {.vendor = TESTDEV_VENDOR,
			       .device = TESTDEV_DEVICE,
			       .subvendor = TESTDEV_VENDOR,
			       .subdevice = 1,
			       .class = 0x00ff00,
			       .revision = 1},
		       .pin = 1,
		       .bars = {[0] = BAR_MMIO(SZ_4K, &testdev_registers),
				[1] = {64, PCI_BASE_ADDRESS_SPACE_IO, NULL},
				[2] = BAR_RAM64(SZ_1M),
				[5] = BAR_RAM(256)},
		       .rom = SZ_64K,
		       .caps = {CAP_PM(), CAP_MSI_MASK(32), CAP_MSIX(64, 4), CAP_PCIE_FLR(),
				CAP_VENDOR(5), CAP_AER(), CAP_ATS(), CAP_SERIAL()}},
	     .params = testdev_params, .params_size = sizeof(struct testdev_params),
	     .state_size = sizeof(struct testdev), .setup = testdev_setup, .reset = testdev_reset);
