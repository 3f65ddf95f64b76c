// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/compare-modes.h"

#include "lab/base/cleanup.h"
#include "reports/model/changes.h"
#include "reports/text/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Two modes of a kernel in a run. */
struct pair_of_modes {
	const struct found_run *run;
	const char *kernel;
	enum mode first, other;
};

/* Read what may differ in MODE. */
static int read_listed(const struct settings *settings, enum mode mode,
		       struct expectations *expectations, struct buf *why)
{
	cleanup_free char *path = text("%s/kernel/modes/%s", settings->top, mode_names[mode]);

	return access(path, R_OK) ? 0 : expectations_read(path, expectations, why);
}

static struct run_part part_of(const struct pair_of_modes *pair, enum mode mode)
{
	return (struct run_part){.results = &pair->run->results,
				 .kernel = pair->kernel,
				 .machine = pair->run->machine,
				 .modes = MODE_BIT(mode)};
}

static int compare_pair(const struct settings *settings, const struct pair_of_modes *pair, bool all,
			bool *different, struct buf *why)
{
	const struct run_part before = part_of(pair, pair->first);
	const struct run_part after = part_of(pair, pair->other);
	cleanup_expectations struct expectations expectations = {0};
	cleanup_changes struct changes changes = {0};
	const struct page page = page_of(stdout);
	int err = read_listed(settings, pair->other, &expectations, why);

	if (err)
		return err;
	changes_find(&before, &after, &expectations, &changes);
	printf("%s:%s %s -> %s\n", pair->run->name, pair->kernel, mode_names[pair->first],
	       mode_names[pair->other]);
	changes_print(&changes, all ? CHANGES_ALL : CHANGES_SHORT, &pair->run->results, &page);
	*different |= changes_failed(&changes);
	return 0;
}

/* The modes of KERNEL in RUN: a set. */
static unsigned int modes_of(const struct found_run *run, const char *kernel)
{
	const struct records *cases = &run->results.cases;
	unsigned int modes = 0;

	for (size_t i = 0; i < cases->count; i++)
		if (!strcmp(cases->items[i].kernel, kernel))
			modes |= MODE_BIT(cases->items[i].mode);
	return modes;
}

int compare_modes(const struct settings *settings, const struct found_run *run,
		  const struct list *kernels, bool all, bool *different, struct buf *why)
{
	unsigned int pairs = 0;
	int err = 0;

	for (size_t i = 0; i < kernels->count; i++) {
		const unsigned int modes = modes_of(run, kernels->items[i]);
		struct pair_of_modes pair = {
			.run = run, .kernel = kernels->items[i], .first = mode_first(modes)};

		for (unsigned int mode = pair.first + 1; mode < MODE_COUNT && !err; mode++) {
			if (!(modes & MODE_BIT(mode)))
				continue;
			pairs++;
			pair.other = (enum mode)mode;
			err = compare_pair(settings, &pair, all, different, why);
		}
	}
	if (pairs)
		return err;
	buf_printf(why,
		   "no kernel of %s ran in several modes: run one that has them, such as "
		   "KERNELS=latest",
		   run->name);
	return -ENOENT;
}
