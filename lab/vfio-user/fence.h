/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages are stored in larger buffers with stale data, so reading past the end of a message would
 * go unnoticed. These functions make AddressSanitizer report it. Without AddressSanitizer they do
 * nothing.
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

/* Forbids access to LEN bytes at P until fence_lower() is called for them. */
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
