// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriov: the token that users of a PF and of its VFs share: VFIO_DEVICE_FEATURE_PCI_VF_TOKEN
 * (include/uapi/linux/vfio.h) and "vf_token=" in the name given to VFIO_GROUP_GET_DEVICE_FD.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/vfio/sriov.h"

#define PF "pf=sriov:2"

#define OTHER_TOKEN "c0ffee00-1111-4222-8333-444455556666"

static const unsigned char other_uuid[16] = {0xc0, 0xff, 0xee, 0x00, 0x11, 0x11, 0x42, 0x22,
					     0x83, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66};

/* Attempts to open a VF, or a PF whose VFs are in use, and their expected results. */
struct opening {
	const char *options; /* after the address; NULL: none */
	int err;
};

static const struct opening wrong_openings[] = {
	{NULL, EACCES},
	{"vf_token=" OTHER_TOKEN, EACCES},
	{"vf_token=", EINVAL},
	{"vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1", EINVAL},
	{"vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1g", EINVAL},
	{"vf_token=" SRIOV_TOKEN "0", EINVAL},
	{"vf_token= " SRIOV_TOKEN, EINVAL},
	{"vf_token=" SRIOV_TOKEN " vf_token=" SRIOV_TOKEN, EINVAL},
	{"vf_token=" SRIOV_TOKEN " other=1", EINVAL},
	{"token=" SRIOV_TOKEN, EINVAL},
};

/* Returns NULL if each attempt fails as expected, or a message about one that does not. */
static const char *check_wrong_token_refused(const struct dut *dut, const char *address)
{
	cleanup_vfio struct vfio none = VFIO_CLOSED;
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(wrong_openings); i++) {
		const struct opening *opening = &wrong_openings[i];

		err = vfio_open_named(dut->mode, address, opening->options, &none);
		if (err != -opening->err)
			return text("%s opened with '%s': expected %s, got %s", address,
				    opening->options ? opening->options : "",
				    error_name(opening->err),
				    err < 0 ? error_name(err) : "no error");
	}
	return NULL;
}

SCENARIO_UNBOUND(vf_open_requires_token, "vf container",
		 "a VF can be opened only with the token of its PF")
{
	cleanup_release const char *vf = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(vf, "vfio-pci"));
	ASSERT_CHECK(check_wrong_token_refused(dut, vf));
	ASSERT_OK(vfio_open_named(dut->mode, vf, " vf_token=" SRIOV_TOKEN " ", &vfio));
	vfio_close(&vfio);
	ASSERT_OK(vfio_open_with(dut->mode, vf, SRIOV_TOKEN, &vfio));
	PASS();
}

SCENARIO_UNBOUND(token_refused_for_other_devices, "!vf !pf=sriov container",
		 "a token for a device that is neither PF nor VF is refused")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_ERRNO(EINVAL, vfio_open_with(dut->mode, address, SRIOV_TOKEN, &vfio));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	PASS();
}

/* VFIO_DEVICE_FEATURE for the token. Only a PF has it; it can be set but not read. */
SCENARIO(token_feature_only_on_pf, "pcie",
	 "only a PF has the VF token feature, which can be set but not read")
{
	static const struct {
		uint32_t flags, missing;
		int err;
	} asks[] = {
		{VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET, 0, 0},
		{VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_GET, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, 0, EINVAL},
		{0, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 1, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 16, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 0, 0},
	};
	const bool pf = pci_number(dut->address, "sriov_totalvfs", 0) > 0;
	struct {
		struct vfio_device_feature feature;
		unsigned char uuid[16];
	} ask = {0};

	for (size_t i = 0; i < ARRAY_SIZE(asks); i++) {
		int err;

		ask.feature.argsz = (uint32_t)sizeof(ask) - asks[i].missing;
		ask.feature.flags = asks[i].flags | VFIO_DEVICE_FEATURE_PCI_VF_TOKEN;
		err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &ask);
		if (pf || !err)
			ASSERT_THAT(err == -(pf ? asks[i].err : ENOTTY), "flags 0x%x, %u bytes: %s",
				    asks[i].flags, ask.feature.argsz,
				    err ? error_name(err) : "no error");
	}
	PASS();
}

/*
 * The token outlives the close by its setter, and is required to open the PF while a VF is in use.
 * A new token applies to later opens. While no VF is in use, anyone may open the PF; a refused open
 * does not count as use.
 */
SCENARIO_UNBOUND(token_set_by_pf_user_holds, PF " container",
		 "the token set by the PF's user applies to its VFs, even after the PF is closed")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_vfio struct vfio owner = VFIO_CLOSED, second = VFIO_CLOSED;
	cleanup_user struct user user = USER_NONE;
	char vf[2][PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, 2));
	ASSERT_OK(sriov_vf(pf, 0, vf[0]));
	ASSERT_OK(sriov_vf(pf, 1, vf[1]));
	ASSERT_OK(vfio_open_with(dut->mode, pf, SRIOV_TOKEN, &owner));
	ASSERT_OK(user_open_other(&user, dut, vf[0], SRIOV_TOKEN));
	vfio_close(&owner);
	ASSERT_HEX(pci_number(pf, "vendor", 0), config_read16(&user.dut, PCI_VENDOR_ID));
	ASSERT_CHECK(check_wrong_token_refused(dut, pf));
	ASSERT_OK(vfio_open_with(dut->mode, pf, SRIOV_TOKEN, &owner));
	ASSERT_OK(vfio_set_token(&owner, other_uuid));
	ASSERT_ERRNO(EACCES, vfio_open_with(dut->mode, vf[1], SRIOV_TOKEN, &second));
	ASSERT_OK(vfio_open_with(dut->mode, vf[1], OTHER_TOKEN, &second));
	vfio_close(&second);
	vfio_close(&owner);
	ASSERT_ERRNO(EACCES, vfio_open_with(dut->mode, pf, NULL, &owner));
	user_close(&user);
	ASSERT_OK(vfio_open_with(dut->mode, pf, NULL, &owner));
	PASS();
}
