// SPDX-License-Identifier: GPL-2.0-only
#include "reports/run-id.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>

/* FNV-1a: enough to distinguish runs, and the same on every machine. */
#define FNV_START 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; text && *text; text++)
		hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
	return hash * FNV_PRIME;
}

char *text_id(const char *of)
{
	return text("%016" PRIx64, hash_text(FNV_START, of));
}

char *run_id(const struct results *results)
{
	cleanup_buf struct buf started = BUF_INIT;
	uint64_t hash = hash_text(FNV_START, results->run.lab);

	for (const char *at = results->run.started ?: ""; *at; at++)
		if (isalnum((unsigned char)*at))
			buf_add(&started, at, 1);
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		hash = hash_text(hash, record->kernel);
		hash = hash_text(hash, record->machine);
		hash = hash_text(hash, record->name);
		hash = (hash ^ record->result.verdict) * FNV_PRIME;
		hash = (hash ^ record->result.ms) * FNV_PRIME;
	}
	return text("%s-%016" PRIx64, started.len ? started.data : "0", hash);
}
