/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash of bytes, FNV-1a of 64 bits: the same on every machine, and no defence against forgery. */
#ifndef LAB_BASE_HASH_H
#define LAB_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_INIT 0xcbf29ce484222325ULL

/* HASH, of what came before, with LEN bytes of DATA. */
static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

/* The same with the string TEXT and its NUL, which keeps neighbours apart; NULL is "". */
static inline uint64_t hash_text(uint64_t hash, const char *text)
{
	text = text ?: "";
	return hash_bytes(hash, text, strlen(text) + 1);
}

#endif
