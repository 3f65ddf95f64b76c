// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/migration/records.h"

#include "lab/devices/vendor-regs.h"

#include <endian.h>
#include <string.h>

static uint32_t word(const struct buf *stream, size_t at)
{
	uint32_t value;

	memcpy(&value, stream->data + at, sizeof(value));
	return le32toh(value);
}

static size_t length(const struct buf *stream, size_t at)
{
	return VENDOR_RECORD_HEADER + word(stream, at + VENDOR_RECORD_LENGTH);
}

unsigned int record_count(const struct buf *stream)
{
	unsigned int count = 0;

	for (size_t at = 0; at < stream->len; at += length(stream, at))
		count++;
	return count;
}

size_t record_at(const struct buf *stream, unsigned int number)
{
	size_t at = 0;

	while (number--)
		at += length(stream, at);
	return at;
}

void record_set(struct buf *stream, unsigned int number, size_t offset, uint32_t value)
{
	const uint32_t little = htole32(value);

	memcpy(stream->data + record_at(stream, number) + offset, &little, sizeof(little));
}

/* FNV-1a. */
static uint32_t sum(uint32_t sum, const char *data, size_t len)
{
	while (len--)
		sum = (sum ^ (uint8_t)*data++) * 16777619u;
	return sum;
}

void record_sum_again(struct buf *stream, unsigned int number)
{
	const size_t at = record_at(stream, number);
	const char *record = stream->data + at;
	uint32_t value = sum(2166136261u, record, VENDOR_RECORD_SUM);

	value = sum(value, record + VENDOR_RECORD_HEADER,
		    length(stream, at) - VENDOR_RECORD_HEADER);
	record_set(stream, number, VENDOR_RECORD_SUM, value);
}
