/* SPDX-License-Identifier: GPL-2.0-only */
/* A DUT in a hot-plug slot (needs "hotplug"), which the host unplugs and plugs in again. */
#ifndef SCENARIOS_LIB_DUT_SLOT_H
#define SCENARIOS_LIB_DUT_SLOT_H

#include "scenarios/lib/dut/dut.h"

/* At the end of the scope, the DUT is plugged in again, even if the case fails. */
struct slot {
	struct dut *dut;
	int uevents;
	/* Firmware enabled memory and I/O at boot; nothing does that for a hot-plugged device. */
	uint16_t command;
	bool out;
};

struct slot slot_of(struct dut *dut);

/* The functions return NULL, or a message. */

/* Request the removal of the DUT; it stays until its user closes it. */
const char *slot_unplug(struct slot *slot);

/* Wait until the guest's kernel has removed it. */
const char *slot_await_unplugged(struct slot *slot);

/* Plug it in, and wait until the guest's kernel has found it. */
const char *slot_plug(struct slot *slot);

void slot_put_back(struct slot *slot);
#define cleanup_slot __attribute__((cleanup(slot_put_back)))

#endif
