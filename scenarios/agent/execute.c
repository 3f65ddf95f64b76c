// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/execute.h"

#include "lab/base/clock.h"
#include "scenarios/agent/case-child.h"
#include "scenarios/agent/judge.h"
#include "scenarios/lib/host.h"

#include "lab/base/cleanup.h"

#include <string.h>
#include <sys/socket.h>

/* Forward the case's requests to the host until the case ends. */
static struct worker_result attend(struct case_run *run, struct worker *worker, int host,
				   unsigned int ms)
{
	int64_t deadline = now_ms() + ms;
	struct worker_result result;

	for (;;) {
		result = worker_follow(worker, host, deadline, case_pass_on, run);
		if (result.end != WORKER_RUNS)
			return result;
		if (host_serve(host, run->bench->requests))
			host = -1;
	}
}

/* Disarm all faults after each case, even one that was killed before it could. */
static void repair(struct case_run *run)
{
	cleanup_free char *payload = text("%s disarm", run->subject->plan->name);
	cleanup_free char *answer = NULL;
	size_t len;

	if (run->subject->plan->purpose)
		channel_request(run->bench->requests, "model", payload, &answer, &len);
}

void case_execute(struct case_run *run)
{
	const struct bench *bench = run->bench;
	unsigned int ms = bench_deadline(bench, run->scenario);
	struct child child = {
		.scenario = run->scenario,
		.dut = {.name = run->subject->plan->name,
			.driver = dut_driver_for(run->subject->address, run->subject->plan->model),
			.vfio_driver = run->subject->vfio_driver,
			.model = run->subject->plan->model,
			.mode = run->plan->mode,
			.vfio = bench->session.subject ? bench->session.vfio : VFIO_CLOSED,
			.properties = run->subject->properties ? run->subject->properties
							       : run->subject->fixed,
			.wait_ms = bench_scaled(bench, CHILD_WAIT_MS)},
	};
	struct worker worker;
	int ends[2], err;

	memcpy(child.dut.address, run->subject->address, sizeof(child.dut.address));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		case_pass_on(run, "error: cannot make a socket for requests");
		return;
	}
	child.agent = ends[0];
	child.dut.host = ends[1];
	err = worker_start(&worker, child_run, &child);
	close(ends[1]);
	if (err)
		case_pass_on(run, "error: cannot start a child");
	else
		case_judge(run, attend(run, &worker, ends[0], ms), run->scenario->name, ms);
	close(ends[0]);
	repair(run);
}
