// SPDX-License-Identifier: GPL-2.0-only
/* nvgrace: the memory of a GPU while its device is closed, unbound, asleep, or does DMA to it. */
#include "scenarios/nvgrace/nvgrace.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/vfio/bar-window.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/iommu.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE   4096u
#define WINDOW 0x08000000ull

/* Returns how many maps of physical memory the kernel has, or -errno. */
static long kernel_maps(void)
{
	FILE *file = fopen("/proc/vmallocinfo", "re");
	char line[512];
	long count = 0;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		count += strstr(line, " ioremap") != NULL;
	fclose(file);
	return count;
}

static int use_all_parts(struct dut *dut)
{
	const struct gpu *gpu = gpu_of(dut);
	int err = gpu ? 0 : -ENODEV;

	for (size_t i = 0; i < ARRAY_SIZE(gpu->parts) && !err; i++) {
		struct region bar;
		uint32_t word = 1;

		if (!gpu->parts[i].size)
			continue;
		err = region_info(dut, gpu->parts[i].bar, &bar);
		if (!err && (region_write(dut, &bar, 0, &word, sizeof(word)) != sizeof(word) ||
			     region_read(dut, &bar, 0, &word, sizeof(word)) != sizeof(word)))
			err = -EIO;
	}
	return err;
}

SCENARIO_UNBOUND(close_unmaps_memory, NEEDED " once",
		 "the kernel maps the memory for accesses through the file, and unmaps it at the "
		 "last close; the next user can access it again")
{
	const char *address cleanup_release = dut->address;
	long before;

	ASSERT_OK(pci_bind(address, DRIVER));
	before = kernel_maps();
	ASSERT_OK(before);
	for (unsigned int i = 0; i < 3; i++) {
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_open(&user, dut));
		ASSERT_OK(dut_start(&user.dut));
		ASSERT_OK(use_all_parts(&user.dut));
		ASSERT_OK(use_all_parts(&user.dut));
		user_end(&user);
		ASSERT_NUMBER(before, kernel_maps());
	}
	PASS();
}

/* Unlike a map of a BAR, this one is of memory that stays. */
SCENARIO_UNBOUND(unbind_waits_for_mapped_memory, NEEDED " once",
		 "an unbind waits while memory of the GPU is mapped, which stays usable")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_aside struct aside aside = ASIDE_NONE;
	struct mapping map = {NULL, 0};
	struct region bar;

	ASSERT_OK(user_bind_and_open(&user, dut, DRIVER));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(region_info(&user.dut, USABLE_BAR, &bar));
	if (!bar.size)
		PASS();
	ASSERT_OK(region_map(&user.dut, &bar, 0, PAGE, &map));
	ASSERT_OK(madvise((void *)map.at, PAGE, MADV_DONTFORK) ? -errno : 0);
	map_write32(&map, 0, 0x600d);
	ASSERT_OK(aside_begin(&aside, pci_unbind, dut->address, &user.dut.vfio));
	ASSERT_CHECK(check_aside_waits(&aside, 100));
	ASSERT_HEX(0x600d, map_read32(&map, 0));
	region_unmap(&map);
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&aside, dut->wait_ms));
	ASSERT_CHECK(check_driver(dut->address, ""));
	PASS();
}

/* The memory is a part of the guest's (docs/drivers.md): no reset of the GPU clears it. */
SCENARIO_UNBOUND(memory_survives_rebind, NEEDED " once",
		 "what a user left in the memory is there after the driver was bound again")
{
	struct region bar;
	uint32_t word;

	for (uint32_t i = 0; i < 2; i++) {
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_bind_and_open(&user, dut, DRIVER));
		ASSERT_OK(dut_start(&user.dut));
		ASSERT_OK(region_info(&user.dut, USABLE_BAR, &bar));
		if (!bar.size)
			PASS();
		word = 0x1ef7;
		if (!i)
			ASSERT_NUMBER(4, region_write(&user.dut, &bar, PAGE, &word, 4));
		word = 0;
		ASSERT_NUMBER(4, region_read(&user.dut, &bar, PAGE, &word, 4));
		ASSERT_HEX(0x1ef7, word);
	}
	PASS();
}

SCENARIO(sleeping_device_wakes_for_memory, NEEDED " feature=low-power",
	 "a read of the memory of a device in low power wakes it; a map raises SIGBUS then")
{
	cleanup_low_power struct dut *asleep = dut;
	cleanup_mapping struct mapping map = {NULL, 0};
	uint32_t word = 0x51ee9;
	struct region bar;

	ASSERT_OK(region_info(dut, USABLE_BAR, &bar));
	if (!bar.size)
		PASS();
	ASSERT_OK(dut_start(dut));
	ASSERT_NUMBER(4, region_write(dut, &bar, 0, &word, 4));
	ASSERT_OK(region_map(dut, &bar, 0, PAGE, &map));
	ASSERT_CHECK(low_power_suspend(asleep, -1));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	word = 0;
	ASSERT_NUMBER(4, region_read(dut, &bar, 0, &word, 4));
	ASSERT_HEX(0x51ee9, word);
	ASSERT_OK(low_power_exit(dut));
	ASSERT_OK(map_touch(&map, 0));
	PASS();
}

static enum greatest_test_res dma_to(struct dut *dut, const struct gpu_part *part)
{
	cleanup_dma struct dma memory = {0};
	cleanup_bar_window struct bar_window window = BAR_WINDOW_NONE;
	uint32_t word = 0;
	struct region bar;
	int err;

	ASSERT_OK(region_info(dut, part->bar, &bar));
	ASSERT_OK(dma_alloc(dut, PAGE, &memory));
	err = bar_window_take(dut, &bar, 0, &window);
	if (err == -ENOTTY)
		SKIPm("the kernel exports no BAR as dma-buf");
	ASSERT_OK(err);
	ASSERT_OK(bar_window_map(&window, dut, WINDOW));
	*(uint32_t *)memory.at = 0xd1a0000 + part->bar;
	ASSERT_NUMBER(4, region_write(dut, &bar, 8, &word, 4));
	ASSERT_OK(dut_dma(dut, WINDOW + 8, memory.iova, 4));
	ASSERT_NUMBER(4, region_read(dut, &bar, 8, &word, 4));
	ASSERT_HEX(0xd1a0000 + part->bar, word);
	ASSERT_OK(iommu_unmap(dut, WINDOW, PAGE, NULL));
	PASS();
}

SCENARIO(dma_reaches_memory, NEEDED " dma !mode=compat",
	 "memory of the GPU can be mapped for DMA: by its address, or as a dma-buf")
{
	const struct gpu *gpu = gpu_of(dut);

	ASSERT_OK(dut_start(dut));
	for (size_t i = 0; gpu && i < ARRAY_SIZE(gpu->parts); i++)
		if (gpu->parts[i].size)
			CHECK_CALL(dma_to(dut, &gpu->parts[i]));
	PASS();
}
