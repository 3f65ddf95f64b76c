// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: what happens to a physical function under a VF that somebody else has open: resets, power
 * states, COMMAND, the close. A VF is judged by its own state, because VFIO emulates parts of its
 * config space.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/vfio/sriov.h"

#define PF "pf=sriov:2 !mode=compat"

/* A PF and its VF, each with a user. */
struct vf_pair {
	struct user pf, vf;
	struct irqs *irqs; /* of the VF: MSI-X, if it has some */
	char address[PCI_ADDRESS];
};

static void pair_close(struct vf_pair *pair)
{
	irqs_free(pair->irqs);
	user_end(&pair->vf);
	user_end(&pair->pf);
}

#define cleanup_pair __attribute__((cleanup(pair_close)))
#define NO_PAIR	     ((struct vf_pair){.pf = USER_NONE, .vf = USER_NONE})

/* Both open, the VF with bus mastering and MSI-X enabled. */
static enum greatest_test_res pair_open(const struct dut *dut, struct vf_pair *pair)
{
	ASSERT_OK(sriov_bind(dut->address, 1));
	ASSERT_OK(sriov_vf(dut->address, 0, pair->address));
	ASSERT_OK(user_open_other(&pair->pf, dut, dut->address, SRIOV_TOKEN));
	ASSERT_OK(user_open_other(&pair->vf, dut, pair->address, SRIOV_TOKEN));
	ASSERT_OK(config_write16(&pair->vf.dut, PCI_COMMAND, PCI_COMMAND_MASTER));
	if (irq_count(&pair->vf.dut, IRQ_MSIX))
		ASSERT_OK(irqs_enable(&pair->vf.dut, IRQ_MSIX, 0, 1, &pair->irqs));
	PASS();
}

/* Returns NULL if the VF itself has what its user set, or a message. */
static const char *check_vf_state(struct vf_pair *pair)
{
	const unsigned int cap = config_capability(&pair->vf.dut, PCI_CAP_ID_MSIX);
	const uint16_t command = pci_config16(pair->address, PCI_COMMAND);

	if (!(command & PCI_COMMAND_MASTER) || command == UINT16_MAX)
		return text("COMMAND of the VF is 0x%04x, without bus mastering", command);
	if (pair->irqs &&
	    !(pci_config16(pair->address, cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_ENABLE))
		return "MSI-X of the VF is disabled";
	return NULL;
}

static int pf_by_file(struct user *pf)
{
	return pci_write(pf->dut.address, "reset", "1");
}

static int pf_by_flr_bit(struct user *pf)
{
	return reset_by_flr_bit(&pf->dut);
}

/* As when its process dies. The kernel resets the PF. */
static int pf_close(struct user *pf)
{
	user_close(pf);
	return 0;
}

static enum greatest_test_res vf_spared(const struct dut *dut, int (*act)(struct user *pf))
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_pair struct vf_pair pair = NO_PAIR;
	int err;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_CHECK(check_vf_state(&pair));
	err = act(&pair.pf);
	fact("pf=%s", err ? error_name(err) : "0");
	ASSERT_NUMBER(1, sriov_count(pf));
	ASSERT_CHECK(check_vf_state(&pair));
	PASS();
}

SCENARIO_UNBOUND_VARIANT(reset_file_of_pf_spares_open_vf, PF " reset",
			 "an administrator's reset of the PF is refused, or keeps COMMAND and "
			 "MSI-X of an open VF",
			 vf_spared, pf_by_file)
SCENARIO_UNBOUND_VARIANT(flr_bit_of_pf_spares_open_vf, PF " reset=flr",
			 "an FLR that the PF's user requests is refused, or keeps COMMAND and "
			 "MSI-X of an open VF",
			 vf_spared, pf_by_flr_bit)
SCENARIO_UNBOUND_VARIANT(close_of_pf_spares_open_vf, PF,
			 "the close of the PF by its user keeps COMMAND and MSI-X of an open VF",
			 vf_spared, pf_close)

/* The VF's registers would not answer. */
SCENARIO_UNBOUND(pf_sleep_refused_under_vf, PF " pm",
		 "the user of a PF with VFs cannot set it to D3hot; a VF keeps COMMAND and MSI-X")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_pair struct vf_pair pair = NO_PAIR;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(pmcsr_set(&pair.pf.dut, PMCSR_D3HOT));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(pf));
	ASSERT_CHECK(check_vf_state(&pair));
	PASS();
}

static int first_word(struct user *user, struct region *bar, uint32_t *word)
{
	int err = -ENOENT;

	for (unsigned int i = 0; i < BARS && err == -ENOENT; i++) {
		err = region_info(&user->dut, i, bar);
		if (!err && !bar->size)
			err = -ENOENT;
	}
	if (err)
		return err;
	return region_read(&user->dut, bar, 0, word, sizeof(*word)) == sizeof(*word) ? 0 : -EIO;
}

/* COMMAND of a PF does not reach its VFs, which SR-IOV Control enables (SR-IOV, 2.1.1.1). */
SCENARIO_UNBOUND(pf_memory_off_spares_open_vf, PF,
		 "the BAR of a VF answers while the PF's user has turned off its memory and bus "
		 "mastering")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_pair struct vf_pair pair = NO_PAIR;
	struct region bar;
	uint32_t before, after;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(first_word(&pair.vf, &bar, &before));
	if (before == UINT32_MAX)
		SKIPm("the BAR of the VF reads all ones");
	ASSERT_OK(config_write16(&pair.pf.dut, PCI_COMMAND, 0));
	ASSERT_HEX(0, pci_config16(pf, PCI_COMMAND) & (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	ASSERT_OK(first_word(&pair.vf, &bar, &after));
	ASSERT_HEX(before, after);
	ASSERT_CHECK(check_vf_state(&pair));
	PASS();
}

/* The administrator changes the mind; the VFs that exist stay. */
SCENARIO_UNBOUND(enable_sriov_cleared_under_vf, PF " once",
		 "with enable_sriov cleared, VFs that exist stay, and cannot be removed by "
		 "sriov_numvfs")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_pair struct vf_pair pair = NO_PAIR;
	int err;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(sriov_allow(false));
	err = sriov_set(pf, 0);
	fact("numvfs=%s", err ? error_name(err) : "0");
	ASSERT_ERRNO(ENOENT, err);
	ASSERT_NUMBER(1, sriov_count(pf));
	ASSERT_CHECK(check_vf_state(&pair));
	ASSERT_CHECK(check_vfio_works(pair.address, &pair.vf.dut.vfio));
	PASS();
}
