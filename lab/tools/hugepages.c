// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into compilers: ask for huge pages where memory is taken in large
 * pieces. cc1 takes its memory by mmap and touches nearly all of it. On a
 * virtual machine, where a page fault and a TLB miss cost several times what
 * they cost elsewhere, it pays: kernel base took 587 CPU-seconds, 716 without.
 * (glibc does it for malloc by itself, when GLIBC_TUNABLES says so.)
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Smaller pieces gain nothing; neighbouring ones are merged by the kernel before it looks. */
#define WORTH_IT (256 << 10)

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	/* As mmap() does, syscall() sets errno and returns MAP_FAILED, which is -1. */
	void *memory = (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);

	if (memory != MAP_FAILED && (flags & MAP_ANONYMOUS) && length >= WORTH_IT)
		madvise(memory, length, MADV_HUGEPAGE);
	return memory;
}

/* The name that programs built for large files call it by. */
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset)
	__attribute__((alias("mmap")));
