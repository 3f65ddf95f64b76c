// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the lab's life cycle, with real guests: a run and its verdicts when a guest, QEMU, the
 * agent, the disk or the user misbehaves.
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "tests/lifecycle/lab.h"
#include "tests/lifecycle/suites.h"

#include <greatest.h>
#include <signal.h>
#include <string.h>

#define RUN "vfiolab run -v --reports " LAB_REPORTS " -k base -m pci -d edu -l 1 "

/* Beginning of a guest's command line. */
#define QEMU "/usr/bin/qemu-system-x86_64"

/* Maximum duration of a run here, including the deadlines of lost guests. */
#define SECONDS 240

static const struct expectation expectations[] = {
	{"selftest/pass", "PASS", ""},
	{"selftest/fail", "FAIL", ""},
	{"selftest/skip", "SKIP", ""},
	{"selftest/panic", "FAIL", "panicked"},
	{"selftest/hang", "FAIL", "hung"},
	{"selftest/poweroff", "ERROR", "powered off"},
	{"selftest/garbage", "ERROR", "not KTAP"},
	{"selftest/warn", "FAIL", ""},
	{"selftest/oops", "FAIL", ""},
	{"selftest/leftover_override", "FAIL", ""},
	{"selftest/never_ends", "FAIL", ""},
	{"selftest/segv", "FAIL", ""},
};

/*
 * One run for all of these: only the running case of a lost guest fails, and the rest continues in
 * a new guest.
 */
TEST each_misbehaviour_has_its_verdict(struct lab *lab, const struct expectation *expected)
{
	cleanup_free char *name = text("%s[edu]", expected->scenario);
	json_object *record = lab_case(lab, name);

	ASSERTm("the case is not in the results", record);
	ASSERT_STR_EQm(field(record, "reason"), expected->verdict, field(record, "verdict"));
	ASSERTm(field(record, "reason"), strstr(field(record, "reason"), expected->reason));
	PASS();
}

TEST a_kernel_report_fails_its_case_and_is_attached(struct lab *lab)
{
	json_object *log =
		json_object_object_get(lab_case(lab, "selftest/warn[edu]"), "kernel_log");

	ASSERT(log && json_object_array_length(log));
	PASS();
}

TEST a_panic_is_shown(struct lab *lab)
{
	json_object *console =
		json_object_object_get(lab_case(lab, "selftest/panic[edu]"), "console");

	ASSERT(console && json_object_array_length(console));
	ASSERT(strstr(json_object_get_string(json_object_array_get_idx(console, 0)),
		      "Kernel panic"));
	PASS();
}

/* The case could not undo its changes, so the next case must not run in this guest. */
TEST a_killed_case_costs_its_guest(struct lab *lab)
{
	const char *killed = field(lab_case(lab, "selftest/never_ends[edu]"), "guest");
	const char *next = field(lab_case(lab, "selftest/never_ends_with_open_dut[edu]"), "guest");

	ASSERT(*killed && *next);
	ASSERT(strcmp(killed, next));
	PASS();
}

TEST a_leftover_is_named(struct lab *lab)
{
	json_object *leftovers =
		json_object_object_get(lab_case(lab, "selftest/leftover_override[edu]"), "mess");

	ASSERT(leftovers && json_object_array_length(leftovers));
	PASS();
}

SUITE(guests)
{
	cleanup_lab struct lab lab;
	bool ended = !lab_start(&lab, RUN "-s 'selftest/[!c]*'") && lab_wait(&lab, SECONDS);

	if (!ended || lab.status != 1)
		printf("exit status %d, printed:\n%s\n", lab.status, lab.printed.data);
	for (size_t i = 0; i < ARRAY_SIZE(expectations); i++) {
		greatest_set_test_suffix(strchr(expectations[i].scenario, '/') + 1);
		RUN_TESTp(each_misbehaviour_has_its_verdict, &lab, &expectations[i]);
	}
	RUN_TEST1(a_kernel_report_fails_its_case_and_is_attached, &lab);
	RUN_TEST1(a_panic_is_shown, &lab);
	RUN_TEST1(a_killed_case_costs_its_guest, &lab);
	RUN_TEST1(a_leftover_is_named, &lab);
}

TEST the_status_is(const char *command, int status)
{
	cleanup_lab struct lab lab;

	ASSERT_EQ(0, lab_start(&lab, command));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, status, lab.status, "%d");
	PASS();
}

/* Bad input gives one line, which names the problem. */
TEST it_is_refused(const char *command, const char *named)
{
	cleanup_lab struct lab lab;

	ASSERT_EQ(0, lab_start(&lab, command));
	ASSERT(lab_wait(&lab, 30));
	ASSERT_EQ_FMTm(lab.printed.data, 2, lab.status, "%d");
	ASSERTm(lab.printed.data, strstr(lab.printed.data, named));
	ASSERTm(lab.printed.data,
		strchr(lab.printed.data, '\n') == lab.printed.data + lab.printed.len - 1);
	PASS();
}

/* A case that failed is the last one. */
TEST a_failure_ends_the_run(const char *how)
{
	cleanup_free char *command =
		text(RUN "%s -s selftest/pass -s selftest/fail -s selftest/skip", how);
	cleanup_lab struct lab lab;

	ASSERT_EQ(0, lab_start(&lab, command));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 1, lab.status, "%d");
	ASSERT_STR_EQ("PASS", field(lab_case(&lab, "selftest/pass[edu]"), "verdict"));
	ASSERT_STR_EQ("FAIL", field(lab_case(&lab, "selftest/fail[edu]"), "verdict"));
	ASSERT_STR_EQ("MISS", field(lab_case(&lab, "selftest/skip[edu]"), "verdict"));
	ASSERT(strstr(field(lab_case(&lab, "selftest/skip[edu]"), "reason"), "failed before"));
	PASS();
}

/* The run's folder contains the exit status of the run. */
static int stored_status(void)
{
	cleanup_free char *path = text("%s/" LAB_REPORTS "/latest/status", getenv("O"));
	cleanup_free char *content = NULL;

	return file_read(path, &content, NULL) ? -1 : atoi(content);
}

static size_t count_cases(const struct lab *lab)
{
	json_object *cases = json_object_object_get(lab->results, "cases");

	return cases ? json_object_array_length(cases) : 0;
}

#define AGAIN "vfiolab run --reports " LAB_REPORTS " --failed -l 1 "

TEST what_failed_runs_again(void)
{
	cleanup_lab struct lab first, again, narrowed, passed, idle;

	ASSERT_EQ(0, lab_start(&first, RUN "-s selftest/pass -s selftest/fail"));
	ASSERT(lab_wait(&first, SECONDS));
	ASSERT_EQ(1, stored_status());
	ASSERT_EQ(0, lab_start(&narrowed, AGAIN "-s selftest/pass"));
	ASSERT(lab_wait(&narrowed, SECONDS));
	ASSERT_EQ_FMTm(narrowed.printed.data, 2, narrowed.status, "%d");
	ASSERT_EQm("the status of an earlier run is left", -1, stored_status());
	ASSERT_EQ(0, lab_start(&again, AGAIN));
	ASSERT(lab_wait(&again, SECONDS));
	ASSERT_EQ_FMTm(again.printed.data, 1, again.status, "%d");
	ASSERT_EQ(1, count_cases(&again));
	ASSERT_STR_EQ("FAIL", field(lab_case(&again, "selftest/fail[edu]"), "verdict"));
	ASSERT_EQ(0, lab_start(&passed, RUN "-s selftest/pass"));
	ASSERT(lab_wait(&passed, SECONDS));
	ASSERT_EQ(0, lab_start(&idle, AGAIN));
	ASSERT(lab_wait(&idle, SECONDS));
	ASSERT_EQ_FMTm(idle.printed.data, 0, idle.status, "%d");
	ASSERTm(idle.printed.data, strstr(idle.printed.data, "nothing failed"));
	ASSERT_EQ(0, stored_status());
	PASS();
}

TEST each_attempt_has_its_record(void)
{
	cleanup_lab struct lab lab;
	json_object *cases;

	ASSERT_EQ(0, lab_start(&lab, RUN "--repeat 4 -s selftest/fails_every_other_time"));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 1, lab.status, "%d");
	ASSERT_EQ(4, count_cases(&lab));
	cases = json_object_object_get(lab.results, "cases");
	for (size_t i = 0; i < 4; i++) {
		json_object *record = json_object_array_get_idx(cases, i);

		ASSERT_EQ((int)i + 1, atoi(field(record, "number")));
		ASSERT_EQ((int)i + 1, atoi(field(record, "attempt")));
		ASSERT_STR_EQ(i % 2 ? "FAIL" : "PASS", field(record, "verdict"));
	}
	ASSERTm(lab.printed.data, strstr(lab.printed.data, "[edu]: 2 of 4 attempts failed"));
	PASS();
}

/* As printed by a run; -s selects among them. */
TEST named_cases_run(void)
{
	cleanup_lab struct lab lab;

	ASSERT_EQ(0, lab_start(&lab, "printf 'FAIL   base/pci  selftest/fail[edu]\\n      saw: 2\\n"
				     "PASS   base/pci  selftest/pass[edu testdev]\\n' | " RUN
				     "--cases=/dev/stdin -s selftest/pass"));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 0, lab.status, "%d");
	ASSERT_EQ(1, count_cases(&lab));
	ASSERT(lab_case(&lab, "selftest/pass[edu]"));
	PASS();
}

SUITE(again)
{
	RUN_TEST(what_failed_runs_again);
	RUN_TEST(each_attempt_has_its_record);
	RUN_TEST(named_cases_run);
	RUN_TESTp(it_is_refused, RUN "-s 'selftest/pass !selftest/*'", "excludes every scenario");
	RUN_TESTp(it_is_refused, RUN "-s selftest/pas", "did you mean selftest/pass");
	RUN_TESTp(it_is_refused, "printf '#\\nbase/pci pass\\n' | " RUN "--cases=/dev/stdin",
		  "line 2: 'base/pci");
	RUN_TESTp(it_is_refused, "vfiolab run --reports none --failed", "no earlier run");
	RUN_TESTp(it_is_refused, "REPEAT=0 " RUN, "REPEAT 0");
	RUN_TESTp(it_is_refused, "FAILED=yes " RUN, "FAILED=yes");
}

SUITE(statuses)
{
	RUN_TESTp(the_status_is, RUN "-s selftest/pass", 0);
	RUN_TESTp(the_status_is, RUN "-s selftest/skip", 4);
	RUN_TESTp(it_is_refused, RUN "-s nothing/such", "nothing/such");
	RUN_TESTp(it_is_refused, RUN "-m nowhere", "nowhere");
	RUN_TESTp(it_is_refused, RUN "-k none", "none");
	RUN_TESTp(it_is_refused, RUN "-d nodev", "nodev");
	RUN_TESTp(it_is_refused, "vfiolab frobnicate", "frobnicate");
	RUN_TESTp(it_is_refused, "LANES=many vfiolab run", "many");
	RUN_TESTp(it_is_refused, RUN "--stop=nowhere", "nowhere");
	RUN_TESTp(it_is_refused, RUN "--cases=/nonexistent", "/nonexistent");
	RUN_TESTp(a_failure_ends_the_run, "--stop");
	RUN_TESTp(a_failure_ends_the_run, "--stop=kernel");
}

TEST a_killed_qemu_is_an_error_and_the_rest_goes_on(void)
{
	cleanup_lab struct lab lab;
	pid_t qemu;

	ASSERT_EQ(0, lab_start(&lab, RUN "-s selftest/never_ends -s selftest/pass"));
	ASSERT(lab_wait_for(&lab, "begins  selftest/never_ends", 60));
	qemu = lab_process(&lab, QEMU);
	ASSERT(qemu);
	kill(qemu, SIGKILL);
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_STR_EQ("ERROR", field(lab_case(&lab, "selftest/never_ends[edu]"), "verdict"));
	ASSERT(strstr(field(lab_case(&lab, "selftest/never_ends[edu]"), "reason"), "QEMU died"));
	ASSERT_STR_EQ("PASS", field(lab_case(&lab, "selftest/pass[edu]"), "verdict"));
	PASS();
}

TEST a_killed_runner_leaves_nothing(void)
{
	cleanup_free char *before = mounts();
	cleanup_free char *after = NULL;
	cleanup_free char *runner_words = text("%s/libexec/vfiolab run", getenv("O"));
	cleanup_lab struct lab lab;
	struct family family;
	pid_t runner;

	ASSERT_EQ(0, lab_start(&lab, RUN "-s selftest/never_ends"));
	ASSERT(lab_wait_for(&lab, "begins  selftest/never_ends", 60));
	runner = lab_process(&lab, runner_words);
	ASSERT(runner);
	ASSERT(lab_process(&lab, QEMU));
	family_of(&lab, &family);
	kill(runner, SIGKILL);
	ASSERT(lab_wait(&lab, 10));
	ASSERT(family_gone(&family, 10));
	after = mounts();
	ASSERT_STR_EQ(before, after);
	PASS();
}

TEST an_interrupt_keeps_what_is_known(void)
{
	cleanup_lab struct lab lab;
	struct family family;

	/* Without exec the status would be that of a shell, which the interrupt ends as well. */
	ASSERT_EQ(0, lab_start(&lab, "exec " RUN "-s selftest/pass -s selftest/never_ends"));
	ASSERT(lab_wait_for(&lab, "begins  selftest/never_ends", 60));
	family_of(&lab, &family);
	kill(-lab.pid, SIGINT);
	ASSERT(lab_wait(&lab, 20));
	ASSERT_EQ_FMTm(lab.printed.data, 2, lab.status, "%d");
	ASSERT_STR_EQ("PASS", field(lab_case(&lab, "selftest/pass[edu]"), "verdict"));
	ASSERT_STR_EQ("MISS", field(lab_case(&lab, "selftest/never_ends[edu]"), "verdict"));
	ASSERT(strstr(lab.printed.data, "interrupted"));
	ASSERT_EQ(2, stored_status());
	ASSERT(family_gone(&family, 10));
	PASS();
}

/* Mounts a file system that is too small for a run's results over the folder of reports. */
TEST a_full_disk_is_said_in_a_line(void)
{
	cleanup_lab struct lab lab;

	ASSERT_EQ(0, lab_start(&lab,
			       "mkdir -p $O/" LAB_REPORTS
			       " && exec bwrap --dev-bind / / --size 8192 --tmpfs $O/" LAB_REPORTS
			       " " RUN "-s 'selftest/[ps]*'"));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 2, lab.status, "%d");
	ASSERTm(lab.printed.data, strstr(lab.printed.data, "No space left on device"));
	PASS();
}

SUITE(ends)
{
	RUN_TEST(a_killed_qemu_is_an_error_and_the_rest_goes_on);
	RUN_TEST(a_killed_runner_leaves_nothing);
	RUN_TEST(an_interrupt_keeps_what_is_known);
	RUN_TEST(a_full_disk_is_said_in_a_line);
}

SUITE(commands)
{
	RUN_TESTp(the_status_is,
		  "test \"$(echo hello | vfiolab exec -k base -m pci -- cat)\" = hello", 0);
	RUN_TESTp(the_status_is, "vfiolab exec -k base -m pci -- sh -c 'exit 7'", 7);
	RUN_TESTp(the_status_is, "vfiolab exec -k base -m pci -- sh -c 'kill -9 $$'", 137);
	/*
	 * The DUT's address is in the environment, standard error arrives, a kernel report is
	 * printed and is the exit status.
	 */
	RUN_TESTp(the_status_is,
		  "printed=$(vfiolab exec -k base -m pci -- sh -c 'cd "
		  "/sys/bus/pci/devices/$DUT_edu_rp || exit;"
		  " echo \"<4>WARNING: CPU: 0 PID: 1 at a.c:1 b+0x0/0x1\" >/dev/kmsg; echo here "
		  ">&2; exit 9'"
		  " 2>&1 >/dev/null); [ $? = 1 ] && echo \"$printed\" | grep -qx here &&"
		  " echo \"$printed\" | grep -q \"the guest's kernel: WARNING\"",
		  0);
	RUN_TESTp(the_status_is,
		  "printed=$(vfiolab exec -k base -m pci --copy /usr/bin/env -- ./env 2>&1);"
		  " [ $? = 126 ] && echo \"$printed\" | grep -q 'linked dynamically'",
		  0);
	RUN_TESTp(the_status_is,
		  "vfiolab exec -k base -m pci --cpus 2 --memory 768 --append 'quiet lab.word=7' "
		  "-- sh -c '[ $(nproc) = 2 ] && grep -q lab.word=7 /proc/cmdline &&"
		  " awk \"/MemTotal/ { exit \\$2 < 600000 }\" /proc/meminfo'",
		  0);
	/* A panic is a failure of the guest's kernel, not of the lab. */
	RUN_TESTp(the_status_is,
		  "printed=$(vfiolab exec -k base -m pci -- sh -c "
		  "'echo c >/proc/sysrq-trigger' 2>&1); [ $? = 1 ] &&"
		  " echo \"$printed\" | grep -q \"the guest's kernel panicked\"",
		  0);
	RUN_TESTp(it_is_refused, "vfiolab exec -k base -- true", "several machines match: ");
	RUN_TESTp(it_is_refused, "vfiolab exec -k base -m pci --copy /no/such -- true",
		  "--copy /no/such");
	RUN_TESTp(the_status_is, "vfiolab list -k base -m pci -d edu | grep -q 'needs irq=msix'",
		  0);
	RUN_TESTp(
		the_status_is,
		"vfiolab run -k base -m pci -s igd -d edu 2>&1 | grep -q 'no case is left: .*needs "
		"driver=igd; "
		"edu has driver=edu'",
		0);
	RUN_TESTp(the_status_is, RUN "-s selftest/fail | grep -q '^      promise: fails$'", 0);
	RUN_TESTp(the_status_is,
		  "grep -q '^# promise: fails$' $O/" LAB_REPORTS "/latest/base/pci.ktap", 0);
	RUN_TESTp(the_status_is,
		  "vfiolab run --dry-run -k base -m pci | grep -q 'qemu-system-x86_64 .*edu'", 0);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	setvbuf(stdout, NULL, _IOLBF, 0);
	RUN_SUITE(guests);
	RUN_SUITE(statuses);
	RUN_SUITE(again);
	RUN_SUITE(ends);
	RUN_SUITE(commands);
	RUN_SUITE(models);
	RUN_SUITE(clocks);
	RUN_SUITE(debugging);
	GREATEST_MAIN_END();
}
