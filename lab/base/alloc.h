/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocators that never return NULL: they abort the program when memory runs out. */
#ifndef LAB_BASE_ALLOC_H
#define LAB_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

/* Returns zeroed memory for COUNT items of SIZE bytes. The caller frees it. */
static inline void *zalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		abort();
	return memory;
}

/* Grows ITEMS, an array of COUNT items of SIZE bytes, by one item. Returns its new address. */
static inline void *one_more(void *items, size_t count, size_t size)
{
	items = reallocarray(items, count + 1, size);
	if (!items)
		abort();
	return items;
}

#endif
