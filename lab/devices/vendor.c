// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor: a device that migrates, for a variant driver. It saves its state while it runs, and logs
 * its DMA. Registers: lab/devices/vendor-regs.h
 */
#include "lab/devices/vendor.h"

#include <errno.h>
#include <string.h>

static uint64_t joined(const uint32_t halves[2])
{
	return (uint64_t)halves[1] << 32 | halves[0];
}

static int dma_write(struct device *device, uint64_t iova, const void *data, size_t len)
{
	const int err = device_dma_write(device, iova, data, len);

	if (!err)
		vendor_log_write(device, iova, len);
	return err;
}

static int copy(struct device *device, uint32_t len)
{
	struct vendor *vendor = device_state(device);
	uint8_t data[VENDOR_COPY_MAX];
	int err;

	if (vendor->state != VENDOR_RUNNING)
		return -EBUSY;
	if (!len || len > sizeof(data))
		return -EINVAL;
	err = device_dma_read(device, joined(vendor->registers.copy_from), data, len);
	return err ? err : dma_write(device, joined(vendor->registers.copy_to), data, len);
}

static int step(struct device *device)
{
	struct vendor *vendor = device_state(device);
	struct vendor_registers *registers = &vendor->registers;
	const uint32_t number = registers->ring_index + 1;
	const uint64_t page =
		registers->ring_pages ? registers->ring_index % registers->ring_pages : 0;
	uint8_t data[4];

	if (!registers->ring_pages)
		return -EINVAL;
	pci_set32(data, 0, number);
	registers->ring_index = number;
	return dma_write(device, joined(registers->ring) + page * VENDOR_PAGE, data, sizeof(data));
}

/*
 * Performs the kicks that are pending, unless the device is quiet. The ring may be in a BAR of
 * another device, so this waits until the kick is answered.
 */
static void run_ring(struct device *device)
{
	struct vendor *vendor = device_state(device);
	struct vendor_registers *registers = &vendor->registers;
	int err = 0;

	if (vendor->state != VENDOR_RUNNING || !registers->pending)
		return;
	for (; registers->pending && !err; registers->pending--)
		err = step(device);
	registers->pending = 0;
	if (!err && registers->ring_vector != VENDOR_NO_VECTOR)
		err = device_message(device, PCI_IRQ_MSIX, registers->ring_vector);
	vendor->io_result = (uint32_t)-err;
}

#define KICKS_MAX 4096u

static void kick(struct device *device, uint32_t count)
{
	struct vendor *vendor = device_state(device);

	if (vendor->registers.pending + (uint64_t)count <= KICKS_MAX)
		vendor->registers.pending += count;
}

static int trigger(struct device *device, uint32_t vector)
{
	const struct vendor *vendor = device_state(device);

	if (vendor->state != VENDOR_RUNNING)
		return -EBUSY;
	return device_message(device, PCI_IRQ_MSIX, vector);
}

static void set_intx(struct device *device, uint32_t level)
{
	struct vendor *vendor = device_state(device);

	vendor->registers.intx = level & 1;
	device_intx(device, vendor->registers.intx);
}

/* Returns the register at OFFSET that stores what is written and migrates, or NULL. */
static uint32_t *stored(struct vendor *vendor, uint64_t offset)
{
	struct vendor_registers *registers = &vendor->registers;

	if (offset >= VENDOR_VALUES && offset < VENDOR_VALUES_END)
		return &registers->values[(offset - VENDOR_VALUES) / 4];
	switch (offset) {
	case VENDOR_COPY_FROM:
	case VENDOR_COPY_FROM + 4:
		return &registers->copy_from[(offset - VENDOR_COPY_FROM) / 4];
	case VENDOR_COPY_TO:
	case VENDOR_COPY_TO + 4:
		return &registers->copy_to[(offset - VENDOR_COPY_TO) / 4];
	case VENDOR_MARK:
		return &registers->mark;
	case VENDOR_RING:
	case VENDOR_RING + 4:
		return &registers->ring[(offset - VENDOR_RING) / 4];
	case VENDOR_RING_PAGES:
		return &registers->ring_pages;
	case VENDOR_RING_VECTOR:
		return &registers->ring_vector;
	}
	return NULL;
}

/* Returns the word of memory at OFFSET, or NULL. */
static uint8_t *memory(struct device *device, uint64_t offset)
{
	struct vendor *vendor = device_state(device);
	const uint64_t at = offset - VENDOR_MEMORY;

	return offset >= VENDOR_MEMORY && at < (uint64_t)vendor_chunks(device) * VENDOR_CHUNK
		       ? vendor->memory + at
		       : NULL;
}

static void write_memory(struct device *device, uint64_t offset, uint32_t value)
{
	struct vendor *vendor = device_state(device);
	const uint64_t chunk = (offset - VENDOR_MEMORY) / VENDOR_CHUNK;

	pci_set32(memory(device, offset), 0, value);
	if (!vendor->initial[chunk])
		vendor->dirty[chunk] = true;
}

static uint32_t count(struct vendor *vendor)
{
	return vendor->state < VENDOR_STOPPED ? vendor->registers.counter++
					      : vendor->registers.counter;
}

static uint64_t user_read(struct device *device, uint64_t offset, unsigned int len)
{
	struct vendor *vendor = device_state(device);

	if (len != 4)
		return 0;
	switch (offset) {
	case VENDOR_ID:
		return VENDOR_ID_VALUE;
	case VENDOR_COUNTER:
		return count(vendor);
	case VENDOR_IO_RESULT:
		return vendor->io_result;
	case VENDOR_CONFIG:
		return vendor->registers.config;
	case VENDOR_INTX:
		return vendor->registers.intx;
	case VENDOR_RING_INDEX:
		return vendor->registers.ring_index;
	}
	if (memory(device, offset))
		return pci_get32(memory(device, offset), 0);
	return stored(vendor, offset) ? *stored(vendor, offset) : 0;
}

static void configure(struct device *device, uint32_t value)
{
	struct vendor *vendor = device_state(device);

	vendor->registers.config = value;
	if (vendor->stream.session != VENDOR_SAVING)
		return;
	vendor_memory_is_initial(device);
	vendor->reinit = true;
}

static void user_write(struct device *device, uint64_t offset, uint64_t value64, unsigned int len)
{
	struct vendor *vendor = device_state(device);
	const uint32_t value = (uint32_t)value64;

	if (len != 4 || vendor->state >= VENDOR_STOPPED)
		return;
	if (stored(vendor, offset))
		*stored(vendor, offset) = value;
	else if (memory(device, offset))
		write_memory(device, offset, value);
	else if (offset == VENDOR_CONFIG)
		configure(device, value);
	else if (offset == VENDOR_INTX && vendor->state == VENDOR_RUNNING)
		set_intx(device, value);
	else if (offset == VENDOR_TRIGGER)
		vendor->io_result = (uint32_t)-trigger(device, value);
	else if (offset == VENDOR_COPY_LEN)
		vendor->io_result = (uint32_t)-copy(device, value);
	else if (offset == VENDOR_KICK)
		kick(device, value);
}

static uint32_t status(struct device *device)
{
	const struct vendor *vendor = device_state(device);
	uint64_t ignored;

	return (device_fault(device, "migration-stalls", &ignored) ? VENDOR_BUSY : 0) |
	       (vendor->reinit ? VENDOR_REINIT : 0) | (vendor->log.on ? VENDOR_LOGGING : 0);
}

static uint64_t control_read(struct device *device, uint64_t offset, unsigned int len)
{
	const struct vendor *vendor = device_state(device);

	if (len != 4)
		return 0;
	switch (offset) {
	case VENDOR_STATE:
		return vendor->state;
	case VENDOR_STATUS:
		return status(device);
	case VENDOR_RESULT:
		return vendor->result;
	case VENDOR_SIZE:
		return vendor->size;
	case VENDOR_INITIAL:
		return vendor_initial(device);
	case VENDOR_DIRTY:
		return vendor_dirty(device);
	case VENDOR_LEFT:
		return vendor_left(device);
	}
	return offset >= VENDOR_WINDOW ? pci_get32(vendor->window, offset - VENDOR_WINDOW) : 0;
}

static int command(struct device *device, uint32_t value)
{
	static int (*const commands[])(struct device *) = {
		[VENDOR_SAVE_START] = vendor_save_start,
		[VENDOR_SAVE_NEXT] = vendor_save_next,
		[VENDOR_SAVE_END] = vendor_save_end,
		[VENDOR_LOAD_START] = vendor_load_start,
		[VENDOR_LOAD] = vendor_load,
		[VENDOR_LOAD_END] = vendor_load_end,
		[VENDOR_LOG_RANGE] = vendor_log_range,
		[VENDOR_LOG_START] = vendor_log_start,
		[VENDOR_LOG_STOP] = vendor_log_stop,
		[VENDOR_LOG_QUERY] = vendor_log_query,
	};

	return value && value <= VENDOR_LOG_QUERY ? commands[value](device) : -EINVAL;
}

static void set_state(struct device *device, uint32_t state)
{
	struct vendor *vendor = device_state(device);

	if (vendor->state == VENDOR_BROKEN || state > VENDOR_STOPPED)
		return;
	vendor->state = state;
}

static void control_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct vendor *vendor = device_state(device);

	if (len != 4)
		return;
	if (offset == VENDOR_STATE)
		set_state(device, (uint32_t)value);
	else if (offset == VENDOR_COMMAND)
		vendor->result = (uint32_t)-command(device, (uint32_t)value);
	else if (offset == VENDOR_SIZE && value <= VENDOR_WINDOW_SIZE)
		vendor->size = (uint32_t)value;
	else if (offset == VENDOR_LOG_SHIFT)
		vendor->log_shift = (uint32_t)value;
	else if (offset == VENDOR_LOG_BASE || offset == VENDOR_LOG_BASE + 4)
		vendor->log_base[(offset - VENDOR_LOG_BASE) / 4] = (uint32_t)value;
	else if (offset == VENDOR_LOG_LEN || offset == VENDOR_LOG_LEN + 4)
		vendor->log_len[(offset - VENDOR_LOG_LEN) / 4] = (uint32_t)value;
	else if (offset >= VENDOR_WINDOW)
		pci_set32(vendor->window, offset - VENDOR_WINDOW, (uint32_t)value);
}

static void vendor_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	struct vendor *vendor = device_state(device);

	memset(vendor, 0, sizeof(*vendor));
	vendor->registers.ring_vector = VENDOR_NO_VECTOR;
}

static const struct param vendor_params[] = {
	PARAM_NUMBER(struct vendor_params, chunks, 8, VENDOR_CHUNKS_MAX,
		     "chunks of memory in BAR0, 64 bytes each"),
	PARAM_NUMBER(struct vendor_params, log, VENDOR_LOG_PAGES, VENDOR_LOG_PAGES,
		     "pages that fit into the log of DMA"),
	PARAM_END,
};

static const struct register_name user_names[] = {
	REGISTER(VENDOR_, ID),		REGISTER(VENDOR_, COUNTER),
	REGISTER(VENDOR_, IO_RESULT),	REGISTER(VENDOR_, CONFIG),
	REGISTER(VENDOR_, INTX),	REGISTER(VENDOR_, TRIGGER),
	REGISTER(VENDOR_, COPY_FROM),	REGISTER(VENDOR_, COPY_TO),
	REGISTER(VENDOR_, COPY_LEN),	REGISTER(VENDOR_, MARK),
	REGISTER(VENDOR_, RING),	REGISTER(VENDOR_, RING_PAGES),
	REGISTER(VENDOR_, RING_VECTOR), REGISTER(VENDOR_, RING_INDEX),
	REGISTER(VENDOR_, KICK),	REGISTERS(VENDOR_, VALUES),
	REGISTERS(VENDOR_, MEMORY),	REGISTERS_END,
};

static const struct register_name control_names[] = {
	REGISTER(VENDOR_, STATE),
	REGISTER(VENDOR_, COMMAND),
	REGISTER(VENDOR_, STATUS),
	REGISTER(VENDOR_, RESULT),
	REGISTER(VENDOR_, SIZE),
	REGISTER(VENDOR_, INITIAL),
	REGISTER(VENDOR_, DIRTY),
	REGISTER(VENDOR_, LEFT),
	REGISTER(VENDOR_, LOG_SHIFT),
	REGISTER(VENDOR_, LOG_BASE),
	REGISTER(VENDOR_, LOG_LEN),
	REGISTERS(VENDOR_, WINDOW),
	REGISTERS_END,
};

static const struct bar_ops user_registers = {
	.read = user_read, .write = user_write, .names = user_names};
static const struct bar_ops control_registers = {
	.read = control_read, .write = control_write, .names = control_names};

DEVICE_MODEL(vendor, .summary = "a device that migrates, for a variant driver",
	     .registers =
		     "  BAR0  registers of the user: lab/devices/vendor-regs.h\n"
		     "  BAR1  registers of the driver that migrates the device: the same file\n"
		     "  BAR2  memory, which is not part of the saved state\n"
		     "  BAR4  MSI-X table and PBA\n",
	     .shape = {.ids = {.vendor = VENDOR_VENDOR,
			       .device = VENDOR_DEVICE,
			       .subvendor = VENDOR_VENDOR,
			       .subdevice = 1,
			       .class = 0x00ff00},
		       .pin = 1,
		       .bars = {[0] = BAR_MMIO(SZ_4K, &user_registers),
				[1] = BAR_MMIO(2 * SZ_4K, &control_registers),
				[2] = BAR_RAM64(SZ_64K)},
		       .caps = {CAP_PM(), CAP_MSIX(4, 4), CAP_PCIE_FLR(), CAP_AER()}},
	     .params = vendor_params, .params_size = sizeof(struct vendor_params),
	     .state_size = sizeof(struct vendor), .reset = vendor_reset, .answered = run_ring,
	     .faults = "migration-save-fails migration-save-cut migration-version "
		       "migration-load-refused migration-stalls migration-log-overflow");
