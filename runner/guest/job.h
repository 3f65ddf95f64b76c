/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job: what one lane is given at a time, cases of one machine on one
 * kernel. It goes to the lane as a JSON object:
 *   mode     "cases" or "probe"
 *   kernel, machine, vmlinux, initrd, accel
 *   machines folder of the machines' XML;  device  the program of the device models
 *   stream, console  files that take the KTAP stream and the guests' consoles
 *   kept     folder that takes what guests leave behind, each in a folder of its number
 *   scale    factor on deadlines;  deadline_ms  0, or what replaces every case's own
 *   stop     whether the job is over at its first FAIL
 *   memory   MiB that the kernel wants at least, or 0;  cmdline  what it wants on its command line
 *   total    cases of the machine on this kernel, over all of its jobs
 *   part     0, or which further job of the machine this is
 *   cases    array of records without a verdict (reports/model/record.h)
 * and comes back as JSON objects, one a line, with a member "event":
 *   "guest"  a guest was started
 *   "boot"   it ended: ms from its start to its request for the plan, or 0;  end  how it ended
 *   "case"   a case begins: case
 *   "record" it has its verdict: record
 *   "note"   key, text (docs/protocol.md: "guest", "dut", "leak")
 *   "done"   the job is over; error: a line where the lab failed, else absent
 */
#ifndef RUNNER_GUEST_JOB_H
#define RUNNER_GUEST_JOB_H

#include "runner/guest/hypervisor.h"

#include <json-c/json.h>

/* Why cases did not run that were not wanted any more. */
#define JOB_STOPPED "a case failed before"

/*
 * Where a lane tells what happens, and by whose closing it learns that it is not wanted any more.
 */
struct lane_link {
	int fd;
	int err; /* where the standard error of a command in a guest goes */
};

/* Send EVENT, which is given up, as one line. */
void link_send(const struct lane_link *link, json_object *event);

/* An event of KIND, for link_send(). */
json_object *link_event(const char *kind);

/*
 * Do JOB to its end: as many guests as it takes for each case to have its
 * record, ends with the event "done". Blocks, but not for ever. 0, or
 * -ECANCELED where the link was closed.
 */
int job_run(struct hypervisor *hypervisor, const struct lane_link *link, json_object *job);

#endif
