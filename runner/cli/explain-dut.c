// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "lab/base/vocabulary.h"
#include "runner/cli/explain.h"
#include "runner/plan/roots.h"

#include <string.h>

static void flush_words(const struct explain *explain, const char **label, struct buf *words,
			const struct vocabulary *row)
{
	if (!words->len)
		return;
	explain_word(explain, *label, words->data, row->meaning);
	*label = "";
	buf_free(words);
}

/* Adjacent words with the same meaning share a line. */
static void print_properties(const struct explain *explain, const char *has)
{
	cleanup_buf struct buf words = BUF_INIT;
	const struct vocabulary *last = NULL;
	const char *label = "has";
	struct need word;

	for_each_need(word, has)
	{
		const struct vocabulary *row = vocabulary_find(&word);

		if (row != last)
			flush_words(explain, &label, &words, last);
		last = row;
		if (row)
			buf_printf(&words, "%s%.*s", words.len ? " " : "", (int)word.len,
				   word.start);
	}
	flush_words(explain, &label, &words, last);
}

static void print_model(const struct explain *explain, const struct machine_model *model)
{
	cleanup_free char *file = NULL, *path = NULL;

	if (!model) {
		explain_line(explain, "model", "none: QEMU emulates the device");
		return;
	}
	file = text("%s.c", model->model);
	path = roots_find(&explain->settings->roots, "lab/devices", file);
	explain_line(explain, "model", "%s%s%s%s%s%s", model->model, path ? " (" : "",
		     path ? explain_path(explain, path) : "", path ? ")" : "",
		     *model->params ? ", " : "", model->params);
	if (model->fault)
		explain_line(explain, "fault", "%s, before QEMU connects", model->fault);
	if (model->timeout)
		explain_line(explain, "timeout", "QEMU waits %s ms for an answer", model->timeout);
}

static void print_purpose(const struct explain *explain, const struct machine *machine,
			  const struct machine_dut *dut)
{
	size_t all, planned = explain_planned(explain, machine, dut, &all);

	if (dut->purpose)
		explain_line(explain, "for", "scenarios that need for=%s, and no others",
			     dut->purpose);
	if (dut->only)
		explain_line(explain, "only", "%s", dut->only);
	explain_line(explain, "scenarios", "%s%zu of %zu can run on it", dut->has ? "" : "at most ",
		     planned, all);
}

static void print_dut(const struct explain *explain, const struct machine *machine,
		      const struct machine_dut *dut)
{
	cleanup_free char *vf = dut->vf < 0 ? text("%s", "")
					    : text(", virtual function %d of that device", dut->vf);

	explain_line(explain, "machine", "%s: %s", machine->name, machine->about);
	explain_line(explain, "path", "%s%s", dut->path, vf);
	explain_line(explain, "driver", "%s serves it to VFIO", dut->driver ?: "vfio-pci");
	print_model(explain, machine_model(machine, dut->name));
	if (dut->properties)
		explain_line(explain, "properties", "%s, from the guest's ACPI tables",
			     dut->properties);
	print_purpose(explain, machine, dut);
	if (dut->has)
		print_properties(explain, dut->has);
	else
		explain_line(explain, "has",
			     "not declared: vfiolab list -m %s prints what a guest finds",
			     machine->name);
}

void explain_dut(const struct explain *explain, const char *name)
{
	const struct inventory *inventory = &explain->inventory;

	explain_title(explain, "DUT", name);
	for (size_t m = 0; m < inventory->machine_count; m++)
		for (size_t d = 0; d < inventory->machines[m]->dut_count; d++)
			if (!strcmp(inventory->machines[m]->duts[d].name, name))
				print_dut(explain, inventory->machines[m],
					  &inventory->machines[m]->duts[d]);
}
