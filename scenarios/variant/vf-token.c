// SPDX-License-Identifier: GPL-2.0-only
/*
 * variant: the token of a PF and its VFs when different drivers serve them: vfio_pci_core_match().
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/variant/edu-vfio.h"

/* The settings needed for VFs of a PF bound to vfio-pci, undone at the end of the scope. */
struct vfs {
	const char *pf;
};

static void vfs_remove(struct vfs *vfs)
{
	pci_write(vfs->pf, "sriov_numvfs", "0");
	module_set("vfio_pci", "enable_sriov", "N");
}

#define cleanup_vfs __attribute__((cleanup(vfs_remove)))

static int vfs_make(const struct vfs *vfs)
{
	int err = module_set("vfio_pci", "enable_sriov", "Y");

	return err ? err : pci_write(vfs->pf, "sriov_numvfs", "1");
}

/* Open and close the device. Returns 0 or -errno. */
static int try_open(const struct dut *dut, const char *address, const char *with)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	return vfio_open_with(dut->mode, address, with, &vfio);
}

/*
 * The same for a device whose group is open: there is no last close, which would suspend a PF to
 * D3hot, where it loses its VFs.
 */
static int try_open_again(const struct vfio *vfio, const char *address, const char *with)
{
	cleanup_close int device = vfio_get_device(vfio->group, address, with);

	return device < 0 ? device : 0;
}

static const unsigned char uuid[16] = {0x6b, 0x1d, 0x2f, 0x5e, 0x83, 0x0c, 0x4a, 0x97,
				       0xb2, 0x44, 0x0f, 0x51, 0xc8, 0x3e, 0x7a, 0x90};
static const char token[] = "6b1d2f5e-830c-4a97-b244-0f51c83e7a90";
static const char wrong_token[] = "6b1d2f5e-830c-4a97-b244-0f51c83e7a91";

/* The dummy ID, passed for a device with driver_override only, is not one of the driver's own. */
static const char *check_dummy_id(struct user *user)
{
	const char *address = user->dut.address;
	struct vfio_device_info info;
	uint32_t result;
	int err = dut_info(&user->dut, &info);

	if (err)
		return text("%s: VFIO_DEVICE_GET_INFO: %s", address, error_name(err));
	if (info.num_regions != VFIO_PCI_NUM_REGIONS)
		return text("%s is not an edu device but has %u regions", address,
			    info.num_regions);
	err = edu_factorial(&user->dut, 3, &result);
	if (err != -ENOTTY)
		return text("%s is not an edu device but accepts its command: %s", address,
			    error_name(err));
	return NULL;
}

/* The user of a VF trusts the user of its PF, whichever drivers they use: vfio_pci_core_match(). */
SCENARIO_UNBOUND(
	vf_token_across_drivers, "pf=sriov !variant container",
	"a VF on the variant driver and its PF on vfio-pci can be opened with a shared token",
	.deadline_ms = 20000)
{
	cleanup_module const char *module = EDU_MODULE;
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio pf = VFIO_CLOSED;
	cleanup_vfs struct vfs vfs = {address};
	cleanup_user struct user vf = USER_NONE;
	cleanup_free char *missing = NULL;
	cleanup_free char *virtual = NULL;

	module_load(module, "");
	missing = vfio_driver_missing("edu-vfio-pci");
	if (missing)
		SKIPm(text("%s", missing));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(dut->mode, address, &pf));
	ASSERT_OK(vfio_set_token(&pf, uuid));
	ASSERT_OK(vfs_make(&vfs));
	virtual = pci_link(address, "virtfn0");
	ASSERT_THAT(virtual, "%s has no VF", address);
	ASSERT_OK(pci_bind(virtual, "edu-vfio-pci"));

	ASSERT_ERRNO(EACCES, try_open(dut, virtual, NULL));
	ASSERT_ERRNO(EACCES, try_open(dut, virtual, wrong_token));
	ASSERT_OK(user_open_other(&vf, dut, virtual, token));
	ASSERT_CHECK(check_dummy_id(&vf));

	ASSERT_ERRNO(EACCES, try_open_again(&pf, address, NULL));
	ASSERT_ERRNO(EACCES, try_open_again(&pf, address, wrong_token));
	ASSERT_OK(try_open_again(&pf, address, token));
	PASS();
}
