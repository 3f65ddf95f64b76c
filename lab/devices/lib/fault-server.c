// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the server itself. They test the lab: losing a device must fail a case, not hang the
 * run.
 */
#include "lab/devices/lib/fault.h"

#include <unistd.h>

/* Offsets in a message header ("Header" in the protocol). */
#define HEADER_ID    0
#define HEADER_SIZE  4
#define HEADER_FLAGS 8

static const char *const ways[] = {"id", "size", "short", "type", NULL};
enum { WAY_ID, WAY_SIZE, WAY_SHORT, WAY_TYPE };

static enum vfu_verdict say_nothing(struct armed *armed,
				    unsigned int command __attribute__((unused)))
{
	return fault_due(armed) ? VFU_DROP : VFU_GO_ON;
}

static enum vfu_verdict hang_up(struct armed *armed, unsigned int command __attribute__((unused)))
{
	return fault_due(armed) ? VFU_HANG_UP : VFU_GO_ON;
}

static enum vfu_verdict die(struct armed *armed, unsigned int command __attribute__((unused)))
{
	if (fault_due(armed))
		_exit(70);
	return VFU_GO_ON;
}

static enum vfu_verdict garble(struct armed *armed, struct vfu_message *message)
{
	if (!fault_due(armed))
		return VFU_GO_ON;
	switch (armed->args.how) {
	case WAY_ID:
		message->data[HEADER_ID] ^= 0xff;
		break;
	case WAY_SIZE:
		pci_set32(message->data, HEADER_SIZE, 8);
		break;
	case WAY_SHORT:
		message->len /= 2;
		break;
	case WAY_TYPE:
		message->data[HEADER_FLAGS] ^= 1;
		break;
	}
	return VFU_GO_ON;
}

static const struct param when_params[] = {FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param garble_params[] = {
	PARAM_CHOICE(struct fault_args, how, ways, "kind of corruption: id, size, short or type"),
	FAULT_AFTER, FAULT_COUNT, PARAM_END};

const struct fault server_faults[] = {
	{.name = "server-mute",
	 .help = "client requests get no answer",
	 .expect = "QEMU gives up after its timeout; the access reads as all ones, and the guest "
		   "survives",
	 .params = when_params,
	 .request = say_nothing},
	{.name = "server-hangs-up",
	 .help = "the connection is closed; another client may connect",
	 .expect = "as after surprise removal",
	 .params = when_params,
	 .request = hang_up},
	{.name = "server-dies",
	 .help = "the process exits with status 70 at a request",
	 .expect = "as after surprise removal",
	 .params = when_params,
	 .request = die},
	{.name = "server-garbles",
	 .help = "answers are malformed",
	 .expect = "id, size: as after surprise removal; short: QEMU ends; type: it holds up the "
		   "guest",
	 .params = garble_params,
	 .reply = garble},
	{0},
};
