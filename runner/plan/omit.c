// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/omit.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/fit.h"
#include "runner/plan/kernel-meta.h"

#include <string.h>

/* A driver may have '_' in the place of '-' in the name of its module. */
static bool is_driver(const char *module, const char *driver)
{
	while (*module && (*module == *driver || (*module == '-' && *driver == '_')))
		module++, driver++;
	return !*module && !*driver;
}

static bool kernel_lacks(const struct settings *settings, const char *kernel, const char *driver)
{
	cleanup_free char *path = text("%s/kernels/%s.without", settings->out, kernel);
	cleanup_list struct list modules = {0};
	cleanup_free char *lines = NULL;

	if (file_read(path, &lines, NULL))
		return false;
	list_add_split(&modules, lines, "\n");
	for (size_t i = 0; i < modules.count; i++)
		if (is_driver(modules.items[i], driver))
			return true;
	return false;
}

/* The tree of KERNEL, or its name if it is not known. */
static char *tree_of(const struct settings *settings, const char *kernel)
{
	cleanup_free char *folder = text("%s/kernels/%s", settings->out, kernel);

	return kernel_meta(folder, "tree") ?: text("%s", kernel);
}

/* If a kernel of the same tree has the driver, the run is to show that KERNEL does not. */
static bool tree_lacks(const struct planning *planning, const char *kernel, const char *driver)
{
	const struct list *kernels = &planning->selection->kernels;
	cleanup_free char *tree = tree_of(planning->settings, kernel);

	for (size_t k = 0; k < kernels->count; k++) {
		const char *other = kernels->items[k];
		cleanup_free char *its_tree = tree_of(planning->settings, other);

		if (!strcmp(tree, its_tree) && !kernel_lacks(planning->settings, other, driver))
			return false;
	}
	return true;
}

/* What KERNEL's tree lacks of that which DUT cannot do without, or NULL. */
static const char *lacking_for(const struct planning *planning, const char *kernel,
			       const struct machine_dut *dut)
{
	if (dut->module && tree_lacks(planning, kernel, dut->module))
		return dut->module;
	return dut->driver && tree_lacks(planning, kernel, dut->driver) ? dut->driver : NULL;
}

static bool has_cases(const struct job *job, const char *dut)
{
	for (size_t i = 0; i < job->cases.count; i++)
		if (!strcmp(job->cases.items[i].dut, dut))
			return true;
	return !job->cases.count;
}

bool omit_job(const struct planning *planning, const struct machine *machine, const struct job *job,
	      struct list *omitted)
{
	cleanup_list struct list lacking = {0};
	cleanup_free char *drivers = NULL;

	if (planning->choice->cases.count || (job->cases.count && has_cases(job, fit_no_dut.name)))
		return false;
	for (size_t d = 0; d < machine->dut_count; d++) {
		const struct machine_dut *dut = &machine->duts[d];
		const char *missing;

		if (!has_cases(job, dut->name))
			continue;
		missing = lacking_for(planning, job->kernel, dut);
		if (!missing)
			return false;
		list_add_once(&lacking, missing);
	}
	if (!lacking.count)
		return false;
	drivers = list_join(&lacking, " ");
	list_addf(omitted, "%s on %s, which cannot have %s", machine->name, job->kernel, drivers);
	return true;
}
