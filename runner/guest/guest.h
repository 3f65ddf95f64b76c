/* SPDX-License-Identifier: GPL-2.0-only */
/* One guest: a virtual machine and its two ports (docs/protocol.md). */
#ifndef RUNNER_GUEST_GUEST_H
#define RUNNER_GUEST_GUEST_H

#include "reports/model/verdict.h"
#include "runner/guest/domain.h"
#include "runner/guest/frame.h"
#include "runner/guest/hypervisor.h"
#include "runner/guest/models.h"
#include "runner/plan/machine.h"

#include <stdint.h>

struct guest {
	struct vm *vm;
	const struct machine *machine; /* owned by the caller */
	struct models *models;
	char *run;  /* folder of its sockets */
	bool trace; /* its models are traced */
	int ktap;   /* connected sockets, non-blocking */
	int request;
	struct buf received; /* bytes of the next message on the request port */
	int64_t started_ms;  /* by now_ms() */
	bool rebooted;
	/* Time limit from its start to the request "plan", before scaling. */
	unsigned int boot_limit_ms;
};

/*
 * Start the device models of MACHINE, then a guest with FILES, and connect to its ports before it
 * executes its first instruction, so that no output is lost. MACHINE must outlive the guest. Blocks
 * until QEMU runs. The caller ends *GUEST with guest_end(). Returns 0, or -errno with a message in
 * WHY.
 */
int guest_start(struct hypervisor *hypervisor, const struct machine *machine,
		const struct domain_files *files, struct guest **guest, struct buf *why);

/* Kill and free GUEST, which may be NULL. Blocks until QEMU has exited. */
void guest_end(struct guest *guest);

static inline void cleanup_guest_p(struct guest **guest)
{
	guest_end(*guest);
}
#define cleanup_guest __attribute__((cleanup(cleanup_guest_p)))

/*
 * Wait until GUEST has reset itself, and have it count as started anew. Blocks for at most a minute
 * times SCALE. Returns 0, or -EIO with a message in WHY.
 */
int guest_await_reset(struct guest *guest, double scale, struct buf *why);

/* The cause to report for a guest that was lost because VM has ended. Does not block. */
enum cause cause_of_end(const struct vm *vm);

/*
 * Read one message from the request port into FRAME, whose payload the caller frees. Does not
 * block. Returns 1, 0 if no complete message has arrived yet, -EPIPE if the port was closed, or
 * -EPROTO if the input is malformed.
 */
int guest_request(struct guest *guest, struct frame *frame);

/* Answer a request with WORD, "ok" or "error", and PAYLOAD. Blocks. Returns 0 or -errno. */
int guest_answer(struct guest *guest, const char *word, const char *payload);

#endif
