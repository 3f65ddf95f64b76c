/* SPDX-License-Identifier: GPL-2.0-only */
/* The records in the stream of the DUT `vendor', which lab/devices/vendor-regs.h describes. */
#ifndef SCENARIOS_MIGRATION_RECORDS_H
#define SCENARIOS_MIGRATION_RECORDS_H

#include "lab/base/buf.h"

#include <stdint.h>

/* The number of records in STREAM, which is whole, and the offset of record NUMBER. */
unsigned int record_count(const struct buf *stream);
size_t record_at(const struct buf *stream, unsigned int number);

/* Set the word at OFFSET of record NUMBER, or its checksum to what it should be. */
void record_set(struct buf *stream, unsigned int number, size_t offset, uint32_t value);
void record_sum_again(struct buf *stream, unsigned int number);

#endif
