// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab kernels: a table of what each kernel offers. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/select.h"
#include "runner/cli/command.h"
#include "runner/cli/find-run.h"
#include "runner/cli/kernel-about.h"
#include "runner/plan/plan.h"

#include <stdio.h>
#include <string.h>

/* Options of the subject of the tests, in the order of the table. */
static const char *const options_shown[] = {
	"VFIO",
	"VFIO_GROUP",
	"VFIO_CONTAINER",
	"VFIO_IOMMU_TYPE1",
	"VFIO_DEVICE_CDEV",
	"VFIO_NOIOMMU",
	"VFIO_DEBUGFS",
	"VFIO_PCI",
	"VFIO_PCI_VGA",
	"VFIO_PCI_IGD",
	"VFIO_PCI_DMABUF",
	"IOMMUFD",
	"IOMMUFD_VFIO_CONTAINER",
	"INTEL_IOMMU",
	"AMD_IOMMU",
	"VIRTIO_IOMMU",
	"PCI_IOV",
	"PCI_P2PDMA",
	"TRANSPARENT_HUGEPAGE",
};

/* Names of device features, by number: VFIO_DEVICE_FEATURE_* in include/uapi/linux/vfio.h. */
static const char *const feature_names[] = {
	"PCI_VF_TOKEN",		  "MIGRATION",	    "MIG_DEVICE_STATE",	 "LOW_POWER_ENTRY",
	"LOW_POWER_ENTRY_WAKEUP", "LOW_POWER_EXIT", "DMA_LOGGING_START", "DMA_LOGGING_STOP",
	"DMA_LOGGING_REPORT",	  "MIG_DATA_SIZE",  "BUS_MASTER",	 "DMA_BUF",
	"MIG_PRECOPY_INFOv2",	  "ZPCI_ERROR",
};

/* Names of a container's extensions, by number: VFIO_CHECK_EXTENSION there. There is no 0. */
static const char *const extension_names[] = {
	"",
	"TYPE1_IOMMU",
	"SPAPR_TCE_IOMMU",
	"TYPE1v2_IOMMU",
	"DMA_CC_IOMMU",
	"EEH",
	"TYPE1_NESTING_IOMMU",
	"SPAPR_TCE_v2_IOMMU",
	"NOIOMMU_IOMMU",
	"UNMAP_ALL",
	"UPDATE_VADDR",
};

#define FEATURES_SCENARIO   "uapi/device_features_offered"
#define EXTENSIONS_SCENARIO "uapi/container_extensions_offered"

/* Widths: of the first column; of the others, for "type1 compat cdev". */
#define LABEL	   30
#define COLUMN_MIN 17

/* A column of the table. */
struct column {
	char *name;
	char *config; /* the text of its configuration; "" if it is not known */
	unsigned int modes;
	struct kernel_about about;
	struct pairs facts; /* of all cases of the scenarios above */
};

struct table {
	const char *run; /* --run */
	char *const *globs;
	struct column *items;
	size_t count;
	struct found_run found;
};

static void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->items[i].name);
		free(table->items[i].config);
		json_free(&kernel_type, &table->items[i].about);
		free(table->items[i].about.name);
		pairs_free(&table->items[i].facts);
	}
	free(table->items);
	found_run_free(&table->found);
}

static bool tells(const char *scenario)
{
	return !strcmp(scenario, FEATURES_SCENARIO) || !strcmp(scenario, EXTENSIONS_SCENARIO);
}

/* Take the facts of all devices and modes: a kernel offers what it offers of any of them. */
static void take_facts(const struct results *results, struct column *column)
{
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		if (strcmp(record->kernel, column->name) || !tells(record->scenario))
			continue;
		for (size_t f = 0; f < record->result.facts.count; f++)
			pairs_set(&column->facts, record->result.facts.items[f].name,
				  record->result.facts.items[f].value);
	}
}

static void add_column(const struct settings *settings, const struct inventory *inventory,
		       const char *name, struct table *table)
{
	cleanup_free char *path = text("%s/kernels/%s/config", settings->out, name);
	struct column *column = array_add(table);

	column->name = text("%s", name);
	column->modes = inventory_modes(inventory, name);
	column->about = kernel_about(settings, name);
	if (file_read(path, &column->config, NULL))
		column->config = text("%s", "");
	take_facts(&table->found.results, column);
}

/* The width of a column, except for the last. */
static int width_of(const struct column *column)
{
	const int width = (int)strlen(column->name);

	return width > COLUMN_MIN ? width : COLUMN_MIN;
}

static void print_row(const char *label, const struct list *cells, const struct table *table)
{
	printf("%-*s", LABEL, label);
	for (size_t i = 0; i < cells->count; i++)
		printf("  %-*s", i + 1 < cells->count ? width_of(&table->items[i]) : 0,
		       cells->items[i]);
	puts("");
}

/* "y", "m", a value, "n", or "-" for an option that the kernel lacks or whose dependencies do. */
static char *option_of(const struct column *column, const char *option)
{
	cleanup_free char *set = text("\nCONFIG_%s=", option);
	cleanup_free char *unset = text("\n# CONFIG_%s is not set\n", option);
	const char *at = strstr(column->config, set);

	if (!at)
		return text("%s", strstr(column->config, unset) ? "n" : "-");
	at += strlen(set);
	return text("%.*s", (int)strcspn(at, "\n"), at);
}

static void print_options(const struct table *table)
{
	for (size_t o = 0; o < ARRAY_SIZE(options_shown); o++) {
		cleanup_list struct list cells = {0};

		for (size_t i = 0; i < table->count; i++) {
			cleanup_free char *value = option_of(&table->items[i], options_shown[o]);

			list_add(&cells, value);
		}
		print_row(options_shown[o], &cells, table);
	}
}

static char *modes_text(unsigned int modes)
{
	cleanup_list struct list names = {0};

	for (unsigned int mode = 0; mode < MODE_COUNT; mode++)
		if (modes & MODE_BIT(mode))
			list_add(&names, mode_names[mode]);
	return list_join(&names, " ");
}

static void print_about(const struct table *table)
{
	cleanup_list struct list names = {0}, versions = {0}, modes = {0};

	for (size_t i = 0; i < table->count; i++) {
		cleanup_free char *its = modes_text(table->items[i].modes);

		list_add(&names, table->items[i].name);
		list_add(&versions, table->items[i].about.version ?: "?");
		list_add(&modes, its);
	}
	print_row("", &names, table);
	print_row("version", &versions, table);
	print_row("modes", &modes, table);
}

/* The facts called KIND[NUMBER] that some kernel has, one row each. */
static void print_numbered(const struct table *table, const char *kind, const char *const *names,
			   size_t name_count)
{
	for (unsigned int number = 0; number < 32; number++) {
		cleanup_free char *fact = text("%s[%u]", kind, number);
		cleanup_free char *label =
			number < name_count ? text("%s %s", kind, names[number]) : text("%s", fact);
		cleanup_list struct list cells = {0};
		bool any = false;

		for (size_t i = 0; i < table->count; i++) {
			const struct pairs *facts = &table->items[i].facts;
			const char *value = pairs_get(facts, fact);

			any |= !!value;
			list_add(&cells, value ?: facts->count ? "-" : "?");
		}
		if (any)
			print_row(label, &cells, table);
	}
}

static int choose(const struct inventory *inventory, const struct table *table, struct list *chosen,
		  struct buf *why)
{
	cleanup_list struct list globs = {0};

	for (char *const *glob = table->globs; glob && *glob; glob++)
		list_add_words(&globs, *glob);
	return list_select_in_order(&inventory->kernels, &globs, "kernel that is built", chosen,
				    why);
}

/* Without --run, the latest run, if there is one. */
static int read_run(const struct settings *settings, struct table *table, struct buf *why)
{
	cleanup_buf struct buf ignored = BUF_INIT;

	if (table->run)
		return find_run(settings, table->run, &table->found, why);
	if (find_run(settings, "latest", &table->found, &ignored))
		results_free(&table->found.results);
	return 0;
}

enum { OPTION_RUN = OPTION_LONG_ONLY };

static const struct argp_option options[] = {
	{"run", OPTION_RUN, "RUN", 0,
	 "the run whose facts show the features, by default the latest", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct table *table = state->input;

	switch (key) {
	case OPTION_RUN:
		table->run = value;
		return 0;
	case ARGP_KEY_ARGS:
		table->globs = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp kernels_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[KERNEL...]",
	.doc = "Print a table of what the built kernels, or those that the globs KERNEL select, "
	       "offer: version, modes and options, read from their configuration, and the "
	       "device features and extensions that cases of uapi/*_offered saw in a run. "
	       "-: the kernel does not have it; ?: the run does not tell.",
};

static int run_kernels(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(table_free))) struct table table = {0};
	cleanup_inventory struct inventory inventory = {0};
	cleanup_list struct list chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&kernels_argp, argc, argv, 0, &table);
	if (inventory_read(settings, &inventory, &why) ||
	    choose(&inventory, &table, &chosen, &why) || read_run(settings, &table, &why))
		return complain(&why);
	for (size_t i = 0; i < chosen.count; i++)
		add_column(settings, &inventory, chosen.items[i], &table);
	print_about(&table);
	print_options(&table);
	print_numbered(&table, "feature", feature_names, ARRAY_SIZE(feature_names));
	print_numbered(&table, "extension", extension_names, ARRAY_SIZE(extension_names));
	return 0;
}

COMMAND(kernels, .name = "kernels", .summary = "list what each kernel offers",
	.argp = &kernels_argp, .run = run_kernels);
