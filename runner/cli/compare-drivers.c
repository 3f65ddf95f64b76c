// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/compare-drivers.h"

#include "lab/base/cleanup.h"
#include "reports/model/changes.h"
#include "reports/text/text.h"
#include "runner/plan/roots.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PLAIN "+vfio-pci"

struct driver_comparing {
	const struct settings *settings;
	const struct found_run *run;
	bool all;
	bool *different;
	struct list rows; /* of the table */
};

/* The machines of RUN whose DUTs are served by variant drivers, MACHINE+DRIVER. */
static void list_variants(const struct found_run *run, struct list *machines)
{
	const struct records *cases = &run->results.cases;

	for (size_t i = 0; i < cases->count; i++) {
		const char *name = cases->items[i].machine;
		const size_t len = strlen(name);

		if (len > strlen(PLAIN) && !strcmp(name + len - strlen(PLAIN), PLAIN)) {
			cleanup_free char *variant = strndup(name, len - strlen(PLAIN));

			list_add_once(machines, variant);
		}
	}
}

/* Read what may differ under DRIVER. */
static int read_listed(const struct settings *settings, const char *driver,
		       struct expectations *expectations, struct buf *why)
{
	cleanup_free char *path = roots_find(&settings->roots, "kernel/drivers", driver);

	return path ? expectations_read(path, expectations, why) : 0;
}

static void print_listed(const struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++) {
		const struct expectation *item = &expectations->items[i];

		if (item->seen)
			printf("listed  %ux %s%s%s: %s\n", item->seen, item->cases ?: "",
			       item->cases ? " " : "", item->fact, item->reason);
	}
}

/* Changes that do not make the run fail are cases of one driver alone, and known failures. */
static unsigned int unlisted(const struct changes *changes)
{
	return changes->of[CHANGE_REGRESSION] + changes->of[CHANGE_NEW_FAILURE] +
	       changes->of[CHANGE_LOST] + changes->of[CHANGE_FACT] + changes->of[CHANGE_FIXED] +
	       changes->of[CHANGE_NEW_PASS];
}

static void add_row(struct driver_comparing *comparing, const char *driver, const char *kernel,
		    const struct changes *changes)
{
	list_addf(&comparing->rows, "%-24s%-16s%10u%10u%10u%10u%10u", driver, kernel,
		  changes->of[CHANGE_NONE], changes->listed, unlisted(changes),
		  changes->of[CHANGE_APPEARED], changes->of[CHANGE_DISAPPEARED]);
}

static int compare_machine(struct driver_comparing *comparing, const char *kernel,
			   const char *machine, struct buf *why)
{
	const char *driver = strchr(machine, '+') + 1;
	cleanup_free char *plain = text("%s" PLAIN, machine);
	const struct results *results = &comparing->run->results;
	const struct run_part before = {.results = results, .kernel = kernel, .machine = plain};
	const struct run_part after = {.results = results, .kernel = kernel, .machine = machine};
	cleanup_expectations struct expectations expectations = {0};
	cleanup_changes struct changes changes = {0};
	const struct page page = page_of(stdout);
	int err = read_listed(comparing->settings, driver, &expectations, why);

	if (err)
		return err;
	changes_find(&before, &after, &expectations, &changes);
	printf("%s: vfio-pci -> %s\n", kernel, driver);
	changes_print(&changes, comparing->all ? CHANGES_ALL : CHANGES_SHORT, results, &page);
	print_listed(&expectations);
	printf("\n");
	add_row(comparing, driver, kernel, &changes);
	*comparing->different |= changes_failed(&changes);
	return 0;
}

static void print_table(const struct driver_comparing *comparing)
{
	printf("%-24s%-16s%10s%10s%10s%10s%10s\n", "driver", "kernel", "same", "listed", "unlisted",
	       "it alone", "vfio-pci");
	for (size_t i = 0; i < comparing->rows.count; i++)
		printf("%s\n", comparing->rows.items[i]);
}

int compare_drivers(const struct settings *settings, const struct found_run *run,
		    const struct list *kernels, bool all, bool *different, struct buf *why)
{
	struct driver_comparing comparing = {settings, run, all, different, {0}};
	cleanup_list struct list machines = {0};
	int err = 0;

	list_variants(run, &machines);
	for (size_t k = 0; k < kernels->count; k++)
		for (size_t m = 0; m < machines.count && !err; m++)
			err = compare_machine(&comparing, kernels->items[k], machines.items[m],
					      why);
	if (!err && machines.count)
		print_table(&comparing);
	list_free(&comparing.rows);
	if (err || machines.count)
		return err;
	buf_printf(why, "%s is no run of make drivers", run->name);
	return -ENOENT;
}
