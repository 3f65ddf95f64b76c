// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/baseline.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/report.h"

#include "lab/base/cleanup.h"

#include <linux/pci_regs.h>
#include <string.h>

/*
 * Not the bus master bit: firmware sets it, VFIO clears it, and Linux 6 restores it from saved
 * state when a device without a driver wakes up. A scenario of its own checks that it is clear
 * after a user has closed the device.
 */
#define COMMAND_BITS (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

/*
 * Registers written once by firmware, and by the kernel in DEVCTL. 5.10 loses them if a function
 * resets itself on leaving D3hot, in more than one way (docs/findings.md). They are restored
 * silently, because other cases report the loss as a fact. So is decoding without a BAR, such as
 * I/O of a graphics card: no kernel enables it again.
 */
#define FIRMWARE_BITS (PCI_COMMAND_PARITY | PCI_COMMAND_SERR)

/* A register in the header, or in a capability. */
static const struct {
	uint8_t capability, offset;
} firmware_words[BASELINE_WORDS] = {
	{0, PCI_CACHE_LINE_SIZE},
	{0, PCI_INTERRUPT_LINE},
	{PCI_CAP_ID_EXP, PCI_EXP_DEVCTL},
};

#define RESOURCE_IO 0x100 /* IORESOURCE_IO in the kernel's include/linux/ioport.h */

static char *driver_of(const char *address)
{
	char *driver = pci_driver(address);

	return driver ? driver : strdup("");
}

static char *override_of(const char *address)
{
	char *override;

	if (pci_read(address, "driver_override", &override))
		return strdup("");
	if (!strcmp(override, "(null)"))
		*override = '\0';
	return override;
}

static char *control_of(const char *address)
{
	char *control;

	return pci_read(address, "power/control", &control) ? strdup("") : control;
}

/* No effect on a VF: its PF enables the memory of all VFs (SR-IOV, 3.4.1.3). */
static uint16_t command_of(const char *address)
{
	if (pci_has(address, "physfn"))
		return 0;
	return pci_config16(address, PCI_COMMAND);
}

/*
 * Count the BARs and other resources with an address, and set DECODE to the bits of COMMAND that
 * they need. A line of `resource`: start, end, flags.
 */
static unsigned int bars_of(const char *address, uint16_t *decode)
{
	cleanup_free char *resource = NULL;
	unsigned long long start, end, flags;
	unsigned int count = 0;
	char *save = NULL;

	*decode = 0;
	if (pci_read(address, "resource", &resource))
		return 0;
	for (char *line = strtok_r(resource, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%llx %llx %llx", &start, &end, &flags) != 3 || !end)
			continue;
		count++;
		*decode |= flags & RESOURCE_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
	}
	return count;
}

static void take_words(struct baseline_function *function)
{
	for (size_t i = 0; i < BASELINE_WORDS; i++) {
		uint8_t capability = firmware_words[i].capability;
		unsigned int start = capability ? pci_capability(function->address, capability) : 0;

		if (capability && !start)
			continue;
		function->words[i].at = start + firmware_words[i].offset;
		function->words[i].value = pci_config16(function->address, function->words[i].at);
	}
}

static void take_function(const char *address, struct baseline_function *function)
{
	strncpy(function->address, address, PCI_ADDRESS - 1);
	function->driver = driver_of(address);
	function->override = override_of(address);
	function->control = control_of(address);
	function->command = command_of(address);
	take_words(function);
	function->bars = bars_of(address, &function->decode);
}

void baseline_take(const char *address, struct baseline *baseline)
{
	cleanup_list struct list members = {0};

	if (pci_group_members(address, &members))
		list_add(&members, address); /* no IOMMU: a group of one */
	baseline->functions = zalloc(members.count, sizeof(*baseline->functions));
	baseline->count = members.count;
	for (size_t i = 0; i < members.count; i++)
		take_function(members.items[i], &baseline->functions[i]);
	baseline->modules = modules_loaded();
}

int baseline_lend_siblings(const struct baseline *baseline, const char *address)
{
	int err = 0;

	for (size_t i = 0; i < baseline->count && !err; i++) {
		const struct baseline_function *function = &baseline->functions[i];

		if (strcmp(function->address, address) && *function->driver)
			err = pci_bind(function->address, "vfio-pci");
	}
	return err;
}

static void put_back_command(const struct baseline_function *function, uint16_t bits)
{
	const uint16_t command = command_of(function->address);
	const uint16_t lost = function->command & ~command & bits;

	if (lost)
		pci_config_write16(function->address, PCI_COMMAND, command | lost);
}

void baseline_decode(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->count; i++) {
		cleanup_free char *driver = driver_of(baseline->functions[i].address);

		if (!*driver)
			put_back_command(&baseline->functions[i], COMMAND_BITS);
	}
}

static void put_back_config(const struct baseline_function *function)
{
	put_back_command(function, FIRMWARE_BITS | (COMMAND_BITS & ~function->decode));
	for (size_t i = 0; i < BASELINE_WORDS; i++) {
		const struct baseline_word *word = &function->words[i];

		if (word->at && pci_config16(function->address, word->at) != word->value)
			pci_config_write16(function->address, word->at, word->value);
	}
}

/*
 * Linux lets the audio function of a graphics card suspend from the beginning, because the card
 * cannot before (quirk_gpu_hda). A driver that leaves switches that off, as for any other function.
 */
static void put_back_control(const struct baseline_function *function)
{
	cleanup_free char *control = control_of(function->address);

	if (strcmp(control, function->control))
		pci_write(function->address, "power/control", function->control);
}

static void put_back(const struct baseline_function *function)
{
	cleanup_free char *driver = driver_of(function->address);
	cleanup_free char *override = override_of(function->address);

	if (strcmp(override, function->override))
		pci_override(function->address, function->override);
	put_back_config(function);
	if (strcmp(driver, function->driver)) {
		pci_unbind(function->address);
		if (*function->driver)
			pci_probe(function->address);
	}
	put_back_control(function);
}

void baseline_undo(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->count; i++)
		put_back(&baseline->functions[i]);
}

static void report_function(const struct baseline_function *was)
{
	cleanup_free char *driver = driver_of(was->address);
	cleanup_free char *override = override_of(was->address);
	uint16_t command = command_of(was->address) & was->decode;
	uint16_t decode;
	unsigned int bars = bars_of(was->address, &decode);

	if (strcmp(driver, was->driver))
		report_leftover("%s is left with driver '%s', it had '%s'", was->address, driver,
				was->driver);
	if (strcmp(override, was->override))
		report_leftover("%s is left with driver_override '%s', it had '%s'", was->address,
				override, was->override);
	if (!*driver && command != (was->command & was->decode))
		report_leftover("%s is left with COMMAND 0x%04x, it had 0x%04x", was->address,
				command, was->command & was->decode);
	if (bars != was->bars)
		report_leftover("%s is left with %u BARs that have an address, it had %u",
				was->address, bars, was->bars);
}

/* Unload modules that were loaded since, and load those that were unloaded. */
static void restore_modules(const struct baseline *baseline)
{
	cleanup_free char *now = modules_loaded();
	cleanup_list struct list before = {0}, after = {0};

	if (!strcmp(now, baseline->modules))
		return;
	list_add_words(&before, baseline->modules);
	list_add_words(&after, now);
	for (size_t i = 0; i < after.count; i++) {
		if (list_has(&before, after.items[i]) || !module_loaded(after.items[i]))
			continue;
		report_leftover("module %s is left loaded", after.items[i]);
		module_unload(after.items[i]);
	}
	for (size_t i = 0; i < before.count; i++) {
		if (list_has(&after, before.items[i]))
			continue;
		report_leftover("module %s is left unloaded", before.items[i]);
		module_load(before.items[i], "");
	}
}

void baseline_restore(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->count; i++)
		report_function(&baseline->functions[i]);
	baseline_undo(baseline);
	restore_modules(baseline);
}
