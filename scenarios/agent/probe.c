// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/bench.h"
#include "scenarios/agent/ktap-out.h"

#include "lab/base/cleanup.h"

#include <string.h>

/* While probing, no case is running that could fail: keep the first error for the DUT's line. */
static void keep_first(void *context, const char *line)
{
	char **first = context;

	if (!*first)
		*first = strdup(line);
}

static void probe(struct bench *bench, struct subject *subject)
{
	unsigned int ms = bench_scaled(bench, BENCH_PREPARE_MS);
	cleanup_free char *why = NULL;
	const char *name = subject->plan->name;

	if (subject->err) {
		ktap_line(bench->ktap, "# dut: %s absent", name);
		return;
	}
	if (subject->missing) {
		ktap_line(bench->ktap, "# dut: %s unusable: %s", name, subject->missing);
		return;
	}
	if (subject->properties ||
	    dut_session_open(&bench->session, subject, vfio_usual_mode(), ms, keep_first, &why)
			    .end == WORKER_RUNS)
		ktap_line(bench->ktap, "# dut: %s has %s", name, subject->properties);
	else
		ktap_line(bench->ktap, "# dut: %s unusable: %s", name,
			  why ? why : "it did not open in time");
	dut_session_close(&bench->session, ms, keep_first, &why);
}

void bench_probe(struct bench *bench)
{
	for (size_t i = 0; i < bench->plan->duts_count; i++)
		probe(bench, &bench->subjects[i]);
}
