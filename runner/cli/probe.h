/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the job of one case outside of a run: nothing is stored, and no history is kept. */
#ifndef RUNNER_CLI_PROBE_H
#define RUNNER_CLI_PROBE_H

#include "runner/cli/one-case.h"

/*
 * Run the cases of ONE's job in a guest, or in several if one is lost, and store the result of its
 * last case in RESULT, which the caller frees. Blocks. Returns 0, or -errno with a message in WHY:
 * -EINTR after a signal.
 */
int probe_run(const struct one_case *one, struct result *result, struct buf *why);

/*
 * Store the domain XML and QEMU's command line of ONE's job in *XML and *ARGV, which the caller
 * frees. Blocks. Starts no guest. Returns 0, or -errno with a message in WHY.
 */
int probe_describe(const struct one_case *one, char **xml, char **argv, struct buf *why);

#endif
