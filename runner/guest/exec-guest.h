/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command in one guest, its input and output piped: the lane's part of vfiolab exec and shell.
 */
#ifndef RUNNER_GUEST_EXEC_GUEST_H
#define RUNNER_GUEST_EXEC_GUEST_H

#include "runner/guest/hypervisor.h"
#include "runner/guest/wire.h"

/*
 * Do JOB, of mode JOB_EXEC. Standard input goes to the command, its output to standard output, its
 * errors to LINK's err. LINK may bring the terminal's new size (wire_read_size). Ends with the
 * event "done", which has the command's exit status, or an error and the lines of the guest's
 * console that say why. Blocks, at most as long as the job's deadline_ms, if it has one. Returns 0,
 * or -ECANCELED if LINK was closed.
 */
int exec_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job);

/*
 * Do JOB, of mode JOB_DESCRIBE: the event "done" has the domain's xml and its QEMU command line,
 * argv. Returns 0.
 */
int describe_run(struct hypervisor *hypervisor, const struct lane_link *link,
		 const struct job *job);

#endif
