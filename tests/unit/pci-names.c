// SPDX-License-Identifier: GPL-2.0-only
/* Registers of config space have names, and damaged lists of capabilities have an end. */
#include "lab/pci/names.h"

#include "lab/pci/caps.h"
#include "lab/pci/header.h"

#include <greatest.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

static const struct pci_ids ids = {.vendor = 0x1234, .device = 0x7e57};

/* Returns the name of the register at OFFSET, until the next call. */
static const char *name_of(const struct pci_config *config, unsigned int offset)
{
	static char name[64];
	cleanup_buf struct buf buf = BUF_INIT;

	pci_register_name(config->data, config->size, offset, &buf);
	snprintf(name, sizeof(name), "%s", buf.data);
	return name;
}

TEST the_header_has_names(void)
{
	struct pci_config config;

	pci_config_init(&config, true);
	pci_header_init(&config, &ids, 1);
	ASSERT_STR_EQ("VENDOR", name_of(&config, 0));
	ASSERT_STR_EQ("VENDOR+1", name_of(&config, 1));
	ASSERT_STR_EQ("COMMAND", name_of(&config, PCI_COMMAND));
	ASSERT_STR_EQ("BAR5", name_of(&config, PCI_BASE_ADDRESS_5));
	ASSERT_STR_EQ("INTERRUPT_PIN", name_of(&config, PCI_INTERRUPT_PIN));
	ASSERT_STR_EQ("-", name_of(&config, 0x40));
	ASSERT_STR_EQ("-", name_of(&config, 0x100));
	ASSERT_STR_EQ("-", name_of(&config, 0x1000));
	PASS();
}

TEST capabilities_have_names(void)
{
	struct pci_config config;
	unsigned int pm, msi, pcie, aer;

	pci_config_init(&config, true);
	pci_header_init(&config, &ids, 1);
	pm = (unsigned int)pci_add_pm(&config, false);
	msi = (unsigned int)pci_add_msi(&config, 4, true);
	pcie = (unsigned int)pci_add_pcie(&config, true);
	aer = (unsigned int)pci_add_aer(&config);
	ASSERT_STR_EQ("PM", name_of(&config, pm));
	ASSERT_STR_EQ("PM.PMCSR", name_of(&config, pm + PCI_PM_CTRL));
	ASSERT_STR_EQ("PM.PMCSR+1", name_of(&config, pm + PCI_PM_CTRL + 1));
	ASSERT_STR_EQ("MSI.DATA", name_of(&config, msi + PCI_MSI_DATA_64));
	ASSERT_STR_EQ("MSI.PENDING", name_of(&config, msi + PCI_MSI_PENDING_64));
	ASSERT_STR_EQ("PCIe.DEVCTL", name_of(&config, pcie + PCI_EXP_DEVCTL));
	ASSERT_STR_EQ("AER", name_of(&config, aer));
	ASSERT_STR_EQ("AER.UNCOR_MASK", name_of(&config, aer + PCI_ERR_UNCOR_MASK));
	/* behind the last capability */
	ASSERT_STR_EQ("-", name_of(&config, pcie + 0x40));
	PASS();
}

/* Without 64-bit addresses, the registers after the address are 4 bytes earlier. */
TEST msi_has_two_layouts(void)
{
	struct pci_config config;
	unsigned int msi;

	pci_config_init(&config, false);
	pci_header_init(&config, &ids, 1);
	msi = (unsigned int)pci_add_msi(&config, 1, false);
	config.data[msi + PCI_MSI_FLAGS] &= (uint8_t)~PCI_MSI_FLAGS_64BIT;
	ASSERT_STR_EQ("MSI.ADDRESS", name_of(&config, msi + PCI_MSI_ADDRESS_LO));
	ASSERT_STR_EQ("MSI.DATA", name_of(&config, msi + PCI_MSI_DATA_32));
	PASS();
}

TEST unknown_capabilities_have_their_id(void)
{
	struct pci_config config;
	unsigned int cap, ecap;

	pci_config_init(&config, true);
	pci_header_init(&config, &ids, 1);
	cap = (unsigned int)pci_config_add_cap(&config, 0x7e, 8);
	ecap = (unsigned int)pci_config_add_ecap(&config, 0x7e57, 1, 16);
	ASSERT_STR_EQ("CAP-7e+4", name_of(&config, cap + 4));
	ASSERT_STR_EQ("ECAP-7e57", name_of(&config, ecap));
	PASS();
}

/* A log may answer only for registers that no specification defines (lab/devlog). */
TEST registers_of_the_vendor_are_told_from_others(void)
{
	struct pci_config config;
	unsigned int vendor, pm, aer, vsec;

	pci_config_init(&config, true);
	pci_header_init(&config, &ids, 1);
	pm = (unsigned int)pci_add_pm(&config, false);
	vendor = (unsigned int)pci_add_vendor(&config, "\1\2\3\4\5", 5);
	aer = (unsigned int)pci_add_aer(&config);
	vsec = (unsigned int)pci_add_vsec(&config, 1, "\1\2\3\4", 4);
	ASSERT(pci_register_is_standard(config.data, config.size, PCI_COMMAND));
	ASSERT(pci_register_is_standard(config.data, config.size, pm + PCI_PM_CTRL));
	ASSERT(pci_register_is_standard(config.data, config.size, vendor));
	ASSERT(!pci_register_is_standard(config.data, config.size, vendor + 4));
	ASSERT(!pci_register_is_standard(config.data, config.size, 0xf0));
	ASSERT(pci_register_is_standard(config.data, config.size, aer + PCI_ERR_UNCOR_MASK));
	ASSERT(!pci_register_is_standard(config.data, config.size, vsec + 8));
	ASSERT(pci_register_is_standard(config.data, config.size, 0x1000));
	PASS();
}

/* Any bytes: lists that lead in a circle, into the header, and out of config space. */
TEST damaged_lists_end(void)
{
	struct pci_config config;

	pci_config_init(&config, true);
	srandom(1);
	for (unsigned int round = 0; round < 200; round++) {
		for (unsigned int i = 0; i < config.size; i++)
			config.data[i] = (uint8_t)random();
		for (unsigned int at = 0; at < config.size; at += 4)
			ASSERT(*name_of(&config, at));
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(the_header_has_names);
	RUN_TEST(capabilities_have_names);
	RUN_TEST(msi_has_two_layouts);
	RUN_TEST(unknown_capabilities_have_their_id);
	RUN_TEST(registers_of_the_vendor_are_told_from_others);
	RUN_TEST(damaged_lists_end);
	GREATEST_MAIN_END();
}
