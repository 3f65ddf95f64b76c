// SPDX-License-Identifier: GPL-2.0-only
/*
 * claim: reserves a range of memory addresses while it is loaded, as a driver does that finds part
 * of a device without PCI, such as a frame buffer that the firmware set up.
 */
#include <linux/ioport.h>
#include <linux/module.h>

static unsigned long start;
module_param(start, ulong, 0444);
MODULE_PARM_DESC(start, "First address");

static unsigned long size;
module_param(size, ulong, 0444);
MODULE_PARM_DESC(size, "Bytes");

static int __init claim_init(void)
{
	if (!size)
		return -EINVAL;
	return request_mem_region(start, size, "claim") ? 0 : -EBUSY;
}
module_init(claim_init);

static void __exit claim_exit(void)
{
	release_mem_region(start, size);
}
module_exit(claim_exit);

MODULE_DESCRIPTION("Reserves a range of memory addresses");
MODULE_LICENSE("GPL");
