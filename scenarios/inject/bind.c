// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject: binding a device to its VFIO driver, with its allocations failing one after the other. A
 * failed bind must undo everything: the device is unchanged, and the next bind succeeds. kmemleak
 * finds leaked memory; KASAN and list debugging find objects that are freed while registered.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-copy.h"
#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/kernel/kmsg.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/sriov.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define ARBITER "/dev/vga_arbiter"

/* State that a failed bind must not change. */
struct unbound {
	int power;     /* PMCSR's state; negative without power management */
	char vga[256]; /* its state in the VGA arbiter; "" unless it is a VGA card */
};

/* Read the arbiter's state of the VGA card at ADDRESS: what it decodes and who owns it. */
static void read_arbiter(const char *address, char *state, size_t size)
{
	cleanup_free char *target = text("target PCI:%s", address);
	cleanup_close int fd = open(ARBITER, O_RDWR | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0 && write(fd, target, strlen(target)) > 0)
		got = read(fd, state, size - 1);
	state[got > 0 ? got : 0] = '\0';
}

static void look(const char *address, struct unbound *now)
{
	*now = (struct unbound){.power = pmcsr_state(address)};
	read_arbiter(address, now->vga, sizeof(now->vga));
}

struct attempts {
	struct unbound before;
	struct config_copy config;
	unsigned int lost;	   /* binds after which COMMAND or a BAR had changed */
	unsigned int notification; /* the step that allocates for it; 0: none does */
	int kmsg;
};

/* After a failed bind: NULL, or what it left behind. */
static const char *left_by_bind(struct dut *dut, void *context)
{
	const struct unbound *before = &((struct attempts *)context)->before;
	cleanup_free char *driver = pci_driver(dut->address);
	struct unbound now;

	look(dut->address, &now);
	if (driver)
		return text("it bound to %s", driver);
	if (now.power != before->power)
		return text("it in D%d, it was in D%d before", now.power, before->power);
	if (strcmp(now.vga, before->vga))
		return text("the VGA arbiter with '%s', it had '%s'", now.vga, before->vga);
	return NULL;
}

/*
 * A bind without memory for a copy of the config space succeeds. If the transition from D3hot to D0
 * resets the device, the unbind then loses config space (docs/findings.md).
 */
static void unbind(struct dut *dut, int ret __attribute__((unused)), void *context)
{
	struct attempts *attempts = context;

	pci_unbind(dut->address);
	if (!config_copy_lost(&attempts->config, dut->address))
		return;
	attempts->lost++;
	config_copy_put_back(&attempts->config, dut->address);
}

/* Get the minor number of the group's file; the kernel uses the lowest free one. */
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
 * Find the step of BIND that allocates for the notification after probe. It is the first one after
 * probe. Only the uevent's steps follow, and user space can cause the same uevent. To write to a
 * file of sysfs takes steps as well, before all others; a bind of no device takes no more.
 */
static const char *find_notification(struct dut *dut, const struct inject_call *bind,
				     unsigned int *step)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/uevent", dut->address);
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
	const struct inject_call uevent = {.fd = fd, .arg = "bind", .len = strlen("bind")};
	const struct inject_call nobody = {.fd = bind->fd, .arg = "none", .len = strlen("none")};
	unsigned int all, last, first;
	const char *why;

	if (!vfio_groups_notified())
		return NULL;
	if (fd < 0)
		return text("%s cannot be opened", path);
	why = inject_count(dut, bind, &all)	   ?:
	      inject_count(dut, &uevent, &last)	   ?:
	      inject_count(dut, &nobody, &first);
	if (!why)
		*step = all - last + first;
	return why;
}

/* Returns true if the kernel has logged TEXT since the last call. */
static bool has_logged(int kmsg, const char *text)
{
	char record[1024];
	bool found = false;
	ssize_t got;

	while ((got = read(kmsg, record, sizeof(record) - 1)) > 0 || (got < 0 && errno == EPIPE)) {
		record[got > 0 ? got : 0] = '\0';
		found |= strstr(record, text) != NULL;
	}
	return found;
}

/*
 * Two steps are left out, as the kernel loses a reference if they fail (docs/findings.md), and all
 * later cases would run with what is left: the notification, and the first step after the one that
 * makes the directory of the class vfio in sysfs.
 */
static bool is_spared(unsigned int nth, void *context)
{
	const struct attempts *attempts = context;

	return has_logged(attempts->kmsg, "kobject_add_internal failed for vfio ") ||
	       nth == attempts->notification;
}

/* Undo each success: otherwise a later bind would fail because of the earlier one. */
static enum greatest_test_res bind_device(struct dut *dut)
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *path = text("/sys/bus/pci/drivers/%s/bind", dut->vfio_driver);
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
	cleanup_close int kmsg = kmsg_open();
	unsigned int number = 0, number_after = 0;
	struct attempts attempts = {.kmsg = kmsg};
	const struct inject_call call = {
		.fd = fd,
		.request = INJECT_WRITE,
		.arg = address,
		.len = strlen(address),
		.undo = unbind,
		.also = {-ENODEV}, /* up to Linux 5.11, for any error of probe */
		.left = left_by_bind,
		.spared = is_spared,
		.context = &attempts,
	};

	ASSERT_THAT(kmsg >= 0, "the kernel's log cannot be opened");
	ASSERT_THAT(fd >= 0, "%s cannot be opened", path);
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(group_minor(address, &number));
	ASSERT_OK(pci_unbind(address));
	look(address, &attempts.before);
	ASSERT_OK(config_copy_take(&attempts.config, address));
	ASSERT_CHECK(find_notification(dut, &call, &attempts.notification));
	ASSERT_CHECK(inject_each(dut, &call));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(group_minor(address, &number_after));
	ASSERT_NUMBER(number, number_after);
	fact("inject.bind.config=%s", attempts.lost ? "lost" : "kept");
	PASS();
}

SCENARIO_UNBOUND(bind, "failslab once",
		 "a bind under fault injection either succeeds or leaves nothing behind",
		 .deadline_ms = 20000)
{
	return bind_device(dut);
}

/*
 * Only with disable_vga does vfio-pci make the arbiter stop decoding a card's legacy ranges, if the
 * card is alone on a bus behind a bridge.
 */
SCENARIO_UNBOUND(bind_without_vga, "failslab vga hot:1 !variant once",
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

/* A leaked reference to an IOMMU group shows when the group should be removed. */
SCENARIO_UNBOUND(bind_vf, "failslab pf=sriov:1 once",
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

/*
 * vfio warns at unload if it still has groups or device sets. No PF: bind_vf has the PF's group in
 * the class directory, which the failed addition of another then leaves (docs/findings.md).
 */
SCENARIO_UNBOUND(modules_unload_after_failed_binds, "failslab first !vf !pf !variant once",
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
