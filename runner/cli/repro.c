// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab repro: write a bundle, which runs one case where there is only QEMU. */
#include "runner/cli/command.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bundle/bundle.h"
#include "runner/bundle/pack.h"
#include "runner/bundle/qemu-line.h"
#include "runner/cli/kernel-about.h"
#include "runner/cli/one-case.h"
#include "runner/cli/probe.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* The word of --after for all cases that ran before. */
#define ALL "all"

struct repro {
	struct one_case one;
	struct prober prober;
	struct list after;
	bool untried;
	struct record recorded; /* if the case had to run first */
};

enum { OPTION_RUN = OPTION_LONG_ONLY, OPTION_AFTER, OPTION_UNTRIED };

static const struct argp_option options[] = {
	{"run", OPTION_RUN, "RUN", 0,
	 "the run that has the verdict: its folder or name, by default the latest", 0},
	{"after", OPTION_AFTER, "CASES", 0,
	 "cases that run before it in the same guest, SCENARIO[DUT] separated by blanks, or all: "
	 "those that did so in the run",
	 0},
	{"untried", OPTION_UNTRIED, NULL, 0, "do not try the bundle", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct repro *repro = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &repro->one.choice;
		return 0;
	case OPTION_RUN:
		repro->one.run = value;
		return 0;
	case OPTION_AFTER:
		list_add_split(&repro->after, value, " \n");
		return 0;
	case OPTION_UNTRIED:
		repro->untried = true;
		return 0;
	case ARGP_KEY_ARGS:
		repro->one.words = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp repro_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &guest_argp}, {0}},
	.args_doc = "SCENARIO[DUT]",
	.doc = "Write an archive that runs one case where there is only a POSIX shell and QEMU, "
	       "and "
	       "compares its verdict with the recorded one. The case may also be a line of a "
	       "report, such as FAIL base/pci SCENARIO[DUT]. A case without a verdict runs first. "
	       "The bundle is then tried. Exit status: 0 it has the recorded verdict, 1 it has "
	       "another one, 2 the lab failed.",
};

static void repro_free(struct repro *repro)
{
	prober_stop(&repro->prober);
	one_case_free(&repro->one);
	list_free(&repro->after);
	json_free(&record_type, &repro->recorded);
}

/* A bundle has no disk: it would have some hundred megabytes. */
static int check_image(const struct repro *repro, struct buf *why)
{
	const struct one_case *one = &repro->one;
	const struct job *job = one_case_job(one);

	if (!job->image)
		return 0;
	buf_printf(why,
		   "%s runs in the image cloud, which bundles do not have: run it again with make "
		   "lab-run IMAGE=cloud KERNELS=%s MACHINES=%s SCENARIOS=%s DUTS=%s",
		   one_case_target(one)->name, job->kernel, job->machine,
		   one_case_target(one)->scenario, one_case_target(one)->dut);
	return -EINVAL;
}

/* Choose the cases that precede the case. */
static int choose_before(struct repro *repro, struct buf *why)
{
	cleanup_list struct list before = {0};
	bool all = repro->after.count == 1 && !strcmp(repro->after.items[0], ALL);
	int err = 0;

	if (all && !repro->one.record) {
		buf_puts(why, "--after=" ALL ": no run has a verdict of this case");
		return -ENOENT;
	}
	if (all)
		one_case_predecessors(&repro->one, &before);
	for (size_t i = 0; i < repro->after.count && !all && !err; i++) {
		err = one_case_check(&repro->one, repro->after.items[i], why);
		list_add(&before, repro->after.items[i]);
	}
	if (!err)
		one_case_precede(&repro->one, &before);
	return err;
}

/* Run the case, because no run has a verdict of it. */
static int record(struct repro *repro, struct buf *why)
{
	struct one_case *one = &repro->one;
	const struct job_case *target = one_case_target(one);
	const struct job *job = one_case_job(one);
	int err;

	printf("run     %s/%s %s\n", job->kernel, job->machine, target->name);
	fflush(stdout);
	repro->recorded = (struct record){
		.kernel = text("%s", job->kernel),
		.machine = text("%s", job->machine),
		.name = text("%s", target->name),
		.scenario = text("%s", target->scenario),
		.dut = text("%s", target->dut),
		.mode = target->mode,
	};
	err = probe_run(&repro->prober, one, &repro->recorded.result, why);
	if (!err)
		one->record = &repro->recorded;
	return err;
}

static void print_recorded(const struct record *record)
{
	printf("case    %s/%s %s: %s%s%s\n", record->kernel, record->machine, record->name,
	       record_verdict_name(record), record->result.reason ? ": " : "",
	       record->result.reason ?: "");
}

static int write_bundle(struct repro *repro, char **path, struct buf *why)
{
	const struct one_case *one = &repro->one;
	const struct job_case *target = one_case_target(one);
	const struct scenario_info *scenario =
		catalog_find(&one->inventory.catalog, target->scenario);
	struct kernel_about kernel = kernel_about(&one->settings, one_case_job(one)->kernel);
	cleanup_list struct list arguments = {0};
	cleanup_free char *xml = NULL;
	cleanup_free char *argv = NULL;
	const struct machine *machine =
		inventory_machine(&one->inventory, one_case_job(one)->machine);
	struct pack pack = {
		.settings = &one->settings,
		.machine = machine,
		.job = one_case_job(one),
		.recorded = one->record,
		.kernel = &kernel,
		.promise = scenario->summary,
		.arguments = &arguments,
	};
	int err = probe_describe(&repro->prober, one, &xml, &argv, why);

	if (!err) {
		qemu_arguments(argv, &arguments);
		pack.xml = xml;
		err = pack_write(&pack, path, why);
	}
	json_free(&kernel_type, &kernel);
	return err;
}

/* Print "bundle  PATH   7.1 MB, after 3 other cases". */
static void print_bundle(const struct repro *repro, const char *path)
{
	const size_t before = one_case_job(&repro->one)->cases.count - 1;
	struct stat info;

	printf("bundle  %s   %.1f MB", path,
	       stat(path, &info) ? 0.0 : (double)info.st_size / 1000000);
	if (before)
		printf(", %zu case%s before it", before, before == 1 ? "" : "s");
	putchar('\n');
	fflush(stdout);
}

/* Unpack the bundle PATH into FOLDER and run it, with its output indented. Returns its status. */
static int run_bundle(const char *path, const char *folder)
{
	cleanup_free char *command = text("cd '%s' && tar -xf '%s' && ./*/run 2>&1", folder, path);
	FILE *out = popen(command, "re");
	cleanup_free char *line = NULL;
	size_t size = 0;
	int status;

	while (out && getline(&line, &size, out) > 0)
		printf("        %s", line);
	status = out ? pclose(out) : -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_LAB;
}

/* Print what to do if the bundle has another verdict than the run. Returns the exit status. */
static int conclude_try(const struct repro *repro, int status, struct buf *why)
{
	const struct one_case *one = &repro->one;
	const struct record *record = one->record;

	if (status && status != 1) {
		buf_puts(why, "the bundle does not run here: see above");
		return complain(why);
	}
	if (status && one_case_job(one)->cases.count == 1 && record != &repro->recorded)
		printf("differs perhaps other cases must run before it: vfiolab reduce '%s/%s "
		       "%s'\n",
		       record->kernel, record->machine, record->name);
	return status;
}

static int try_bundle(const struct repro *repro, const char *path, struct buf *why)
{
	char folder[] = "/tmp/try.XXXXXX";
	int status;

	if (!mkdtemp(folder)) {
		buf_printf(why, "cannot write to /tmp: %s", strerror(errno));
		return complain(why);
	}
	puts("try     the bundle in an empty folder");
	fflush(stdout);
	status = run_bundle(path, folder);
	remove_tree(folder);
	return conclude_try(repro, status, why);
}

static int run_repro(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(repro_free))) struct repro repro = {
		.prober = {.lane = {.fd = -1}, .signals = -1}};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *path = NULL;

	if (choice_read(&repro.one.choice, &why))
		return complain(&why);
	parse_options(&repro_argp, argc, argv, 0, &repro);
	if (one_case_find(settings, &repro.one, &why) || check_image(&repro, &why) ||
	    choose_before(&repro, &why))
		return complain(&why);
	if (repro.one.note.len)
		printf("note    %s\n", repro.one.note.data);
	if (prober_start(&repro.prober, &repro.one, &why))
		return complain(&why);
	if (!repro.one.record && record(&repro, &why))
		return complain(&why);
	print_recorded(repro.one.record);
	if (write_bundle(&repro, &path, &why))
		return why.len ? complain(&why) : EXIT_LAB;
	print_bundle(&repro, path);
	prober_stop(&repro.prober);
	return repro.untried ? 0 : try_bundle(&repro, path, &why);
}

COMMAND(repro, .name = "repro", .summary = "write a bundle that runs one case with QEMU alone",
	.argp = &repro_argp, .run = run_repro);
