// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/properties.h"

#include "lab/base/needs.h"
#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/native.h"
#include "scenarios/lib/pci/quirk.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/hot-reset.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <string.h>
#include <unistd.h>

#define LARGE	  (1ull << 30)
#define PAGE	  4096u
#define TINY	  4u
#define CLASS_VGA 0x0300 /* base class and subclass */

static const enum irq_kind kinds[] = {IRQ_INTX, IRQ_MSI, IRQ_MSIX, IRQ_ERR, IRQ_REQ};

/* The operations of its DUT driver. */
static void add_driver(const char *address, const char *model, struct buf *words)
{
	const struct dut_driver *driver = dut_driver_for(address, model);

	buf_printf(words, " driver=%s", driver->name);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (driver->triggers & IRQ_BIT(kinds[i]))
			buf_printf(words, " trigger=%s", irq_name(kinds[i]));
	}
	if (driver->dma && pci_has(address, "iommu_group"))
		buf_puts(words, " dma");
	if (driver->scratch.len &&
	    bar_resource_size(address, driver->scratch.bar) > driver->scratch.offset)
		buf_puts(words, " scratch");
	if (driver->mark)
		buf_puts(words, " mark");
}

static void add_native(const char *address, struct buf *words)
{
	cleanup_free char *module = pci_has(address, "physfn") ? NULL : native_module(address);

	if (module)
		buf_printf(words, " native=%s", module);
}

/* The driver that user space finds with modules.alias for use of the device with VFIO. */
static void add_alias(const char *address, struct buf *words)
{
	cleanup_free char *modalias = NULL;
	cleanup_free char *module = NULL;

	if (!pci_read(address, "modalias", &modalias))
		module = module_for_vfio(modalias);
	if (module)
		buf_printf(words, " alias=%s", module);
}

static void add_group(const char *address, struct buf *words)
{
	cleanup_list struct list members = {0};
	bool native = false;

	if (pci_group_members(address, &members))
		return;
	buf_printf(words, " group:%zu", members.count);
	for (size_t i = 0; i < members.count && !native; i++) {
		cleanup_free char *module = NULL;

		if (strcmp(members.items[i], address))
			module = native_module(members.items[i]);
		native = module;
	}
	if (native)
		buf_puts(words, " sibling=native");
}

/* The kernel names the chips of remapped interrupts IR-IO-APIC, IR-PCI-MSI and so on. */
static bool remaps_interrupts(void)
{
	cleanup_free char *interrupts = NULL;

	return !file_read("/proc/interrupts", &interrupts, NULL) && strstr(interrupts, " IR-");
}

/* The flavour no-core boots with this word; other kernels do not know it. */
static bool core_skipped(void)
{
	cleanup_free char *cmdline = NULL;

	return !file_read("/proc/cmdline", &cmdline, NULL) &&
	       strstr(cmdline, "initcall_blacklist=vfio_pci_core_init");
}

/* QEMU leaves unplugs behind a conventional bridge to the bridge's own controller. */
static bool needs_shpc(const char *address)
{
	char bridge[PCI_ADDRESS];

	return !pci_parent(address, bridge) && pci_capability(bridge, PCI_CAP_ID_SHPC);
}

/*
 * Only slots that support hot plug have a folder in sysfs, with the address without the function.
 * ACPI has them also behind bridges with a controller for which the lab's kernels have no driver.
 */
static bool in_hotplug_slot(const char *address)
{
	cleanup_dir DIR *dir = opendir("/sys/bus/pci/slots");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *path = text("/sys/bus/pci/slots/%s/address", entry->d_name);
		cleanup_free char *slot = NULL;

		if (*entry->d_name != '.' && !file_read(path, &slot, NULL) &&
		    !strncmp(slot, address, strcspn(address, ".")))
			return true;
	}
	return false;
}

/* Linux refuses to read the VPD of some devices (quirk_blacklist_vpd in drivers/pci/vpd.c). */
static bool has_readable_vpd(const char *address)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/vpd", address);
	cleanup_free char *content = NULL;

	return pci_capability(address, PCI_CAP_ID_VPD) && !file_read(path, &content, NULL);
}

static void add_quirks(const char *address, struct buf *words)
{
	if (pci_is_denylisted(address))
		buf_puts(words, " denylisted");
	if (pci_overruns_config(address))
		buf_puts(words, " overrun");
	if (pci_keeps_boot_bars(address))
		buf_puts(words, " bootbars");
}

char *properties_fixed(const char *address, const char *model)
{
	long vfs = pci_number(address, "sriov_totalvfs", 0);
	struct buf words = BUF_INIT;

	add_driver(address, model, &words);
	add_native(address, &words);
	add_alias(address, &words);
	buf_printf(&words, " cpu:%ld", sysconf(_SC_NPROCESSORS_ONLN));
	if (pci_has(address, "iommu_group")) {
		buf_puts(&words, " iommu");
		if (remaps_interrupts())
			buf_puts(&words, " intremap");
	}
	add_group(address, &words);
	if (pci_config16(address, PCI_CLASS_DEVICE) == CLASS_VGA)
		buf_puts(&words, " vga");
	if (pci_capability(address, PCI_CAP_ID_EXP))
		buf_puts(&words, " pcie");
	if (pci_capability(address, PCI_CAP_ID_AF))
		buf_puts(&words, " cap=af");
	if (has_readable_vpd(address))
		buf_puts(&words, " cap=vpd");
	if (pci_capability(address, PCI_CAP_ID_PM))
		buf_puts(&words, " pm");
	if (hot_functions(address))
		buf_printf(&words, " hot:%u", hot_functions(address));
	if (in_hotplug_slot(address) && !needs_shpc(address) && hot_functions(address) == 1)
		buf_puts(&words, " hotplug");
	if (pci_has(address, "reset_method"))
		buf_puts(&words, " reset_choice");
	if (pci_has(address, "physfn"))
		buf_puts(&words, " vf");
	if (vfs > 0)
		buf_printf(&words, " pf=sriov:%ld", vfs);
	add_quirks(address, &words);
	if (inject_available())
		buf_puts(&words, " failslab");
	if (core_skipped())
		buf_puts(&words, " nocore");
	buf_consume(&words, 1);
	return buf_steal(&words);
}

static bool has_flr(const char *address)
{
	unsigned int pcie = pci_capability(address, PCI_CAP_ID_EXP);
	unsigned int af = pci_capability(address, PCI_CAP_ID_AF);

	if (pcie && pci_config16(address, pcie + PCI_EXP_DEVCAP + 2) & (PCI_EXP_DEVCAP_FLR >> 16))
		return true;
	return af && pci_config16(address, af + PCI_AF_CAP) & (PCI_AF_CAP_TP | PCI_AF_CAP_FLR);
}

static bool has_pm_reset(const char *address)
{
	unsigned int pm = pci_capability(address, PCI_CAP_ID_PM);

	return pm && !(pci_config16(address, pm + PCI_PM_CTRL) & PCI_PM_CTRL_NO_SOFT_RESET);
}

/* A bus reset resets a single function only if it is alone on a bus behind a bridge. */
static bool has_bus_reset(const char *address)
{
	return hot_functions(address) == 1;
}

/*
 * The kernel determines METHODS when it adds the function, before its siblings on the bus exist:
 * drop "bus" unless BUS.
 */
static char *usable_methods(const char *methods, bool bus)
{
	cleanup_list struct list all = {0}, left = {0};

	list_add_words(&all, methods);
	for (size_t i = 0; i < all.count; i++)
		if (bus || strcmp(all.items[i], "bus"))
			list_add(&left, all.items[i]);
	return list_join(&left, " ");
}

char *reset_methods(const char *address)
{
	cleanup_list struct list methods = {0};
	cleanup_free char *known = NULL;

	if (!pci_read(address, "reset_method", &known)) /* Linux 5.15 and later */
		return usable_methods(known, has_bus_reset(address));
	if (pci_has_own_reset(address))
		list_add(&methods, "device_specific");
	if (has_flr(address))
		list_add(&methods, "flr");
	if (has_pm_reset(address))
		list_add(&methods, "pm");
	if (has_bus_reset(address))
		list_add(&methods, "bus");
	return list_join(&methods, " ");
}

static void add_irqs(struct dut *dut, struct buf *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned int count = irq_count(dut, kinds[i]);

		if (count)
			buf_printf(words, " irq=%s:%u", irq_name(kinds[i]), count);
	}
}

static void add_bars(struct dut *dut, struct buf *words)
{
	unsigned int mappable = 0, memory = 0, io = 0;
	bool large = false, small = false, tiny = false, after_tiny = false, page = false;
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		bool is_io;

		if (region_info(dut, i, &bar) || !bar.size)
			continue;
		is_io = config_read32(dut, PCI_BASE_ADDRESS_0 + 4 * i) & PCI_BASE_ADDRESS_SPACE_IO;
		io += is_io;
		memory += !is_io;
		mappable += !!(bar.flags & VFIO_REGION_INFO_FLAG_MMAP);
		page |= bar.flags & VFIO_REGION_INFO_FLAG_MMAP && bar.size >= PAGE;
		large |= bar.size >= LARGE;
		small |= !is_io && bar.size < PAGE;
		tiny |= after_tiny;
		after_tiny = is_io && bar.size == TINY;
	}
	if (mappable)
		buf_printf(words, " bar=mmap:%u", mappable);
	if (mappable && !page)
		buf_puts(words, " bar=subpage");
	if (memory)
		buf_printf(words, " bar=mem:%u", memory);
	if (io)
		buf_printf(words, " bar=io:%u", io);
	if (large)
		buf_puts(words, " bar=large");
	if (small)
		buf_puts(words, " bar=small");
	if (tiny)
		buf_puts(words, " bar=tiny");
}

static void add_reset(struct dut *dut, struct buf *words)
{
	cleanup_free char *methods = reset_methods(dut->address);
	cleanup_list struct list each = {0};
	struct vfio_device_info info;

	if (dut_info(dut, &info) || !(info.flags & VFIO_DEVICE_FLAGS_RESET))
		return;
	buf_puts(words, " reset");
	list_add_words(&each, methods);
	for (size_t i = 0; i < each.count; i++)
		buf_printf(words, " reset=%s", each.items[i]);
}

static void add_features(struct dut *dut, struct buf *words)
{
	if (feature_offered(dut, FEATURE_LOW_POWER_ENTRY, FEATURE_SET))
		buf_puts(words, " feature=low-power");
	if (feature_offered(dut, FEATURE_DMA_BUF, FEATURE_GET))
		buf_puts(words, " feature=dma-buf");
}

char *properties_probed(struct dut *dut)
{
	struct buf words = BUF_INIT;

	add_irqs(dut, &words);
	add_bars(dut, &words);
	add_reset(dut, &words);
	add_features(dut, &words);
	buf_consume(&words, 1);
	return buf_steal(&words);
}

bool properties_need_probing(const char *needs)
{
	return needs_mention(needs, "irq") || needs_mention(needs, "bar") ||
	       needs_mention(needs, "reset") || needs_mention(needs, "feature");
}
