// SPDX-License-Identifier: GPL-2.0-only
/* The work of a guest: plans, commands, and the messages that carry them. */
#include "scenarios/agent/work.h"
#include "scenarios/agent/guest-command.h"
#include "scenarios/lib/channel.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

TEST plan_of_cases(void)
{
	cleanup_work struct work plan = {0};
	cleanup_free char *why = NULL;
	static const char work[] =
		"do cases\ntotal 96\nfirst no\nscale 2.5\ndeadline 700\ngdb yes\n"
		"dut edu 05.0\ndut igb-vf0 07.0/00.0 vf 3 module model-sriov\n"
		"dut edu-variant 06.0 driver edu-vfio-pci\n"
		"dut flaky 02.0 model testdev for flr has irq=msi:4,pm\n"
		"case 12 bind/driver_override_binds_vfio_pci edu\ncase 13 sriov/x igb-vf0 cdev\n"
		"file lib/modules/5.10/vfio.ko\n";

	ASSERT_EQ_FMT(0, work_parse(strdup(work), &plan, &why), "%d");
	ASSERT_EQ(WORK_CASES, plan.kind);
	ASSERT_EQ_FMT(96u, plan.total, "%u");
	ASSERT_FALSE(plan.first);
	ASSERT_IN_RANGE(2.5, plan.scale, 0.001);
	ASSERT_EQ_FMT(700U, plan.deadline_ms, "%u");
	ASSERT(plan.gdb);
	ASSERT_EQ_FMT((size_t)4, plan.duts_count, "%zu");
	ASSERT_EQ(NULL, plan.duts[0].purpose);
	ASSERT_STR_EQ("flr", plan.duts[3].purpose);
	ASSERT_STR_EQ("testdev", plan.duts[3].model);
	ASSERT_EQ(NULL, plan.duts[0].model);
	ASSERT_EQ(NULL, plan.duts[0].has);
	ASSERT_STR_EQ("irq=msi:4 pm", plan.duts[3].has);
	ASSERT_STR_EQ("05.0", plan.duts[0].path);
	ASSERT_EQ_FMT(-1, plan.duts[0].vf, "%d");
	ASSERT_EQ_FMT(3, plan.duts[1].vf, "%d");
	ASSERT_STR_EQ("model-sriov", plan.duts[1].module);
	ASSERT_EQ(NULL, plan.duts[0].module);
	ASSERT_EQ(NULL, plan.duts[1].driver);
	ASSERT_STR_EQ("edu-vfio-pci", plan.duts[2].driver);
	ASSERT_EQ_FMT(-1, plan.duts[2].vf, "%d");
	ASSERT_EQ_FMT((size_t)2, plan.cases_count, "%zu");
	ASSERT_EQ_FMT(13u, plan.cases[1].number, "%u");
	ASSERT_STR_EQ("sriov/x", plan.cases[1].scenario);
	ASSERT_EQ_FMT((size_t)1, plan.cases[1].dut, "%zu");
	ASSERT_EQ(MODE_TYPE1, plan.cases[0].mode);
	ASSERT_EQ(MODE_CDEV, plan.cases[1].mode);
	ASSERT_EQ_FMT((size_t)1, plan.files_count, "%zu");
	ASSERT_STR_EQ("lib/modules/5.10/vfio.ko", plan.files[0]);
	PASS();
}

TEST plan_of_probe(void)
{
	cleanup_work struct work plan = {0};
	cleanup_free char *why = NULL;

	ASSERT_EQ_FMT(0, work_parse(strdup("do probe\ndut edu 05.0"), &plan, &why), "%d");
	ASSERT_EQ(WORK_PROBE, plan.kind);
	ASSERT(plan.first);
	PASS();
}

TEST bad_plans(void)
{
	static const char *const bad[] = {
		"do what",
		"total x",
		"total",
		"first maybe",
		"scale 0",
		"deadline 0",
		"deadline 5s",
		"scale 1x",
		"dut edu",
		"dut edu 05.0 vf",
		"dut edu 05.0 vf x",
		"dut edu 05.0 driver",
		"dut edu 05.0 vf 1 driver",
		"dut edu 05.0 driver a vf 1 more",
		"dut edu 05.0 model",
		"case 1 a/b no-dut",
		"case x a/b edu",
		"surprise",
		"do cases more words than any line has here",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_work struct work plan = {0};
		cleanup_free char *why = NULL;

		ASSERT_EQ_FMTm(bad[i], -EINVAL, work_parse(strdup(bad[i]), &plan, &why), "%d");
		ASSERTm(bad[i], why && strstr(why, "line 1"));
	}
	PASS();
}

TEST command(void)
{
	char work[] = "do exec\0tty=1\0cwd=/tmp\0--\0ls\0-l\0a b";
	struct guest_command command = {0};

	ASSERT(command_is(work, sizeof(work) - 1));
	ASSERT_FALSE(command_is("do cases\n", 9));
	ASSERT_EQ_FMT(0, command_parse(work, sizeof(work) - 1, &command), "%d");
	ASSERT(command.tty);
	ASSERT_STR_EQ("/tmp", command.folder);
	ASSERT_STR_EQ("ls", command.argv[0]);
	ASSERT_STR_EQ("a b", command.argv[2]);
	ASSERT_EQ(NULL, command.argv[3]);
	command_free(&command);
	PASS();
}

TEST command_without_words(void)
{
	char work[] = "do exec\0tty=0\0cwd=/\0--";
	struct guest_command command = {0};

	ASSERT_EQ_FMT(-EINVAL, command_parse(work, sizeof(work) - 1, &command), "%d");
	command_free(&command);
	PASS();
}

static struct channel channel_of(const char *bytes, size_t len)
{
	struct channel channel = {.fd = -1};

	buf_add(&channel.in, bytes, len);
	return channel;
}

TEST messages_in_pieces(void)
{
	static const char stream[] = "ok 5\nab\0cd"
				     "error 2\nno";
	struct channel channel = channel_of("", 0);
	char word[16], *data = NULL;
	size_t len;

	for (size_t i = 0; i < 9; i++) {
		buf_add(&channel.in, stream + i, 1);
		ASSERT_EQ_FMT(0, channel_take(&channel, word, &data, &len), "%d");
	}
	buf_add(&channel.in, stream + 9, sizeof(stream) - 1 - 9);
	ASSERT_EQ_FMT(1, channel_take(&channel, word, &data, &len), "%d");
	ASSERT_STR_EQ("ok", word);
	ASSERT_EQ_FMT((size_t)5, len, "%zu");
	ASSERT_MEM_EQ("ab\0cd", data, 6);
	free(data);
	ASSERT_EQ_FMT(1, channel_take(&channel, word, &data, &len), "%d");
	ASSERT_STR_EQ("error", word);
	ASSERT_STR_EQ("no", data);
	free(data);
	ASSERT_EQ_FMT(0, channel_take(&channel, word, &data, &len), "%d");
	buf_free(&channel.in);
	PASS();
}

TEST not_messages(void)
{
	static const char *const bad[] = {
		"ok\n",	  "ok x\n", "ok 5 6\n", "averylongwordindeed 5\n", "ok 99999999999\n",
		"ok -1\n"};
	char word[16], *data = NULL;
	size_t len;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct channel channel = channel_of(bad[i], strlen(bad[i]));

		ASSERT_EQ_FMTm(bad[i], -EPROTO, channel_take(&channel, word, &data, &len), "%d");
		buf_free(&channel.in);
	}
	PASS();
}

TEST request_and_answer(void)
{
	struct channel channel = {.fd = -1};
	cleanup_free char *answer = NULL;
	cleanup_close int host = -1;
	char sent[64] = "";
	size_t len;
	int ends[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	channel.fd = ends[0];
	host = ends[1];
	ASSERT_EQ(9, write(host, "ok 4\nfine", 9));
	ASSERT_EQ_FMT(0, channel_request(&channel, "plan", "", &answer, &len), "%d");
	ASSERT_STR_EQ("fine", answer);
	ASSERT_EQ_FMT((ssize_t)7, read(host, sent, sizeof(sent)), "%zd");
	ASSERT_STR_EQ("plan 0\n", sent);
	close(channel.fd);
	buf_free(&channel.in);
	PASS();
}

TEST host_goes_away(void)
{
	struct channel channel = {.fd = -1};
	cleanup_free char *answer = NULL;
	size_t len;
	int ends[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	channel.fd = ends[0];
	ASSERT_EQ(0, shutdown(ends[1], SHUT_WR));
	ASSERT_EQ_FMT(-EPIPE, channel_request(&channel, "plan", "", &answer, &len), "%d");
	ASSERT_EQ(NULL, answer);
	close(ends[0]);
	close(ends[1]);
	buf_free(&channel.in);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(plan_of_cases);
	RUN_TEST(plan_of_probe);
	RUN_TEST(bad_plans);
	RUN_TEST(command);
	RUN_TEST(command_without_words);
	RUN_TEST(messages_in_pieces);
	RUN_TEST(not_messages);
	RUN_TEST(request_and_answer);
	RUN_TEST(host_goes_away);
	GREATEST_MAIN_END();
}
