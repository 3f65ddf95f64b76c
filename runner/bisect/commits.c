// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfiolab bisect --good --bad: find the first bad commit of KDIR=. git bisect chooses the commits,
 * in a repository of its own that only shares objects with KDIR= (kernel/commits).
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bisect/bisect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HASH_SHOWN 12

struct commit_range {
	struct bisect *bisect;
	const char *source; /* KDIR= */
	char *repository;
	char *good; /* IDs */
	char *bad;
	char *saw; /* the reason of the last FAIL */
};

static void history_free(struct commit_range *history)
{
	free(history->repository);
	free(history->good);
	free(history->bad);
	free(history->saw);
}

/* Make the repository, and look up the ends. */
static int open_repository(struct commit_range *history, struct buf *why)
{
	struct bisect *bisect = history->bisect;
	cleanup_free char *program = text("%s/kernel/commits", bisect->settings->top);
	cleanup_tool struct tool tool = bisect_tool(bisect, program);
	cleanup_buf struct buf out = BUF_INIT;
	cleanup_list struct list ids = {0};
	int err;

	tool.out = &out;
	list_add(&tool.argv, history->repository);
	list_add(&tool.argv, history->source);
	list_add(&tool.argv, bisect->good);
	list_add(&tool.argv, bisect->bad);
	err = bisect_do(bisect, &tool, why);
	if (err)
		return err;
	list_add_split(&ids, out.data ?: "", "\n");
	history->good = text("%s", ids.count > 0 ? ids.items[0] : "");
	history->bad = text("%s", ids.count > 1 ? ids.items[1] : "");
	return 0;
}

/* git ARG... in the repository. */
static struct tool git(const struct commit_range *history, const char *words, struct buf *out)
{
	struct tool tool = bisect_tool(history->bisect, "git");

	list_addf(&tool.argv, "--git-dir=%s", history->repository);
	list_add_words(&tool.argv, words);
	tool.out = out;
	return tool;
}

/* The short ID and the subject of COMMIT. */
static char *describe(const struct commit_range *history, const char *commit)
{
	cleanup_buf struct buf subject = BUF_INIT;
	cleanup_tool struct tool tool =
		git(history, "--no-pager log -1 --no-decorate --format=%s", &subject);

	list_add(&tool.argv, commit);
	tool_run(&tool);
	return text("%.*s %.*s", HASH_SHOWN, commit, (int)strcspn(subject.data ?: "", "\n"),
		    subject.data ?: "");
}

/* Make the files of COMMIT the source of the kernel "local". */
static int take_source(const struct commit_range *history, const char *commit, struct buf *why)
{
	const struct bisect *bisect = history->bisect;
	cleanup_free char *program = text("%s/kernel/snapshot", bisect->settings->top);
	cleanup_free char *folder = text("%s/sources", bisect->out);
	cleanup_free char *link = text("%s/local", folder);
	cleanup_tool struct tool tool = bisect_tool(bisect, program);
	cleanup_buf struct buf path = BUF_INIT;
	int err;

	tool.out = &path;
	list_add(&tool.argv, history->source);
	list_add(&tool.argv, commit);
	err = bisect_do(bisect, &tool, why);
	if (err)
		return err;
	path.data[strcspn(path.data, "\n")] = '\0';
	unlink(link);
	if (make_folders(folder) || symlink(path.data, link)) {
		buf_printf(why, "cannot write to %s: %s", folder, strerror(errno));
		return -errno;
	}
	return 0;
}

static int test(struct commit_range *history, const char *commit, struct trial *trial,
		struct buf *why)
{
	int err;

	fflush(stdout);
	bisect_next_log(history->bisect);
	err = take_source(history, commit, why);
	if (!err)
		err = bisect_test(history->bisect, "local", NULL, "local", trial, why);
	if (err)
		return err;
	trial_print(trial);
	if (trial->outcome == OUTCOME_BAD) {
		free(history->saw);
		history->saw = text("%s", trial->reason);
	}
	return 0;
}

static int check_end(struct commit_range *history, const char *title, const char *commit,
		     enum outcome wanted, struct buf *why)
{
	cleanup_free char *about = describe(history, commit);
	cleanup_trial struct trial trial = {0};

	printf("%-7s %s\n", title, about);
	return test(history, commit, &trial, why) ?: trial_require(&trial, wanted, about, why);
}

/*
 * Run git bisect WORDS, and store what it prints in OUT. Returns its exit status: not 0 if it ends
 * without an answer, with a message on its output; or -errno with a message in WHY.
 */
static int advance(const struct commit_range *history, const char *words, struct buf *out,
		   struct buf *why)
{
	cleanup_free char *command = text("bisect %s", words);
	cleanup_tool struct tool tool = git(history, command, out);
	int status;

	buf_free(out);
	status = tool_run(&tool);
	if (status < 0)
		buf_printf(why, "git bisect: %s",
			   status == -EINTR ? "interrupted" : strerror(-status));
	return status;
}

/* Store the commit to test next in *COMMIT, which the caller frees. */
static int read_next(const struct commit_range *history, char **commit, struct buf *why)
{
	cleanup_buf struct buf out = BUF_INIT;
	cleanup_tool struct tool tool = git(history, "rev-parse BISECT_HEAD", &out);
	int err = bisect_do(history->bisect, &tool, why);

	if (!err)
		*commit = text("%.*s", (int)strcspn(out.data, "\n"), out.data);
	return err;
}

/* Whether git bisect printed that it is done. */
static bool is_done(const struct buf *out)
{
	return out->data && strstr(out->data, " is the first bad commit");
}

/* Test what git bisect asks for. Stores in OUT what it then prints. Returns as advance(). */
static int step(struct commit_range *history, struct buf *out, struct buf *why)
{
	static const char *const words[] = {
		[OUTCOME_GOOD] = "good", [OUTCOME_BAD] = "bad", [OUTCOME_SKIP] = "skip"};
	cleanup_trial struct trial trial = {0};
	cleanup_free char *commit = NULL;
	cleanup_free char *about = NULL;
	int err = read_next(history, &commit, why);

	if (err)
		return err;
	about = describe(history, commit);
	printf("%.*s\n", (int)strcspn(out->data ?: "", "\n"), out->data ?: "");
	printf("test    %s\n", about);
	err = test(history, commit, &trial, why);
	return err ?: advance(history, words[trial.outcome], out, why);
}

/* Print the answer as git bisect prints it. STATUS is that of the last git bisect. */
static int conclude(const struct commit_range *history, int status, const struct buf *out,
		    struct buf *why)
{
	fputs(out->data ?: "", stdout);
	if (status) {
		buf_printf(why, "git bisect names no first bad commit: see above, and %s",
			   history->bisect->log);
		return EXIT_NO_ANSWER;
	}
	printf("saw     %s\n", history->saw);
	return 0;
}

static int search(struct commit_range *history, struct buf *why)
{
	cleanup_free char *start = text("start --no-checkout %s %s", history->bad, history->good);
	cleanup_buf struct buf out = BUF_INIT;
	int status = advance(history, start, &out, why);

	while (!status && !is_done(&out))
		status = step(history, &out, why);
	return status < 0 ? status : conclude(history, status, &out, why);
}

/* Objects of KDIR= may belong to another user, which git refuses unless it is told otherwise. */
static int trust_source(const struct bisect *bisect, struct buf *why)
{
	static const char config[] = "[safe]\n\tdirectory = *\n";
	cleanup_free char *path = text("%s/gitconfig", bisect->out);
	int err = file_write(path, config, strlen(config));

	if (err)
		buf_printf(why, "cannot write to %s: %s", bisect->out, strerror(-err));
	setenv("GIT_CONFIG_GLOBAL", path, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	return err;
}

int bisect_commits(struct bisect *bisect, struct buf *why)
{
	__attribute__((cleanup(history_free))) struct commit_range history = {
		.bisect = bisect,
		.source = getenv("KDIR"),
		.repository = text("%s/commits", bisect->out),
	};
	int err = trust_source(bisect, why) ?: open_repository(&history, why);

	if (!err && bisect->prepare)
		return bisect_fetch(bisect, "", why);
	if (err)
		return err;
	printf("bisect  %s[%s] on %s: commits of %s\n", bisect->scenario, bisect->dut,
	       bisect->machine, history.source);
	return check_end(&history, "good?", history.good, OUTCOME_GOOD, why)
		       ?: check_end(&history, "bad?", history.bad, OUTCOME_BAD, why)
		       ?: search(&history, why);
}
