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

/* A zeroed item at the end of ARRAY, a pointer to a struct of items and count. */
#define array_add(array)                                                                           \
	({                                                                                         \
		__auto_type array_grown = (array);                                                 \
		array_grown->items = one_more(array_grown->items, array_grown->count,              \
					      sizeof(*array_grown->items));                        \
		array_grown->items[array_grown->count] = (__typeof__(*array_grown->items)){0};     \
		&array_grown->items[array_grown->count++];                                         \
	})

#endif
