// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/bench.h"

#include "lab/base/alloc.h"
#include "scenarios/agent/case.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/leak-search.h"
#include "scenarios/agent/reach.h"
#include "scenarios/agent/vf-host.h"
#include "scenarios/lib/assert.h"
#include "scenarios/lib/kernel/module.h"

#include "lab/base/cleanup.h"

#include <string.h>

unsigned int bench_scaled(const struct bench *bench, unsigned int ms)
{
	return (unsigned int)(ms * bench->plan->scale);
}

unsigned int bench_deadline(const struct bench *bench, const struct scenario *scenario)
{
	unsigned int own = scenario ? scenario_deadline(scenario) : DEADLINE_MS;

	return bench_scaled(bench, bench->plan->deadline_ms ? bench->plan->deadline_ms : own);
}

void bench_give_up(struct bench *bench, const char *why, bool broken)
{
	if (!bench->fresh)
		bench->fresh = strdup(why);
	bench->broken |= broken;
}

void bench_reboot(struct bench *bench)
{
	bench_give_up(bench, "the guest reboots for a case", false);
	bench->reboot = true;
}

/* Returns how many VFs the DUTs at DUT's path need; 0 if DUT is not the first of them. */
static unsigned int vfs_behind(const struct work *plan, const struct work_dut *dut)
{
	unsigned int count = 0;

	for (const struct work_dut *other = plan->duts; other < plan->duts + plan->duts_count;
	     other++) {
		if (other->vf < 0 || strcmp(other->path, dut->path))
			continue;
		if (other < dut)
			return 0;
		if (count < (unsigned int)other->vf + 1)
			count = (unsigned int)other->vf + 1;
	}
	return count;
}

static void host_error(void *context, const char *line)
{
	const struct bench *bench = context;

	ktap_line(bench->ktap, "# error: %s", line);
}

/* Whether there is a PF for the VF that DUT is. */
static bool can_have_vfs(const struct work_dut *dut)
{
	return !dut->module || module_loaded(dut->module);
}

/* DUTs that are VFs exist only after their PF has created them. */
static void start_vf_hosts(struct bench *bench)
{
	const struct work *plan = bench->plan;

	for (size_t i = 0; i < plan->duts_count; i++) {
		const struct work_dut *dut = &plan->duts[i];
		unsigned int vfs = vfs_behind(plan, dut);
		int err = 0;

		if (vfs && can_have_vfs(dut))
			err = vf_host_start(dut->path, vfs, bench_scaled(bench, BENCH_PREPARE_MS),
					    host_error, bench);
		if (err)
			ktap_line(bench->ktap, "# error: the device at %s creates no VFs: %s",
				  dut->path, error_name(err));
	}
}

void bench_set_up(struct bench *bench, const struct work *plan, int ktap, int kmsg,
		  struct channel *requests)
{
	*bench = (struct bench){.ktap = ktap, .kmsg = kmsg, .plan = plan, .requests = requests};
	bench->subjects = zalloc(plan->duts_count, sizeof(*bench->subjects));
	suite_programs_find(plan, &bench->programs);
	start_vf_hosts(bench);
	for (size_t i = 0; i < plan->duts_count; i++)
		subject_find(&bench->subjects[i], &plan->duts[i], !i);
}

/* What ran before the first case: modules that were loaded, PFs that created their VFs. */
static void send_boot_reach(const struct bench *bench)
{
	cleanup_buf struct buf reached = BUF_INIT;

	if (!bench->plan->reach)
		return;
	reach_add(&reached, PHASE_SETUP);
	reach_send(bench->requests, 0, &reached);
}

void bench_run(struct bench *bench)
{
	send_boot_reach(bench);
	for (size_t i = 0; i < bench->plan->cases_count && !bench->fresh; i++) {
		if (leak_search_is_due(bench, i))
			search_leaks(bench);
		host_clock_ask(&bench->clock, bench->requests);
		run_case(bench, &bench->plan->cases[i]);
	}
	host_clock_free(&bench->clock);
	search_leaks(bench);
}
