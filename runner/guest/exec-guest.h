/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One command in one guest, its input and output piped: the lane's part of vfiolab exec and shell.
 */
#ifndef RUNNER_GUEST_EXEC_GUEST_H
#define RUNNER_GUEST_EXEC_GUEST_H

#include "runner/guest/job.h"

/*
 * Do the job SPEC, of mode "exec": beside a job's members (runner/guest/job.h) it has
 *   argv (array of strings), tty, banner (booleans), cwd, console (a file), rows, columns,
 *   deadline_ms (0: as long as it takes).
 * Standard input goes to the command, what it writes comes out on standard
 * output and error. Lines on LINK are {"winch": "ROWS COLUMNS"}. Ends with the
 * event "done", with its exit status in "status", or with "error" and the lines
 * of the guest's "console" that say why. Blocks. 0,
 * or -ECANCELED where LINK was closed.
 */
int exec_run(struct hypervisor *hypervisor, const struct lane_link *link, json_object *spec);

/*
 * Do the job SPEC, of mode "describe": the event "domain" has its xml and its QEMU command line,
 * argv.
 */
int describe_run(struct hypervisor *hypervisor, const struct lane_link *link, json_object *spec);

#endif
