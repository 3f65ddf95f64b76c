// SPDX-License-Identifier: GPL-2.0-only
/* The folders of runs: which of them the next run removes. */
#include "runner/cli/run-folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include "greatest.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char reports[] = "/tmp/run-folder-XXXXXX";

/* A process with a folder of its own, and a file in it: names of folders are reused. */
struct other_run {
	pid_t pid;
	char folder[64];
	char *console;
};

static void __attribute__((noreturn)) be_other_run(int fd)
{
	char *folder = NULL;

	if (!folder_make(reports, &folder))
		write_all(fd, folder, strlen(folder) + 1);
	close(fd);
	for (;;)
		pause();
}

static struct other_run start_run(void)
{
	struct other_run run = {0};
	int ends[2];

	if (pipe(ends))
		return run;
	run.pid = fork();
	if (!run.pid)
		be_other_run(ends[1]);
	close(ends[1]);
	if (read(ends[0], run.folder, sizeof(run.folder)) < 0)
		run.folder[0] = 0;
	close(ends[0]);
	run.console = text("%s/console", run.folder);
	file_write(run.console, "", 0);
	return run;
}

static void kill_run(const struct other_run *run)
{
	kill(run->pid, SIGKILL);
	waitpid(run->pid, NULL, 0);
}

static void free_run(struct other_run *run)
{
	free(run->console);
}
#define cleanup_run __attribute__((cleanup(free_run)))

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

/* Make a folder as the next run does. */
static int make_next(void)
{
	cleanup_free char *folder = NULL;

	return folder_make(reports, &folder);
}

TEST folder_of_killed_run_is_removed(void)
{
	cleanup_run struct other_run run = start_run();

	kill_run(&run);
	ASSERT(exists(run.console));
	ASSERT_EQ_FMT(0, make_next(), "%d");
	ASSERT(!exists(run.console));
	PASS();
}

TEST folder_of_running_run_is_kept(void)
{
	cleanup_run struct other_run run = start_run();

	ASSERT_EQ_FMT(0, make_next(), "%d");
	ASSERT(exists(run.console));
	kill_run(&run);
	PASS();
}

TEST folder_with_results_is_kept(void)
{
	cleanup_run struct other_run run = start_run();
	cleanup_free char *results = text("%s/results.json", run.folder);

	ASSERT_EQ_FMT(0, file_write(results, "", 0), "%d");
	kill_run(&run);
	ASSERT_EQ_FMT(0, make_next(), "%d");
	ASSERT(exists(run.console));
	PASS();
}

/* Such as that of a night, or a copy that the user made. */
TEST folder_with_another_name_is_kept(void)
{
	cleanup_free char *nightly = text("%s/nightly-20260102-030405", reports);
	cleanup_free char *copy = text("%s/2026-broken", reports);

	ASSERT_EQ_FMT(0, make_folders(nightly) ?: make_folders(copy), "%d");
	ASSERT_EQ_FMT(0, make_next(), "%d");
	ASSERT(exists(nightly));
	ASSERT(exists(copy));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	if (!mkdtemp(reports))
		return 2;
	RUN_TEST(folder_of_killed_run_is_removed);
	RUN_TEST(folder_of_running_run_is_kept);
	RUN_TEST(folder_with_results_is_kept);
	RUN_TEST(folder_with_another_name_is_kept);
	remove_tree(reports);
	GREATEST_MAIN_END();
}
