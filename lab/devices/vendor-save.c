// SPDX-License-Identifier: GPL-2.0-only
/* vendor: its state as a stream of records, which is saved while it runs and when it is stopped. */
#include "lab/devices/vendor.h"

#include <errno.h>
#include <string.h>

#define IDENTITY_LEN 8u
#define MEMORY_LEN   (4u + VENDOR_CHUNK)
#define FINAL_LEN    ((uint32_t)sizeof(struct vendor_registers))
#define RECORD(len)  ((uint32_t)VENDOR_RECORD_HEADER + (len))

static uint32_t sum_of(uint32_t sum, const uint8_t *data, uint32_t len)
{
	while (len--)
		sum = (sum ^ *data++) * 16777619u;
	return sum;
}

static uint32_t record_sum(const uint8_t *record, uint32_t len)
{
	const uint32_t sum = sum_of(2166136261u, record, VENDOR_RECORD_SUM);

	return sum_of(sum, record + VENDOR_RECORD_HEADER, len);
}

static uint8_t *payload(struct vendor *vendor)
{
	return vendor->window + VENDOR_RECORD_HEADER;
}

static uint32_t version_of(struct device *device)
{
	uint64_t version = VENDOR_VERSION;

	device_fault(device, "migration-version", &version);
	return (uint32_t)version;
}

/* Completes the record whose LEN bytes of payload are in the window. */
static int finish_record(struct device *device, enum vendor_record_kind kind, uint32_t len)
{
	struct vendor *vendor = device_state(device);
	uint8_t *record = vendor->window;
	uint64_t cut = 0;

	pci_set32(record, VENDOR_RECORD_MAGIC, VENDOR_MAGIC);
	pci_set32(record, VENDOR_RECORD_KIND, version_of(device) << 16 | kind);
	pci_set32(record, VENDOR_RECORD_NUMBER, vendor->stream.number++);
	pci_set32(record, VENDOR_RECORD_LENGTH, len);
	pci_set32(record, VENDOR_RECORD_SUM, record_sum(record, len));
	vendor->size = RECORD(len);
	if (device_fault(device, "migration-save-cut", &cut) && cut < vendor->size)
		vendor->size = (uint32_t)cut;
	return 0;
}

static int save_identity(struct device *device)
{
	struct vendor *vendor = device_state(device);

	pci_set32(payload(vendor), 0, VENDOR_ID_VALUE);
	pci_set32(payload(vendor), 4, vendor_chunks(device));
	vendor->stream.identified = true;
	return finish_record(device, VENDOR_RECORD_IDENTITY, IDENTITY_LEN);
}

static int save_chunk(struct device *device, uint32_t chunk)
{
	struct vendor *vendor = device_state(device);

	vendor->initial[chunk] = vendor->dirty[chunk] = false;
	vendor->reinit = vendor->reinit && vendor_initial(device);
	pci_set32(payload(vendor), 0, chunk);
	memcpy(payload(vendor) + 4, vendor->memory + (size_t)chunk * VENDOR_CHUNK, VENDOR_CHUNK);
	return finish_record(device, VENDOR_RECORD_MEMORY, MEMORY_LEN);
}

static int save_registers(struct device *device)
{
	struct vendor *vendor = device_state(device);
	const uint32_t *words = (const uint32_t *)&vendor->registers;

	for (unsigned int i = 0; i < FINAL_LEN / 4; i++)
		pci_set32(payload(vendor), 4 * i, words[i]);
	vendor->stream.final = true;
	return finish_record(device, VENDOR_RECORD_FINAL, FINAL_LEN);
}

int vendor_save_start(struct device *device)
{
	struct vendor *vendor = device_state(device);

	if (vendor->stream.session != VENDOR_IDLE || vendor->state == VENDOR_BROKEN)
		return -EINVAL;
	vendor->stream = (struct vendor_stream){.session = VENDOR_SAVING};
	vendor_memory_is_initial(device);
	vendor->reinit = false;
	return 0;
}

int vendor_save_next(struct device *device)
{
	struct vendor *vendor = device_state(device);
	uint64_t error;

	vendor->size = 0;
	if (vendor->stream.session != VENDOR_SAVING || vendor->state == VENDOR_BROKEN)
		return -EINVAL;
	if (device_fault(device, "migration-save-fails", &error))
		return -(int)error;
	if (!vendor->stream.identified)
		return save_identity(device);
	for (uint32_t chunk = 0; chunk < vendor_chunks(device); chunk++)
		if (vendor->initial[chunk] || vendor->dirty[chunk])
			return save_chunk(device, chunk);
	if (vendor->state != VENDOR_STOPPED || vendor->stream.final)
		return -ENODATA;
	return save_registers(device);
}

int vendor_save_end(struct device *device)
{
	struct vendor *vendor = device_state(device);

	if (vendor->stream.session != VENDOR_SAVING)
		return -EINVAL;
	vendor->stream.session = VENDOR_IDLE;
	return 0;
}

int vendor_load_start(struct device *device)
{
	struct vendor *vendor = device_state(device);

	if (vendor->stream.session != VENDOR_IDLE || vendor->state != VENDOR_STOPPED)
		return -EINVAL;
	vendor->stream = (struct vendor_stream){.session = VENDOR_LOADING};
	return 0;
}

static int load_identity(struct device *device)
{
	struct vendor *vendor = device_state(device);

	if (vendor->stream.number)
		return -EPROTO;
	if (pci_get32(payload(vendor), 0) != VENDOR_ID_VALUE ||
	    pci_get32(payload(vendor), 4) != vendor_chunks(device))
		return -ENXIO;
	vendor->stream.identified = true;
	return 0;
}

static int load_chunk(struct device *device)
{
	struct vendor *vendor = device_state(device);
	const uint32_t chunk = pci_get32(payload(vendor), 0);

	if (chunk >= vendor_chunks(device))
		return -EPROTO;
	memcpy(vendor->memory + (size_t)chunk * VENDOR_CHUNK, payload(vendor) + 4, VENDOR_CHUNK);
	return 0;
}

static int load_registers(struct device *device)
{
	struct vendor *vendor = device_state(device);
	uint32_t *words = (uint32_t *)&vendor->registers;

	for (unsigned int i = 0; i < FINAL_LEN / 4; i++)
		words[i] = pci_get32(payload(vendor), 4 * i);
	vendor->stream.final = true;
	return 0;
}

static const struct record_kind {
	uint32_t len;
	int (*load)(struct device *device);
} kinds[] = {
	[VENDOR_RECORD_IDENTITY] = {IDENTITY_LEN, load_identity},
	[VENDOR_RECORD_MEMORY] = {MEMORY_LEN, load_chunk},
	[VENDOR_RECORD_FINAL] = {FINAL_LEN, load_registers},
};

/* Returns 0 if the record in the window is whole, and may come next. */
static int check_record(const struct vendor *vendor)
{
	const uint8_t *record = vendor->window;
	const uint32_t kind = pci_get32(record, VENDOR_RECORD_KIND);
	const uint32_t len = pci_get32(record, VENDOR_RECORD_LENGTH);

	if (pci_get32(record, VENDOR_RECORD_MAGIC) != VENDOR_MAGIC)
		return -EPROTO;
	if (kind >> 16 != VENDOR_VERSION)
		return -EPROTONOSUPPORT;
	if (len > VENDOR_WINDOW_SIZE - VENDOR_RECORD_HEADER || vendor->size != RECORD(len))
		return -EMSGSIZE;
	if (pci_get32(record, VENDOR_RECORD_SUM) != record_sum(record, len))
		return -EBADMSG;
	if ((kind & 0xffff) - 1 >= VENDOR_RECORD_FINAL || vendor->stream.final ||
	    pci_get32(record, VENDOR_RECORD_NUMBER) != vendor->stream.number ||
	    (!vendor->stream.identified && (kind & 0xffff) != VENDOR_RECORD_IDENTITY))
		return -EPROTO;
	return len == kinds[kind & 0xffff].len ? 0 : -EMSGSIZE;
}

int vendor_load(struct device *device)
{
	struct vendor *vendor = device_state(device);
	uint64_t error;
	int err;

	if (vendor->stream.session != VENDOR_LOADING || vendor->state != VENDOR_STOPPED)
		return -EINVAL;
	err = check_record(vendor);
	if (device_fault(device, "migration-load-refused", &error))
		err = -(int)error;
	if (!err)
		err = kinds[pci_get32(vendor->window, VENDOR_RECORD_KIND) & 0xffff].load(device);
	vendor->stream.number++;
	if (err)
		vendor->state = VENDOR_BROKEN;
	return err;
}

int vendor_load_end(struct device *device)
{
	struct vendor *vendor = device_state(device);

	if (vendor->stream.session != VENDOR_LOADING)
		return -EINVAL;
	if (!vendor->stream.final)
		return -ENODATA;
	vendor->stream.session = VENDOR_IDLE;
	device_intx(device, vendor->registers.intx);
	return 0;
}

void vendor_memory_is_initial(struct device *device)
{
	struct vendor *vendor = device_state(device);

	for (uint32_t chunk = 0; chunk < vendor_chunks(device); chunk++) {
		vendor->initial[chunk] = true;
		vendor->dirty[chunk] = false;
	}
}

static uint32_t count_of(const struct device *device, const bool *flags)
{
	uint32_t count = 0;

	for (uint32_t chunk = 0; chunk < vendor_chunks(device); chunk++)
		count += flags[chunk];
	return count;
}

static bool is_saving(const struct vendor *vendor)
{
	return vendor->stream.session == VENDOR_SAVING;
}

uint32_t vendor_initial(const struct device *device)
{
	const struct vendor *vendor = device_state((struct device *)device);

	if (!is_saving(vendor))
		return 0;
	return count_of(device, vendor->initial) * RECORD(MEMORY_LEN) +
	       (vendor->stream.identified ? 0 : RECORD(IDENTITY_LEN));
}

uint32_t vendor_dirty(const struct device *device)
{
	const struct vendor *vendor = device_state((struct device *)device);

	return is_saving(vendor) ? count_of(device, vendor->dirty) * RECORD(MEMORY_LEN) : 0;
}

uint32_t vendor_left(const struct device *device)
{
	const struct vendor *vendor = device_state((struct device *)device);

	if (!is_saving(vendor))
		return RECORD(IDENTITY_LEN) + vendor_chunks(device) * RECORD(MEMORY_LEN) +
		       RECORD(FINAL_LEN);
	return vendor_initial(device) + vendor_dirty(device) +
	       (vendor->stream.final ? 0 : RECORD(FINAL_LEN));
}
