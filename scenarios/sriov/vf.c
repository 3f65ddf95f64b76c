// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriov: virtual functions created through vfio-pci (its parameter enable_sriov), and the token
 * that users of a PF and of its VFs share: VFIO_DEVICE_FEATURE_PCI_VF_TOKEN
 * (include/uapi/linux/vfio.h) and "vf_token=" in the name given to VFIO_GROUP_GET_DEVICE_FD.
 * Removing VFs takes a second (the PCI core waits), so what can be asked of the same VFs is one
 * scenario.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#define PF "pf=sriov:2"

/* Who use a VF each, at once. */
#define USERS 2

#define OTHER_TOKEN "c0ffee00-1111-4222-8333-444455556666"

static const unsigned char other_uuid[16] = {0xc0, 0xff, 0xee, 0x00, 0x11, 0x11, 0x42, 0x22,
					     0x83, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66};

/* The device's driver is vfio-pci, or what it is instead. */
static const char *check_on_vfio_pci(const char *address)
{
	cleanup_free char *driver = pci_driver(address);

	if (driver && !strcmp(driver, "vfio-pci"))
		return NULL;
	return text("%s: expected driver 'vfio-pci', got '%s'", address, driver ? driver : "");
}

SCENARIO_UNBOUND(numvfs_refused_without_enable_sriov, PF,
		 "vfio-pci creates no VFs unless its parameter enable_sriov is set")
{
	cleanup_release const char *pf = dut->address;

	ASSERT_OK(pci_bind(pf, "vfio-pci"));
	ASSERT_ERRNO(ENOENT, sriov_set(pf, 2));
	ASSERT_NUMBER(0, sriov_count(pf));
	PASS();
}

/* sriov_numvfs: only from none to some and from some to none, and no more than sriov_totalvfs. */
SCENARIO_UNBOUND(numvfs_creates_and_removes_all, PF,
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

/* A VF must not fall to a driver in the kernel while its PF is in the hands of user space. */
SCENARIO_UNBOUND(
	new_vfs_bound_to_vfio_pci, PF,
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

/* Ways to open a VF, or a PF whose VFs are in use, and what comes of each. */
struct opening {
	const char *options; /* behind the address; NULL: none */
	int err;
};

static const struct opening wrong_openings[] = {
	{NULL, EACCES},
	{"vf_token=" OTHER_TOKEN, EACCES},
	{"vf_token=", EINVAL},
	{"vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1", EINVAL},
	{"vf_token=5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c1g", EINVAL},
	{"vf_token=" SRIOV_TOKEN "0", EINVAL},
	{"vf_token= " SRIOV_TOKEN, EINVAL},
	{"vf_token=" SRIOV_TOKEN " vf_token=" SRIOV_TOKEN, EINVAL},
	{"vf_token=" SRIOV_TOKEN " other=1", EINVAL},
	{"token=" SRIOV_TOKEN, EINVAL},
};

/* NULL where each of the openings is refused as it must be, else which was not. */
static const char *check_wrong_token_refused(const char *address)
{
	cleanup_vfio struct vfio none = VFIO_CLOSED;
	const char *step;
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(wrong_openings); i++) {
		const struct opening *opening = &wrong_openings[i];

		err = vfio_open_named(address, opening->options, &none, &step);
		if (err != -opening->err)
			return text("%s opened with '%s': expected %s, got %s", address,
				    opening->options ? opening->options : "",
				    error_name(opening->err),
				    err < 0 ? error_name(err) : "no error");
	}
	return NULL;
}

SCENARIO_UNBOUND(vf_open_requires_token, "vf", "a VF can be opened only with the token of its PF")
{
	cleanup_release const char *vf = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";

	ASSERT_OK(pci_bind(vf, "vfio-pci"));
	ASSERT_CHECK(check_wrong_token_refused(vf));
	ASSERT_OK(vfio_open_named(vf, " vf_token=" SRIOV_TOKEN " ", &vfio, &step));
	vfio_close(&vfio);
	ASSERT_OK(vfio_open_with(vf, SRIOV_TOKEN, &vfio, &step));
	PASS();
}

SCENARIO_UNBOUND(token_refused_for_other_devices, "!vf !pf=sriov",
		 "a token for a device that is neither PF nor VF is refused")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_ERRNO(EINVAL, vfio_open_with(address, SRIOV_TOKEN, &vfio, &step));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	PASS();
}

/*
 * VFIO_DEVICE_FEATURE: what can be asked of the token. Only a PF has one; it can be set, and never
 * be read.
 */
SCENARIO(token_feature_only_on_pf, "pcie",
	 "only a PF has the VF token feature, which can be set but not read")
{
	static const struct {
		uint32_t flags, missing;
		int err;
	} asks[] = {
		{VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET, 0, 0},
		{VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_GET, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, 0, EINVAL},
		{0, 0, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 1, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 16, EINVAL},
		{VFIO_DEVICE_FEATURE_SET, 0, 0},
	};
	const bool pf = pci_number(dut->address, "sriov_totalvfs", 0) > 0;
	struct {
		struct vfio_device_feature feature;
		unsigned char uuid[16];
	} ask = {0};

	for (size_t i = 0; i < ARRAY_SIZE(asks); i++) {
		int err;

		ask.feature.argsz = (uint32_t)sizeof(ask) - asks[i].missing;
		ask.feature.flags = asks[i].flags | VFIO_DEVICE_FEATURE_PCI_VF_TOKEN;
		err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &ask);
		if (pf || !err)
			ASSERT_THAT(err == -(pf ? asks[i].err : ENOTTY), "flags 0x%x, %u bytes: %s",
				    asks[i].flags, ask.feature.argsz,
				    err ? error_name(err) : "no error");
	}
	PASS();
}

/*
 * The token outlives its setter's close, and binds whoever opens the PF while a VF is in use. A new
 * one counts from when it is set, and for who opens then. With no VF in use the PF is open to all
 * again: users are counted, refused ones not.
 */
SCENARIO_UNBOUND(token_set_by_pf_user_holds, PF,
		 "the token set by the PF's user applies to its VFs, even after the PF is closed")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_vfio struct vfio owner = VFIO_CLOSED, user = VFIO_CLOSED, second = VFIO_CLOSED;
	struct dut device = *dut;
	char vf[2][PCI_ADDRESS];
	const char *step = "";

	ASSERT_OK(sriov_bind(pf, 2));
	ASSERT_OK(sriov_vf(pf, 0, vf[0]));
	ASSERT_OK(sriov_vf(pf, 1, vf[1]));
	ASSERT_OK(vfio_open_with(pf, SRIOV_TOKEN, &owner, &step));
	ASSERT_OK(vfio_open_with(vf[0], SRIOV_TOKEN, &user, &step));
	vfio_close(&owner);
	device.vfio = user;
	ASSERT_HEX(pci_number(pf, "vendor", 0), config_read16(&device, PCI_VENDOR_ID));
	ASSERT_CHECK(check_wrong_token_refused(pf));
	ASSERT_OK(vfio_open_with(pf, SRIOV_TOKEN, &owner, &step));
	ASSERT_OK(vfio_set_token(&owner, other_uuid));
	ASSERT_ERRNO(EACCES, vfio_open_with(vf[1], SRIOV_TOKEN, &second, &step));
	ASSERT_OK(vfio_open_with(vf[1], OTHER_TOKEN, &second, &step));
	vfio_close(&second);
	vfio_close(&owner);
	ASSERT_ERRNO(EACCES, vfio_open_with(pf, NULL, &owner, &step));
	vfio_close(&user);
	ASSERT_OK(vfio_open_with(pf, NULL, &owner, &step));
	PASS();
}

/* Reads of a VF's own, in a process of its own: 0 where it worked. */
static int use_vf(const char *vf)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut device = {0};
	const char *step = "";

	if (vfio_open_with(vf, SRIOV_TOKEN, &vfio, &step))
		return 1;
	device.vfio = vfio;
	if (config_read16(&device, PCI_VENDOR_ID) != pci_number(vf, "vendor", 0))
		return 2;
	return dut_reset(&device) ? 3 : 0;
}

/*
 * A device set for each VF since 6.17; before, one lock for a whole bus. Neither may fail anyone.
 */
static const char *check_parallel_use(const char *pf)
{
	pid_t users[USERS];
	int status;

	for (unsigned int i = 0; i < USERS; i++) {
		users[i] = fork();
		if (!users[i]) {
			char vf[PCI_ADDRESS];

			_exit(sriov_vf(pf, i, vf) ? 4 : use_vf(vf));
		}
	}
	for (unsigned int i = 0; i < USERS; i++) {
		if (waitpid(users[i], &status, 0) != users[i] || status)
			return text("user of VF %u: it could not %s", i,
				    (const char *const[]){"run", "open it", "read its IDs",
							  "reset it",
							  "find it"}[WEXITSTATUS(status) % 5]);
	}
	return NULL;
}

/* A state of the PF that only a reset undoes must outlast a reset of a VF. */
static const char *pf_is_reset_with_vf(struct dut *pf, const char *vf)
{
	struct dut device = {0};
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";
	int err;

	if (pf->driver->mark && (dut_start(pf) || dut_mark(pf)))
		return "the PF could not be put into a state that a reset would undo";
	err = vfio_open_with(vf, SRIOV_TOKEN, &vfio, &step);
	if (err)
		return text("%s: %s: %s", vf, step, error_name(err));
	device.vfio = vfio;
	err = dut_reset(&device);
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
	cleanup_vfio struct vfio owner = VFIO_CLOSED;
	struct dut device = *dut;
	const char *step = "";
	const char *why;
	char vf[PCI_ADDRESS];

	ASSERT_OK(sriov_bind(pf, USERS));
	ASSERT_OK(vfio_open_with(pf, SRIOV_TOKEN, &owner, &step));
	ASSERT_CHECK(check_parallel_use(pf));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	device.vfio = owner;
	why = pf_is_reset_with_vf(&device, vf);
	dut_stop(&device);
	ASSERT_CHECK(why);
	PASS();
}

/*
 * TAKE, which waits for users, in a process of its own without our files: until they are closed it
 * cannot be killed.
 */
static int take_aside(int (*take)(const char *pf), const char *pf, struct vfio *vfio, pid_t *pid)
{
	*pid = fork();
	if (*pid)
		return pidfd_open(*pid, 0);
	vfio_close(vfio);
	_exit(take(pf) ? 1 : 0);
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
};

SCENARIO_UNBOUND_TABLE(
	vf_removal_asks_user, takings, PF,
	"removal of an open VF signals the request interrupt and waits for the close",
	.deadline_ms = 20000)
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_close int request = event_open(), taken = -1;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	char vf[PCI_ADDRESS];
	const char *step = "";
	int status = -1;
	pid_t pid;

	ASSERT_OK(sriov_bind(pf, 1));
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(vfio_open_with(pf, SRIOV_TOKEN, &vfio, &step));
	vfio_close(&vfio);
	ASSERT_OK(vfio_open_with(vf, SRIOV_TOKEN, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(irq_set(&user, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, IRQ_REQ,
			  0, 1, &request, sizeof(request)));
	taken = take_aside(row->take, pf, &vfio, &pid);
	ASSERT_THAT(event_wait(request, dut->wait_ms),
		    "the request interrupt of the VF did not arrive within %u ms", dut->wait_ms);
	ASSERT_THAT(!event_wait(taken, 0), "it did not wait for the VF's user");
	ASSERT_HEX(pci_number(vf, "vendor", 0), config_read16(&user, PCI_VENDOR_ID));
	vfio_close(&vfio);
	ASSERT_THAT(event_wait(taken, 2 * dut->wait_ms),
		    "removal did not finish within %u ms of the last close", 2 * dut->wait_ms);
	ASSERT_NUMBER(pid, waitpid(pid, &status, 0));
	ASSERT_NUMBER(0, status);
	ASSERT_NUMBER(0, sriov_count(pf));
	PASS();
}

/*
 * 5.10 to 5.18 enable them while the PF sleeps, as some devices survive; from 5.19 on it is woken
 * first.
 */
SCENARIO_UNBOUND(vfs_of_unused_pf_usable, PF " pm",
		 "VFs of an unused PF, which may be in D3hot, can be opened")
{
	cleanup_release const char *pf = dut->address;
	cleanup_vfs const char *vfs_of = pf;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *step = "";
	char vf[PCI_ADDRESS];

	ASSERT_OK(pci_bind(pf, "vfio-pci"));
	ASSERT_OK(vfio_open_with(pf, SRIOV_TOKEN, &vfio, &step));
	vfio_close(&vfio);
	ASSERT_CHECK(await_power_state(pf, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(sriov_allow(true));
	ASSERT_OK(sriov_set(pf, 1));
	fact("pf.pmcsr=%s", pmcsr_state(pf) == PMCSR_D0 ? "D0" : "asleep");
	ASSERT_OK(sriov_vf(pf, 0, vf));
	ASSERT_OK(vfio_open_with(vf, SRIOV_TOKEN, &vfio, &step));
	PASS();
}
