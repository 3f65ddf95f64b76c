// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: the name argument of VFIO_GROUP_GET_DEVICE_FD (include/uapi/linux/vfio.h): the device's
 * address, then options, each after a blank. ENODEV: no such device in the group. EINVAL: invalid
 * options. Family sriov tests the effect of a VF token.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/alloc.h"

#include <string.h>

#define NAME_MAX_BYTES 4096 /* the kernel accepts at most a page, including the NUL */

/* Open the device NAME and close it. Returns 0 or -errno. */
static int open_name(struct dut *dut, const char *name)
{
	cleanup_close int device =
		vfio_ioctl(dut->vfio.group, VFIO_GROUP_GET_DEVICE_FD, (void *)name);

	return device < 0 ? device : 0;
}

static const struct wording {
	const char *name, *before;
	size_t cut; /* bytes of the address that are missing at its end */
	const char *behind;
	int err;
} wordings[] = {
	{"the address", "", 0, "", 0},
	{"blanks behind it", "", 0, "  ", 0},
	{"nothing", "", PCI_ADDRESS, "", ENODEV},
	{"a blank before it", " ", 0, "", ENODEV},
	{"the last digit missing", "", 1, "", ENODEV},
	{"the function missing", "", 2, "", ENODEV},
	{"a digit behind it", "", 0, "0", ENODEV},
	{"a letter behind it", "", 0, "x", ENODEV},
	{"a tab behind it", "", 0, "\t", ENODEV},
	{"a newline behind it", "", 0, "\n", ENODEV},
	{"a comma behind it", "", 0, ",vf_token=" SRIOV_TOKEN, ENODEV},
	{"an unknown option", "", 0, " x", EINVAL},
	{"a tab for an option", "", 0, " \t", EINVAL},
	{"a token's name alone", "", 0, " vf_token", EINVAL},
	{"an empty token", "", 0, " vf_token=", EINVAL},
	{"a token cut off", "", 0, " vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1", EINVAL},
	{"a token that is no UUID", "", 0, " vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1g",
	 EINVAL},
	{"a blank within a token", "", 0, " vf_token= " SRIOV_TOKEN, EINVAL},
	{"a letter behind a token", "", 0, " vf_token=" SRIOV_TOKEN "x", EINVAL},
	{"a token twice", "", 0, " vf_token=" SRIOV_TOKEN " vf_token=" SRIOV_TOKEN, EINVAL},
	{"an option behind a token", "", 0, " vf_token=" SRIOV_TOKEN " x", EINVAL},
	{"a token that is of no use", "", 0, " vf_token=" SRIOV_TOKEN, EINVAL},
};

SCENARIO_TABLE(device_name_is_exact, wordings, "!vf !pf=sriov container",
	       "GET_DEVICE_FD accepts the address with trailing blanks; any other name fails with "
	       "its errno")
{
	size_t len = strlen(dut->address);
	int left = (int)(row->cut < len ? len - row->cut : 0);
	cleanup_free char *name = text("%s%.*s%s", row->before, left, dut->address, row->behind);

	ASSERT_RESULT(row->err, open_name(dut, name));
	PASS();
}

/* Returns the address padded with blanks to LEN bytes, including the NUL. The caller frees it. */
static char *padded(const char *address, size_t len)
{
	char *name = zalloc(1, len);

	memset(name, ' ', len - 1);
	memcpy(name, address, strlen(address));
	return name;
}

SCENARIO(device_name_fits_a_page, "!vf !pf=sriov container",
	 "GET_DEVICE_FD accepts a readable name of up to one page and no longer")
{
	cleanup_free char *longest = padded(dut->address, NAME_MAX_BYTES);
	cleanup_free char *too_long = padded(dut->address, NAME_MAX_BYTES + 1);

	ASSERT_OK(open_name(dut, longest));
	ASSERT_ERRNO(EINVAL, open_name(dut, too_long));
	ASSERT_ERRNO(EFAULT, open_name(dut, NULL));
	PASS();
}

/* A group refuses a device of another group, even if that one is open elsewhere. */
SCENARIO(device_name_of_another_group, "container", "a group does not open devices of other groups")
{
	cleanup_list struct list all = {0}, members = {0};
	unsigned int others = 0;

	ASSERT_OK(pci_functions(&all));
	ASSERT_OK(pci_group_members(dut->address, &members));
	for (size_t i = 0; i < all.count; i++) {
		if (list_has(&members, all.items[i]))
			continue;
		others++;
		ASSERT_ERRNO(ENODEV, open_name(dut, all.items[i]));
	}
	ASSERT_THAT(others, "the guest has no other device");
	ASSERT_ERRNO(ENODEV, open_name(dut, "ffff:ff:1f.7"));
	PASS();
}
