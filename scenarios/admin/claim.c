// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: another part of the kernel has reserved memory of a BAR, as a frame buffer of the firmware
 * does. VFIO must not touch that BAR, and serves the others.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/ioeventfd.h"

#include "lab/base/file.h"

#include <string.h>

#define PAGE 4096ull

#define RESOURCE_MEM 0x200 /* IORESOURCE_MEM in the kernel's include/linux/ioport.h */

/* The lab's own module, in kernel/modules. */
#define CLAIM	  "claim"
#define NO_MODULE "the lab's modules are not built for this kernel"

struct range {
	uint64_t start, size;
};

/* Get the first memory BAR of the device at ADDRESS. Returns its number, or -ENOENT. */
static int memory_bar(const char *address, struct range *bar)
{
	for (unsigned int i = 0; i < BARS; i++) {
		const struct bar_resource resource = bar_resource(address, i);

		*bar = (struct range){resource.start, resource.size};
		if (resource.flags & RESOURCE_MEM)
			return (int)i;
	}
	return -ENOENT;
}

static int claim(const struct range *range)
{
	cleanup_free char *options =
		text("start=0x%llx size=0x%llx", (unsigned long long)range->start,
		     (unsigned long long)range->size);

	return module_load(CLAIM, options);
}

/* Which part of a BAR is claimed. */
static struct range all_of(const struct range *bar)
{
	return *bar;
}

static struct range first_bytes_of(const struct range *bar)
{
	return (struct range){bar->start, 16};
}

static struct range last_byte_of(const struct range *bar)
{
	return (struct range){bar->start + bar->size - 1, 1};
}

static const struct part {
	const char *name;
	struct range (*of)(const struct range *bar);
} parts[] = {
	{"all of it", all_of},
	{"its first bytes", first_bytes_of},
	{"its last byte", last_byte_of},
};

static int read_word(struct dut *user, const struct region *bar)
{
	uint32_t word;
	const ssize_t n = region_read(user, bar, 0, &word, sizeof(word));

	return n < 0 ? (int)n : n == sizeof(word) ? 0 : -EIO;
}

/* Returns NULL if each access to BAR fails with EBUSY, or a message. */
static const char *check_refused(struct dut *user, const struct region *bar)
{
	const struct ioeventfd write = {.region = bar, .offset = bar->size - 4, .size = 4};
	cleanup_mapping struct mapping map = {NULL, 0};
	cleanup_close int event = event_open();
	const uint32_t word = 0;
	int err = read_word(user, bar);

	if (err != -EBUSY)
		return text("read: expected EBUSY, got %s", err ? error_name(err) : "no error");
	if (region_write(user, bar, 0, &word, sizeof(word)) != -EBUSY)
		return "a write did not fail with EBUSY";
	if (bar->flags & VFIO_REGION_INFO_FLAG_MMAP &&
	    region_map(user, bar, 0, PAGE, &map) != -EBUSY)
		return "a map did not fail with EBUSY";
	err = ioeventfd_set(user, &write, event);
	return err == -EBUSY || err == -EINVAL
		       ? NULL
		       : text("ioeventfd: expected EBUSY, got %s", err ? error_name(err) : "none");
}

/* Returns NULL if config space and all memory BARs but NUMBER can be read, or a message. */
static const char *check_others_work(struct dut *user, unsigned int number)
{
	for (unsigned int i = 0; i < BARS; i++) {
		struct region bar;
		int err = region_info(user, i, &bar);

		if (!err && i != number && bar.size)
			err = read_word(user, &bar);
		if (err)
			return text("BAR%u: %s", i, error_name(err));
	}
	return check_vfio_works(user->address, &user->vfio);
}

/* Returns NULL if no range of /proc/iomem is reserved by VFIO, or a message. */
static const char *check_nothing_reserved(void)
{
	cleanup_free char *lines = NULL;

	if (file_read("/proc/iomem", &lines, NULL))
		return "/proc/iomem cannot be read";
	return strstr(lines, " : vfio") ? "VFIO has memory reserved after the close" : NULL;
}

/* With RANGE claimed, which is part of BAR NUMBER, open the bound DUT. */
static enum greatest_test_res open_claimed(const struct dut *dut, struct user *user, int number,
					   const struct range *range)
{
	cleanup_module const char *claimed = CLAIM;
	struct region bar;
	int err;

	ASSERT_OK(claim(range));
	ASSERT_OK(user_open(user, dut));
	ASSERT_OK(config_set_memory(&user->dut, true));
	ASSERT_OK(region_info(&user->dut, (unsigned int)number, &bar));
	ASSERT_CHECK(check_refused(&user->dut, &bar));
	ASSERT_CHECK(check_others_work(&user->dut, (unsigned int)number));
	ASSERT_OK(module_unload(CLAIM));
	err = read_word(&user->dut, &bar);
	fact("read_when_free=%s", err ? error_name(err) : "0");
	user_close(user);
	PASS();
}

static enum greatest_test_res part_claimed(const struct dut *dut, const struct part *claimed)
{
	cleanup_user struct user user = USER_NONE;
	struct range bar, part;
	const int number = memory_bar(dut->address, &bar);

	ASSERT_OK(number);
	part = claimed->of(&bar);
	CHECK_CALL(open_claimed(dut, &user, number, &part));
	ASSERT_OK(user_open(&user, dut));
	ASSERT_OK(config_set_memory(&user.dut, true));
	ASSERT_CHECK(check_others_work(&user.dut, BARS));
	user_close(&user);
	ASSERT_CHECK(check_nothing_reserved());
	PASS();
}

/* From 7.1 on VFIO reserves BARs when the device is opened, before that when they are used. */
SCENARIO_UNBOUND(claimed_bar_refused_alone, "bar=mem !vf !variant once",
		 "a BAR of which another part of the kernel has reserved memory fails with EBUSY, "
		 "the others work, and it does after it is free and opened again")
{
	cleanup_release const char *address = dut->address;

	if (!module_is_extra(CLAIM))
		SKIPm(NO_MODULE);
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (part_claimed(dut, &parts[i]) == GREATEST_TEST_RES_FAIL)
			return scenario_row_failed(parts[i].name);
	}
	PASS();
}

/* The other way round. */
SCENARIO_UNBOUND(used_bar_not_claimed, "bar=mem !vf !variant once",
		 "memory of a BAR that the user reads cannot be reserved by another part of the "
		 "kernel, and can be after the close")
{
	cleanup_module const char *claimed = CLAIM;
	cleanup_user struct user user = USER_NONE;
	struct region region;
	struct range bar;
	int number;

	if (!module_is_extra(CLAIM))
		SKIPm(NO_MODULE);
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	number = memory_bar(dut->address, &bar);
	ASSERT_OK(number);
	ASSERT_OK(config_set_memory(&user.dut, true));
	ASSERT_OK(region_info(&user.dut, (unsigned int)number, &region));
	ASSERT_OK(read_word(&user.dut, &region));
	ASSERT_THAT(claim(&bar), "the BAR was reserved");
	ASSERT_OK(read_word(&user.dut, &region));
	user_close(&user);
	ASSERT_OK(claim(&bar));
	PASS();
}
