// SPDX-License-Identifier: GPL-2.0-only
/* Parsing kmemleak's report, and finding the case that ran at the time of an allocation. */
#include "scenarios/lib/kernel/kmemleak.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <string.h>

/* Linux 5.10. */
static const char with_age[] =
	"unreferenced object 0xffff88800b1d4a40 (size 32):\n"
	"  comm \"agent\", pid 151, jiffies 4294895410 (age 12.345s)\n"
	"  hex dump (first 32 bytes):\n"
	"    76 66 69 6f 2d 69 6e 74 78 28 30 30 30 30 3a 30  vfio-intx(0000:0\n"
	"  backtrace:\n"
	"    [<00000000f95d4f4b>] kvasprintf+0x5d/0x90\n"
	"    [<00000000a0a6a1b4>] vfio_pci_ioctl+0x10/0x20 [vfio_pci]\n"
	"unreferenced object 0xffff88800b1d4a80 (size 8):\n"
	"  comm \"kworker/0:1\", pid 12, jiffies 4294895411 (age 0.005s)\n"
	"  backtrace:\n"
	"    [<00000000f95d4f4b>] kmalloc+0x1/0x2\n";

/* Linux 6.12. */
static const char without_age[] = "unreferenced object 0xffff88800b1d4a40 (size 32):\n"
				  "  comm \"agent\", pid 151, jiffies 4294895410\n"
				  "  hex dump (first 8 bytes):\n"
				  "    76 66 69 6f 2d 69 6e 74                          vfio-int\n"
				  "  backtrace (crc ebd6ca1f):\n"
				  "    kmalloc_noprof+0x1/0x2\n"
				  "    ioctl+0x3/0x4\n";

TEST each_is_taken_apart(void)
{
	cleanup_leaks struct leaks leaks = {0};
	cleanup_free char *report = strdup(with_age);

	kmemleak_parse(report, 100000, &leaks);
	ASSERT_EQ(2, leaks.count);
	ASSERT_EQ(32, leaks.items[0].bytes);
	ASSERT_EQ(87655, leaks.items[0].since_ms);
	ASSERT_STR_EQ("kvasprintf+0x5d/0x90 < vfio_pci_ioctl+0x10/0x20 [vfio_pci]",
		      leaks.items[0].stack);
	ASSERT_EQ(8, leaks.items[1].bytes);
	ASSERT_EQ(99995, leaks.items[1].since_ms);
	ASSERT_STR_EQ("kmalloc+0x1/0x2", leaks.items[1].stack);
	PASS();
}

TEST without_an_age_nothing_is_blamed(void)
{
	cleanup_leaks struct leaks leaks = {0};
	cleanup_free char *report = strdup(without_age);

	kmemleak_parse(report, 100000, &leaks);
	ASSERT_EQ(1, leaks.count);
	ASSERT_EQ(-1, leaks.items[0].since_ms);
	ASSERT_STR_EQ("kmalloc_noprof+0x1/0x2 < ioctl+0x3/0x4", leaks.items[0].stack);
	PASS();
}

TEST other_text_is_no_leak(void)
{
	cleanup_leaks struct leaks leaks = {0};
	cleanup_free char *report =
		strdup("  comm \"x\", pid 1\n  backtrace:\n    [<0>] f+0x1/0x2\n");

	kmemleak_parse(report, 100000, &leaks);
	ASSERT_EQ(0, leaks.count);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(each_is_taken_apart);
	RUN_TEST(without_an_age_nothing_is_blamed);
	RUN_TEST(other_text_is_no_leak);
	GREATEST_MAIN_END();
}
