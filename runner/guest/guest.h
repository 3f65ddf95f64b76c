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
	const struct machine *machine; /* the caller's */
	struct models *models;
	int ktap; /* connected sockets, not blocking */
	int request;
	struct buf received; /* of the request port, not yet a whole message */
	int64_t started_ms;  /* on the clock of now_ms() */
};

/*
 * Start MACHINE, which must outlast the guest, its device models first, with FILES and connect to
 * its ports before its first instruction, so that nothing it says is lost. Blocks until QEMU runs.
 * 0, or -errno and one line in WHY. The caller ends it with guest_end().
 */
int guest_start(struct hypervisor *hypervisor, const struct machine *machine,
		const struct domain_files *files, struct guest **guest, struct buf *why);

/* End GUEST, which may be NULL, and free it. Blocks until QEMU is gone. */
void guest_end(struct guest *guest);

static inline void cleanup_guest_p(struct guest **guest)
{
	guest_end(*guest);
}
#define cleanup_guest __attribute__((cleanup(cleanup_guest_p)))

/* Why what a guest was at is lost, now that VM has ended. Does not block. */
enum cause cause_of_end(const struct vm *vm);

/*
 * Read what the request port has and take one message off it. 1 and the
 * message in FRAME, 0 none yet, -EPIPE the port was closed, -EPROTO no message.
 */
int guest_request(struct guest *guest, struct frame *frame);

/* Answer a request: "ok" or "error" with TEXT. 0 or -errno. */
int guest_answer(struct guest *guest, const char *word, const char *text);

#endif
