// SPDX-License-Identifier: GPL-2.0-only
#include "reports/evidence.h"

#include "lab/base/cleanup.h"
#include "reports/model/compare.h"

#include <string.h>

static void add_lines(struct buf *buf, const char *label, const struct list *lines)
{
	if (lines->count)
		buf_printf(buf, "%s:\n", label);
	for (size_t i = 0; i < lines->count; i++)
		buf_printf(buf, "  %s\n", lines->items[i]);
}

/* Cut at the end of a line, so that no multi-byte character is split. */
static void cut(struct buf *buf, size_t max)
{
	static const char more[] = "[cut: results.json has the rest]\n";
	size_t len = max - sizeof(more);

	if (buf->len <= max)
		return;
	while (len && buf->data[len - 1] != '\n')
		len--;
	buf->data[len] = '\0';
	buf->len = len;
	buf_puts(buf, more);
}

char *record_evidence(const struct record *record, size_t max)
{
	const struct result *result = &record->result;
	cleanup_buf struct buf buf = BUF_INIT;

	if (result->reason)
		buf_printf(&buf, "%s\n", result->reason);
	if (record->xfail)
		buf_printf(&buf, "known failure: %s\n", record->xfail);
	if (result->where)
		buf_printf(&buf, "at: %s\n", result->where);
	add_lines(&buf, "leftovers", &result->leftovers);
	add_lines(&buf, "kernel log", &result->kernel_log);
	add_lines(&buf, "console", &result->console);
	add_lines(&buf, "discarded attempts", &result->discarded);
	cut(&buf, max);
	return buf_steal(&buf);
}

char *cell_command(const struct results *results, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	cleanup_free char *choice = cell->lost ? comparison_choice(cell->lost)
					       : results_choice(results, record->kernel);
	cleanup_free char *modes = modes_choice(results_modes(results), MODE_BIT(record->mode));
	cleanup_list struct list machines = {0};
	cleanup_free char *machine = NULL;

	list_add(&machines, record->machine);
	machine = results_machine_choice(results, &machines);
	return text("make lab-run %s %s SCENARIOS=%s DUTS=%s%s", choice, machine,
		    record_selected(record), record->dut, modes);
}

char *record_repro(const struct results *results, const struct record *record)
{
	const struct machine_about *about = results_machine(results, record->machine);
	const char *dump = about ? about->lspci : NULL;

	if (about && about->image)
		return NULL;
	return text("vfiolab repro %s%s%s'%s/%s %s'", dump ? "--lspci '" : "", dump ?: "",
		    dump ? "' " : "", record->kernel, record->machine, record->name);
}
