// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/case.h"

#include "lab/base/alloc.h"
#include "lab/base/clock.h"
#include "lab/base/needs.h"
#include "scenarios/agent/child.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/agent/vf-host.h"
#include "scenarios/lib/assert.h"
#include "scenarios/lib/dut/properties.h"
#include "scenarios/lib/host.h"
#include "scenarios/lib/kernel/kmemleak.h"
#include "scenarios/lib/kernel/kmsg.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* Preparing the DUT and putting it back have a deadline each, of their own. */
#define PREPARE_MS 10000

/* Looking for leaks, which is several scans of all memory. */
#define SEARCH_MS 60000

/* Bits of /proc/sys/kernel/tainted. */
#define TAINT_DIE  (1ul << 7)
#define TAINT_WARN (1ul << 9)
#define TAINT_LOCK (1ul << 14)

/* One case as it runs. */
struct case_run {
	struct bench *bench;
	const struct work_case *plan;
	const struct scenario *scenario;
	struct subject *subject;
	char *name;
	int64_t start;
	unsigned long tainted;
	struct kmsg_report report;
	bool failed; /* or in error: there is a line that says why */
	char *skip;  /* why it cannot run; NULL: it can */
};

static unsigned long taint(void)
{
	cleanup_free char *value = NULL;

	return file_read("/proc/sys/kernel/tainted", &value, NULL) ? 0 : strtoul(value, NULL, 10);
}

static unsigned int scaled(const struct bench *bench, unsigned int ms)
{
	return (unsigned int)(ms * bench->plan->scale);
}

/* What a case of SCENARIO has, in ms: the plan may say it for all of them. */
static unsigned int deadline_of(const struct bench *bench, const struct scenario *scenario)
{
	unsigned int own = scenario ? scenario_deadline(scenario) : DEADLINE_MS;

	return scaled(bench, bench->plan->deadline_ms ? bench->plan->deadline_ms : own);
}

static bool starts(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

/* A line that a child printed, on its way to the stream. */
static void pass_on(void *context, const char *line)
{
	struct case_run *run = context;

	if (starts(line, "fail: ") || starts(line, "error: ") || starts(line, "mess: "))
		run->failed = true;
	else if (starts(line, "skip: ") && !run->skip) {
		run->skip = strdup(line + strlen("skip: "));
		return;
	} else if (!starts(line, "fact: ")) {
		ktap_line(run->bench->ktap, "# out: %s", line);
		return;
	}
	ktap_line(run->bench->ktap, "# %s", line);
}

static void fail(struct case_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void fail(struct case_run *run, const char *format, ...)
{
	cleanup_buf struct buf why = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&why, format, args);
	va_end(args);
	ktap_line(run->bench->ktap, "# fail: %s:%u: %s", run->scenario->file, run->scenario->line,
		  why.data);
	run->failed = true;
}

static void kernel_line(void *context, const char *message)
{
	struct case_run *run = context;

	ktap_line(run->bench->ktap, "# kernel: %s", message);
	run->failed = true;
}

/*
 * Where a process that cannot be killed is: its stack, or what sysrq says of blocked tasks, in the
 * log.
 */
static void show_stuck(struct case_run *run, int pid)
{
	cleanup_free char *path = text("/proc/%d/stack", pid);
	cleanup_free char *stack = NULL;
	cleanup_close int sysrq = -1;
	char *save = NULL;

	if (!file_read(path, &stack, NULL)) {
		for (char *line = strtok_r(stack, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			ktap_line(run->bench->ktap, "# stack: %s", line);
		return;
	}
	sysrq = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (sysrq >= 0)
		write_all(sysrq, "w", 1);
}

static void give_up_guest(struct bench *bench, const char *why, bool broken)
{
	if (!bench->fresh)
		bench->fresh = strdup(why);
	bench->broken |= broken;
}

/* Judge how a child ended; DOING says what it did. Whether it ended well. */
static bool judge(struct case_run *run, struct worker_result result, const char *doing,
		  unsigned int ms)
{
	switch (result.end) {
	case WORKER_RUNS:
		return true;
	case WORKER_EXITED:
		if (result.value && !run->failed)
			fail(run, "%s: exit status %d and no reason", doing, result.value);
		break;
	case WORKER_KILLED:
		fail(run, "%s: killed by SIG%s", doing, sigabbrev_np(result.value));
		give_up_guest(run->bench, "a case was killed", false);
		break;
	case WORKER_TIMEOUT:
		fail(run, "%s: the deadline of %u ms was missed", doing, ms);
		give_up_guest(run->bench, "a case was killed at its deadline", false);
		break;
	case WORKER_STUCK:
		fail(run,
		     "%s: the deadline of %u ms was missed, and process %d is stuck in the kernel",
		     doing, ms, result.value);
		show_stuck(run, result.value);
		give_up_guest(run->bench, "a process is stuck in the kernel", true);
		break;
	}
	return result.end == WORKER_EXITED && !result.value;
}

static void close_session(struct case_run *run)
{
	unsigned int ms = scaled(run->bench, PREPARE_MS);

	judge(run, dut_session_close(&run->bench->session, ms, pass_on, run), "giving the DUT back",
	      ms);
}

static bool open_session(struct case_run *run)
{
	unsigned int ms = scaled(run->bench, PREPARE_MS);

	if (run->bench->session.subject == run->subject)
		return true;
	close_session(run);
	if (run->bench->broken)
		return false;
	return judge(run, dut_session_open(&run->bench->session, run->subject, ms, pass_on, run),
		     "opening the DUT", ms);
}

/* Whether the DUT has what the scenario needs; opens it only where nothing else can tell. */
static bool can_run(struct case_run *run)
{
	const char *needs = run->scenario->needs;
	const char *properties = run->subject->properties;

	if (!properties && properties_need_probing(needs)) {
		if (!open_session(run))
			return false;
		properties = run->subject->properties;
	}
	if (!properties)
		properties = run->subject->fixed;
	run->skip = needs_unmet(needs, run->subject->plan->name, properties);
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

/* Until the case ends, what it asks of the host is passed on. */
static struct worker_result attend(struct case_run *run, struct worker *worker, int host,
				   unsigned int ms)
{
	int64_t deadline = now_ms() + ms;
	struct worker_result result;

	for (;;) {
		result = worker_follow(worker, host, deadline, pass_on, run);
		if (result.end != WORKER_RUNS)
			return result;
		if (host_serve(host, run->bench->requests))
			host = -1;
	}
}

/*
 * A DUT whose model cases break is whole again for what comes next, also where a case could not see
 * to that.
 */
static void repair(struct case_run *run)
{
	cleanup_free char *payload = text("%s disarm", run->subject->plan->name);
	cleanup_free char *answer = NULL;
	size_t len;

	if (run->subject->plan->purpose)
		channel_request(run->bench->requests, "model", payload, &answer, &len);
}

static void run_scenario(struct case_run *run)
{
	const struct bench *bench = run->bench;
	unsigned int ms = deadline_of(bench, run->scenario);
	struct child child = {
		.scenario = run->scenario,
		.dut = {.name = run->subject->plan->name,
			.driver = dut_driver_for(run->subject->address),
			.vfio_driver = run->subject->vfio_driver,
			.model = run->subject->plan->model,
			.vfio = bench->session.subject ? bench->session.vfio : VFIO_CLOSED,
			.properties = run->subject->properties ? run->subject->properties
							       : run->subject->fixed,
			.wait_ms = scaled(bench, CHILD_WAIT_MS)},
	};
	struct worker worker;
	int ends[2], err;

	memcpy(child.dut.address, run->subject->address, sizeof(child.dut.address));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		pass_on(run, "error: cannot make a socket for requests");
		return;
	}
	child.agent = ends[0];
	child.dut.host = ends[1];
	err = worker_start(&worker, child_run, &child);
	close(ends[1]);
	if (err)
		pass_on(run, "error: cannot start a child");
	else
		judge(run, attend(run, &worker, ends[0], ms), run->scenario->name, ms);
	close(ends[0]);
	repair(run);
}

/* Whether the next case that will do anything wants the session as it is. */
static bool session_goes_on(const struct bench *bench, const struct work_case *after)
{
	const struct work_case *end = bench->plan->cases + bench->plan->cases_count;

	for (const struct work_case *next = after + 1; next < end; next++) {
		const struct subject *subject = &bench->subjects[next->dut];
		const struct scenario *scenario = scenario_find(next->scenario);
		cleanup_free char *unmet = NULL;

		if (scenario && !subject->err && subject->properties)
			unmet = needs_unmet(scenario->needs, "", subject->properties);
		if (!scenario || subject->err || subject->missing || unmet)
			continue;
		return subject == bench->session.subject && !scenario->unbound;
	}
	return false;
}

static void look_at_kernel(struct case_run *run)
{
	int lines = kmsg_read(run->bench->kmsg, &run->report, kernel_line, run);
	unsigned long now = taint();
	unsigned long added = now & ~run->tainted;

	run->tainted = now;
	if (!lines && added & (TAINT_DIE | TAINT_WARN | TAINT_LOCK))
		kernel_line(run, "(no report was logged, but the kernel is tainted now)");
	if (added & TAINT_DIE)
		give_up_guest(run->bench, "the kernel had an oops", true);
}

/* What can be blamed on this case must come to light before its result is written. */
static void clean_up(struct case_run *run)
{
	unsigned int ms = scaled(run->bench, PREPARE_MS);

	if (run->bench->broken)
		return;
	if (run->bench->session.subject && (run->failed || !session_goes_on(run->bench, run->plan)))
		close_session(run);
	else if (run->scenario->unbound && !run->skip)
		judge(run, subject_restore(run->subject, ms, pass_on, run), "cleaning up", ms);
	reap_orphans();
}

/*
 * What the lab knows wrongly of a DUT is an error of one case, not of all: they did run. A failure
 * outranks it, as the kernel may be what is wrong.
 */
static void report_dispute(struct case_run *run)
{
	cleanup_free char *dispute = NULL;
	cleanup_free char *line = NULL;

	if (!run->subject->dispute || run->failed)
		return;
	dispute = steal(run->subject->dispute);
	line = text("error: %s: %s", run->subject->plan->name, dispute);
	pass_on(run, line);
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
		/* Before anything of it runs: a case that takes the guest down has it, too. */
		ktap_line(run->bench->ktap, "# promise: %s", run->scenario->summary);
		if (prepare(run))
			run_scenario(run);
	}
	look_at_kernel(
		/* After an oops nothing of the kernel's can be relied on, cleaning up included. */
		run);
	clean_up(run);
	look_at_kernel(run);
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

static void run_case(struct bench *bench, const struct work_case *plan)
{
	struct subject *subject = &bench->subjects[plan->dut];
	struct case_run run = {
		.bench = bench,
		.plan = plan,
		.scenario = scenario_find(plan->scenario),
		.subject = subject,
		.name = text("%s[%s]", plan->scenario, subject->plan->name),
		.start = now_ms(),
		.tainted = taint(),
	};

	ktap_line(bench->ktap, "# case: %u %s deadline=%u", plan->number, run.name,
		  deadline_of(bench, run.scenario));
	if (run.scenario) {
		run_steps(&run);
	} else {
		ktap_line(bench->ktap, "# error: this agent has no scenario %s", plan->scenario);
		run.failed = true;
	}
	write_result(&run);
	spans_add(&bench->spans, run.name, run.start, now_ms());
	free(run.name);
	free(run.skip);
}

/* How many VFs the DUTs at the path of DUT ask for; 0 where DUT is not the first of them. */
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

/* DUTs that are VFs are there once a PF has made them. */
static void start_vf_hosts(struct bench *bench)
{
	const struct work *plan = bench->plan;

	for (size_t i = 0; i < plan->duts_count; i++) {
		const struct work_dut *dut = &plan->duts[i];
		unsigned int vfs = vfs_behind(plan, dut);
		int err = 0;

		if (vfs)
			err = vf_host_start(dut->path, vfs, scaled(bench, PREPARE_MS), host_error,
					    bench);
		if (err)
			ktap_line(bench->ktap, "# error: the device at %s brings up no VFs: %s",
				  dut->path, error_name(err));
	}
}

void bench_set_up(struct bench *bench, const struct work *plan, int ktap, int kmsg,
		  struct channel *requests)
{
	*bench = (struct bench){.ktap = ktap, .kmsg = kmsg, .plan = plan, .requests = requests};
	bench->subjects = zalloc(plan->duts_count, sizeof(*bench->subjects));
	start_vf_hosts(bench);
	for (size_t i = 0; i < plan->duts_count; i++)
		subject_find(&bench->subjects[i], &plan->duts[i], !i);
}

/* After an oops nothing of the kernel's can be relied on: this is too late then. */
static void look_for_leaks(struct bench *bench)
{
	if (!bench->broken && kmemleak_there()) {
		ktap_line(bench->ktap, "# search: %u", scaled(bench, SEARCH_MS));
		report_leaks(bench->ktap, &bench->spans);
	}
	spans_free(&bench->spans);
}

/*
 * Whether the case at INDEX is the first after some that met faults. Later cases load modules anew,
 * elsewhere, and then the stacks of what leaked name other functions than those that were there.
 */
static bool ends_faults(const struct bench *bench, size_t index)
{
	const struct scenario *scenario = scenario_find(bench->plan->cases[index].scenario);
	const struct scenario *before =
		index ? scenario_find(bench->plan->cases[index - 1].scenario) : NULL;

	return scenario && before && needs_mention(before->needs, "failslab") &&
	       !needs_mention(scenario->needs, "failslab");
}

static bool is_risky(const struct bench *bench, const struct work_case *plan)
{
	const struct scenario *scenario = scenario_find(plan->scenario);
	const struct subject *subject = &bench->subjects[plan->dut];
	cleanup_free char *unmet = NULL;

	if (!scenario || !scenario->risky || subject->err)
		return false;
	unmet = needs_unmet(scenario->needs, "",
			    subject->properties ? subject->properties : subject->fixed);
	return !unmet;
}

void bench_run(struct bench *bench)
{
	for (size_t i = 0; i < bench->plan->cases_count && !bench->fresh; i++) {
		if (bench->spans.count &&
		    (ends_faults(bench, i) || is_risky(bench, &bench->plan->cases[i])))
			look_for_leaks(bench);
		host_clock_ask(&bench->clock, bench->requests);
		run_case(bench, &bench->plan->cases[i]);
	}
	host_clock_free(&bench->clock);
	look_for_leaks(bench);
}

/* While probing there is no case that could fail: what goes wrong is kept for the DUT's line. */
static void keep_first(void *context, const char *line)
{
	char **first = context;

	if (!*first)
		*first = strdup(line);
}

static void probe(struct bench *bench, struct subject *subject)
{
	unsigned int ms = scaled(bench, PREPARE_MS);
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
	    dut_session_open(&bench->session, subject, ms, keep_first, &why).end == WORKER_RUNS)
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
