/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device models of a guest. Each runs in its own process, to which QEMU's vfio-user-pci
 * connects.
 */
#ifndef RUNNER_GUEST_MODELS_H
#define RUNNER_GUEST_MODELS_H

#include "runner/guest/domain.h"
#include "runner/plan/machine.h"

struct models;

/*
 * Start the program of FILES for every model of MACHINE, in a sandbox without network, privileges
 * or files other than that program and the system's libraries. Model NAME accepts connections on
 * RUN/NAME.sock when this returns, with the folder RUN of FILES. MACHINE must outlive the models;
 * the caller ends them with models_end(). Returns 0, or -errno with a message in WHY.
 */
int models_start(const struct machine *machine, const struct domain_files *files,
		 struct models **models, struct buf *why);

/*
 * Send LINE, a command of the control socket (docs/device-model.md), to the model NAME. Blocks
 * until it answers, for at most 2 s. Returns 0 with the answer in REPLY, or -errno with a message
 * in REPLY: -ENOENT no such model, -EINVAL the model refused, -ETIMEDOUT no answer, -EPIPE the
 * model has exited.
 */
int models_command(struct models *models, const char *name, const char *line, struct buf *reply);

/*
 * Find out whether a guest failed to start because a model had exited. If so, replace the message
 * in WHY with the model's own error and return true. Blocks for at most 1 s per running model.
 */
bool models_blame(struct models *models, struct buf *why);

/*
 * Append what the models wrote to their standard error so far to the file PATH, which is made with
 * the first line. Does not block on the models. Returns 0 or -errno.
 */
int models_log(struct models *models, const char *path);

/* Kill all models and free MODELS, which may be NULL. Blocks until they are reaped. */
void models_end(struct models *models);

static inline void cleanup_models_p(struct models **models)
{
	models_end(*models);
}
#define cleanup_models __attribute__((cleanup(cleanup_models_p)))

#endif
