/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Run one command in one guest, with its input and output piped: the lane's side of vfiolab exec
 * and vfiolab shell.
 */
#ifndef RUNNER_GUEST_EXEC_GUEST_H
#define RUNNER_GUEST_EXEC_GUEST_H

#include "runner/guest/hypervisor.h"
#include "runner/guest/wire.h"

/*
 * Run JOB, of kind JOB_EXEC. Passes standard input to the command, the command's output to standard
 * output, and its errors to LINK's err. Accepts the terminal's new size on LINK (wire_read_size).
 * Finally sends the event "done" with the command's exit status, or with an error and an excerpt of
 * the guest's console. Blocks, but no longer than the boot and the job's deadline_ms, unless that
 * is 0. Returns 0, or -ECANCELED if LINK was closed.
 */
int exec_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job);

/*
 * Run JOB, of kind JOB_DESCRIBE: start nothing, send the event "done" with the domain XML and
 * QEMU's command line, or with an error. Blocks while libvirt works. Returns 0.
 */
int describe_run(struct hypervisor *hypervisor, const struct lane_link *link,
		 const struct job *job);

#endif
