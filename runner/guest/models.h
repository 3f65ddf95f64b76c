/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device models of a guest: each a process of its own, which QEMU's vfio-user-pci connects to.
 */
#ifndef RUNNER_GUEST_MODELS_H
#define RUNNER_GUEST_MODELS_H

#include "runner/plan/machine.h"

struct models;

/*
 * Start PROGRAM for every model of MACHINE: in a sandbox that has no network,
 * no privilege, and no files but PROGRAM and the system's libraries. Its socket
 * is FOLDER/NAME.sock, and takes connections once this returns. 0, or -errno
 * and one line in WHY. The caller ends them with models_end().
 */
int models_start(const struct machine *machine, const char *program, const char *folder,
		 struct models **models, struct buf *why);

/*
 * Have the model NAME carry out LINE, a command of its control socket
 * (docs/device-model.md). Blocks until it answers, 2 s at most. 0 and its answer in
 * SAID; or -errno and in SAID what it complained of: -ENOENT no such model,
 * -EINVAL refused, -ETIMEDOUT, -EPIPE it is gone.
 */
int models_command(struct models *models, const char *name, const char *line, struct buf *said);

/*
 * The guest did not start: where that is because a model ended before, say so in WHY, instead of
 * what is there, with the model's own reason. Blocks for 1 s at most for each that goes on. Whether
 * one had ended.
 */
bool models_blame(struct models *models, struct buf *why);

/* End them all, whatever they are at, and free MODELS, which may be NULL. */
void models_end(struct models *models);

static inline void cleanup_models_p(struct models **models)
{
	models_end(*models);
}
#define cleanup_models __attribute__((cleanup(cleanup_models_p)))

#endif
