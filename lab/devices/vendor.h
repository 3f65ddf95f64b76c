/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the model vendor: its registers, its saved state, its log of DMA. */
#ifndef LAB_DEVICES_VENDOR_H
#define LAB_DEVICES_VENDOR_H

#include "lab/devices/vendor-regs.h"

#include "lab/devices/lib/model.h"

#define VENDOR_VALUES_COUNT ((VENDOR_VALUES_END - VENDOR_VALUES) / 4)
#define VENDOR_LOG_PAGES    1024u

struct vendor_params {
	uint64_t chunks, log;
};

/* The registers that migrate with the device, in the order of the final record. */
struct vendor_registers {
	uint32_t counter, config, mark, ring_pages, ring_vector, ring_index, pending, intx;
	uint32_t ring[2], copy_from[2], copy_to[2];
	uint32_t values[VENDOR_VALUES_COUNT];
};

enum vendor_session {
	VENDOR_IDLE,
	VENDOR_SAVING,
	VENDOR_LOADING,
};

struct vendor_stream {
	enum vendor_session session;
	uint32_t number; /* of the next record */
	bool identified, final;
};

struct vendor_range {
	uint64_t base, len;
};

struct vendor_log {
	bool on, overflow;
	uint32_t shift;
	unsigned int ranges, count;
	struct vendor_range range[VENDOR_LOG_RANGES];
	uint64_t pages[VENDOR_LOG_PAGES];
};

struct vendor {
	uint32_t state, result, io_result, size;
	uint32_t log_shift, log_base[2], log_len[2];
	bool reinit;
	struct vendor_registers registers;
	uint8_t memory[VENDOR_CHUNKS_MAX * VENDOR_CHUNK];
	bool initial[VENDOR_CHUNKS_MAX], dirty[VENDOR_CHUNKS_MAX];
	struct vendor_stream stream;
	struct vendor_log log;
	uint8_t window[VENDOR_WINDOW_SIZE];
};

/* The commands of a session. Each returns 0 or -errno: vendor-regs.h. */
int vendor_save_start(struct device *device);
int vendor_save_next(struct device *device);
int vendor_save_end(struct device *device);
int vendor_load_start(struct device *device);
int vendor_load(struct device *device);
int vendor_load_end(struct device *device);

/* The values of VENDOR_INITIAL, VENDOR_DIRTY and VENDOR_LEFT, in bytes. */
uint32_t vendor_initial(const struct device *device);
uint32_t vendor_dirty(const struct device *device);
uint32_t vendor_left(const struct device *device);

/* All memory is initial, as after a new configuration. */
void vendor_memory_is_initial(struct device *device);

int vendor_log_range(struct device *device);
int vendor_log_start(struct device *device);
int vendor_log_stop(struct device *device);
int vendor_log_query(struct device *device);

/* Logs that the device wrote LEN bytes at IOVA. */
void vendor_log_write(struct device *device, uint64_t iova, uint64_t len);

/* The number of chunks of memory that DEVICE has. */
static inline uint32_t vendor_chunks(const struct device *device)
{
	const struct vendor_params *params = device_params(device);

	return (uint32_t)params->chunks;
}

#endif
