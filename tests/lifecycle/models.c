// SPDX-License-Identifier: GPL-2.0-only
/* Device models with real guests: their privileges, and what their faults and their death cost. */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "tests/lifecycle/lab.h"
#include "tests/lifecycle/suites.h"

#include <signal.h>
#include <string.h>

/* Maximum duration of a run here, including the deadlines of lost guests. */
#define SECONDS 240

#define RUN_FAULTS "vfiolab run -v --reports " LAB_REPORTS " -k base -m faults -l 1 "

/* Name of a device model's process in its sandbox. */
#define MODEL "/device testdev"
#define FLAKY MODEL " --fd=3 --control=4 mmap=off"

static const struct expectation losses[] = {
	{"selftest/server_short", "ERROR", "QEMU died"},
	{"selftest/server_mute", "FAIL", ""},
	{"fault/server_garbles_message_id", "PASS", ""},
};

TEST a_failing_server_has_its_verdict(struct lab *lab, const struct expectation *expected)
{
	const char *dut = strcmp(expected->scenario, "fault/server_garbles_message_id")
				  ? "server-mute"
				  : "server-garbles-id";
	cleanup_free char *name = text("%s[%s]", expected->scenario, dut);
	json_object *record = lab_case(lab, name);

	ASSERTm("the case is not in the results", record);
	ASSERT_STR_EQm(field(record, "reason"), expected->verdict, field(record, "verdict"));
	ASSERTm(field(record, "reason"), strstr(field(record, "reason"), expected->reason));
	PASS();
}

/* Returns the value of KEY in /proc/PID/status. The caller frees it. */
static char *status_of(pid_t pid, const char *key)
{
	cleanup_free char *path = text("/proc/%d/status", pid);
	cleanup_free char *line = text("\n%s:\t", key);
	cleanup_free char *status = NULL;
	const char *at;

	if (file_read(path, &status, NULL))
		return text("%s", "");
	at = strstr(status, line);
	return at ? text("%.*s", (int)strcspn(at + strlen(line), "\n"), at + strlen(line))
		  : text("%s", "");
}

static bool is_same_network(pid_t pid)
{
	cleanup_free char *path = text("/proc/%d/ns/net", pid);
	char theirs[64] = "", ours[64] = "";

	return readlink(path, theirs, sizeof(theirs) - 1) > 0 &&
	       readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) > 0 && !strcmp(theirs, ours);
}

static bool sees(pid_t pid, const char *file)
{
	cleanup_free char *path = text("/proc/%d/root%s", pid, file);

	return !access(path, F_OK);
}

/* Checks the privileges of a model that serves a guest, as the kernel reports them. */
TEST a_model_has_no_privilege_network_or_files(struct lab *lab)
{
	const pid_t model = lab_process(lab, MODEL);
	cleanup_free char *seccomp = status_of(model, "Seccomp");
	cleanup_free char *capabilities = status_of(model, "CapEff");
	cleanup_free char *no_new = status_of(model, "NoNewPrivs");

	ASSERT(model);
	ASSERT_STR_EQ("2", seccomp);
	ASSERT_STR_EQ("0000000000000000", capabilities);
	ASSERT_STR_EQ("1", no_new);
	ASSERT_FALSE(is_same_network(model));
	ASSERTm("not the sandbox's root", sees(model, "/device"));
	ASSERT_FALSE(sees(model, "/etc"));
	ASSERT_FALSE(sees(model, "/proc"));
	PASS();
}

/*
 * After the case, the kernel waits a minute for the device to come out of reset: the guest is lost,
 * but the run continues.
 */
TEST a_killed_model_costs_no_more_than_its_case(struct lab *lab)
{
	const pid_t model = lab_process(lab, FLAKY);
	const char *verdict;

	ASSERT(model);
	kill(model, SIGKILL);
	ASSERT(lab_wait(lab, SECONDS));
	verdict = field(lab_case(lab, "selftest/server_in_use[flaky]"), "verdict");
	ASSERTm(lab->printed.data, !strcmp(verdict, "FAIL") || !strcmp(verdict, "ERROR"));
	ASSERT_STR_EQ("PASS",
		      field(lab_case(lab, "fault/server_garbles_message_id[server-garbles-id]"),
			    "verdict"));
	PASS();
}

SUITE(models)
{
	cleanup_lab struct lab lab, killed;
	bool ended =
		!lab_start(&lab, RUN_FAULTS "-s selftest/server_short -s selftest/server_mute -s "
					    "fault/server_garbles_message_id") &&
		lab_wait(&lab, SECONDS);

	if (!ended || lab.status != 1)
		printf("exit status %d, printed:\n%s\n", lab.status, lab.printed.data);
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		greatest_set_test_suffix(strchr(losses[i].scenario, '/') + 1);
		RUN_TESTp(a_failing_server_has_its_verdict, &lab, &losses[i]);
	}
	if (lab_start(&killed,
		      RUN_FAULTS "-s selftest/server_in_use -s fault/server_garbles_message_id") ||
	    !lab_wait_for(&killed, "begins  selftest/server_in_use", 60))
		printf("printed:\n%s\n", killed.printed.data);
	RUN_TEST1(a_model_has_no_privilege_network_or_files, &killed);
	RUN_TEST1(a_killed_model_costs_no_more_than_its_case, &killed);
}
