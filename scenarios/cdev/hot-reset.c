// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: hot resets by a user of device files, who proves with its iommufd that it owns all
 * functions: "must be called with an empty group_fds array" (include/uapi/linux/vfio.h,
 * VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/hot-reset.h"
#include "scenarios/lib/vfio/sriov.h"

#include <fcntl.h>
#include <string.h>

/* A DUT whose hot reset resets its IOMMU group. */
#define WHOLE_GROUP "mode=cdev hot:2 group:2 !pf !vf !variant"
#define PF	    "mode=cdev pf=sriov:2 hot:1"

/* Returns NULL if the members of the hot reset's set but DUT have ID, or a message. */
static const char *check_others(struct dut *user, int id, bool owned)
{
	struct hot_set set = {0};
	int err = hot_set_ask(user, &set);

	if (err)
		return text("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO: %s", error_name(err));
	if (!set.by_device)
		return "the members of the set have no IDs of devices";
	for (unsigned int i = 0; i < set.count; i++) {
		const bool itself = !strcmp(set.members[i].address, user->address);
		const int expected = itself ? (int)user->vfio.devid : id;

		if (set.members[i].group != expected)
			return text("%s: expected device ID %d, got %d", set.members[i].address,
				    expected, set.members[i].group);
	}
	return set.owned == owned
		       ? NULL
		       : text("the set is reported as %s", set.owned ? "owned" : "not owned");
}

/* A reset would have cleared what dut_mark() set. */
static const char *check_refused(struct dut *user, int expected)
{
	const int err = hot_reset(user);

	if (err != -expected)
		return text("hot reset: expected %s, got %s", error_name(expected),
			    err < 0 ? error_name(err) : "no error");
	if (user->driver->mark && dut_marked(user) != 1)
		return "the device was reset although that was refused";
	return NULL;
}

static const char *check_resets(struct dut *user, const uint8_t before[64])
{
	const int err = hot_reset(user);

	return err ? text("hot reset: %s", error_name(err)) : check_reset_done(user, before);
}

SCENARIO_UNBOUND(hot_reset_of_device_alone, "mode=cdev hot:1 !hot:2 !pf !vf",
		 "a device that is alone in its hot reset's set is reported as owned, and reset "
		 "with an empty list")
{
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(reset_prepare(&user.dut, before));
	ASSERT_CHECK(check_others(&user.dut, 0, true));
	ASSERT_CHECK(check_resets(&user.dut, before));
	PASS();
}

/* "This ioctl must be called with an empty group_fds array." */
SCENARIO_UNBOUND(hot_reset_with_groups_refused, "mode=cdev hot:1",
		 "a user of a device file cannot give groups for a hot reset")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct vfio *vfio = &user.dut.vfio;
	uint8_t before[64];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(reset_prepare(&user.dut, before));
	const int32_t files[] = {vfio->iommufd, vfio->device, null, -1};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		ASSERT_ERRNO(EINVAL, vfio_hot_reset(vfio->device, &files[i], 1));
	if (dut->driver->mark)
		ASSERT_NUMBER(1, dut_marked(&user.dut));
	ASSERT_CHECK(check_vfio_works(dut->address, vfio));
	PASS();
}

/* What a user of the group gets does not depend on who had the device before. */
SCENARIO_UNBOUND(hot_reset_by_group_after_file, "mode=cdev hot:1 !hot:2 !pf !vf",
		 "a device that was open through its file is reset with its group's file when it "
		 "is open through its group")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut owner = *dut;
	struct hot_set set;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(MODE_CDEV, address, &vfio));
	vfio_close(&vfio);
	if (vfio_open(MODE_TYPE1, address, &vfio) == -ENOENT)
		SKIPm("the kernel has no groups or no type1");
	ASSERT_OK(vfio.device);
	owner.vfio = vfio;
	ASSERT_OK(hot_set_ask(&owner, &set));
	ASSERT_THAT(!set.by_device, "the members of the set have IDs of devices");
	ASSERT_NUMBER(pci_group(address), set.members[0].group);
	ASSERT_ERRNO(EINVAL, vfio_hot_reset(vfio.device, NULL, 0));
	ASSERT_OK(vfio_hot_reset(vfio.device, &vfio.group, 1));
	PASS();
}

/* "Represented in the dev_set, ex. bound to a vfio driver". */
SCENARIO_UNBOUND(hot_reset_not_owned_without_driver, WHOLE_GROUP,
		 "functions without a VFIO driver are reported as not owned, and a hot reset is "
		 "refused")
{
	cleanup_siblings const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	char other[PCI_ADDRESS];
	uint8_t before[64];

	ASSERT_OK(pci_bind_siblings(address, "", other));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(reset_prepare(&user.dut, before));
	ASSERT_CHECK(check_others(&user.dut, VFIO_PCI_DEVID_NOT_OWNED, false));
	ASSERT_CHECK(check_refused(&user.dut, EINVAL));
	PASS();
}

/* "Does not have a valid devid ... but belongs to the same IOMMU group as the calling device". */
SCENARIO_UNBOUND(hot_reset_owned_by_group, WHOLE_GROUP,
		 "functions of the device's group that are not open are reported as owned, and "
		 "reset with it")
{
	cleanup_siblings const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	char other[PCI_ADDRESS];
	uint8_t before[64];

	ASSERT_OK(pci_bind_siblings(address, "vfio-pci", other));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(reset_prepare(&user.dut, before));
	ASSERT_CHECK(check_others(&user.dut, VFIO_PCI_DEVID_OWNED, true));
	ASSERT_CHECK(check_resets(&user.dut, before));
	PASS();
}

/* "Valid devid with value greater than zero is provided". Both ask, each about the other. */
SCENARIO_UNBOUND(hot_reset_reports_ids, WHOLE_GROUP,
		 "functions that are bound to the same iommufd are reported with their IDs")
{
	cleanup_siblings const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_vfio struct vfio beside = VFIO_CLOSED;
	char other[PCI_ADDRESS];
	struct hot_set set;
	bool found = false;

	ASSERT_OK(pci_bind_siblings(address, "vfio-pci", other));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	beside.device = cdev_open(other);
	ASSERT_OK(beside.device);
	ASSERT_OK(cdev_bind(beside.device, user.dut.vfio.iommufd, NULL, &beside.devid));
	ASSERT_OK(hot_set_ask(&user.dut, &set));
	for (unsigned int i = 0; i < set.count; i++) {
		if (strcmp(set.members[i].address, other))
			continue;
		found = true;
		ASSERT_NUMBER(beside.devid, set.members[i].group);
	}
	ASSERT_THAT(found && set.owned, "%s is %s, the set is %s", other,
		    found ? "reported" : "missing", set.owned ? "owned" : "not owned");
	ASSERT_OK(hot_reset(&user.dut));
	PASS();
}

/* The PF and its VFs are in groups of their own. */
struct family {
	struct user pf;
	struct user vfs[2];
	char addresses[2][PCI_ADDRESS];
};

static void family_close(struct family *family)
{
	for (size_t i = 0; i < ARRAY_SIZE(family->vfs); i++)
		user_end(&family->vfs[i]);
	user_end(&family->pf);
}

#define cleanup_family __attribute__((cleanup(family_close)))
#define NO_FAMILY      ((struct family){.pf = USER_NONE, .vfs = {USER_NONE, USER_NONE}})

static int family_open(const struct dut *dut, struct family *family)
{
	int err = sriov_bind(dut->address, 2);

	if (!err)
		err = user_open_other(&family->pf, dut, dut->address, SRIOV_TOKEN);
	for (unsigned int i = 0; i < 2 && !err; i++)
		err = sriov_vf(dut->address, i, family->addresses[i]);
	return err;
}

/* "Ownership cannot be determined across separate iommufd_ctx". */
SCENARIO_UNBOUND(hot_reset_not_owned_across_groups, PF,
		 "VFs on the PF's bus that are not open, or belong to another iommufd, prevent its "
		 "hot reset",
		 .deadline_ms = 15000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_family struct family family = NO_FAMILY;
	uint8_t before[64];

	ASSERT_OK(family_open(dut, &family));
	if (hot_functions(pf) < 3)
		SKIPm("the VFs are not in the set of the PF's hot reset");
	ASSERT_OK(reset_prepare(&family.pf.dut, before));
	ASSERT_CHECK(check_others(&family.pf.dut, VFIO_PCI_DEVID_NOT_OWNED, false));
	ASSERT_CHECK(check_refused(&family.pf.dut, EINVAL));
	for (unsigned int i = 0; i < 2; i++)
		ASSERT_OK(user_open_other(&family.vfs[i], dut, family.addresses[i], SRIOV_TOKEN));
	ASSERT_CHECK(check_others(&family.pf.dut, VFIO_PCI_DEVID_NOT_OWNED, false));
	ASSERT_CHECK(check_refused(&family.pf.dut, EINVAL));
	ASSERT_ERRNO(EINVAL, hot_reset(&family.vfs[0].dut));
	PASS();
}

/* Owned once all of them belong to one iommufd. */
SCENARIO_UNBOUND(hot_reset_owned_across_groups, PF,
		 "a PF and its VFs that are bound to one iommufd are reported as owned, and reset",
		 .deadline_ms = 15000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_family struct family family = NO_FAMILY;
	struct vfio *vfio = &family.pf.dut.vfio;
	cleanup_vfio struct vfio first = VFIO_CLOSED, second = VFIO_CLOSED;
	struct vfio *const vfs[] = {&first, &second};
	struct hot_set set;

	ASSERT_OK(family_open(dut, &family));
	for (unsigned int i = 0; i < 2; i++) {
		vfs[i]->device = vfio_open_beside(vfio, family.addresses[i], SRIOV_TOKEN);
		ASSERT_OK(vfs[i]->device);
		ASSERT_OK(hot_set_ask(&family.pf.dut, &set));
		ASSERT_NUMBER(i == 1 || hot_functions(pf) == 1, set.owned);
	}
	for (unsigned int i = 0; i < set.count; i++)
		ASSERT_THAT(set.members[i].group > 0, "%s has ID %d", set.members[i].address,
			    set.members[i].group);
	ASSERT_OK(hot_reset(&family.pf.dut));
	ASSERT_CHECK(check_vfio_works(pf, vfio));
	PASS();
}
