// SPDX-License-Identifier: GPL-2.0-only
/*
 * The agent: /init of the guest. It gets its work from the runner and does it (docs/protocol.md).
 * On a host it only lists its scenarios.
 */
#include "lab/base/alloc.h"
#include "scenarios/agent/bench.h"
#include "scenarios/agent/gcov.h"
#include "scenarios/agent/guest-command.h"
#include "scenarios/agent/image.h"
#include "scenarios/agent/init.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/renew.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/agent/spelling.h"
#include "scenarios/lib/channel.h"
#include "scenarios/lib/kernel/kmsg.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/pci.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char usage[] =
	"usage: agent --list | --help\n"
	"\n"
	"The program that runs in the lab's guests as /init. On a host it lists its scenarios.\n"
	"\n"
	"  --list    print a line for each scenario, its fields separated by tabs: name, needs,\n"
	"            deadline in ms, file:line, 'hidden' or '-', summary. A need that is not in\n"
	"            the vocabulary is an error\n"
	"  --help    print this\n";

/* The linker's order is arbitrary. Overlays, whose paths are absolute, come last. */
static int by_place(const void *a, const void *b)
{
	const struct scenario *left = *(const struct scenario *const *)a;
	const struct scenario *right = *(const struct scenario *const *)b;
	int roots = (*left->file == '/') - (*right->file == '/');
	int files = roots ?: strcmp(left->file, right->file);

	return files ?: (left->line > right->line) - (left->line < right->line);
}

static void list_one(const struct scenario *scenario)
{
	cleanup_free char *name = scenario_name(scenario);

	printf("%s\t%s\t%u\t%s:%u\t%s\t%s\n", name, scenario->needs, scenario_deadline(scenario),
	       scenario->file, scenario->line, scenario->hidden ? "hidden" : "-",
	       scenario->summary);
}

/* An error if a scenario in ALL before AT has the name of that at AT, or NULL. */
static char *same_name_error(const struct scenario *const *all, size_t at)
{
	cleanup_free char *name = scenario_name(all[at]);

	for (size_t i = 0; i < at; i++) {
		cleanup_free char *other =
			strcmp(all[i]->name, all[at]->name) ? NULL : scenario_name(all[i]);

		if (other && !strcmp(name, other))
			return text("%s:%u: error: scenario %s is also in %s:%u", all[at]->file,
				    all[at]->line, name, all[i]->file, all[i]->line);
	}
	return NULL;
}

/*
 * Print an error for each scenario that has a misspelt need or the name of another one, and for DUT
 * drivers that are alike. Returns true if there was one.
 */
static bool complain(const struct scenario *const *all, size_t count)
{
	cleanup_free char *drivers = dut_driver_error();
	bool wrong = false;

	for (size_t i = 0; i < count; i++) {
		cleanup_free char *error = spelling_error(all[i]) ?: same_name_error(all, i);

		wrong |= !!error;
		if (error)
			fprintf(stderr, "%s\n", error);
	}
	if (drivers)
		fprintf(stderr, "%s\n", drivers);
	return wrong || drivers;
}

static int list(void)
{
	cleanup_free const struct scenario **all = NULL;
	size_t count = 0;

	for_each_scenario (scenario) {
		all = one_more(all, count, sizeof(*all));
		all[count++] = scenario;
	}
	if (count)
		qsort(all, count, sizeof(*all), by_place);
	if (complain(all, count))
		return 2;
	for (size_t i = 0; i < count; i++)
		list_one(all[i]);
	return fflush(stdout) ? 2 : 0;
}

static int on_host(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(usage, stdout) < 0 ? 2 : 0;
	fputs("agent: this is the program for the lab's guests; try --list or --help\n", stderr);
	return 2;
}

static void begin_stream(int ktap, const struct work *plan)
{
	struct utsname kernel;

	if (plan->first) {
		ktap_line(ktap, "KTAP version 1");
		ktap_line(ktap, "1..%u", plan->total);
	}
	uname(&kernel);
	ktap_line(ktap, "# guest: %s %s %s", kernel.sysname, kernel.release, kernel.machine);
}

/* Whether all cases of PLAN with a DUT have modes that do without type1. */
static bool spares_type1(const struct work *plan)
{
	for (size_t i = 0; i < plan->cases_count; i++)
		if (plan->cases[i].mode == MODE_TYPE1 && *plan->duts[plan->cases[i].dut].path)
			return false;
	return plan->cases_count;
}

/* Load the VFIO modules, once for all cases. Returns NULL, or an error message. */
static const char *load_vfio(bool need_type1)
{
	if (module_load("vfio_iommu_type1", "") && need_type1)
		return "cannot load the module vfio_iommu_type1";
	if (module_load("vfio-pci", ""))
		return "cannot load the module vfio-pci";
	return NULL;
}

/*
 * Load the drivers that some DUTs have instead of vfio-pci, and the modules that others need. What
 * the kernel lacks is reported later, with its DUT.
 */
static void load_variants(const struct work *plan)
{
	for (size_t i = 0; i < plan->duts_count; i++) {
		const struct work_dut *dut = &plan->duts[i];

		if (dut->module)
			module_load(dut->module, "");
		if (dut->driver)
			module_load(dut->driver, "");
	}
}

/*
 * A native driver that is loaded for one DUT must not bind to the others. In an image it does, as
 * in any distribution.
 */
static const char *stop_autoprobe(void)
{
	if (image_wanted())
		return NULL;
	return pci_autoprobe(false) ? "cannot write /sys/bus/pci/drivers_autoprobe" : NULL;
}

static void ask(struct channel *requests, const char *verb, const char *payload)
{
	cleanup_free char *answer = NULL;
	size_t len;

	channel_request(requests, verb, payload, &answer, &len);
}

static void do_plan(char *work, int ktap, struct channel *requests)
{
	cleanup_work struct work plan = {0};
	cleanup_free char *why = NULL;
	cleanup_free char *stale = NULL;
	struct bench bench;
	const char *missing, *end;

	if (work_parse(work, &plan, &why)) {
		ktap_line(ktap, "# error: %s", why);
		ktap_line(ktap, "# end: done");
		ask(requests, "done", "");
		return;
	}
	begin_stream(ktap, &plan);
	stale = renew_files(&plan, requests);
	if (stale)
		ktap_line(ktap, "# error: %s", stale);
	missing = stop_autoprobe();
	if (!missing)
		missing = load_vfio(!spares_type1(&plan));
	if (missing)
		ktap_line(ktap, "# error: %s", missing);
	load_variants(&plan);
	bench_set_up(&bench, &plan, ktap, kmsg_open(), requests);
	if (plan.kind == WORK_PROBE)
		bench_probe(&bench);
	else
		bench_run(&bench);
	/* This might block if the kernel is broken. */
	if (plan.kind == WORK_CASES && !bench.broken && !plan.reach)
		gcov_keep(requests);
	/*
	 * The two ports are not synchronized: the stream's end marker lets the runner know that it
	 * has read all of it.
	 */
	end = bench.reboot ? "reboot" : bench.fresh ? "fresh" : "done";
	ktap_line(ktap, "# end: %s", end);
	ask(requests, end, bench.fresh ?: "");
	if (bench.reboot) {
		sync();
		reboot(RB_AUTOBOOT);
	}
}

static void load_for_command(const struct guest_command *command)
{
	load_vfio(true);
	for (size_t i = 0; i < command->duts_count; i++)
		if (command->duts[i].module)
			module_load(command->duts[i].module, "");
}

static void do_command(char *work, size_t len, struct channel *requests)
{
	struct guest_command command;
	struct command_watch watch;
	int err = command_parse(work, len, &command);

	command_watch(&watch);
	if (!err) {
		load_for_command(&command);
		err = command_run(&command, &watch, requests);
	}
	if (err)
		fprintf(stderr, "agent: the command could not be run: %s\n", error_name(err));
	command_free(&command);
}

/* Let the runner know that the guest cannot be used, and WHY. */
static int report_unready(const char *why)
{
	struct channel requests = {.fd = guest_port("org.vfiolab.request")};

	fprintf(stderr, "agent: %s\n", why);
	if (requests.fd < 0)
		return requests.fd;
	ask(&requests, "unready", why);
	return 0;
}

/* Get the work and do it. */
static int work(int ktap, struct channel *requests)
{
	char *work = NULL;
	size_t len;
	int err = channel_request(requests, "plan", "", &work, &len);

	if (err)
		return err;
	if (command_is(work, len))
		do_command(work, len, requests);
	else
		do_plan(work, ktap, requests);
	return 0;
}

static int serve(bool in_image)
{
	struct channel requests = {.fd = -1};
	cleanup_free char *why = NULL;
	int ktap = guest_port("org.vfiolab.ktap");

	requests.fd = guest_port("org.vfiolab.request");
	if (ktap < 0 || requests.fd < 0)
		return ktap < 0 ? ktap : requests.fd;
	why = in_image ? image_await(&requests) : NULL;
	if (!why)
		return work(ktap, &requests);
	ask(&requests, "unready", why);
	return 0;
}

static int in_guest(void)
{
	cleanup_free char *why = NULL;
	int err = guest_set_up();

	if (err)
		return err;
	if (!image_wanted())
		return serve(false);
	why = image_enter();
	return report_unready(why);
}

/* As a service of the image. */
static int in_image(int argc, char **argv)
{
	guest_environment("/root");
	if (!strcmp(argv[1], UNREADY_OPTION))
		return report_unready(argc > 2 ? argv[2] : "the image cannot be used");
	return serve(true);
}

static bool is_service(int argc, char **argv)
{
	return argc > 1 && (!strcmp(argv[1], IMAGE_OPTION) || !strcmp(argv[1], UNREADY_OPTION)) &&
	       image_wanted();
}

int main(int argc, char **argv)
{
	int err;

	if (is_service(argc, argv))
		err = in_image(argc, argv);
	else if (getpid() != 1)
		return on_host(argc, argv);
	else
		err = in_guest();
	if (err)
		fprintf(stderr, "agent: cannot work in this guest: %s\n", error_name(err));
	guest_rest();
}
