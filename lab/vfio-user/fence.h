/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages lie in buffers that are larger than they are, and hold what was
 * there before: reading on behind a message's end would go unnoticed. Under
 * AddressSanitizer it does not; elsewhere these do nothing.
 */
#ifndef LAB_VFIO_USER_FENCE_H
#define LAB_VFIO_USER_FENCE_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FENCES
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FENCES
#endif

#ifdef FENCES
#include <sanitizer/asan_interface.h>
#endif

/* Nobody may touch LEN bytes at P until fence_lower() is called for them. */
static inline void fence_raise(const void *p, size_t len)
{
#ifdef FENCES
	ASAN_POISON_MEMORY_REGION(p, len);
#else
	(void)p;
	(void)len;
#endif
}

static inline void fence_lower(const void *p, size_t len)
{
#ifdef FENCES
	ASAN_UNPOISON_MEMORY_REGION(p, len);
#else
	(void)p;
	(void)len;
#endif
}

#endif
