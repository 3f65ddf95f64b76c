// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: VFIO_DEVICE_BIND_FLAG_TOKEN (include/uapi/linux/vfio.h): "the VF bind must be provided the
 * same token as VFIO_DEVICE_FEATURE_PCI_VF_TOKEN provided to the PF". Since 6.17.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>

#define NO_TOKEN "this kernel takes no token at bind"

static const unsigned char lab_uuid[16] = {0x5b, 0x2c, 0x1e, 0x0a, 0x7d, 0x43, 0x4c, 0x1f,
					   0x9a, 0x68, 0x0f, 0x3e, 0x6d, 0x2b, 0x8c, 0x14};
static const unsigned char other_uuid[16] = {0xc0, 0xff, 0xee, 0x00, 0x11, 0x11, 0x42, 0x22,
					     0x83, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66};
static const unsigned char no_uuid[16];

/* A kernel with tokens reads this one, which is not mapped; others refuse the flag. */
static bool takes_token(struct vfio *vfio)
{
	return cdev_bind_flags(vfio->device, vfio->iommufd, CDEV_BIND_TOKEN, (const void *)8,
			       &vfio->devid) == -EFAULT;
}

static int bind_with(struct vfio *vfio, const unsigned char *uuid)
{
	return cdev_bind_flags(vfio->device, vfio->iommufd, uuid ? CDEV_BIND_TOKEN : 0, uuid,
			       &vfio->devid);
}

/* Returns NULL if no bind of VFIO without the lab's own token succeeds, or a message. */
static const char *check_wrong_refused(const char *address, struct vfio *vfio)
{
	unsigned char nearly[2][16];
	const unsigned char *const wrong[] = {NULL, no_uuid, other_uuid, nearly[0], nearly[1]};

	memcpy(nearly[0], lab_uuid, sizeof(lab_uuid));
	memcpy(nearly[1], lab_uuid, sizeof(lab_uuid));
	nearly[0][0] ^= 1;
	nearly[1][15] ^= 1;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const int err = bind_with(vfio, wrong[i]);

		if (err != -EACCES)
			return text("wrong token %zu: expected EACCES, got %s", i,
				    err ? error_name(err) : "no error");
	}
	return check_group_opens(address);
}

SCENARIO_UNBOUND(vf_bind_requires_token, "mode=cdev vf",
		 "the file of a VF can be bound only with the token of its PF")
{
	cleanup_release const char *vf = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(vf, "vfio-pci"));
	ASSERT_OK(cdev_prepare(vf, &vfio));
	if (!takes_token(&vfio))
		SKIPm(NO_TOKEN);
	ASSERT_CHECK(check_wrong_refused(vf, &vfio));
	ASSERT_OK(bind_with(&vfio, lab_uuid));
	ASSERT_CHECK(check_vfio_works(vf, &vfio));
	PASS();
}

SCENARIO_UNBOUND(bind_token_refused_for_other_devices, "mode=cdev !vf !pf=sriov",
		 "a token for the file of a device that is neither PF nor VF is refused")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_ERRNO(EINVAL, bind_with(&vfio, lab_uuid));
	ASSERT_CHECK(check_group_opens(address));
	ASSERT_OK(bind_with(&vfio, NULL));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* A PF that nobody uses takes a new token with its bind, and hands it on to its VFs. */
SCENARIO_UNBOUND(
	bind_of_pf_sets_token, "mode=cdev pf=sriov:2",
	"the token at a PF's bind is what its VFs require, and the PF while a VF is in use",
	.deadline_ms = 10000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_vfio struct vfio owner = VFIO_CLOSED, user = VFIO_CLOSED;
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, 2));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(cdev_prepare(pf, &owner));
	if (!takes_token(&owner))
		SKIPm(NO_TOKEN);
	ASSERT_OK(bind_with(&owner, lab_uuid));
	ASSERT_OK(cdev_prepare(vf, &user));
	ASSERT_CHECK(check_wrong_refused(vf, &user));
	ASSERT_OK(bind_with(&user, lab_uuid));
	close(steal_fd(&owner.device));
	owner.device = cdev_open(pf);
	ASSERT_OK(owner.device);
	ASSERT_CHECK(check_wrong_refused(pf, &owner));
	ASSERT_OK(bind_with(&owner, lab_uuid));
	vfio_close(&user);
	vfio_close(&owner);
	ASSERT_OK(cdev_prepare(pf, &owner));
	ASSERT_OK(bind_with(&owner, other_uuid));
	ASSERT_OK(cdev_prepare(vf, &user));
	ASSERT_ERRNO(EACCES, bind_with(&user, lab_uuid));
	ASSERT_OK(bind_with(&user, other_uuid));
	PASS();
}
