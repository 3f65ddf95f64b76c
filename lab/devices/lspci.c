// SPDX-License-Identifier: GPL-2.0-only
/*
 * lspci: a device as lspci printed it. Its config space is that of the dump; its BARs are memory,
 * or answer as a log of the real device says (replay=).
 */
#include "lab/devices/lib/model.h"

#include "lab/devices/lib/shape.h"
#include "lab/devlog/player.h"
#include "lab/lspci/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct lspci_params {
	const char *file, *function, *ids, *replay;
	const char *bar[PCI_BARS];
};

/* Registers that the log does not know are reported once each, up to this number of them. */
#define UNKNOWN_MAX 500

struct unknown {
	uint64_t at;
	unsigned int space;
	bool write;
};

/* A device that answers as a log says. */
struct answers {
	struct replay_script script;
	struct replay_player *player;
	/* What is written to registers that the log does not know, by BAR. */
	uint8_t *memory[PCI_BARS];
	uint64_t size[PCI_BARS];
	struct unknown unknown[UNKNOWN_MAX];
	size_t unknown_count;
};

static void replay_release(void *data)
{
	struct answers *replay = data;

	if (!replay)
		return;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (replay->memory[i])
			munmap(replay->memory[i], replay->size[i]);
	player_free(replay->player);
	replay_script_free(&replay->script);
	free(replay);
}

/* Report a register that the log does not know, in the trace and on standard error. */
static void report_unknown(struct device *device, unsigned int space, uint64_t at, unsigned int len,
			   bool write)
{
	const struct unknown now = {.at = at, .space = space, .write = write};
	struct answers *replay = device_data(device);
	cleanup_buf struct buf where = BUF_INIT;

	for (size_t i = 0; i < replay->unknown_count; i++)
		if (replay->unknown[i].at == at && replay->unknown[i].space == space &&
		    replay->unknown[i].write == write)
			return;
	if (replay->unknown_count == UNKNOWN_MAX)
		return;
	replay->unknown[replay->unknown_count++] = now;
	if (space == REPLAY_CONFIG)
		buf_puts(&where, "config");
	else
		buf_printf(&where, "bar%u", space);
	buf_printf(&where, " %c%u %04" PRIx64 " is not in the log%s", write ? 'W' : 'R', len, at,
		   write ? " from here on" : "");
	if (replay->unknown_count == UNKNOWN_MAX)
		buf_puts(&where, "; further ones are not reported");
	device_note(device, "%s", where.data);
	fprintf(stderr, "replay: %s\n", where.data);
}

static uint64_t read_bar(struct device *device, unsigned int bar, uint64_t offset, unsigned int len)
{
	struct answers *replay = device_data(device);
	uint64_t value = 0;

	for (unsigned int i = 0; i < len; i++)
		value |= (uint64_t)replay->memory[bar][offset + i] << 8 * i;
	if (!player_read(replay->player, bar, offset, len, &value))
		report_unknown(device, bar, offset, len, false);
	return value;
}

static void write_bar(struct device *device, unsigned int bar, uint64_t offset, uint64_t value,
		      unsigned int len)
{
	struct answers *replay = device_data(device);

	for (unsigned int i = 0; i < len; i++)
		replay->memory[bar][offset + i] = (uint8_t)(value >> 8 * i);
	if (!player_write(replay->player, bar, offset, len, value))
		report_unknown(device, bar, offset, len, true);
}

/* Operations do not know their BAR, so each BAR has its own. */
#define BAR_OPS(n)                                                                                 \
	static uint64_t read_bar##n(struct device *device, uint64_t offset, unsigned int len)      \
	{                                                                                          \
		return read_bar(device, n, offset, len);                                           \
	}                                                                                          \
	static void write_bar##n(struct device *device, uint64_t offset, uint64_t value,           \
				 unsigned int len)                                                 \
	{                                                                                          \
		write_bar(device, n, offset, value, len);                                          \
	}

BAR_OPS(0)
BAR_OPS(1)
BAR_OPS(2)
BAR_OPS(3)
BAR_OPS(4)
BAR_OPS(5)

static const struct bar_ops replay_ops[PCI_BARS] = {
	{.read = read_bar0, .write = write_bar0, .wide = true},
	{.read = read_bar1, .write = write_bar1, .wide = true},
	{.read = read_bar2, .write = write_bar2, .wide = true},
	{.read = read_bar3, .write = write_bar3, .wide = true},
	{.read = read_bar4, .write = write_bar4, .wide = true},
	{.read = read_bar5, .write = write_bar5, .wide = true},
};

/* Registers of the vendor, which are the only ones of config space in the script. */
static void lspci_config_read(struct device *device, unsigned int offset, uint8_t *data, size_t len)
{
	struct answers *replay = device_data(device);
	uint64_t value = 0;

	if (!replay || len > 4)
		return;
	memcpy(&value, data, len);
	player_read(replay->player, REPLAY_CONFIG, offset, (unsigned int)len, &value);
	memcpy(data, &value, len);
}

static void lspci_config_written(struct device *device, unsigned int offset, size_t len)
{
	struct answers *replay = device_data(device);
	uint64_t value = 0;

	if (!replay || len > 4)
		return;
	memcpy(&value, device_config(device)->data + offset, len);
	player_write(replay->player, REPLAY_CONFIG, offset, (unsigned int)len, value);
}

static void lspci_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	struct answers *replay = device_data(device);

	if (!replay)
		return;
	player_reset(replay->player);
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (replay->memory[i])
			madvise(replay->memory[i], replay->size[i], MADV_DONTNEED);
}

static int add_memory(struct answers *replay, struct device_shape *shape)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		void *memory;

		if (!shape->bars[i].size)
			continue;
		memory = mmap(NULL, shape->bars[i].size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory == MAP_FAILED)
			return -errno;
		replay->memory[i] = memory;
		replay->size[i] = shape->bars[i].size;
		shape->bars[i].ops = &replay_ops[i];
	}
	return 0;
}

/* The parameters may have changed BARs. */
static int take_replay(struct device_shape *shape, const struct lspci_function *function,
		       struct lspci_device *device, const char *path, struct buf *why)
{
	cleanup_replay_log struct replay_log log = {0};
	cleanup_buf struct buf reason = BUF_INIT;
	struct answers *replay;
	int err = replay_read(path, &log, why);

	if (err)
		return err;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		device->bars[i].size = shape->bars[i].size;
	replay = calloc(1, sizeof(*replay));
	if (!replay)
		return -ENOMEM;
	shape->data = replay;
	err = lspci_replay(&log, function, device, true, &replay->script, &reason);
	if (err) {
		replay_blame(path, reason.data, why);
		return err;
	}
	replay->player = player_create(&replay->script);
	return add_memory(replay, shape);
}

/* Parameters of all models that say more than the dump does. */
static int override(const struct device_shape *shape, struct pci_image *image, struct buf *why)
{
	const struct pci_ids *ids = &shape->ids;
	uint8_t *bytes = image->bytes;

	if (shape->caps[0].kind != CAP_KIND_NONE) {
		buf_puts(why,
			 "caps=: the model lspci has the capabilities of its file: leave it out");
		return -EINVAL;
	}
	if (ids->vendor)
		pci_set16(bytes, PCI_VENDOR_ID, ids->vendor);
	if (ids->device)
		pci_set16(bytes, PCI_DEVICE_ID, ids->device);
	if (ids->subvendor)
		pci_set16(bytes, PCI_SUBSYSTEM_VENDOR_ID, ids->subvendor);
	if (ids->subdevice)
		pci_set16(bytes, PCI_SUBSYSTEM_ID, ids->subdevice);
	if (ids->class)
		pci_set32(bytes, PCI_CLASS_REVISION, ids->class << 8 | bytes[PCI_CLASS_REVISION]);
	if (ids->revision)
		bytes[PCI_CLASS_REVISION] = ids->revision;
	if (shape->pin)
		bytes[PCI_INTERRUPT_PIN] = shape->pin;
	return 0;
}

static struct pci_ids ids_of(const uint8_t *bytes)
{
	return (struct pci_ids){
		.vendor = pci_get16(bytes, PCI_VENDOR_ID),
		.device = pci_get16(bytes, PCI_DEVICE_ID),
		.class = pci_get32(bytes, PCI_CLASS_REVISION) >> 8,
	};
}

static int take_device(struct device_shape *shape, const struct lspci_device *device,
		       const struct lspci_params *given, struct buf *why)
{
	int err = 0;

	shape->image = malloc(sizeof(*shape->image));
	if (!shape->image)
		return -ENOMEM;
	*shape->image = device->image;
	if (!shape->rom)
		shape->rom = device->rom;
	for (unsigned int i = 0; i < PCI_BARS && !err; i++) {
		shape->bars[i] = (struct device_bar){.size = device->bars[i].size,
						     .flags = device->bars[i].flags};
		if (given->bar[i])
			err = shape_take_bar(shape, i, given->bar[i], why);
	}
	if (!err)
		err = override(shape, shape->image, why);
	shape->ids = ids_of(shape->image->bytes);
	return err;
}

static int lspci_setup(struct device_shape *shape, const void *params, struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_lspci_ids struct lspci_ids ids = {0};
	cleanup_lspci_device struct lspci_device device = {0};
	const struct lspci_params *given = params;
	const struct lspci_function *function;
	cleanup_buf struct buf reason = BUF_INIT;
	int err;

	if (!given->file) {
		buf_puts(why, "no file=: name a file with the output of lspci -vvvxxxx");
		return -EINVAL;
	}
	err = lspci_read(given->file, &dump, why);
	if (err)
		return err;
	function = lspci_find(&dump, given->function, &reason);
	if (!function) {
		buf_printf(why, "%s: %s", given->file, reason.data);
		return -EINVAL;
	}
	lspci_ids_read(given->ids, &ids);
	err = lspci_device(&dump, function, &ids, &device, &reason);
	if (!err)
		err = take_device(shape, &device, given, &reason);
	if (err)
		buf_printf(why, "%s: %s", given->file, reason.data ?: strerror(-err));
	if (!err && given->replay)
		err = take_replay(shape, function, &device, given->replay, why);
	return err;
}

#define BAR_PARAM(n)                                                                               \
	{"bar" #n,                                                                                 \
	 offsetof(struct lspci_params, bar[n]),                                                    \
	 PARAM_KIND_TEXT,                                                                          \
	 0,                                                                                        \
	 0,                                                                                        \
	 NULL,                                                                                     \
	 NULL,                                                                                     \
	 "as in the dump; or none, or KIND:SIZE with a KIND of mem mem64 pref pref64 io"}

static const struct param lspci_params[] = {
	PARAM_TEXT(struct lspci_params, file, NULL, "the output of lspci -v, -vvv, -xxx or -xxxx"),
	PARAM_TEXT(struct lspci_params, function, NULL,
		   "which device of the file, as in 05:00.0; needed if there are several"),
	PARAM_TEXT(struct lspci_params, ids, LSPCI_IDS_PATH,
		   "a file pci.ids, for a dump with names instead of numbers"),
	PARAM_TEXT(struct lspci_params, replay, NULL,
		   "a log of accesses to the real device, which become the answers of its BARs"),
	BAR_PARAM(0),
	BAR_PARAM(1),
	BAR_PARAM(2),
	BAR_PARAM(3),
	BAR_PARAM(4),
	BAR_PARAM(5),
	PARAM_END,
};

DEVICE_MODEL(lspci,
	     .summary = "a device as lspci printed it (file=); its BARs are memory, or answer as a "
			"log says (replay=)",
	     .params = lspci_params, .params_size = sizeof(struct lspci_params),
	     .setup = lspci_setup, .reset = lspci_reset, .config_read = lspci_config_read,
	     .config_written = lspci_config_written, .release = replay_release);
