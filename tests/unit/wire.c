// SPDX-License-Identifier: GPL-2.0-only
/* A message between host and lane is received as it was sent. */
#include "runner/guest/wire.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/socket.h>

/* Returns the line sent to FD, without its newline. */
static const char *received(int fd)
{
	static char line[4096];
	ssize_t got = recv(fd, line, sizeof(line) - 1, 0);

	line[got > 0 ? got : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return line;
}

struct link_ends {
	int host, lane;
};

static void close_ends(struct link_ends *ends)
{
	close(ends->host);
	close(ends->lane);
}

#define LINK                                                                                       \
	__attribute__((cleanup(close_ends))) struct link_ends ends;                                \
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)&ends))                                     \
	FAIL()

TEST a_job_arrives(void)
{
	cleanup_job struct job sent = {.kind = JOB_CASES, .scale = 1.5, .part = 2};
	cleanup_job struct job got = {0};
	LINK;

	sent.kernel = text("base");
	sent.cmdline = text("a=\"b c\"");
	sent.delta.base = text("image.1");
	list_add(&sent.delta.files, "lib/vfio.ko");
	job_add(&sent, 12, "bind/a", "edu", MODE_TYPE1);
	ASSERT_EQ(0, wire_send_job(ends.host, &sent));
	ASSERT_EQ(0, wire_read_job(received(ends.lane), &got));
	ASSERT_STR_EQ("base", got.kernel);
	ASSERT_STR_EQ("a=\"b c\"", got.cmdline);
	ASSERT_EQ(NULL, got.kept);
	ASSERT_STR_EQ("image.1", got.delta.base);
	ASSERT_EQ(NULL, got.delta.folder);
	ASSERT_EQ(1, got.delta.files.count);
	ASSERT_EQ(1.5, got.scale);
	ASSERT_EQ(2, got.part);
	ASSERT_EQ(1, got.cases.count);
	ASSERT_STR_EQ("bind/a[edu]", job_find(&got, 12)->name);
	ASSERT_EQ(NULL, job_find(&got, 13));
	PASS();
}

TEST a_result_arrives(void)
{
	char reason[] = "saw 1";
	struct event sent = {.kind = EVENT_RESULT,
			     .number = 7,
			     .result = {.verdict = VERDICT_FAIL, .reason = reason, .ms = 34}};
	cleanup_event struct event got = {0};
	LINK;
	const struct lane_link link = {ends.lane, -1};

	pairs_set(&sent.result.facts, "irq", "1");
	link_send(&link, &sent);
	pairs_free(&sent.result.facts);
	ASSERT_EQ(0, wire_read_event(received(ends.host), &got));
	ASSERT_EQ(EVENT_RESULT, got.kind);
	ASSERT_EQ(7, got.number);
	ASSERT_EQ(VERDICT_FAIL, got.result.verdict);
	ASSERT_STR_EQ("saw 1", got.result.reason);
	ASSERT_EQ(34, got.result.ms);
	ASSERT_STR_EQ("1", pairs_get(&got.result.facts, "irq"));
	PASS();
}

TEST an_event_has_the_members_of_its_kind(void)
{
	char end[] = "done";
	const struct event sent = {.kind = EVENT_BOOT, .ms = 900, .end = end, .number = 3};
	LINK;
	const struct lane_link link = {ends.lane, -1};

	link_send(&link, &sent);
	ASSERT_STR_EQ("{\"kind\":\"boot\",\"ms\":900,\"end\":\"done\"}", received(ends.host));
	PASS();
}

TEST malformed_message_is_refused(const char *line)
{
	cleanup_event struct event event = {0};

	ASSERT_EQ_FMT(-EPROTO, wire_read_event(line, &event), "%d");
	PASS();
}

static const char *const no_messages[] = {
	"",
	"{",
	"[]",
	"{\"kind\":\"bang\"}",
	"{\"kind\":\"boot\",\"ms\":\"soon\"}",
	"{\"kind\":\"boot\",\"ms\":-1}",
	"{\"kind\":\"result\",\"number\":1,\"result\":{\"verdict\":\"GOOD\"}}",
};

TEST the_size_of_the_terminal_arrives(void)
{
	unsigned int rows = 0, columns = 0;
	LINK;

	ASSERT_EQ(0, wire_send_size(ends.host, 24, 80));
	ASSERT_EQ(0, wire_read_size(received(ends.lane), &rows, &columns));
	ASSERT_EQ(24, rows);
	ASSERT_EQ(80, columns);
	ASSERT_EQ(-EPROTO, wire_read_size("{\"rows\":0,\"columns\":80}", &rows, &columns));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_job_arrives);
	RUN_TEST(a_result_arrives);
	RUN_TEST(an_event_has_the_members_of_its_kind);
	for (size_t i = 0; i < ARRAY_SIZE(no_messages); i++)
		RUN_TEST1(malformed_message_is_refused, no_messages[i]);
	RUN_TEST(the_size_of_the_terminal_arrives);
	GREATEST_MAIN_END();
}
