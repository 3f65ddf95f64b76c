// SPDX-License-Identifier: GPL-2.0-only
/* A case's requests to the runner through the agent. */
#include "scenarios/lib/host.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/*
 * The case, in a child process: sends one request, and exits with 0 if it gets ERR and the answer
 * EXPECTED.
 */
static pid_t start_case(int host, int agent, const char *payload, int err, const char *expected)
{
	struct dut dut = {.host = host};
	cleanup_free char *answer = NULL;
	pid_t pid = fork();

	if (pid)
		return pid;
	close(agent);
	_exit(request_host(&dut, "unplug", payload, &answer) == err && answer &&
			      !strcmp(answer, expected)
		      ? 0
		      : 1);
}

/* The text that the agent must write, the host's answer, and the result for the case. */
static enum greatest_test_res ask(const char *payload, const char *written, const char *answered,
				  int err, const char *expected)
{
	cleanup_close int agent = -1, runner = -1;
	struct channel requests = {.fd = -1};
	int ends[2], ports[2], status = -1;
	char got[256] = "";
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ports));
	agent = ends[0];
	runner = ports[0];
	requests.fd = ports[1];
	pid = start_case(ends[1], ends[0], payload, err, expected);
	close(ends[1]);
	ASSERT_EQ((ssize_t)strlen(answered), write(runner, answered, strlen(answered)));
	ASSERT_EQ_FMT(0, host_serve(agent, &requests), "%d");
	ASSERT(read(runner, got, sizeof(got) - 1) > 0);
	ASSERT_STR_EQ(written, got);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ_FMT(0, status, "%d");
	ASSERT_EQ_FMT(-EPIPE, host_serve(agent, &requests), "%d");
	close(requests.fd);
	buf_free(&requests.in);
	PASS();
}

TEST passes_on(void)
{
	CHECK_CALL(ask("edu", "unplug 3\nedu", "ok 0\n", 0, ""));
	CHECK_CALL(ask("a b  c", "unplug 6\na b  c", "ok 5\nthere", 0, "there"));
	PASS();
}

TEST passes_refusals_back(void)
{
	return ask("", "unplug 0\n", "error 15\nno such request", -EREMOTEIO, "no such request");
}

TEST tells_of_a_broken_port(void)
{
	return ask("x", "unplug 1\nx", "what\n", -EREMOTEIO, "the request port does not answer");
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(passes_on);
	RUN_TEST(passes_refusals_back);
	RUN_TEST(tells_of_a_broken_port);
	GREATEST_MAIN_END();
}
