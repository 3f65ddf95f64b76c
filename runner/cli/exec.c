// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab exec and vfiolab shell: run a command or an interactive shell in a guest. */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/cli/command.h"
#include "runner/cli/foreground.h"
#include "runner/cli/own-settings.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/* Time limit of a command without --timeout. */
#define EXEC_SECONDS 600

/* The guest's folder for --copy, and the working directory of the command. */
#define COPY_FOLDER "/copy"

struct exec_choice {
	struct choice choice;
	char *copy;
	char *append;		   /* further parameters of the guest's kernel; NULL: none */
	unsigned int cpus, memory; /* 0: as the machine has them */
	char **command;		   /* NULL-terminated; empty: a shell on a terminal */
	bool shell;
};

enum {
	OPTION_COPY = 'C',
	OPTION_TIMEOUT = 't',
	OPTION_CPUS = OPTION_LONG_ONLY,
	OPTION_MEMORY,
	OPTION_APPEND,
};

static const struct argp_option options[] = {
	{"copy", OPTION_COPY, "PATH", 0,
	 "copy the file PATH, or the contents of the folder PATH, to the guest's " COPY_FOLDER
	 ", and start the command there",
	 0},
	{"timeout", OPTION_TIMEOUT, "SECONDS", 0,
	 "time limit of the command [TIMEOUT=]; default 600 s for exec, none for shell", 0},
	{"cpus", OPTION_CPUS, "N", 0, "processors of the guest", 0},
	{"memory", OPTION_MEMORY, "MIB", 0, "memory of the guest in MiB, if the machine has less",
	 0},
	{"append", OPTION_APPEND, "PARAMETERS", 0,
	 "further parameters for the command line of the guest's kernel", 0},
	{0},
};

/*
 * Limits: the processors that the lab's kernels support (kernel/config/guest.config), the memory of
 * a guest in MiB, and the length of --append. The kernel cuts its command line at 2048 bytes.
 */
#define CPUS_MAX   8
#define MEMORY_MAX 65536
#define APPEND_MAX 1024

static int take_append(struct argp_state *state, char *value, struct exec_choice *exec)
{
	const char *wrong = NULL;

	for (const char *at = value; *at; at++)
		if (*at < ' ' || *at > '~')
			wrong = "expected printable ASCII";
	if (strlen(value) > APPEND_MAX)
		wrong = "it is longer than 1024 bytes";
	exec->append = value;
	if (!wrong)
		return 0;
	argp_failure(state, EXIT_LAB, 0, "--append: %s", wrong);
	return EINVAL;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct exec_choice *exec = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &exec->choice;
		return 0;
	case OPTION_COPY:
		exec->copy = value;
		return 0;
	case OPTION_TIMEOUT:
		return parse_option_number(state, "--timeout", value, TIMEOUT_MAX,
					   &exec->choice.timeout);
	case OPTION_CPUS:
		return parse_option_number(state, "--cpus", value, CPUS_MAX, &exec->cpus);
	case OPTION_MEMORY:
		return parse_option_number(state, "--memory", value, MEMORY_MAX, &exec->memory);
	case OPTION_APPEND:
		return take_append(state, value, exec);
	case ARGP_KEY_ARGS:
		exec->command = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Report that several NAMES (kernels or machines: WHAT) match, if there are several. */
static int refuse_several(const struct list *names, const char *what, struct buf *why)
{
	cleanup_free char *joined = NULL;

	if (names->count < 2)
		return 0;
	joined = list_join(names, ", ");
	buf_printf(why, "several %ss match: %s: choose one with --%s", what, joined, what);
	return -EINVAL;
}

static int require_one(const struct plan *plan, struct buf *why)
{
	cleanup_list struct list kernels = {0}, machines = {0};

	for (size_t j = 0; j < plan->count; j++) {
		list_add_once(&kernels, plan->jobs[j].kernel);
		list_add_once(&machines, plan->jobs[j].machine);
	}
	return refuse_several(&kernels, "kernel", why) ?: refuse_several(&machines, "machine", why);
}

static int choose_one(const struct settings *settings, struct exec_choice *exec, struct plan *plan,
		      struct buf *why)
{
	cleanup_inventory struct inventory inventory = {0};

	return inventory_read(settings, &inventory, why)
		       ?: plan_make(settings, &inventory, &exec->choice, JOB_PROBE, NULL, plan, why)
		       ?: require_one(plan, why);
}

/* Make an initrd for this command: the kernel's image, followed by the copied files. */
static int add_copy(const struct settings *settings, const char *copy, const char *folder,
		    struct job *job, struct buf *why)
{
	cleanup_free char *initrd = text("%s/initrd", folder);
	cleanup_free char *command = text("'%s/images/busybox/add' '%s' '%s' '%s' '%s'",
					  settings->top, job->initrd, copy, COPY_FOLDER, initrd);

	if (access(copy, R_OK)) {
		buf_printf(why, "--copy %s: %s", copy, strerror(errno));
		return -EINVAL;
	}
	if (system(command)) {
		buf_printf(why, "--copy %s: cannot be added to the guest's files", copy);
		return -EIO;
	}
	free(job->initrd);
	job->initrd = steal(initrd);
	return 0;
}

/* Change the guest of JOB as the options ask. */
static void change_guest(struct job *job, const struct exec_choice *exec)
{
	char *cmdline = job->cmdline;

	if (exec->memory > job->memory)
		job->memory = exec->memory;
	job->cpus = exec->cpus;
	if (!exec->append)
		return;
	job->cmdline = text("%s%s%s", cmdline ?: "", cmdline ? " " : "", exec->append);
	free(cmdline);
}

static void add_command(struct job *job, const struct exec_choice *exec)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	unsigned int seconds = exec->choice.timeout ?: exec->shell ? 0 : EXEC_SECONDS;
	bool tty = exec->shell && isatty(STDIN_FILENO);

	ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
	job->kind = JOB_EXEC;
	job->deadline_ms = seconds * 1000;
	job->command = (struct guest_command){
		.cwd = text("%s", exec->copy ? COPY_FOLDER : "/"),
		.tty = tty,
		.banner = tty,
		.rows = size.ws_row,
		.columns = size.ws_col,
	};
	for (char **word = exec->command; word && *word; word++)
		list_add(&job->command.argv, *word);
	if (!job->command.argv.count)
		list_add_words(&job->command.argv, job->image ? "/bin/bash -l" : "/bin/sh");
}

static void copy_file(const char *from, const char *to, const char *name)
{
	cleanup_free char *source = text("%s/%s", from, name), *copy = text("%s/%s", to, name);
	cleanup_free char *data = NULL;
	size_t len;

	/* Errors are ignored: the exit status is the command's. */
	if (!file_read(source, &data, &len))
		file_write(copy, data, len);
}

/* Copy what cloud-init left in FOLDER to O=/exec, in place of an earlier command's. */
static void keep_files(const struct settings *settings, const char *folder, struct buf *why)
{
	cleanup_free char *kept = text("%s/exec", settings->out);
	cleanup_dir DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return;
	remove_tree(kept);
	make_folders(kept);
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			copy_file(folder, kept, entry->d_name);
	if (why)
		buf_printf(why, " (log: %s/cloud-init.log)", kept);
}

static int carry_out(const struct settings *settings, struct exec_choice *exec, const char *folder,
		     struct job *job)
{
	cleanup_buf struct buf why = BUF_INIT;
	int status = 0, err;

	job->console = text("%s/console", folder);
	job->kept = text("%s/kept", folder);
	add_command(job, exec);
	change_guest(job, exec);
	if (exec->copy && add_copy(settings, exec->copy, folder, job, &why))
		return complain(&why);
	err = foreground_run(settings, folder, job, &status, &why);
	if (job->image)
		keep_files(settings, job->kept, err ? &why : NULL);
	if (!err)
		return status;
	complain(&why);
	return status ?: EXIT_LAB;
}

static int exec_in_guest(const struct settings *settings, struct exec_choice *exec)
{
	char folder[] = "/tmp/exec.XXXXXX";
	cleanup_own_settings struct settings own = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	if (own_settings_make(settings, &exec->choice, &own, stderr, &why) ||
	    choose_one(&own, exec, &plan, &why))
		return complain(&why);
	if (!mkdtemp(folder)) {
		buf_printf(&why, "cannot create a folder in /tmp: %s", strerror(errno));
		return complain(&why);
	}
	return carry_out(&own, exec, folder, &plan.jobs[0]);
}

static const struct argp exec_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &guest_argp}, {0}},
	.args_doc = "-- COMMAND [ARG...]",
	.doc = "Run COMMAND in a guest and pass on its input, output and exit status. If the "
	       "guest's kernel reports a bug (oops, WARNING, KASAN, lockdep) or panics, print "
	       "that and exit with 1.",
};

static int run_exec(const struct settings *settings, int argc, char **argv)
{
	struct exec_choice exec = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (choice_read(&exec.choice, &why))
		return complain(&why);
	parse_options(&exec_argp, argc, argv, ARGP_IN_ORDER, &exec);
	if (!exec.command || !*exec.command) {
		buf_puts(&why,
			 "exec: no command: name one, as in: vfiolab exec -k base -m pci -- ls "
			 "/sys/bus/pci/devices");
		return complain(&why);
	}
	return exec_in_guest(settings, &exec);
}

static const struct argp shell_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &guest_argp}, {0}},
	.doc = "Open a shell in a guest; leaving it ends the guest.",
};

static int run_shell(const struct settings *settings, int argc, char **argv)
{
	struct exec_choice exec = {.shell = true};
	cleanup_buf struct buf why = BUF_INIT;

	if (choice_read(&exec.choice, &why))
		return complain(&why);
	parse_options(&shell_argp, argc, argv, 0, &exec);
	return exec_in_guest(settings, &exec);
}

COMMAND(exec, .name = "exec", .summary = "run a command in a guest, its input and output piped",
	.argp = &exec_argp, .run = run_exec);
COMMAND(shell, .name = "shell", .summary = "a shell in a guest", .argp = &shell_argp,
	.run = run_shell);
