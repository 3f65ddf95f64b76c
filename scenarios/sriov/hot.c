// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriov: hot resets of a PF and of its VFs. VFIO_DEVICE_PCI_HOT_RESET (include/uapi/linux/vfio.h)
 * resets a slot or a bus, and takes the groups of all functions there.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/hot-reset.h"
#include "scenarios/lib/vfio/sriov.h"

#define PF "pf=sriov:2"

/* A PF with two VFs, all open. */
struct trio {
	struct user users[3]; /* the PF's, then those of the VFs */
	char vf[2][PCI_ADDRESS];
};

static void trio_close(struct trio *trio)
{
	for (size_t i = 0; i < ARRAY_SIZE(trio->users); i++)
		user_end(&trio->users[i]);
}
#define cleanup_trio __attribute__((cleanup(trio_close)))

static const struct trio no_trio = {.users = {USER_NONE, USER_NONE, USER_NONE}};

static int trio_open(const struct dut *dut, struct trio *trio)
{
	const char *pf = dut->address;
	int err = sriov_bind(pf, 2);

	if (!err)
		err = user_open_other(&trio->users[0], dut, pf, SRIOV_TOKEN);
	for (unsigned int i = 0; i < 2 && !err; i++) {
		err = sriov_vf(pf, i, trio->vf[i]);
		if (!err)
			err = user_open_other(&trio->users[i + 1], dut, trio->vf[i], SRIOV_TOKEN);
	}
	return err;
}

/*
 * Hot reset of the device opened as MEMBER, with its own group and the groups of the first COUNT of
 * the others.
 */
static int trio_reset(struct trio *trio, unsigned int member, unsigned int count)
{
	struct dut *device = &trio->users[member].dut;
	int32_t groups[3] = {device->vfio.group};

	for (unsigned int i = 0, at = 1; i < 3 && at < count; i++) {
		if (i != member)
			groups[at++] = trio->users[i].dut.vfio.group;
	}
	return vfio_hot_reset(device->vfio.device, groups, count);
}

/*
 * Returns NULL if VFIO reports as many functions for a hot reset of MEMBER, a function at ADDRESS,
 * as sysfs has; or a message.
 */
static const char *check_hot_set(struct trio *trio, unsigned int member, const char *address,
				 unsigned int *count)
{
	struct hot_set set = {0};
	int err = hot_set_ask(&trio->users[member].dut, &set);

	*count = hot_functions(address);
	if (err)
		return text("%s: VFIO_DEVICE_GET_PCI_HOT_RESET_INFO: %s", address, error_name(err));
	if (set.count != *count)
		return text("%s: expected %u functions in the set, got %u", address, *count,
			    set.count);
	return NULL;
}

/* A hot reset through MEMBER needs the groups of its whole set, and leaves the VFs usable. */
static enum greatest_test_res hot_reset_with_all(struct trio *trio, unsigned int member,
						 const char *address)
{
	struct dut *vf = &trio->users[1].dut;
	unsigned int count;

	ASSERT_CHECK(check_hot_set(trio, member, address, &count));
	for (unsigned int few = 1; few < count; few++)
		ASSERT_ERRNO(EINVAL, trio_reset(trio, member, few));
	ASSERT_OK(trio_reset(trio, member, count));
	ASSERT_HEX(pci_number(trio->vf[0], "vendor", 0), config_read16(vf, PCI_VENDOR_ID));
	ASSERT_OK(dut_reset(vf));
	PASS();
}

/*
 * A bus reset includes the VFs, so it requires their groups. Below a port with pciehp the PF is
 * alone in the slot if its VFs have other device numbers.
 */
SCENARIO_UNBOUND(
	hot_reset_needs_groups_of_vfs, PF " hot:1 container",
	"a hot reset of a PF with VFs needs the groups of all of them and leaves the VFs usable",
	.deadline_ms = 10000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_trio struct trio trio = no_trio;

	ASSERT_OK(trio_open(dut, &trio));
	return hot_reset_with_all(&trio, 0, pf);
}

SCENARIO_UNBOUND(hot_reset_through_vf, PF " hot:1 container",
		 "a hot reset of a VF's bus or slot needs the groups of all functions there",
		 .deadline_ms = 10000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_trio struct trio trio = no_trio;

	ASSERT_OK(trio_open(dut, &trio));
	return hot_reset_with_all(&trio, 1, trio.vf[0]);
}
