// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: an administrator writes to files of sysfs that concern a device in full use: its own
 * (Documentation/ABI/testing/sysfs-bus-pci), its IOMMU group's (sysfs-kernel-iommu_groups), and
 * parameters of the modules that serve it.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/live.h"
#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/kernel/value-file.h"
#include "scenarios/lib/pci/runtime-pm.h"

#include <string.h>

SCENARIO(rescan_spares_open_device, "!vf !mode=compat",
	 "a rescan of a device's bus and of all buses changes nothing of an open device")
{
	cleanup_live struct live live = {0};
	uint8_t before[64], after[64];

	ASSERT_CHECK(live_begin(&live, dut));
	ASSERT_OK(pci_header(dut->address, before));
	ASSERT_OK(pci_write(dut->address, "rescan", "1"));
	ASSERT_OK(pci_rescan());
	ASSERT_OK(pci_header(dut->address, after));
	ASSERT_BYTES(before, after, sizeof(after));
	ASSERT_CHECK(check_live(&live));
	PASS();
}

/* "Enabling or disabling a device that a driver has is not allowed". */
SCENARIO(enable_file_refused, "once",
	 "the file `enable' of a device with a driver cannot be written, and the device works on")
{
	cleanup_live struct live live = {0};
	const long count = pci_number(dut->address, "enable", -1);

	ASSERT_CHECK(live_begin(&live, dut));
	ASSERT_ERRNO(EBUSY, pci_write(dut->address, "enable", "0"));
	ASSERT_ERRNO(EBUSY, pci_write(dut->address, "enable", "1"));
	ASSERT_NUMBER(count, pci_number(dut->address, "enable", -1));
	ASSERT_CHECK(check_live(&live));
	PASS();
}

static void allow_messages(const char **address)
{
	pci_write(*address, "msi_bus", "1");
}

/* "Will disable MSI on that device for future drivers". */
static enum greatest_test_res messages_forbidden(struct dut *dut, enum irq_kind kind)
{
	__attribute__((cleanup(allow_messages))) const char *address = dut->address;
	cleanup_irqs struct irqs *irqs = NULL;
	int err;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_OK(pci_write(address, "msi_bus", "0"));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(irqs_disable(irqs));
	err = irqs_assign(irqs, 0, 1, IRQS_ALL);
	fact("enable=%s", err ? error_name(err) : "0");
	ASSERT_THAT(err < 0, "they can be enabled although they are forbidden");
	if (irq_count(dut, IRQ_INTX) && dut->driver->triggers & IRQ_BIT(IRQ_INTX))
		ASSERT_CHECK(check_irq_works(dut, IRQ_INTX));
	ASSERT_OK(pci_write(address, "msi_bus", "1"));
	ASSERT_CHECK(check_irq_works(dut, kind));
	PASS();
}

SCENARIO_VARIANT(msi_forbidden_while_enabled, "irq=msi trigger=msi once",
		 "MSI works on when an administrator forbids it (msi_bus), and can then not be "
		 "enabled again until it is allowed",
		 messages_forbidden, IRQ_MSI)
SCENARIO_VARIANT(msix_forbidden_while_enabled, "irq=msix trigger=msix once", "the same for MSI-X",
		 messages_forbidden, IRQ_MSIX)

/*
 * "The default domain type of a group may be modified only when the device ... is not bound". The
 * exception, from DMA to DMA-FQ, would not be undone.
 */
SCENARIO(group_type_not_changed_while_open, "dma !mode=compat",
	 "the default domain of a group cannot be changed while a device of it is open, whose DMA "
	 "works on")
{
	static const char *const types[] = {"DMA", "identity", "auto"};
	cleanup_free char *folder = text("/sys/kernel/iommu_groups/%d", pci_group(dut->address));
	cleanup_free char *path = text("%s/type", folder), *before = NULL, *after = NULL;
	cleanup_live struct live live = {0};

	ASSERT_CHECK(live_begin(&live, dut));
	before = folder_read(folder, "type");
	ASSERT_THAT(before, "%s cannot be read", path);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const int err = value_write(path, types[i]);

		fact("type[%s]=%s", types[i], err ? error_name(err) : "0");
		ASSERT_THAT(err < 0, "%s was accepted", types[i]);
		ASSERT_CHECK(check_live(&live));
	}
	after = folder_read(folder, "type");
	ASSERT_THAT(after && !strcmp(before, after), "the type was %s and is %s", before, after);
	PASS();
}

/* Parameters that can be written, by module. Each gets the other value of a flag, or VALUE. */
static const struct parameter {
	const char *module, *parameter, *value;
} parameters[] = {
	{"vfio_pci", "nointxmask", NULL},
	{"vfio_pci", "disable_idle_d3", NULL},
	{"vfio_pci", "disable_vga", NULL},
	{"vfio_pci", "enable_sriov", NULL},
	{"vfio_pci", "disable_denylist", NULL},
	{"vfio_iommu_type1", "allow_unsafe_interrupts", NULL},
	{"vfio_iommu_type1", "disable_hugepages", NULL},
	{"vfio_iommu_type1", "dma_entry_limit", "1"},
	{"vfio", "enable_unsafe_noiommu_mode", NULL},
};

/* A parameter with another value, until the end of the scope. */
struct changed {
	const struct parameter *parameter;
	char *before;
};

static int change(const struct parameter *parameter, struct changed *changed)
{
	cleanup_free char *folder = text("/sys/module/%s/parameters", parameter->module);
	const char *value = parameter->value;

	changed->before = folder_read(folder, parameter->parameter);
	if (!changed->before)
		return -ENOENT;
	changed->parameter = parameter;
	if (!value)
		value = *changed->before == 'Y' ? "N" : "Y";
	return module_set(parameter->module, parameter->parameter, value);
}

static void change_back(struct changed *changed)
{
	const struct parameter *parameter = changed->parameter;

	if (parameter)
		module_set(parameter->module, parameter->parameter, changed->before);
	free(changed->before);
	*changed = (struct changed){0};
}

#define cleanup_changed __attribute__((cleanup(change_back)))

/* All that is changed at a time. */
struct changes {
	struct changed items[ARRAY_SIZE(parameters)];
};

static void changes_back(struct changes *changes)
{
	for (size_t i = 0; i < ARRAY_SIZE(changes->items); i++)
		change_back(&changes->items[i]);
}

#define cleanup_changes __attribute__((cleanup(changes_back)))

/*
 * Change all parameters that MODULE has and that can be written. Returns NULL, or a message.
 */
static const char *change_module(const char *module, struct changes *changes)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		const struct parameter *parameter = &parameters[i];
		int err = 0;

		if (!strcmp(parameter->module, module))
			err = change(parameter, &changes->items[i]);
		if (err && err != -ENOENT && err != -EACCES)
			return text("%s cannot be written: %s", parameter->parameter,
				    error_name(err));
	}
	return NULL;
}

/*
 * Open the bound DUT, use it while the parameters of MODULE change, and close it. The container of
 * type1 counts from the limit that it was created with. Returns NULL or a message.
 */
static const char *use_while_changed(const struct dut *dut, const char *module)
{
	cleanup_user struct user user = USER_NONE;
	cleanup_changes struct changes changes = {0};
	cleanup_live struct live live = {0};
	const char *why;
	int err = user_open(&user, dut);

	if (err)
		return user_error(&user, err);
	why = change_module(module, &changes) ?: live_begin(&live, &user.dut) ?: check_live(&live);
	live_close(&live, &user);
	return why;
}

/*
 * Each value is right at some time; none may unbalance what open and close do. One module at a
 * time: a device is opened and closed, which resets it, for each.
 */
SCENARIO_UNBOUND(parameter_written_while_open, "!variant !vf !mode=compat",
		 "a device that is open while a module's parameters are changed works, and leaves "
		 "runtime power management balanced",
		 .deadline_ms = 30000)
{
	static const char *const modules[] = {"vfio_pci", "vfio_iommu_type1", "vfio"};
	cleanup_release const char *address = dut->address;
	cleanup_free char *before = NULL, *after = NULL;

	ASSERT_OK(pci_write(address, "power/control", "on"));
	before = runtime_pm_text(address);
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		const char *why = use_while_changed(dut, modules[i]);

		ASSERT_THAT(!why, "%s: %s", modules[i], why);
	}
	ASSERT_OK(pci_unbind(address));
	after = runtime_pm_text(address);
	ASSERT_THAT(!strcmp(before, after), "runtime power management was '%s' and is '%s'", before,
		    after);
	PASS();
}

/* The mode decides whether such a device may be registered, not whether it may be used. */
SCENARIO_UNBOUND(noiommu_forbidden_while_open, "!iommu !variant once",
		 "a device without an IOMMU works until its close when no-IOMMU mode is disabled, "
		 "and cannot be opened after another bind until it is enabled")
{
	static const struct parameter mode = {
		.module = "vfio", .parameter = "enable_unsafe_noiommu_mode", .value = "N"};
	cleanup_release const char *address = dut->address;
	cleanup_changed struct changed changed = {0};
	cleanup_user struct user user = USER_NONE;
	cleanup_live struct live live = {0};

	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(change(&mode, &changed));
	ASSERT_CHECK(live_begin(&live, &user.dut) ?: check_live(&live));
	live_close(&live, &user);
	ASSERT_OK(pci_unbind(address));
	ASSERT_ERRNO(ENODEV, pci_bind(address, "vfio-pci"));
	change_back(&changed);
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	PASS();
}
