// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: which driver gets the device. driver_override, drivers_probe and unbind are
 * Documentation/ABI/testing/sysfs-bus-pci; the group's file is Documentation/driver-api/vfio.rst.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/native.h"

#include "lab/base/clock.h"

#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

static bool group_file_exists(const char *address)
{
	cleanup_free char *path = text("/dev/vfio/%d", pci_group(address));

	return !access(path, F_OK);
}

/* The kernel takes the file away in its own time, and tells no one: it is asked again and again. */
static bool group_file_goes(const char *address, unsigned int ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = now_ms() + ms;

	while (group_file_exists(address)) {
		if (now_ms() > until)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

SCENARIO_UNBOUND(
	driver_override_binds_vfio_pci, "",
	"driver_override and drivers_probe bind the device to vfio-pci, and unbind releases it")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	ASSERT_THAT(group_file_exists(address), "the group has no file in /dev/vfio");
	ASSERT_OK(pci_unbind(address));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_THAT(group_file_goes(address, dut->wait_ms),
		    "the group still has its file in /dev/vfio after %u ms", dut->wait_ms);
	PASS();
}

SCENARIO_UNBOUND(
	bound_group_is_viable, "",
	"the group of a device bound to vfio-pci is viable and can be opened only once at a time")
{
	cleanup_release const char *address = dut->address;
	cleanup_close int group = -1, again = -1;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	group = vfio_open_group(address);
	ASSERT_OK(group);
	ASSERT_HEX(VFIO_GROUP_FLAGS_VIABLE, vfio_group_flags(group) & VFIO_GROUP_FLAGS_VIABLE);
	again = vfio_open_group(address);
	ASSERT_NUMBER(-EBUSY, again);
	PASS();
}

SCENARIO_UNBOUND(probe_without_override_does_not_bind, "!native",
		 "a probe does not bind a device without driver_override to vfio-pci")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

SCENARIO_UNBOUND(override_of_unknown_driver_binds_none, "",
		 "a device whose driver_override names an unknown driver stays unbound")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *override = NULL;

	ASSERT_OK(pci_override(address, "no-such-driver"));
	ASSERT_OK(pci_read(address, "driver_override", &override));
	ASSERT_THAT(!strcmp(override, "no-such-driver"), "driver_override reads back as '%s'",
		    override);
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* The names are near, but no more: a prefix must not do. */
SCENARIO_UNBOUND(driver_override_matches_whole_name, "",
		 "driver_override matches only the whole driver name")
{
	static const char *const names[] = {"vfio-pc", "vfio-pci-", "VFIO-PCI"};
	cleanup_release const char *address = dut->address;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_OK(pci_override(address, names[i]));
		ASSERT_OK(pci_probe(address));
		ASSERT_CHECK(check_driver(address, ""));
	}
	PASS();
}

SCENARIO_UNBOUND(
	bind_file_requires_override, "",
	"vfio-pci's bind file rejects a device without driver_override and accepts one with it")
{
	cleanup_release const char *address = dut->address;

	ASSERT_ERRNO(ENODEV, pci_bind_directly(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_OK(pci_bind_directly(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	PASS();
}

SCENARIO_UNBOUND(native_driver_works_after_vfio_pci, "native",
		 "the native driver hands the device to vfio-pci, rebinds to it and works",
		 .deadline_ms = 20000)
{
	cleanup_free char *native = native_module(dut->address);
	cleanup_module const char *module = native;
	cleanup_release const char *address = dut->address;
	cleanup_free char *driver = NULL;

	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_override(address, ""));
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	ASSERT_CHECK(
		/* Igb sees no interrupt for 2 s. */
		check_native_driver_works(address, 5 * dut->wait_ms));
	PASS();
}

/*
 * The override that no driver has comes first: vfio-pci is asked before the native driver, and
 * would hide it.
 */
SCENARIO_UNBOUND(override_keeps_native_driver_unbound, "native",
		 "a probe does not bind a device with driver_override to its native driver",
		 .deadline_ms = 20000)
{
	cleanup_free char *native = native_module(dut->address);
	cleanup_module const char *module = native;
	cleanup_release const char *address = dut->address;
	cleanup_free char *driver = NULL;

	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_OK(pci_override(address, "no-such-driver"));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_ERRNO(ENODEV, pci_bind_directly(address, driver));
	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	PASS();
}

/* The address of another endpoint in the group that has a driver of its own, and that driver. */
static char *native_sibling(const char *address, char **native)
{
	cleanup_list struct list members = {0};

	pci_group_members(address, &members);
	for (size_t i = 0; i < members.count; i++) {
		*native = native_module(members.items[i]);
		if (*native && strcmp(members.items[i], address))
			return strdup(members.items[i]);
		free(*native);
	}
	*native = NULL;
	return NULL;
}

/*
 * Where it is refused differs between kernels: the device's file until 5.x, since 6.x the group's.
 */
SCENARIO_UNBOUND(
	group_with_kernel_driver_not_viable, "group:2 sibling=native",
	"a device cannot be opened while a kernel driver is bound to another device of its group",
	.deadline_ms = 20000)
{
	cleanup_free char *native = NULL;
	cleanup_free char *driver = NULL;
	cleanup_free char *other = native_sibling(dut->address, &native);
	cleanup_module const char *module = native;
	cleanup_release const char *sibling = other;
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step;
	int err;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_CHECK(bind_native_driver(sibling, driver, dut->wait_ms));
	err = vfio_open(address, &vfio, &step);
	fact("refused=%s:%s", step, error_name(err));
	ASSERT_THAT(err < 0, "the device was opened although %s is bound to %s", sibling, driver);
	PASS();
}

/*
 * Unbind in a process of its own, and without our files: while it waits for them
 * to be closed it cannot be killed. A descriptor that can be read once it has ended.
 */
static int unbind_aside(const char *address, struct vfio *vfio, pid_t *pid)
{
	*pid = fork();
	if (*pid)
		return pidfd_open(*pid, 0);
	vfio_close(vfio);
	_exit(pci_unbind(address) ? 1 : 0);
}

SCENARIO_UNBOUND(unbind_waits_for_open_device, "",
		 "unbind of an open device signals the request interrupt and waits for the close")
{
	cleanup_release const char *address = dut->address;
	cleanup_close int request = event_open(), unbound = -1;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	const char *step = "";
	int status = -1;
	pid_t pid;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(irq_set(&user, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, IRQ_REQ,
			  0, 1, &request, sizeof(request)));
	unbound = unbind_aside(address, &vfio, &pid);
	ASSERT_THAT(event_wait(request, dut->wait_ms),
		    "the request interrupt did not arrive within %u ms", dut->wait_ms);
	ASSERT_THAT(!event_wait(unbound, 0), "unbind did not wait for the user");
	ASSERT_HEX(pci_number(address, "vendor", 0), config_read16(&user, PCI_VENDOR_ID));
	vfio_close(&vfio);
	ASSERT_THAT(event_wait(unbound, dut->wait_ms),
		    "unbind did not finish within %u ms of the last close", dut->wait_ms);
	ASSERT_NUMBER(pid, waitpid(pid, &status, 0));
	ASSERT_NUMBER(0, status);
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* A device that nobody has open must not write to memory that has long been someone else's. */
SCENARIO_UNBOUND(last_close_clears_bus_master, "",
		 "the last close clears the bus master bit that a user set")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	const char *step = "";

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	config_write16(&user, PCI_COMMAND, config_read16(&user, PCI_COMMAND) | PCI_COMMAND_MASTER);
	ASSERT_HEX(PCI_COMMAND_MASTER, pci_config16(address, PCI_COMMAND) & PCI_COMMAND_MASTER);
	vfio_close(&vfio);
	ASSERT_HEX(0, pci_config16(address, PCI_COMMAND) & PCI_COMMAND_MASTER);
	PASS();
}

/*
 * ids= (modinfo vfio-pci): IDs that count as the driver's own, so no driver_override is needed;
 * remove_id undoes it.
 */
SCENARIO_UNBOUND(
	ids_parameter_binds_without_override, "!vf !variant",
	"the ids= parameter binds matching devices without driver_override, until remove_id")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	long vendor = pci_number(address, "vendor", 0), device = pci_number(address, "device", 0);
	cleanup_free char *option = text("ids=%04lx:%04lx", vendor, device);
	cleanup_free char *ids = text("%04lx %04lx", vendor, device);

	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", option));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_driver_write("vfio-pci", "remove_id", ids));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

SCENARIO_UNBOUND(module_unloads_only_when_unused, "first !vf !variant",
		 "vfio-pci cannot be unloaded while a device is open, and works after a reload")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	ASSERT_ERRNO(EAGAIN, module_remove("vfio_pci"));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	vfio_close(&vfio);
	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(module_load("vfio-pci", ""));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	PASS();
}

/*
 * NULL where INTx comes, and while it is masked DisINTx of the device itself is MASKED; else what
 * is not so.
 */
static const char *intx_not_masked(struct dut *user, uint16_t masked)
{
	cleanup_irqs struct irqs *irqs = NULL;
	const char *why;
	uint16_t disabled;
	int err = dut_start(user);

	if (!err)
		err = irqs_enable(user, IRQ_INTX, 0, 1, &irqs);
	if (!err)
		err = dut_trigger(user, IRQ_INTX, 0);
	if (err)
		return text("INTx cannot be raised: %s", error_name(err));
	why = irqs_await(irqs, 0, 1);
	disabled = pci_config16(user->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
	dut_ack(user);
	if (!why && disabled != masked)
		why = text("DisINTx: expected 0x%x while INTx is masked, got 0x%x", masked,
			   disabled);
	if (!why && (irqs_unmask(irqs, 0) || dut_trigger(user, IRQ_INTX, 0)))
		why = "INTx cannot be unmasked and raised again";
	if (!why)
		why = irqs_await(irqs, 0, 2);
	dut_ack(user);
	return why;
}

static void mask_again(const char **module)
{
	module_set(*module, "nointxmask", "0");
}

/*
 * A masked INTx is held back at the device itself, by DisINTx of COMMAND, unless nointxmask says
 * that the device is not to be trusted with it: then it is the interrupt line that is masked.
 */
SCENARIO_UNBOUND(nointxmask_leaves_disintx_alone, "trigger=intx !model !variant",
		 "with nointxmask, INTx signals, masks and unmasks without touching DisINTx")
{
	static const struct {
		const char *nointxmask;
		uint16_t masked;
	} kinds[] = {{"0", PCI_COMMAND_INTX_DISABLE}, {"1", 0}};
	cleanup_release const char *address = dut->address;
	__attribute__((cleanup(mask_again))) const char *module = "vfio_pci";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		cleanup_vfio struct vfio vfio = VFIO_CLOSED;
		const char *step = "", *why;
		struct dut user = *dut;

		ASSERT_OK(module_set(module, "nointxmask", kinds[i].nointxmask));
		ASSERT_OK(pci_bind(address, "vfio-pci"));
		ASSERT_OK(vfio_open(address, &vfio, &step));
		user.vfio = vfio;
		why = intx_not_masked(&user, kinds[i].masked);
		dut_stop(&user);
		ASSERT_CHECK(why);
		vfio_close(&vfio);
		ASSERT_OK(pci_unbind(
			/* What was found without it counts as long as the device is bound. */
			address));
	}
	PASS();
}

/* What several processes do to one device at once, so often each. */
#define RACE_ROUNDS 2

static void race_binding(const char *address)
{
	for (unsigned int i = 0; i < RACE_ROUNDS; i++) {
		pci_unbind(address);
		pci_probe(address);
	}
}

static void race_opening(const char *address)
{
	for (unsigned int i = 0; i < RACE_ROUNDS; i++) {
		struct vfio vfio;
		const char *step;

		if (!vfio_open(address, &vfio, &step))
			vfio_close(&vfio);
	}
}

static pid_t start_racer(void (*race)(const char *address), const char *address)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	race(address);
	_exit(0);
}

/* Any of the attempts may fail, as another one got there first. */
SCENARIO_UNBOUND(concurrent_bind_open_unbind, "first",
		 "concurrent bind, unbind and open by several processes leave the device usable",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";
	pid_t racers[4];

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	for (size_t i = 0; i < ARRAY_SIZE(racers); i++)
		racers[i] = start_racer(i % 2 ? race_opening : race_binding, address);
	for (size_t i = 0; i < ARRAY_SIZE(racers); i++)
		ASSERT_NUMBER(racers[i], waitpid(racers[i], NULL, 0));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	PASS();
}
