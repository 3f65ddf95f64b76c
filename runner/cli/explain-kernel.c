// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/expectations.h"
#include "runner/cli/explain.h"
#include "runner/cli/kernel-about.h"
#include "runner/plan/overlay-check.h"
#include "runner/plan/roots.h"
#include "runner/plan/tree.h"
#include "runner/plan/wants.h"

#include <string.h>

/* The first line of the file O/kernels/NAMESUFFIX, or NULL. The caller frees it. */
static char *built_line(const struct explain *explain, const char *name, const char *suffix)
{
	cleanup_free char *path = text("%s/kernels/%s%s", explain->settings->out, name, suffix);
	char *content = NULL;

	if (file_read(path, &content, NULL))
		return NULL;
	content[strcspn(content, "\n")] = '\0';
	return content;
}

static void print_line(const struct explain *explain, const char *label, const char *value)
{
	if (value)
		explain_line(explain, label, "%s", value);
}

static void print_flavour(const struct explain *explain, const char *name)
{
	cleanup_free char *path = text("%s/kernel/config/%s/guest", explain->settings->top, name);
	cleanup_wants struct wants wants = {0};
	cleanup_buf struct buf why = BUF_INIT, guests = BUF_INIT;

	if (!wants_read(path, &wants, &why) && wants.scale > 1)
		buf_printf(&guests, "; deadlines are %u times as long", wants.scale);
	if (wants.memory)
		buf_printf(&guests, "; guests have at least %u MiB", wants.memory);
	explain_line(explain, "flavour", "%s: the options of kernel/config/%s%s", name, name,
		     guests.data ?: "");
}

/* Describe the parts of NAME after the tree: a flavour and a series. */
static void print_additions(const struct explain *explain, const char *name)
{
	cleanup_list struct list parts = {0};

	list_add_split(&parts, name, "+");
	for (size_t i = 1; i < parts.count; i++) {
		if (i == 1 && tree_has_flavour(explain->settings->top, parts.items[i]))
			print_flavour(explain, parts.items[i]);
		else
			explain_line(explain, "with", "the patches %s", parts.items[i]);
	}
}

static void print_built(const struct explain *explain, const char *name)
{
	cleanup_free char *make = kernel_choice(explain->settings, name);
	cleanup_free char *release = built_line(explain, name, "/release");

	explain_line(explain, "make", "%s", make);
	if (list_has(&explain->inventory.kernels, name))
		explain_line(explain, "built", "Linux %s, %s/kernels/%s", release ?: "?",
			     explain->settings->out, name);
	else
		explain_line(explain, "built", "no: make image KERNELS=%s builds it", name);
}

/* Print the failures listed in the file PATH. Sets *LABEL to "" after the first one. */
static void print_failures(const struct explain *explain, const char *path, const char **label)
{
	cleanup_expectations struct expectations failures = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (expectations_read_failures(path, &failures, &why))
		print_line(explain, *label, why.data);
	for (size_t i = 0; i < failures.count; i++) {
		const struct expectation *item = &failures.items[i];
		bool verdict = !strcmp(item->fact, "verdict");

		explain_line(explain, *label, "%s%s%s: %s", item->cases, verdict ? "" : " in ",
			     verdict ? "" : item->fact, item->reason);
		*label = "";
	}
}

/* Print the known bugs of the kernel, which kernel/build has chosen by its version. */
static void print_known(const struct explain *explain, const char *name)
{
	cleanup_free char *path = text("%s/kernels/%s.xfail", explain->settings->out, name);
	const char *label = "known";

	if (access(path, R_OK)) {
		explain_line(explain, label, "depends on its version: build it first");
		return;
	}
	print_failures(explain, path, &label);
	if (*label)
		explain_line(explain, label, "no failure");
}

static void print_tree(const struct explain *explain, const char *name, const struct tree *tree)
{
	cleanup_free char *path = roots_find(&explain->settings->roots, "kernel/trees", name);

	print_line(explain, "about", tree->about);
	explain_line(explain, "tree", "%s%s%s", explain_path(explain, path ?: name),
		     tree->base ? ", on " : "", tree->base ?: "");
	print_line(explain, "source", tree->source);
	if (tree->prebuilt)
		explain_line(explain, "prebuilt", "%s", tree->prebuilt);
	else
		explain_line(explain, "compiler", "%s", tree->cc ?: "gcc");
	print_line(explain, "series", tree->series);
}

void explain_kernel(const struct explain *explain, const char *name)
{
	cleanup_free char *tree_name = text("%.*s", (int)strcspn(name, "+"), name);
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_tree struct tree tree = {0};

	explain_title(explain, "kernel", name);
	if (!strcmp(tree_name, "local"))
		explain_line(explain, "about", "the source that KDIR= names");
	else if (tree_load(&explain->settings->roots, tree_name, &tree, &why))
		explain_line(explain, "about", "%s", why.data);
	else
		print_tree(explain, tree_name, &tree);
	print_additions(explain, name);
	print_built(explain, name);
	print_known(explain, name);
}
