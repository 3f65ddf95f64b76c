/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is there: where none can be had the program ends, as nothing could go on without it.
 */
#ifndef LAB_BASE_ALLOC_H
#define LAB_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

/* COUNT items of SIZE bytes, zeroed; the caller frees them. */
static inline void *zalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		abort();
	return memory;
}

/* ITEMS, of which there are COUNT of SIZE bytes, with room for one more. */
static inline void *one_more(void *items, size_t count, size_t size)
{
	items = reallocarray(items, count + 1, size);
	if (!items)
		abort();
	return items;
}

#endif
