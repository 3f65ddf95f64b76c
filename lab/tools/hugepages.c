// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into compilers: requests huge pages for large anonymous mappings. cc1 allocates its
 * memory by mmap and touches nearly all of it. Page faults and TLB misses are expensive on a
 * virtual machine: building kernel base took 587 CPU-seconds with huge pages, 716 without. (glibc
 * can do the same for malloc, set by GLIBC_TUNABLES.)
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Smaller mappings gain nothing; the kernel merges adjacent mappings first. */
#define WORTH_IT (256 << 10)

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	/* As mmap() does, syscall() sets errno and returns MAP_FAILED, which is -1. */
	void *memory = (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);

	if (memory != MAP_FAILED && (flags & MAP_ANONYMOUS) && length >= WORTH_IT)
		madvise(memory, length, MADV_HUGEPAGE);
	return memory;
}

/* Programs built for large files call mmap() by this name. */
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset)
	__attribute__((alias("mmap")));
