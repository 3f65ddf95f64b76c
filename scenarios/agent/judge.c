// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/judge.h"

#include "scenarios/agent/ktap-out.h"
#include "scenarios/lib/kernel/kmsg.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Bits of /proc/sys/kernel/tainted. */
#define TAINT_DIE  (1ul << 7)
#define TAINT_WARN (1ul << 9)
#define TAINT_LOCK (1ul << 14)

unsigned long kernel_taint(void)
{
	cleanup_free char *value = NULL;

	return file_read("/proc/sys/kernel/tainted", &value, NULL) ? 0 : strtoul(value, NULL, 10);
}

bool taint_reports(unsigned long added)
{
	return added & (TAINT_DIE | TAINT_WARN | TAINT_LOCK);
}

static bool starts(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

/* Forward a line that a child printed to the stream. */
void case_pass_on(void *context, const char *line)
{
	struct case_run *run = context;

	if (starts(line, "fail: ") || starts(line, "error: ") || starts(line, "leftover: "))
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
	if (run->scenario->line)
		ktap_line(run->bench->ktap, "# fail: %s:%u: %s", run->scenario->file,
			  run->scenario->line, why.data);
	else
		ktap_line(run->bench->ktap, "# fail: %s", why.data);
	run->failed = true;
}

static void kernel_line(void *context, const char *message)
{
	struct case_run *run = context;

	ktap_line(run->bench->ktap, "# kernel: %s", message);
	run->failed = true;
}

/* Log where an unkillable process is blocked: its stack, or sysrq's report of blocked tasks. */
static void show_stuck(struct case_run *run, int pid)
{
	cleanup_free char *path = text("/proc/%d/stack", pid);
	cleanup_free char *stack = NULL;
	char *save = NULL;

	if (!file_read(path, &stack, NULL)) {
		for (char *line = strtok_r(stack, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			ktap_line(run->bench->ktap, "# stack: %s", line);
		return;
	}
	value_write("/proc/sysrq-trigger", "w");
}

/* Judge how a child ended; DOING names its task. Returns true if it succeeded. */
bool case_judge(struct case_run *run, struct worker_result result, const char *doing,
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
		bench_give_up(run->bench, "a case was killed", false);
		break;
	case WORKER_TIMEOUT:
		fail(run, "%s: the deadline of %u ms was missed", doing, ms);
		bench_give_up(run->bench, "a case was killed at its deadline", false);
		break;
	case WORKER_STUCK:
		fail(run,
		     "%s: the deadline of %u ms was missed, and process %d is stuck in the kernel",
		     doing, ms, result.value);
		show_stuck(run, result.value);
		bench_give_up(run->bench, "a process is stuck in the kernel", true);
		break;
	}
	return result.end == WORKER_EXITED && !result.value;
}

void case_check_kernel(struct case_run *run)
{
	int lines = kmsg_read(run->bench->kmsg, &run->report, kernel_line, run);
	unsigned long now = kernel_taint();
	unsigned long added = now & ~run->tainted;

	run->tainted = now;
	if (!lines && taint_reports(added))
		kernel_line(run, TAINTED_SILENTLY);
	if (added & TAINT_DIE)
		bench_give_up(run->bench, "the kernel had an oops", true);
}
