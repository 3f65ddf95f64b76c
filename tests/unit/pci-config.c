// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/caps.h"
#include "lab/pci/header.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <linux/pci_regs.h>
#include <string.h>

static const struct pci_ids ids = {.vendor = 0x1234,
				   .device = 0x5678,
				   .subvendor = 0x9abc,
				   .subdevice = 0xdef0,
				   .class = 0x028000,
				   .revision = 3};

static void begin(struct pci_config *config)
{
	pci_config_init(config, true);
	pci_header_init(config, &ids, 1);
}

static void write32(struct pci_config *config, unsigned int offset, uint32_t value)
{
	uint8_t bytes[4];

	pci_set32(bytes, 0, value);
	pci_config_write(config, offset, bytes, sizeof(bytes));
}

static uint32_t read32(const struct pci_config *config, unsigned int offset)
{
	uint8_t bytes[4];

	pci_config_read(config, offset, bytes, sizeof(bytes));
	return pci_get32(bytes, 0);
}

TEST identity_is_read_only(void)
{
	struct pci_config config;

	begin(&config);
	write32(&config, PCI_VENDOR_ID, 0);
	write32(&config, PCI_CLASS_REVISION, 0);
	ASSERT_EQ_FMT(0x56781234u, read32(&config, PCI_VENDOR_ID), "%x");
	ASSERT_EQ_FMT(0x02800003u, read32(&config, PCI_CLASS_REVISION), "%x");
	ASSERT_EQ_FMT(0xdef09abcu, read32(&config, PCI_SUBSYSTEM_VENDOR_ID), "%x");
	PASS();
}

TEST writes_change_what_masks_allow(void)
{
	struct pci_config config;

	begin(&config);
	config.data[PCI_STATUS + 1] = 0xf9; /* simulate errors */
	write32(&config, PCI_COMMAND, 0xffffffff);
	ASSERT_EQ_FMT(0x0544u, read32(&config, PCI_COMMAND) & 0xffff, "%x");
	ASSERT_EQ_FMT(0u, read32(&config, PCI_COMMAND) >> 16, "%x");
	PASS();
}

TEST a_clear_bit_stays_with_a_zero(void)
{
	struct pci_config config;
	const uint8_t some = 0x80;

	begin(&config);
	config.data[PCI_STATUS + 1] = 0xc0;
	pci_config_write(&config, PCI_STATUS + 1, &some, 1);
	ASSERT_EQ_FMT(0x40u, config.data[PCI_STATUS + 1], "%x");
	PASS();
}

struct sizing {
	unsigned int bar;
	uint64_t size;
	uint32_t flags, low, high;
};

TEST bars_tell_their_size(void)
{
	static const struct sizing cases[] = {
		{0, 0x1000, 0, 0xfffff000, 0},
		{1, 0x20, PCI_BASE_ADDRESS_SPACE_IO, 0xffffffe1, 0},
		{0, 16, PCI_BASE_ADDRESS_MEM_PREFETCH, 0xfffffff8, 0},
		{2, 0x100000, PCI_BASE_ADDRESS_MEM_TYPE_64, 0xfff00004, 0xffffffff},
		{4, 1ull << 33, PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
		 0x0000000c, 0xfffffffe},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const unsigned int at = PCI_BASE_ADDRESS_0 + 4 * cases[i].bar;
		struct pci_config config;

		begin(&config);
		ASSERT_EQ(0,
			  pci_header_add_bar(&config, cases[i].bar, cases[i].size, cases[i].flags));
		write32(&config, at, 0xffffffff);
		write32(&config, at + 4, 0xffffffff);
		ASSERT_EQ_FMT(cases[i].low, read32(&config, at), "%x");
		ASSERT_EQ_FMT(cases[i].high, read32(&config, at + 4), "%x");
	}
	PASS();
}

/*
 * Firmware sets both bits in any function; the kernel restores only those for BARs that it knows.
 */
TEST command_decodes_spaces_in_use(void)
{
	static const struct {
		uint32_t class;
		uint64_t io, memory, rom;
		uint16_t decodes;
	} cases[] = {
		{0xff0000, 0, 0, 0, 0},
		{0xff0000, 32, 0, 0, PCI_COMMAND_IO},
		{0xff0000, 0, 4096, 0, PCI_COMMAND_MEMORY},
		{0xff0000, 0, 0, 4096, PCI_COMMAND_MEMORY},
		{0xff0000, 32, 4096, 4096, PCI_COMMAND_IO | PCI_COMMAND_MEMORY},
		{0x030000, 0, 0, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_config config;

		pci_config_init(&config, false);
		pci_header_init(&config, &(struct pci_ids){.class = cases[i].class}, 0);
		if (cases[i].io)
			pci_header_add_bar(&config, 0, cases[i].io, PCI_BASE_ADDRESS_SPACE_IO);
		if (cases[i].memory)
			pci_header_add_bar(&config, 1, cases[i].memory, 0);
		if (cases[i].rom)
			pci_header_add_rom(&config, cases[i].rom);
		write32(&config, PCI_COMMAND, 0xffff);
		ASSERT_EQ_FMT(cases[i].decodes,
			      read32(&config, PCI_COMMAND) & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY),
			      "%x");
	}
	PASS();
}

TEST a_bar_tells_where_it_was_placed(void)
{
	struct pci_config config;

	begin(&config);
	ASSERT_EQ(0, pci_header_add_bar(&config, 0, 0x1000, PCI_BASE_ADDRESS_MEM_TYPE_64));
	ASSERT_EQ(0, pci_header_add_rom(&config, 0x10000));
	write32(&config, PCI_BASE_ADDRESS_0, 0xfe123456);
	write32(&config, PCI_BASE_ADDRESS_1, 2);
	write32(&config, PCI_ROM_ADDRESS, 0xfeabcdef);
	ASSERT_EQ_FMT(0x2fe123000ull, (unsigned long long)pci_header_bar_address(&config, 0),
		      "%llx");
	ASSERT_EQ_FMT(0xfeab0000ull,
		      (unsigned long long)pci_header_bar_address(&config, PCI_BAR_ROM), "%llx");
	PASS();
}

TEST bars_that_pci_does_not_have_are_refused(void)
{
	struct pci_config config;

	begin(&config);
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 6, 0x1000, 0));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 5, 0x1000, PCI_BASE_ADDRESS_MEM_TYPE_64));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 0, 0x1800, 0));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 0, 0, 0));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 0, 8, 0));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 0, 1 << 17, PCI_BASE_ADDRESS_SPACE_IO));
	ASSERT_EQ(-EINVAL, pci_header_add_bar(&config, 0, 1ull << 32, 0));
	ASSERT_EQ(-EINVAL, pci_header_add_rom(&config, 1024));
	ASSERT_EQ(0, pci_header_add_bar(&config, 2, 1ull << 33, PCI_BASE_ADDRESS_MEM_TYPE_64));
	ASSERT_EQ(-EBUSY, pci_header_add_bar(&config, 2, 0x1000, 0));
	ASSERT_EQ(-EBUSY, pci_header_add_bar(&config, 3, 0x1000, 0));
	PASS();
}

TEST capabilities_are_chained(void)
{
	struct pci_config config;
	int pm, msi, pcie, vendor;

	begin(&config);
	ASSERT_EQ(0, pci_config_find_cap(&config, PCI_CAP_ID_PM));
	pm = pci_add_pm(&config, false);
	msi = pci_add_msi(&config, 32, true);
	pcie = pci_add_pcie(&config, true);
	vendor = pci_add_vendor(&config, "abcde", 5);
	ASSERT_EQ(0x40, pm);
	ASSERT_EQ_FMT(config.data[PCI_CAPABILITY_LIST], (uint8_t)pm, "%x");
	ASSERT_EQ_FMT(config.data[pm + 1], (uint8_t)msi, "%x");
	ASSERT_EQ_FMT(config.data[msi + 1], (uint8_t)pcie, "%x");
	ASSERT_EQ_FMT(config.data[pcie + 1], (uint8_t)vendor, "%x");
	ASSERT_EQ(0, config.data[vendor + 1]);
	ASSERT_EQ(8, config.data[vendor + 2]);
	ASSERT_EQ((unsigned int)pcie, pci_config_find_cap(&config, PCI_CAP_ID_EXP));
	ASSERT(config.data[PCI_STATUS] & PCI_STATUS_CAP_LIST);
	PASS();
}

TEST extended_capabilities_are_chained(void)
{
	struct pci_config config;
	int aer, ats, vsec;

	begin(&config);
	aer = pci_add_aer(&config);
	ats = pci_add_ats(&config);
	ASSERT(pci_add_serial(&config, 0x1122334455667788) > ats);
	vsec = pci_add_vsec(&config, 0xbeef, "12345678", 8);
	ASSERT_EQ(0x100, aer);
	ASSERT_EQ_FMT(0x14820001u, read32(&config, 0x100), "%x");
	ASSERT_EQ((unsigned int)ats, pci_config_find_ecap(&config, PCI_EXT_CAP_ID_ATS));
	ASSERT_EQ((unsigned int)vsec, pci_config_find_ecap(&config, PCI_EXT_CAP_ID_VNDR));
	ASSERT_EQ_FMT(0x0100beefu, read32(&config, (unsigned int)vsec + 4), "%x");
	ASSERT_EQ(0, pci_config_find_ecap(&config, PCI_EXT_CAP_ID_SRIOV));
	PASS();
}

TEST config_space_that_is_full_takes_no_more(void)
{
	struct pci_config config;
	int at = 0;

	begin(&config);
	config.caps_limit = 0xfc;
	while (at >= 0)
		at = pci_add_pcie(&config, false);
	ASSERT_EQ(-ENOSPC, at);
	ASSERT(config.caps_end <= 0xfc);
	ASSERT_EQ(-ENOSPC, pci_config_add_cap(&config, PCI_CAP_ID_VNDR, 0x1000));
	for (at = 0; at >= 0;)
		at = pci_add_vsec(&config, 1, "", 1);
	ASSERT_EQ(-ENOSPC, at);
	pci_config_init(&config, false);
	ASSERT_EQ(-EINVAL, pci_add_aer(&config));
	PASS();
}

TEST a_list_with_a_loop_is_walked_to_an_end(void)
{
	struct pci_config config;

	begin(&config);
	config.data[pci_add_pm(&config, false) + 1] = 0x40;
	pci_set32(config.data, (unsigned int)pci_add_aer(&config), 0x10010001);
	ASSERT_EQ(0, pci_config_find_cap(&config, PCI_CAP_ID_MSI));
	ASSERT_EQ(0, pci_config_find_ecap(&config, PCI_EXT_CAP_ID_ATS));
	PASS();
}

TEST values_that_do_not_fit_are_refused(void)
{
	static const struct pci_msix_place good = {.bar = 1, .offset = 0x800};
	struct pci_config config;

	begin(&config);
	ASSERT_EQ(-EINVAL, pci_add_msi(&config, 0, false));
	ASSERT_EQ(-EINVAL, pci_add_msi(&config, 3, false));
	ASSERT_EQ(-EINVAL, pci_add_msi(&config, 64, false));
	ASSERT_EQ(-EINVAL, pci_add_msix(&config, 0, good, good));
	ASSERT_EQ(-EINVAL, pci_add_msix(&config, 2049, good, good));
	ASSERT_EQ(-EINVAL, pci_add_msix(&config, 1, (struct pci_msix_place){.bar = 6}, good));
	ASSERT_EQ(-EINVAL, pci_add_msix(&config, 1, good, (struct pci_msix_place){.offset = 4}));
	ASSERT(pci_add_msix(&config, 2048, good, good) > 0);
	ASSERT_EQ_FMT(0x801u, read32(&config, 0x44), "%x");
	PASS();
}

TEST a_reset_restores_all_but_sticky_bits(void)
{
	struct pci_config config;
	unsigned int aer;

	begin(&config);
	aer = (unsigned int)pci_add_aer(&config);
	pci_config_seal(&config);
	write32(&config, PCI_COMMAND, 7);
	write32(&config, aer + PCI_ERR_UNCOR_MASK, 0x10);
	pci_config_reset(&config);
	ASSERT_EQ_FMT(0u, read32(&config, PCI_COMMAND) & 0xffff, "%x");
	ASSERT_EQ_FMT(0x10u, read32(&config, aer + PCI_ERR_UNCOR_MASK), "%x");
	PASS();
}

/* PCIe 7.5.1.1.4, 7.5.3.5: a reset clears the error bits that the dump of a device has. */
TEST reset_clears_error_bits(void)
{
	struct pci_config config;
	unsigned int aer;

	begin(&config);
	aer = (unsigned int)pci_add_aer(&config);
	pci_set16(config.data, PCI_STATUS,
		  PCI_STATUS_CAP_LIST | PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_DEVSEL_MEDIUM);
	pci_set32(config.data, aer + PCI_ERR_UNCOR_STATUS, PCI_ERR_UNC_UNSUP);
	pci_config_seal(&config);
	ASSERT_EQ_FMT(0x2210u, read32(&config, PCI_COMMAND) >> 16, "%x");
	pci_config_reset(&config);
	ASSERT_EQ_FMT(0x210u, read32(&config, PCI_COMMAND) >> 16, "%x");
	ASSERT_EQ_FMT((unsigned int)PCI_ERR_UNC_UNSUP, read32(&config, aer + PCI_ERR_UNCOR_STATUS),
		      "%x");
	PASS();
}

TEST accesses_must_lie_within(void)
{
	struct pci_config config;

	pci_config_init(&config, false);
	ASSERT(pci_config_within(&config, 252, 4));
	ASSERT_FALSE(pci_config_within(&config, 253, 4));
	ASSERT_FALSE(pci_config_within(&config, UINT64_MAX, 2));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(identity_is_read_only);
	RUN_TEST(writes_change_what_masks_allow);
	RUN_TEST(a_clear_bit_stays_with_a_zero);
	RUN_TEST(bars_tell_their_size);
	RUN_TEST(command_decodes_spaces_in_use);
	RUN_TEST(a_bar_tells_where_it_was_placed);
	RUN_TEST(bars_that_pci_does_not_have_are_refused);
	RUN_TEST(capabilities_are_chained);
	RUN_TEST(extended_capabilities_are_chained);
	RUN_TEST(config_space_that_is_full_takes_no_more);
	RUN_TEST(a_list_with_a_loop_is_walked_to_an_end);
	RUN_TEST(values_that_do_not_fit_are_refused);
	RUN_TEST(a_reset_restores_all_but_sticky_bits);
	RUN_TEST(reset_clears_error_bits);
	RUN_TEST(accesses_must_lie_within);
	GREATEST_MAIN_END();
}
