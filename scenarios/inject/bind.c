// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject: binding a device to its VFIO driver, with the allocations failing one after the other. A
 * bind that fails must undo all that it did: the device is as if nobody had tried, and can be bound
 * the next time. What stays allocated kmemleak finds; what is freed and still registered, KASAN and
 * the checks of lists do.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/sriov.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define ARBITER "/dev/vga_arbiter"

/* What must be the same after a failed bind. */
struct unbound {
	int power;     /* PMCSR's state; negative without power management */
	char vga[256]; /* what the VGA arbiter says of the device; "" of one that is none */
};

/* What the arbiter decodes and who owns it, for the VGA card at ADDRESS. */
static void read_arbiter(const char *address, char *says, size_t size)
{
	cleanup_free char *target = text("target PCI:%s", address);
	cleanup_close int fd = open(ARBITER, O_RDWR | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0 && write(fd, target, strlen(target)) > 0)
		got = read(fd, says, size - 1);
	says[got > 0 ? got : 0] = '\0';
}

static void look(const char *address, struct unbound *now)
{
	*now = (struct unbound){.power = pmcsr_state(address)};
	read_arbiter(address, now->vga, sizeof(now->vga));
}

/* After a bind that failed: NULL, or what it left. */
static const char *left_by_bind(struct dut *dut, void *context)
{
	const struct unbound *before = context;
	cleanup_free char *driver = pci_driver(dut->address);
	struct unbound now;

	look(dut->address, &now);
	if (driver)
		return text("it bound to %s", driver);
	if (now.power != before->power)
		return text("it in D%d, where it was in D%d", now.power, before->power);
	if (strcmp(now.vga, before->vga))
		return text("the VGA arbiter with '%s', which was '%s'", now.vga, before->vga);
	return NULL;
}

static void unbind(struct dut *dut, int ret __attribute__((unused)),
		   void *context __attribute__((unused)))
{
	pci_unbind(dut->address);
}

/* The minor number of the group's file, which the kernel takes from those that are free. */
static int group_minor(const char *address, unsigned int *number)
{
	cleanup_free char *path = text("/dev/vfio/%d", pci_group(address));
	struct stat file;

	if (stat(path, &file))
		return -errno;
	*number = minor(file.st_rdev);
	return 0;
}

/*
 * Without the last unbind, a later bind would find what one that failed has left: each success is
 * undone.
 */
static enum greatest_test_res bind_device(struct dut *dut)
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *path = text("/sys/bus/pci/drivers/%s/bind", dut->vfio_driver);
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
	unsigned int number = 0, number_after = 0;
	struct unbound before;
	const struct inject_call call = {
		.fd = fd,
		.request = INJECT_WRITE,
		.arg = address,
		.len = strlen(address),
		.undo = unbind,
		.also = {-ENODEV}, /* up to Linux 5.11, whatever probe returned */
		.left = left_by_bind,
		.context = &before,
	};

	ASSERT_THAT(fd >= 0, "%s cannot be opened", path);
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(group_minor(address, &number));
	ASSERT_OK(pci_unbind(address));
	look(address, &before);
	ASSERT_CHECK(inject_each(dut, &call));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(group_minor(address, &number_after));
	ASSERT_NUMBER(number, number_after);
	PASS();
}

SCENARIO_UNBOUND(bind, "failslab",
		 "a bind under fault injection either succeeds or leaves nothing behind",
		 .deadline_ms = 20000)
{
	return bind_device(dut);
}

/*
 * Only then does vfio-pci have the arbiter take legacy ranges from a card, if it is alone on a bus
 * behind a bridge.
 */
SCENARIO_UNBOUND(bind_without_vga, "failslab vga hot:1 !variant",
		 "with disable_vga, a failed bind leaves a VGA card its legacy ranges",
		 .deadline_ms = 20000)
{
	cleanup_vfio_pci const char *again = "";

	if (!module_loaded("vfio_pci"))
		SKIPm("vfio-pci is built in");
	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", "disable_vga=1"));
	return bind_device(dut);
}

/* A reference to an IOMMU group that a failed bind keeps shows once the group is to go. */
SCENARIO_UNBOUND(bind_vf, "failslab pf=sriov:1",
		 "after failed binds of a VF, removing it removes its IOMMU group",
		 .deadline_ms = 30000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_free char *group = NULL;
	enum greatest_test_res result;
	struct dut vf = *dut;

	ASSERT_OK(sriov_bind(pf, 1));
	ASSERT_OK(sriov_vf(pf, 0, vf.address));
	group = text("/sys/kernel/iommu_groups/%d", pci_group(vf.address));
	ASSERT_THAT(!access(group, F_OK), "there is no %s", group);
	ASSERT_OK(pci_unbind(vf.address));
	result = bind_device(&vf);
	if (result != GREATEST_TEST_RES_PASS)
		return result;
	ASSERT_OK(sriov_set(pf, 0));
	ASSERT_THAT(access(group, F_OK), "%s still exists", group);
	PASS();
}

static void load_vfio(const char **unused __attribute__((unused)))
{
	module_load("vfio_iommu_type1", "");
	module_load("vfio-pci", "");
}
#define cleanup_vfio_modules __attribute__((cleanup(load_vfio)))

/* vfio warns on unloading if it still has groups or sets of devices. */
SCENARIO_UNBOUND(modules_unload_after_failed_binds, "failslab first !vf !variant",
		 "after failed binds, vfio can be unloaded and warns of nothing",
		 .deadline_ms = 30000)
{
	cleanup_vfio_modules const char *again = "";
	enum greatest_test_res result;

	if (!module_loaded("vfio"))
		SKIPm("vfio is built in");
	result = bind_device(dut);
	if (result != GREATEST_TEST_RES_PASS)
		return result;
	ASSERT_OK(module_unload("vfio-pci"));
	ASSERT_OK(module_unload("vfio_iommu_type1"));
	ASSERT_THAT(!module_loaded("vfio"), "vfio is still loaded, with %d references",
		    module_references("vfio"));
	PASS();
}
