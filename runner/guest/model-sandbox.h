/* SPDX-License-Identifier: GPL-2.0-only */
/* The sandbox of a device model. */
#ifndef RUNNER_GUEST_MODEL_SANDBOX_H
#define RUNNER_GUEST_MODEL_SANDBOX_H

#include "runner/plan/machine.h"

/*
 * Add to ARGV the command that starts PROGRAM, the program of the device models, for MODEL of
 * MACHINE; the arguments of PROGRAM follow. The lab runs it in a sandbox without network,
 * privileges, or files other than PROGRAM, the system's libraries and those that MODEL reads.
 */
void model_sandbox(struct list *argv, const struct machine *machine,
		   const struct machine_model *model, const char *program);

/*
 * The next file that PARAMS names, the parameters of a model or the rest of them: the value of
 * file= or replay=, and its length in *LEN. NULL if there is none. PARAMS owns it. The rest begins
 * after the value.
 */
const char *model_file(const char *params, size_t *len);

/*
 * The path of FILE, a name with a length of LEN: a relative one is relative to the folder of the
 * file of MACHINE. The caller frees it.
 */
char *model_file_path(const struct machine *machine, const char *file, size_t len);

#endif
