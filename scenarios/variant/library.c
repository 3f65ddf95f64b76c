// SPDX-License-Identifier: GPL-2.0-only
/*
 * variant: vfio-pci-core as a library of several drivers at once: a driver without vfio-pci, two
 * drivers in one reset set, a PF on one and its VF on the other, separate parameters.
 * driver_override can bind the variant driver (kernel/modules/edu-vfio-pci) to any device.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/hot-reset.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>

#define MODULE	"edu_vfio_pci"
#define VARIANT "edu-vfio-pci"

/* Load the variant driver. Returns NULL, or why the kernel lacks it; the caller frees it. */
static char *load_variant(void)
{
	module_load(MODULE, "");
	return vfio_driver_missing(VARIANT);
}

/* Skip the scenario if there is no variant driver; unload it when the scenario ends. */
#define NEED_VARIANT()                                                                             \
	cleanup_module const char *module = MODULE;                                                \
	cleanup_free char *missing = load_variant();                                               \
	if (missing)                                                                               \
	SKIPm(text("%s", missing))

SCENARIO_UNBOUND(
	works_without_vfio_pci, "first !vf !pf=sriov !variant",
	"a device on the variant driver can be used and reset while vfio-pci is not loaded",
	.deadline_ms = 20000)
{
	NEED_VARIANT();
	cleanup_vfio_pci const char *again = "";
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;

	if (!module_loaded("vfio_pci"))
		SKIPm("vfio-pci is built in");
	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(user_bind_and_open(&user, dut, VARIANT));
	ASSERT_HEX(pci_number(address, "vendor", 0), config_read16(&user.dut, PCI_VENDOR_ID));
	user_close(&user);
	ASSERT_OK(module_load("vfio-pci", ""));
	ASSERT_CHECK(check_driver(address, VARIANT));
	PASS();
}

/* The only parameter with an effect on an unused device. */
static void clear_disable_idle_d3(const char **unused)
{
	(void)unused;
	module_set("vfio_pci", "disable_idle_d3", "0");
}

/* The variant has no parameters: it uses the defaults, whatever vfio-pci's are set to. */
SCENARIO_UNBOUND(parameters_are_per_driver, "pm !vf !pf=sriov !variant",
		 "disable_idle_d3 of vfio-pci does not keep a device of the variant driver in D0",
		 .deadline_ms = 10000)
{
	NEED_VARIANT();
	__attribute__((cleanup(clear_disable_idle_d3))) const char *undo = "";
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(module_set("vfio_pci", "disable_idle_d3", "1"));
	ASSERT_OK(pci_bind(address, VARIANT));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(address));
	vfio_close(&vfio);
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(pci_unbind(address));
	ASSERT_CHECK(await_power_state(address, PMCSR_D0, dut->wait_ms));
	PASS();
}

static void release_members(struct list *members)
{
	for (size_t i = 0; i < members->count; i++) {
		const char *member = members->items[i];

		pci_release(&member);
	}
	list_free(members);
}
#define cleanup_members __attribute__((cleanup(release_members)))

/* The library resets all devices that use it, whichever driver they are bound to. */
SCENARIO_UNBOUND(
	hot_reset_of_two_drivers, "hot:2 !pf !vf !variant",
	"a hot reset works with one function on vfio-pci and the others on the variant driver")
{
	NEED_VARIANT();
	cleanup_members struct list members = {0};
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64];

	ASSERT_OK(pci_group_members(dut->address, &members));
	if (hot_functions(dut->address) > members.count)
		SKIPm("a hot reset affects functions of other groups");
	for (size_t i = 0; i < members.count; i++) {
		bool itself = !strcmp(members.items[i], dut->address);

		ASSERT_OK(pci_bind(members.items[i], itself ? "vfio-pci" : VARIANT));
	}
	ASSERT_OK(user_open(&user, dut));
	ASSERT_OK(reset_prepare(&user.dut, before));
	ASSERT_OK(hot_reset(&user.dut));
	ASSERT_CHECK(check_reset_done(&user.dut, before));
	PASS();
}

/* For cleanup: remove the PF's VFs, whichever driver it is bound to. */
static void remove_vfs(const char **pf)
{
	if (sriov_count(*pf))
		sriov_set(*pf, 0);
}

/* Open the VF and close it. Returns 0 or -errno. */
static int try_vf(const struct dut *dut, const char *vf, const char *token)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	return vfio_open_with(dut->mode, vf, token, &vfio);
}

/* The PF's driver creates the VFs, so they must bind to it. */
SCENARIO_UNBOUND(pf_of_variant, "pf=sriov !variant container",
		 "VFs of a PF on the variant driver bind to that driver, and the PF's token works "
		 "on vfio-pci",
		 .deadline_ms = 20000)
{
	NEED_VARIANT();
	cleanup_release const char *pf = dut->address;
	__attribute__((cleanup(remove_vfs))) const char *vfs_of = pf;
	cleanup_vfio struct vfio owner = VFIO_CLOSED;
	cleanup_free char *override = NULL;
	char vf[PCI_ADDRESS];

	ASSERT_OK(pci_bind(pf, VARIANT));
	ASSERT_OK(vfio_open_with(dut->mode, pf, SRIOV_TOKEN, &owner));
	ASSERT_OK(sriov_set(pf, 1));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(pci_read(vf, "driver_override", &override));
	fact("vf.driver_override=%s", override);
	ASSERT_THAT(!strcmp(override, VARIANT), "%s: driver_override is '%s'", vf, override);
	ASSERT_CHECK(check_driver(vf, VARIANT));
	ASSERT_OK(pci_bind(vf, "vfio-pci"));
	ASSERT_ERRNO(EACCES, try_vf(dut, vf, NULL));
	ASSERT_OK(try_vf(dut, vf, SRIOV_TOKEN));
	PASS();
}
