// SPDX-License-Identifier: GPL-2.0-only
/*
 * match: IDs added to drivers through new_id and remove_id
 * (Documentation/ABI/testing/sysfs-bus-pci, Documentation/PCI/pci.rst).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/dynid.h"

#define VFIO_PCI "vfio-pci"
#define VARIANT	 "edu-vfio-pci"

SCENARIO_UNBOUND(
	new_id_binds_at_once, "once",
	"an ID written to vfio-pci's new_id binds the device at once, until remove_id and unbind")
{
	cleanup_release const char *address = dut->address;
	cleanup_dynid struct dynid id = {0};

	ASSERT_OK(dynid_prepare(&id, VFIO_PCI, address));
	ASSERT_OK(dynid_add(&id, ""));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	ASSERT_OK(dynid_remove(&id));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_ERRNO(ENODEV, dynid_remove(&id));
	PASS();
}

SCENARIO_UNBOUND(
	new_id_yields_to_override, "once",
	"an ID written to vfio-pci's new_id does not bind a device with another driver_override")
{
	cleanup_release const char *address = dut->address;
	cleanup_dynid struct dynid id = {0};

	ASSERT_OK(dynid_prepare(&id, VFIO_PCI, address));
	ASSERT_OK(pci_override(address, "no-such-driver"));
	ASSERT_OK(dynid_add(&id, ""));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(pci_override(address, ""));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	PASS();
}

/*
 * Linux 5.11 and later refuse an ID that is already present. Both are valid; kernels are compared
 * by the fact.
 */
SCENARIO_UNBOUND(new_id_given_twice, "once",
		 "writing the same ID to vfio-pci's new_id again succeeds or fails with EEXIST")
{
	cleanup_release const char *address = dut->address;
	cleanup_dynid struct dynid id = {0};
	int again;

	ASSERT_OK(dynid_prepare(&id, VFIO_PCI, address));
	ASSERT_OK(dynid_add(&id, ""));
	again = dynid_add(&id, "");
	fact("new_id[again]=%s", error_name(again));
	ASSERT_THAT(!again || again == -EEXIST, "the second write to new_id: %s",
		    error_name(again));
	ASSERT_OK(dynid_remove(&id));
	if (!again)
		ASSERT_OK(dynid_remove(&id));
	ASSERT_ERRNO(ENODEV, dynid_remove(&id));
	PASS();
}

/* The first six fields: any device with the ID. The data follow. */
#define ANY "ffffffff ffffffff 0 0 "

/*
 * vfio-pci had no table at first, and a driver without one accepts any data. Override-only entries
 * without data must not change that.
 */
SCENARIO_UNBOUND(new_id_with_data, "once", "vfio-pci's new_id accepts any driver_data")
{
	cleanup_release const char *address = dut->address;
	cleanup_dynid struct dynid id = {0};
	int err;

	ASSERT_OK(dynid_prepare(&id, VFIO_PCI, address));
	ASSERT_OK(dynid_add(&id, ANY "0"));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	ASSERT_OK(dynid_remove(&id));
	ASSERT_OK(pci_unbind(address));
	err = dynid_add(&id, ANY "2a");
	fact("new_id[data]=%s", error_name(err));
	ASSERT_RESULT(0, err);
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	PASS();
}

/* The driver_data of the variant driver's entry for edu: kernel/modules/edu-vfio-pci. */
#define DATA_OF_EDU "1"

/*
 * Add the DUT's ID with DATA to the variant driver. *REGIONS gets the DUT's number of regions then,
 * or 0 without a driver.
 */
static int try_data(const struct dut *dut, const char *data, int *regions)
{
	cleanup_release const char *bound = dut->address;
	cleanup_dynid struct dynid id = {0};
	cleanup_free char *fields = text(ANY "%s", data);
	int err = dynid_prepare(&id, VARIANT, bound);

	if (!err)
		err = dynid_add(&id, fields);
	*regions = check_driver(bound, VARIANT) ? 0 : vfio_count_regions(dut->mode, bound);
	return err;
}

/*
 * A driver that relies on its entries' data must not get any other: the variant's probe would treat
 * the DUT as an edu.
 */
SCENARIO_UNBOUND(new_id_data_of_variant, "driver=edu once",
		 "new_id of a VFIO driver accepts only the driver_data of that driver's entries",
		 .deadline_ms = 10000)
{
	static const char *const others[] = {"2", "2a", "ffffffff"};
	cleanup_newcomers char *before = modules_loaded();
	int regions;

	if (module_load(VARIANT, ""))
		SKIPm("the kernel has no " VARIANT);
	ASSERT_OK(try_data(dut, DATA_OF_EDU, &regions));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS + 1, regions);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		ASSERT_ERRNO(EINVAL, try_data(dut, others[i], &regions));
		ASSERT_NUMBER(0, regions);
	}
	PASS();
}

/* The dummy ID, which the driver gets for a device that matches none of its entries, has 0, too. */
SCENARIO_UNBOUND(
	new_id_no_data_of_variant, "driver=edu once",
	"new_id without driver_data is accepted by a VFIO driver with override-only entries",
	.deadline_ms = 10000)
{
	cleanup_newcomers char *before = modules_loaded();
	int regions;

	if (module_load(VARIANT, ""))
		SKIPm("the kernel has no " VARIANT);
	ASSERT_OK(try_data(dut, "0", &regions));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS, regions);
	PASS();
}
