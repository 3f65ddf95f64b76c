// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriov: virtual functions created through vfio-pci (its parameter enable_sriov). Removing VFs
 * takes a second (the PCI core waits), so each scenario tests as much as possible with the same
 * VFs.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>
#include <sys/wait.h>

#define PF "pf=sriov:2"

/* The number of concurrent users, each with its own VF. */
#define USERS 2

/* Returns NULL if the device's driver is vfio-pci, or a message. */
static const char *check_on_vfio_pci(const char *address)
{
	cleanup_free char *driver = pci_driver(address);

	if (driver && !strcmp(driver, "vfio-pci"))
		return NULL;
	return text("%s: expected driver 'vfio-pci', got '%s'", address, driver ? driver : "");
}

SCENARIO_UNBOUND(numvfs_refused_without_enable_sriov, PF " once",
		 "vfio-pci creates no VFs unless its parameter enable_sriov is set")
{
	cleanup_release const char *pf = dut->address;

	ASSERT_OK(pci_bind(pf, "vfio-pci"));
	ASSERT_ERRNO(ENOENT, sriov_set(pf, 2));
	ASSERT_NUMBER(0, sriov_count(pf));
	PASS();
}

/* sriov_numvfs accepts only changes from 0 to N and from N to 0, up to sriov_totalvfs. */
SCENARIO_UNBOUND(numvfs_creates_and_removes_all, PF " once",
		 "writing sriov_numvfs creates or removes all VFs at once")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	unsigned int total = (unsigned int)pci_number(pf, "sriov_totalvfs", 0);
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, 2));
	ASSERT_NUMBER(2, sriov_count(pf));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(sriov_vf(pf, 1, vf));
	ASSERT_ERRNO(ENOENT, sriov_vf(pf, 2, vf));
	ASSERT_ERRNO(EBUSY, sriov_set(pf, 1));
	ASSERT_ERRNO(ERANGE, sriov_set(pf, total + 1));
	ASSERT_NUMBER(2, sriov_count(pf));
	ASSERT_OK(sriov_set(pf, 0));
	ASSERT_NUMBER(0, sriov_count(pf));
	ASSERT_ERRNO(ENOENT, sriov_vf(pf, 0, vf));
	PASS();
}

/* A kernel driver must not bind to a VF while user space controls its PF. */
SCENARIO_UNBOUND(
	new_vfs_bound_to_vfio_pci, PF " once",
	"new VFs have driver_override set to vfio-pci and are bound to it, whatever their IDs")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;

	ASSERT_OK(sriov_bind(pf, 2));
	for (unsigned int i = 0; i < 2; i++) {
		cleanup_free char *override = NULL;
		char vf[PCI_ADDRESS];

		ASSERT_OK(sriov_vf(pf, i, vf));
		ASSERT_OK(pci_read(vf, "driver_override", &override));
		ASSERT_THAT(!strcmp(override, "vfio-pci"), "%s: driver_override is '%s'", vf,
			    override);
		ASSERT_CHECK(check_on_vfio_pci(vf));
	}
	PASS();
}

/* Use a VF in a child process. Returns its exit status, 0 if it worked. */
static int use_vf(const struct dut *pf, const char *vf)
{
	cleanup_user struct user user = USER_NONE;

	if (user_open_other(&user, pf, vf, SRIOV_TOKEN))
		return 1;
	if (config_read16(&user.dut, PCI_VENDOR_ID) != pci_number(vf, "vendor", 0))
		return 2;
	return dut_reset(&user.dut) ? 3 : 0;
}

/*
 * Since 6.17 each VF has a device set; before, a whole bus shares one lock. Users must not notice.
 */
static const char *check_parallel_use(const struct dut *pf)
{
	pid_t users[USERS];
	int status;

	for (unsigned int i = 0; i < USERS; i++) {
		users[i] = fork();
		if (!users[i]) {
			char vf[PCI_ADDRESS];

			_exit(sriov_vf(pf->address, i, vf) ? 4 : use_vf(pf, vf));
		}
	}
	for (unsigned int i = 0; i < USERS; i++) {
		if (waitpid(users[i], &status, 0) != users[i] || status)
			return text("user of VF %u: it cannot %s", i,
				    (const char *const[]){"run", "open it", "read its IDs",
							  "reset it",
							  "find it"}[WEXITSTATUS(status) % 5]);
	}
	return NULL;
}

/* The mark of the PF, which only a reset clears, must survive a reset of a VF. */
static const char *check_pf_survives_vf_reset(struct dut *pf, const char *vf)
{
	cleanup_user struct user user = USER_NONE;
	int err;

	if (pf->driver->mark && (dut_start(pf) || dut_mark(pf)))
		return "the PF could not be put into a state that a reset would undo";
	err = user_open_other(&user, pf, vf, SRIOV_TOKEN);
	if (err)
		return user_error(&user, err);
	err = dut_reset(&user.dut);
	if (err)
		return text("%s is not reset: %s", vf, error_name(err));
	if (pf->driver->mark && dut_marked(pf) != 1)
		return "a reset of the VF reset the PF";
	return NULL;
}

SCENARIO_UNBOUND(vfs_independent_of_each_other, PF " reset",
		 "several VFs can be used at once, and resetting one does not reset the PF")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_user struct user owner = USER_NONE;
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, USERS));
	ASSERT_OK(user_open_other(&owner, dut, pf, SRIOV_TOKEN));
	ASSERT_CHECK(check_parallel_use(dut));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_CHECK(check_pf_survives_vf_reset(&owner.dut, vf));
	PASS();
}

/*
 * A reset of a PF resets its VFs as well (SR-IOV 2.2.2). Their users are not asked, so the kernel
 * must refuse, or restore the VFs as it restores the PF.
 */
SCENARIO_UNBOUND(pf_reset_spares_open_vf, PF " reset once",
		 "a reset of the PF is refused, or keeps COMMAND of a VF that is open")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_user struct user owner = USER_NONE, user = USER_NONE;
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, 1));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(user_open_other(&owner, dut, pf, SRIOV_TOKEN));
	ASSERT_OK(user_open_other(&user, dut, vf, SRIOV_TOKEN));
	ASSERT_OK(config_write16(&user.dut, PCI_COMMAND, PCI_COMMAND_MASTER));
	ASSERT_HEX(PCI_COMMAND_MASTER, pci_config16(vf, PCI_COMMAND) & PCI_COMMAND_MASTER);
	fact("pf.reset=%s", error_name(dut_reset(&owner.dut)));
	ASSERT_HEX(PCI_COMMAND_MASTER, pci_config16(vf, PCI_COMMAND) & PCI_COMMAND_MASTER);
	PASS();
}

static int take_vfs(const char *pf)
{
	return sriov_set(pf, 0);
}

static const struct {
	const char *name;
	int (*take)(const char *pf);
} takings[] = {
	{"unbinding the PF", pci_unbind},
	{"0 in sriov_numvfs", take_vfs},
	{"removal of the PF", pci_remove_and_rescan},
};

SCENARIO_UNBOUND_TABLE(
	vf_removal_asks_user, takings, PF,
	"removal of an open VF signals the request interrupt and waits for the close",
	.deadline_ms = 20000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_close int request = event_open();
	cleanup_aside struct aside taken = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, 1));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(user_open_other(&user, dut, pf, SRIOV_TOKEN));
	user_close(&user);
	ASSERT_OK(user_open_other(&user, dut, vf, SRIOV_TOKEN));
	ASSERT_OK(irq_set_request(&user.dut, request));
	ASSERT_CHECK(check_aside_asks(&taken, row->take, pf, &user.dut, request));
	ASSERT_CHECK(check_aside_waits(&taken, 0));
	ASSERT_HEX(pci_number(vf, "vendor", 0), config_read16(&user.dut, PCI_VENDOR_ID));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&taken, 2 * dut->wait_ms));
	ASSERT_NUMBER(0, sriov_count(pf));
	PASS();
}

/*
 * 5.10 to 5.18 create VFs while the PF is suspended, which some devices support; from 5.19 on the
 * kernel wakes it first.
 */
SCENARIO_UNBOUND(vfs_of_unused_pf_usable, PF " pm",
		 "VFs of an unused PF, which may be in D3hot, can be opened")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	char vf[PCI_ADDRESS];

	ASSERT_OK(pci_bind(pf, "vfio-pci"));
	ASSERT_OK(vfio_open_with(dut->mode, pf, SRIOV_TOKEN, &vfio));
	vfio_close(&vfio);
	ASSERT_CHECK(await_power_state(pf, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(sriov_allow(true));
	ASSERT_OK(sriov_set(pf, 1));
	fact("pf.pmcsr=%s", pmcsr_state(pf) == PMCSR_D0 ? "D0" : "asleep");
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(vfio_open_with(dut->mode, vf, SRIOV_TOKEN, &vfio));
	PASS();
}
