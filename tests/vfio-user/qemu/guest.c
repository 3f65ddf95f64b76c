// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's only program. It finds the echo device (echo.h), tests each path to it, and writes
 * the number of the failed step, or 0, to the device. Details go to the console.
 */
#include "tests/vfio-user/qemu/echo.h"

#include "lab/base/cleanup.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>

#define DEVICES "/sys/bus/pci/devices"

static void *map(const char *folder, const char *file, size_t size)
{
	char path[512];
	cleanup_close int fd = -1;
	void *p;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_RDWR | O_SYNC);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

/* Finds the device by its IDs, and enables memory and bus mastering. */
static int find(char *folder, size_t size)
{
	cleanup_dir DIR *dir = opendir(DEVICES);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_close int fd = -1;
		uint16_t ids[2], command = 7;
		char path[512];

		snprintf(folder, size, "%s/%s", DEVICES, entry->d_name);
		snprintf(path, sizeof(path), "%s/config", folder);
		fd = open(path, O_RDWR);
		if (pread(fd, ids, sizeof(ids), 0) != sizeof(ids))
			continue;
		printf("%s %04x:%04x\n", entry->d_name, ids[0], ids[1]);
		if (ids[0] == ECHO_VENDOR && ids[1] == ECHO_DEVICE)
			return pwrite(fd, &command, sizeof(command), 4) == sizeof(command) ? 0 : -1;
	}
	return -1;
}

static int try_registers(volatile uint32_t *regs)
{
	regs[ECHO_INVERT / 4] = 0x12345678;
	printf("id %#x, inverse of 0x12345678 %#x\n", regs[ECHO_ID / 4], regs[ECHO_INVERT / 4]);
	return regs[ECHO_ID / 4] == ECHO_IDENTITY && regs[ECHO_INVERT / 4] == 0xedcba987 ? 0 : -1;
}

static int try_memory(volatile uint32_t *regs, volatile unsigned char *memory)
{
	uint32_t before, after;

	before = regs[ECHO_SUM / 4];
	memory[0] = (unsigned char)(memory[0] + 1);
	memory[ECHO_MEMORY - 1] = (unsigned char)(memory[ECHO_MEMORY - 1] + 1);
	after = regs[ECHO_SUM / 4];
	printf("sum of memory %u, then %u\n", before, after);
	return after == before + 2 ? 0 : -1;
}

/* Returns the physical address of a page: Documentation/admin-guide/mm/pagemap.rst. */
static uint64_t physical(const void *p)
{
	cleanup_close int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)p / 4096 * sizeof(entry))) !=
	    sizeof(entry))
		return 0;
	return (entry & ((1ULL << 55) - 1)) * 4096;
}

/* Finds two physically adjacent pages among many. */
static unsigned char *two_pages(void)
{
	enum { PAGES = 1024 };
	unsigned char *p = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	for (size_t i = 0; i + 1 < PAGES; i++)
		if (physical(p + i * 4096) &&
		    physical(p + i * 4096) + 4096 == physical(p + (i + 1) * 4096))
			return p + i * 4096;
	return NULL;
}

static int try_dma(volatile uint32_t *regs)
{
	unsigned char *p = two_pages();
	uint64_t iova;
	size_t wrong = 0;

	if (!p)
		return -1;
	iova = physical(p);
	for (size_t i = 0; i < ECHO_COPY; i++)
		p[i] = (unsigned char)(i * 3);
	regs[ECHO_IOVA / 4] = (uint32_t)iova;
	regs[ECHO_IOVA / 4 + 1] = (uint32_t)(iova >> 32);
	regs[ECHO_START / 4] = 1;
	for (size_t i = 0; i < ECHO_COPY; i++)
		wrong += ((volatile unsigned char *)p)[i] != (unsigned char)~(i * 3);
	printf("DMA at %#llx: result %d, %zu bytes wrong\n", (unsigned long long)iova,
	       (int)regs[ECHO_RESULT / 4], wrong);
	return wrong || regs[ECHO_RESULT / 4] ? -1 : 0;
}

/* Returns the number of the failed step, or 0. */
static unsigned int try_all(volatile uint32_t *regs, volatile unsigned char *memory)
{
	if (!memory || try_registers(regs))
		return 1;
	if (try_memory(regs, memory))
		return 2;
	return try_dma(regs) ? 3 : 0;
}

int main(void)
{
	volatile uint32_t *regs = NULL;
	char folder[300];

	setvbuf(stdout, NULL, _IONBF, 0);
	mkdir("/sys", 0755);
	mkdir("/proc", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	if (!find(folder, sizeof(folder)))
		regs = map(folder, "resource0", ECHO_SIZE);
	if (regs)
		regs[ECHO_VERDICT / 4] = try_all(regs, map(folder, "resource2", ECHO_MEMORY));
	reboot(RB_POWER_OFF);
	return 1;
}
