// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/case-child.h"

#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/scenario.h"

#include "lab/base/list.h"

#include <stdio.h>
#include <string.h>

#define COMMAND_BITS (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

/* Device state that a case must leave unchanged. */
struct given {
	struct list fds;
	uint16_t command, msi, msix;
};

/* List every open file as "N -> TARGET". */
static void list_fds(struct list *fds)
{
	cleanup_dir DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char target[256];
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target));

		if (len > 0 && atoi(entry->d_name) != dirfd(dir))
			list_addf(fds, "%s -> %.*s", entry->d_name, (int)len, target);
	}
}

static uint16_t enable_bit(const struct dut *dut, uint8_t id, unsigned int flags, uint16_t bit)
{
	unsigned int at = pci_capability(dut->address, id);

	return at ? pci_config16(dut->address, at + flags) & bit : 0;
}

static void note(const struct dut *dut, struct given *given)
{
	list_fds(&given->fds);
	if (dut->vfio.device < 0)
		return;
	given->command = pci_config16(dut->address, PCI_COMMAND) & COMMAND_BITS;
	given->msi = enable_bit(dut, PCI_CAP_ID_MSI, PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE);
	given->msix = enable_bit(dut, PCI_CAP_ID_MSIX, PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE);
}

static void compare_device(struct dut *dut, const struct given *before, const struct given *after)
{
	uint64_t mapped = dma_unmap_all(dut);

	if (mapped)
		report_leftover("%llu bytes are left mapped for DMA", (unsigned long long)mapped);
	if (before->command != after->command)
		report_leftover("COMMAND is left at 0x%04x, it was 0x%04x", after->command,
				before->command);
	if (before->msi != after->msi)
		report_leftover("MSI is left %s", after->msi ? "enabled" : "disabled");
	if (before->msix != after->msix)
		report_leftover("MSI-X is left %s", after->msix ? "enabled" : "disabled");
}

static void compare(struct dut *dut, const struct given *before)
{
	struct given after = {0};

	note(dut, &after);
	for (size_t i = 0; i < after.fds.count; i++) {
		if (!list_has(&before->fds, after.fds.items[i]))
			report_leftover("file descriptor %s is left open", after.fds.items[i]);
	}
	if (dut->vfio.device >= 0)
		compare_device(dut, before, &after);
	list_free(&after.fds);
}

static const char *message(void)
{
	return greatest_info.msg ? greatest_info.msg : "no reason given";
}

int child_run(void *arg)
{
	struct child *child = arg;
	struct given before = {0};
	enum greatest_test_res result;

	close(child->agent);
	note(&child->dut, &before);
	result = child->scenario->run(&child->dut);
	if (result == GREATEST_TEST_RES_FAIL)
		report_fail(greatest_info.fail_file, greatest_info.fail_line, message());
	dut_stop(&child->dut);
	compare(&child->dut, &before);
	list_free(&before.fds);
	if (result == GREATEST_TEST_RES_SKIP)
		printf("skip: %s\n", message());
	return result == GREATEST_TEST_RES_FAIL;
}
