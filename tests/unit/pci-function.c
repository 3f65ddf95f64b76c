// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/function.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <linux/pci_regs.h>
#include <string.h>

#define VECTORS	  70u
#define TABLE_BAR 4u
#define PBA	  0x1000u

/* The messages sent over the wire. */
struct seen {
	unsigned int messages[2048]; /* by vector, MSI and MSI-X alike */
	unsigned int asserted, deasserted, resets[PCI_RESETS];
	unsigned int held; /* 1 + the vector that the other side masks, or 0 */
};

static void see_message(void *owner, enum pci_irq kind __attribute__((unused)), unsigned int vector)
{
	((struct seen *)owner)->messages[vector]++;
}

static void see_intx(void *owner, bool asserted)
{
	struct seen *seen = owner;

	*(asserted ? &seen->asserted : &seen->deasserted) += 1;
}

static bool see_held(void *owner, enum pci_irq kind __attribute__((unused)), unsigned int vector)
{
	return ((struct seen *)owner)->held == vector + 1;
}

static void see_reset(void *owner, enum pci_reset reset)
{
	((struct seen *)owner)->resets[reset]++;
}

static const struct pci_wire wire = {
	.message = see_message, .intx = see_intx, .held = see_held, .reset = see_reset};

static void free_function(struct pci_function *function)
{
	pci_function_free(function);
}

#define cleanup_function __attribute__((cleanup(free_function)))

static void begin(struct pci_function *function, struct seen *seen)
{
	static const struct pci_ids ids = {.vendor = 0x1234, .device = 1};

	*seen = (struct seen){0};
	pci_function_init(function, &ids, 1, true, &wire, seen);
	pci_add_pm(&function->config, false);
	pci_add_msi(&function->config, 8, true);
	pci_function_add_msix(function, VECTORS, (struct pci_msix_place){TABLE_BAR, 0},
			      (struct pci_msix_place){TABLE_BAR, PBA});
	pci_header_add_bar(&function->config, TABLE_BAR, 0x10000, 0);
	pci_add_pcie(&function->config, true);
	pci_function_seal(function);
}

static void write16(struct pci_function *function, unsigned int offset, uint16_t value)
{
	uint8_t bytes[2];

	pci_set16(bytes, 0, value);
	pci_function_config_write(function, offset, bytes, sizeof(bytes));
}

static void command(struct pci_function *function, uint16_t value)
{
	write16(function, PCI_COMMAND, value);
}

static void enable_msix(struct pci_function *function, uint16_t flags)
{
	command(function, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	write16(function, function->msix_cap + PCI_MSIX_FLAGS, flags);
}

static void mask(struct pci_function *function, unsigned int vector, uint32_t masked)
{
	pci_msix_write(function, TABLE_BAR,
		       vector * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL, &masked, 4);
}

static uint64_t pba(struct pci_function *function, unsigned int word)
{
	uint64_t bits = 0;

	pci_msix_read(function, TABLE_BAR, PBA + 8 * word, &bits, sizeof(bits));
	return bits;
}

TEST msix_that_is_not_enabled_is_lost(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	command(&function, PCI_COMMAND_MASTER);
	ASSERT_EQ(-EINVAL, pci_function_message(&function, PCI_IRQ_MSIX, 0));
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	ASSERT_EQ(-EINVAL, pci_function_message(&function, PCI_IRQ_MSIX, VECTORS));
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSIX, VECTORS - 1));
	ASSERT_EQ(1, seen.messages[VECTORS - 1]);
	PASS();
}

TEST msix_without_bus_master_is_lost(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	command(&function, PCI_COMMAND_MEMORY);
	ASSERT_EQ(-EIO, pci_function_message(&function, PCI_IRQ_MSIX, 0));
	ASSERT_EQ(0, seen.messages[0]);
	PASS();
}

/* The bit is set while the vector is masked; unmask sends it once, and clears the bit. */
TEST msix_pending_goes_out_at_unmask(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	mask(&function, 66, 1);
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSIX, 66));
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSIX, 66));
	ASSERT_EQ(0, seen.messages[66]);
	ASSERT_EQ_FMT(4ull, (unsigned long long)pba(&function, 1), "%llx");
	ASSERT_EQ_FMT(0ull, (unsigned long long)pba(&function, 0), "%llx");
	mask(&function, 66, 0);
	ASSERT_EQ(1, seen.messages[66]);
	ASSERT_EQ_FMT(0ull, (unsigned long long)pba(&function, 1), "%llx");
	PASS();
}

TEST msix_function_mask_holds_all(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSIX, 1));
	ASSERT_EQ_FMT(2ull, (unsigned long long)pba(&function, 0), "%llx");
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	ASSERT_EQ(1, seen.messages[1]);
	PASS();
}

/* QEMU keeps the table itself and never writes to ours; it masks the vectors itself. */
TEST unwritten_msix_table_masks_nothing(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;
	uint32_t control = 0;

	begin(&function, &seen);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	ASSERT(pci_msix_read(&function, TABLE_BAR, PCI_MSIX_ENTRY_VECTOR_CTRL, &control, 4));
	ASSERT_EQ(1, control);
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSIX, 2));
	ASSERT_EQ(1, seen.messages[2]);
	seen.held = 3;
	ASSERT_EQ_FMT(4ull, (unsigned long long)pba(&function, 0), "%llx");
	PASS();
}

TEST msix_table_takes_aligned_words_only(void)
{
	cleanup_function struct pci_function function;
	const uint32_t ones = UINT32_MAX;
	uint32_t word = 1;
	struct seen seen;

	begin(&function, &seen);
	ASSERT(pci_msix_write(&function, TABLE_BAR, 0, &ones, 2));
	ASSERT(pci_msix_read(&function, TABLE_BAR, 0, &word, 4));
	ASSERT_EQ_FMT(0u, word, "%x");
	ASSERT(pci_msix_write(&function, TABLE_BAR, 0, &ones, 4));
	ASSERT(pci_msix_read(&function, TABLE_BAR, 0, &word, 4));
	ASSERT_EQ_FMT(0xfffffffcu, word, "%x");
	ASSERT(pci_msix_write(&function, TABLE_BAR, PBA, &ones, 4));
	ASSERT_EQ_FMT(0ull, (unsigned long long)pba(&function, 0), "%llx");
	ASSERT_FALSE(pci_msix_read(&function, TABLE_BAR, VECTORS * 16, &word, 4));
	ASSERT_FALSE(pci_msix_read(&function, TABLE_BAR, VECTORS * 16 - 2, &word, 4));
	ASSERT_FALSE(pci_msix_read(&function, 3, 0, &word, 4));
	PASS();
}

TEST msi_masked_is_pending(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	command(&function, PCI_COMMAND_MASTER);
	/* 4 of 8 vectors. */
	write16(&function, function.msi + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE | 2 << 4);
	write16(&function, function.msi + PCI_MSI_MASK_64, 1 << 3);
	ASSERT_EQ(-EINVAL, pci_function_message(&function, PCI_IRQ_MSI, 4));
	ASSERT_EQ(0, pci_function_message(&function, PCI_IRQ_MSI, 3));
	ASSERT_EQ(0, seen.messages[3]);
	ASSERT_EQ(8, function.config.data[function.msi + PCI_MSI_PENDING_64]);
	write16(&function, function.msi + PCI_MSI_MASK_64, 0);
	ASSERT_EQ(1, seen.messages[3]);
	ASSERT_EQ(0, function.config.data[function.msi + PCI_MSI_PENDING_64]);
	PASS();
}

TEST intx_is_a_level_that_disintx_hides(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	pci_function_intx(&function, true);
	pci_function_intx(&function, true);
	ASSERT_EQ(1, seen.asserted);
	command(&function, PCI_COMMAND_INTX_DISABLE);
	ASSERT_EQ(1, seen.deasserted);
	ASSERT(function.config.data[PCI_STATUS] & PCI_STATUS_INTERRUPT);
	command(&function, 0);
	ASSERT_EQ(2, seen.asserted);
	pci_function_intx(&function, false);
	ASSERT_EQ(2, seen.deasserted);
	ASSERT_FALSE(function.config.data[PCI_STATUS] & PCI_STATUS_INTERRUPT);
	PASS();
}

TEST intx_is_off_while_msi_is_on(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	write16(&function, function.msi + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE);
	pci_function_intx(&function, true);
	ASSERT_EQ(0, seen.asserted);
	write16(&function, function.msi + PCI_MSI_FLAGS, 0);
	ASSERT_EQ(1, seen.asserted);
	PASS();
}

TEST flr_is_asked_for_and_its_bit_reads_zero(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	write16(&function, function.pcie + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
	ASSERT_EQ(1, seen.resets[PCI_RESET_FLR]);
	ASSERT_EQ(0, pci_get16(function.config.data, function.pcie + PCI_EXP_DEVCTL) &
			     PCI_EXP_DEVCTL_BCR_FLR);
	write16(&function, function.pcie + PCI_EXP_DEVCTL, 0);
	ASSERT_EQ(1, seen.resets[PCI_RESET_FLR]);
	PASS();
}

TEST d3hot_to_d0_is_a_reset_unless_it_is_soft(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	command(&function, PCI_COMMAND_MEMORY);
	write16(&function, function.pm + PCI_PM_CTRL, 3);
	ASSERT_FALSE(pci_function_answers(&function, false));
	write16(&function, function.pm + PCI_PM_CTRL, 0);
	ASSERT_EQ(1, seen.resets[PCI_RESET_PM]);
	function.config.data[function.pm + PCI_PM_CTRL] |= PCI_PM_CTRL_NO_SOFT_RESET;
	write16(&function, function.pm + PCI_PM_CTRL, 3);
	write16(&function, function.pm + PCI_PM_CTRL, 0);
	ASSERT_EQ(1, seen.resets[PCI_RESET_PM]);
	ASSERT(pci_function_answers(&function, false));
	PASS();
}

TEST a_reset_forgets_pending_and_level(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;

	begin(&function, &seen);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	mask(&function, 0, 1);
	pci_function_message(&function, PCI_IRQ_MSIX, 0);
	pci_function_intx(&function, true);
	pci_function_reset(&function, PCI_RESET_FLR);
	ASSERT_EQ_FMT(0ull, (unsigned long long)pba(&function, 0), "%llx");
	ASSERT_FALSE(function.config.data[PCI_STATUS] & PCI_STATUS_INTERRUPT);
	enable_msix(&function, PCI_MSIX_FLAGS_ENABLE);
	ASSERT_EQ(0, seen.messages[0]);
	ASSERT_FALSE(function.msix.written);
	PASS();
}

/* A conventional function with the capabilities that only these have. */
static void begin_conventional(struct pci_function *function, struct seen *seen)
{
	static const struct pci_ids ids = {.vendor = 0x1234, .device = 1};

	*seen = (struct seen){0};
	pci_function_init(function, &ids, 1, false, &wire, seen);
	pci_add_af(&function->config);
	pci_add_vpd(&function->config);
	pci_function_seal(function);
}

TEST flr_of_advanced_features(void)
{
	cleanup_function struct pci_function function;
	const uint8_t nothing = 0, flr = PCI_AF_CTRL_FLR;
	struct seen seen;

	begin_conventional(&function, &seen);
	pci_function_config_write(&function, function.af + PCI_AF_CTRL, &nothing, 1);
	ASSERT_EQ(0, seen.resets[PCI_RESET_FLR]);
	pci_function_config_write(&function, function.af + PCI_AF_CTRL, &flr, 1);
	ASSERT_EQ(1, seen.resets[PCI_RESET_FLR]);
	ASSERT_EQ(0, function.config.data[function.af + PCI_AF_CTRL]);
	PASS();
}

/* Returns the word at ADDRESS, or all ones if the flag does not report a completed read. */
static uint32_t vpd_word(struct pci_function *function, uint16_t address)
{
	write16(function, function->vpd + PCI_VPD_ADDR, address);
	if (pci_get16(function->config.data, function->vpd + PCI_VPD_ADDR) !=
	    (address | PCI_VPD_ADDR_F))
		return UINT32_MAX;
	return pci_get32(function->config.data, function->vpd + PCI_VPD_DATA);
}

static bool vpd_put(struct pci_function *function, uint16_t address, uint32_t word)
{
	uint8_t bytes[4];

	pci_set32(bytes, 0, word);
	pci_function_config_write(function, function->vpd + PCI_VPD_DATA, bytes, sizeof(bytes));
	write16(function, function->vpd + PCI_VPD_ADDR, address | PCI_VPD_ADDR_F);
	return pci_get16(function->config.data, function->vpd + PCI_VPD_ADDR) == address;
}

/* PCI 3.0, appendix I: consecutive resources, and a checksum over everything before it. */
TEST vpd_is_well_formed(void)
{
	cleanup_function struct pci_function function;
	uint8_t sum = 0, content[PCI_VPD_SIZE];
	struct seen seen;

	begin_conventional(&function, &seen);
	for (uint16_t at = 0; at < sizeof(content); at += 4)
		pci_set32(content, at, vpd_word(&function, at));
	ASSERT_EQ_FMT(0x82u, (unsigned int)content[0], "%x");
	ASSERT_EQ_FMT(0x90u, (unsigned int)content[3 + content[1]], "%x");
	for (unsigned int i = 0; i < 30; i++)
		sum = (uint8_t)(sum + content[i]);
	ASSERT_EQ_FMT(0u, (unsigned int)sum, "%x");
	ASSERT_EQ_FMT(0x78u, (unsigned int)content[63], "%x");
	ASSERT_EQ_FMT(0u, vpd_word(&function, 0x7ffc), "%x");
	PASS();
}

TEST vpd_is_written_where_it_may_be(void)
{
	cleanup_function struct pci_function function;
	struct seen seen;
	uint32_t name;

	begin_conventional(&function, &seen);
	name = vpd_word(&function, 4);
	ASSERT(vpd_put(&function, 4, 0));
	ASSERT_EQ_FMT(name, vpd_word(&function, 4), "%x");
	ASSERT(vpd_put(&function, 40, 0x01020304));
	ASSERT_EQ_FMT(0x01020304u, vpd_word(&function, 40), "%x");
	ASSERT(vpd_put(&function, 60, UINT32_MAX));
	ASSERT_EQ_FMT(0x78ffffffu, vpd_word(&function, 60), "%x");
	ASSERT(vpd_put(&function, 0x7ffc, UINT32_MAX));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(msix_that_is_not_enabled_is_lost);
	RUN_TEST(msix_without_bus_master_is_lost);
	RUN_TEST(msix_pending_goes_out_at_unmask);
	RUN_TEST(msix_function_mask_holds_all);
	RUN_TEST(unwritten_msix_table_masks_nothing);
	RUN_TEST(msix_table_takes_aligned_words_only);
	RUN_TEST(msi_masked_is_pending);
	RUN_TEST(intx_is_a_level_that_disintx_hides);
	RUN_TEST(intx_is_off_while_msi_is_on);
	RUN_TEST(flr_is_asked_for_and_its_bit_reads_zero);
	RUN_TEST(d3hot_to_d0_is_a_reset_unless_it_is_soft);
	RUN_TEST(a_reset_forgets_pending_and_level);
	RUN_TEST(flr_of_advanced_features);
	RUN_TEST(vpd_is_well_formed);
	RUN_TEST(vpd_is_written_where_it_may_be);
	GREATEST_MAIN_END();
}
