// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/case.h"

#include "lab/base/clock.h"
#include "lab/base/needs.h"
#include "lab/base/vocabulary.h"
#include "scenarios/agent/execute.h"
#include "scenarios/agent/judge.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/modules.h"
#include "scenarios/agent/program-run.h"
#include "scenarios/agent/reach.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/lib/dut/properties.h"

#include "lab/base/cleanup.h"

#include <string.h>

static void close_session(struct case_run *run)
{
	unsigned int ms = bench_scaled(run->bench, BENCH_PREPARE_MS);

	case_judge(run, dut_session_close(&run->bench->session, ms, case_pass_on, run),
		   "releasing the DUT", ms);
}

static bool open_session(struct case_run *run)
{
	const enum mode mode = run->plan->mode;
	unsigned int ms = bench_scaled(run->bench, BENCH_PREPARE_MS);

	if (run->bench->session.subject == run->subject && run->bench->session.mode == mode)
		return true;
	close_session(run);
	if (run->bench->broken)
		return false;
	return case_judge(
		run,
		dut_session_open(&run->bench->session, run->subject, mode, ms, case_pass_on, run),
		"opening the DUT", ms);
}

/*
 * Why a DUT with PROPERTIES does not meet the needs of SCENARIO in the mode of PLAN; NULL if it
 * does. The runner has planned the case in this mode, so it may be the mode for scenarios that run
 * once.
 */
static char *unmet_by(const char *properties, const struct scenario *scenario,
		      const struct work_case *plan, const char *name)
{
	cleanup_free char *all = text("%s %s once", properties, mode_properties(plan->mode));

	return needs_unmet(mode_needs(plan->mode), name, all)
		       ?: needs_unmet(vocabulary_implied(scenario->needs), name, all)
		       ?: needs_unmet(scenario->needs, name, all);
}

/*
 * Returns true if the DUT meets the scenario's needs. Opens it only if that is the only way to find
 * out.
 */
static bool can_run(struct case_run *run)
{
	const char *properties = run->subject->properties;

	/* A DUT has modes, and a case without one has none. */
	if (run->subject->none)
		return true;
	if (!properties && properties_need_probing(run->scenario->needs)) {
		/* Whether the DUT can be opened in this mode is known already. */
		run->skip = needs_unmet(mode_needs(run->plan->mode), run->subject->plan->name,
					run->subject->fixed);
		if (run->skip || !open_session(run))
			return false;
		properties = run->subject->properties;
	}
	if (!properties)
		properties = run->subject->fixed;
	run->skip = unmet_by(properties, run->scenario, run->plan, run->subject->plan->name);
	return !run->skip;
}

static bool prepare(struct case_run *run)
{
	if (!run->scenario->unbound)
		return open_session(run);
	close_session(run);
	if (run->failed)
		return false;
	baseline_decode(&run->subject->baseline);
	return true;
}

/* Returns true if the next case that will run uses the session as it is. */
static bool session_goes_on(const struct bench *bench, const struct work_case *after)
{
	const struct work_case *end = bench->plan->cases + bench->plan->cases_count;

	/* A trace must not depend on the cases before, and neither does what a case reaches. */
	if (bench->plan->trace || bench->plan->reach)
		return false;
	for (const struct work_case *next = after + 1; next < end; next++) {
		const struct subject *subject = &bench->subjects[next->dut];
		const struct scenario *scenario = suite_scenario(&bench->programs, next->scenario);
		cleanup_free char *unmet = NULL;

		if (scenario && !subject->err && subject->properties)
			unmet = unmet_by(subject->properties, scenario, next, "");
		if (!scenario || subject->err || subject->missing || unmet)
			continue;
		return subject == bench->session.subject && next->mode == bench->session.mode &&
		       !scenario->unbound;
	}
	return false;
}

/* Leftovers of this case must be found before its result is written. */
static void clean_up(struct case_run *run)
{
	unsigned int ms = bench_scaled(run->bench, BENCH_PREPARE_MS);

	if (run->bench->broken)
		return;
	if (run->scenario->program)
		program_clean_up(run);
	else if (run->bench->session.subject &&
		 (run->failed || !session_goes_on(run->bench, run->plan)))
		close_session(run);
	else if (run->scenario->unbound && !run->skip)
		case_judge(run, subject_restore(run->subject, ms, case_pass_on, run), "cleaning up",
			   ms);
	reap_orphans();
}

/*
 * If the lab is wrong about a DUT's properties, one case gets an error, not all: they did run. A
 * failure outranks it, because the kernel may be the cause.
 */
static void report_dispute(struct case_run *run)
{
	cleanup_free char *dispute = NULL;
	cleanup_free char *line = NULL;

	if (!run->subject->dispute || run->failed)
		return;
	dispute = steal(run->subject->dispute);
	line = text("error: %s: %s", run->subject->plan->name, dispute);
	case_pass_on(run, line);
}

/* Note what was reached since the last call. A broken kernel might block. */
static void note_reach(struct case_run *run, const char *phase)
{
	if (run->bench->plan->reach && !run->bench->broken)
		reach_add(&run->reached, phase);
}

static void run_steps(struct case_run *run)
{
	if (run->subject->err) {
		ktap_line(run->bench->ktap, "# error: there is no device at %s",
			  run->subject->plan->path);
		run->failed = true;
		return;
	}
	if (run->subject->missing) {
		run->skip = text("%s", run->subject->missing);
		return;
	}
	if (can_run(run)) {
		/* Print it first, so that a case that takes the guest down has it, too. */
		ktap_line(run->bench->ktap, "# promise: %s", run->scenario->summary);
		if (prepare(run)) {
			if (run->bench->plan->gdb)
				modules_report(run->bench->requests);
			note_reach(run, PHASE_SETUP);
			(run->scenario->program ? program_run : case_execute)(run);
			note_reach(run, PHASE_BODY);
		}
	}
	/* After an oops the kernel is unreliable, and cleaning up might block. */
	case_check_kernel(run);
	clean_up(run);
	case_check_kernel(run);
	report_dispute(run);
}

static void write_result(struct case_run *run)
{
	int ktap = run->bench->ktap;

	ktap_line(ktap, "# time: %lld", (long long)(now_ms() - run->start));
	host_clock_report(&run->bench->clock, ktap);
	if (run->failed)
		ktap_line(ktap, "not ok %u %s", run->plan->number, run->name);
	else if (run->skip)
		ktap_line(ktap, "ok %u %s # SKIP %s", run->plan->number, run->name, run->skip);
	else
		ktap_line(ktap, "ok %u %s", run->plan->number, run->name);
}

/*
 * Have the host cut the traces of the device models here. It answers once it has, so no access of
 * this case is on the wrong side.
 */
static void cut_traces(struct case_run *run, const char *where)
{
	cleanup_free char *answer = NULL;
	cleanup_free char *line = NULL;
	size_t len;

	if (!run->bench->plan->trace)
		return;
	if (!channel_request(run->bench->requests, "trace", where, &answer, &len))
		return;
	line = text("error: the trace: %s", answer ?: "the host does not answer");
	case_pass_on(run, line);
}

static void begin_trace(struct case_run *run)
{
	cleanup_free char *where = text("begin %u %lld", run->plan->number, (long long)run->start);

	cut_traces(run, where);
}

static void send_reach(struct case_run *run)
{
	note_reach(run, PHASE_SETUP);
	if (run->reached.len)
		reach_send(run->bench->requests, run->plan->number, &run->reached);
}

void run_case(struct bench *bench, const struct work_case *plan)
{
	struct subject *subject = &bench->subjects[plan->dut];
	struct case_run run = {
		.bench = bench,
		.plan = plan,
		.scenario = suite_scenario(&bench->programs, plan->scenario),
		.subject = subject,
		.name = case_name(plan->scenario, subject->plan->name, plan->mode),
		.start = now_ms(),
		.tainted = kernel_taint(),
	};

	ktap_line(bench->ktap, "# case: %u %s deadline=%u", plan->number, run.name,
		  bench_deadline(bench, run.scenario));
	begin_trace(&run);
	if (bench->plan->reach)
		reach_reset();
	if (run.scenario) {
		run_steps(&run);
	} else {
		ktap_line(bench->ktap, "# error: this agent has no scenario %s", plan->scenario);
		run.failed = true;
	}
	cut_traces(&run, "end");
	send_reach(&run);
	if (run.reboot && !run.failed)
		bench_reboot(bench);
	else
		write_result(&run);
	spans_add(&bench->spans, run.name, run.start, now_ms());
	buf_free(&run.reached);
	free(run.name);
	free(run.skip);
}
