/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A user of a device: the device bound and open. The agent opens the DUT of a SCENARIO(); this is
 * for a scenario that binds or opens a device itself.
 *
 *	cleanup_user struct user user = USER_NONE;
 *
 *	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
 *	ASSERT_OK(dut_start(&user.dut));
 */
#ifndef SCENARIOS_LIB_DUT_USER_H
#define SCENARIOS_LIB_DUT_USER_H

#include "scenarios/lib/dut/dut.h"

#include <stdbool.h>

struct user {
	/* The device as opened by this user; its vfio is VFIO_CLOSED unless open. */
	struct dut dut;
	bool bound; /* by this user, which releases it at the end */
};

#define USER_NONE ((struct user){.dut = {.vfio = VFIO_CLOSED, .host = -1}})

/*
 * Bind DUT to DRIVER and open it. Returns 0, or -errno with the step that failed in
 * user->dut.vfio.step. Blocks while drivers probe and the kernel resets the device.
 */
int user_bind_and_open(struct user *user, const struct dut *dut, const char *driver);

/* Open DUT, which is bound. USER has nothing open. Returns and blocks as above. */
int user_open(struct user *user, const struct dut *dut);

/*
 * Open the bound device at ADDRESS, which is not DUT, with the VF token TOKEN; NULL for none.
 * ADDRESS must outlive USER. Returns and blocks as above.
 */
int user_open_other(struct user *user, const struct dut *dut, const char *address,
		    const char *token);

/* Returns a message for ERR and the failed step of one of the functions above. */
const char *user_error(const struct user *user, int err);

/*
 * Close the device the way a dying process does: without stopping it. The kernel stops it. Blocks:
 * the kernel may reset the device.
 */
void user_close(struct user *user);

/* Stop the device if it is started and open, close it, and release it if USER has bound it. */
void user_end(struct user *user);

#define cleanup_user __attribute__((cleanup(user_end)))

#endif
