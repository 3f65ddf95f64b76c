// SPDX-License-Identifier: GPL-2.0-only
/* mutant-draw: draw mutants of the lines of a kernel that cases reach, as patches. */
#include "kernel/tools/lib/draw.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

struct request {
	const char *source, *lines, *equivalent, *folder;
	unsigned long seed, from, count;
};

static const struct argp_option options[] = {
	{"source", 's', "DIR", 0, "the kernel's source", 0},
	{"lines", 'l', "FILE", 0, "the lines that cases reach: FILE, LINE between tabs", 0},
	{"equivalent", 'e', "FILE", 0, "mutants that are not drawn (tests/mutants/equivalent)", 0},
	{"seed", 'S', "N", 0, "which of all orders", 0},
	{"from", 'f', "N", 0, "the first number that is drawn, from 1", 0},
	{"count", 'c', "N", 0, "how many to draw", 0},
	{"output", 'o', "DIR", 0, "the folder for the patches", 0},
	{0},
};

static error_t number(struct argp_state *state, const char *value, unsigned long *result)
{
	char *end;

	errno = 0;
	*result = strtoul(value, &end, 10);
	if (errno || *end || *value < '0' || *value > '9')
		argp_failure(state, 2, 0, "'%s' is not a number: expected 0, 1, 2, ...", value);
	return 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 's':
		request->source = value;
		return 0;
	case 'l':
		request->lines = value;
		return 0;
	case 'e':
		request->equivalent = value;
		return 0;
	case 'o':
		request->folder = value;
		return 0;
	case 'S':
		return number(state, value, &request->seed);
	case 'f':
		return number(state, value, &request->from);
	case 'c':
		return number(state, value, &request->count);
	case ARGP_KEY_END:
		if (!request->from)
			argp_failure(state, 2, 0, "--from=0: the first number is 1");
		if (!request->source || !request->lines || !request->folder)
			argp_failure(state, 2, 0, "--source, --lines and --output are needed");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int read_equivalents(const char *path, struct draw *draw, struct buf *why)
{
	cleanup_free char *data = NULL;
	cleanup_buf struct buf reason = BUF_INIT;
	int err = path ? file_read(path, &data, NULL) : 0;

	if (!path)
		return 0;
	if (err)
		buf_puts(&reason, strerror(-err));
	else
		err = equivalents_parse(span_of(data), &draw->equivalents, &reason);
	if (err)
		buf_printf(why, "%s: %s", path, reason.data);
	return err;
}

static char *one_line(const struct draw_item *item, bool with)
{
	cleanup_buf struct buf lines = BUF_INIT;

	draw_lines(item, with, &lines);
	return squeezed((struct span){lines.data, lines.len});
}

/* Prints what ITEM is. WHY: why it is equivalent, or NULL. */
static void describe(const struct draw_item *item, const char *name, const char *why)
{
	const struct mutant *mutant = item->mutant;
	cleanup_free char *old = one_line(item, false), *new = one_line(item, true);

	printf("%s\t%s\t%s\t%s\t%u\t%.*s\t%s\t%s\t%s\n", why ? "equivalent" : "drawn", name,
	       mutant->operation, item->file->name, item->line, (int)mutant->function.len,
	       mutant->function.at, old, new, why ?: "-");
}

static int write_patch(const struct draw_item *item, const char *folder, const char *name,
		       struct buf *why)
{
	cleanup_buf struct buf patch = BUF_INIT;
	cleanup_free char *path = text("%s/%s.patch", folder, name);
	int err;

	buf_printf(&patch, "Subject: [PATCH] %s in %.*s, %s:%u\n\n---\n", item->mutant->operation,
		   (int)item->mutant->function.len, item->mutant->function.at, item->file->name,
		   item->line);
	draw_patch(item, &patch);
	err = file_write(path, patch.data, patch.len);
	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}

/* Draws what REQUEST wants. Mutants that are equivalent are described and do not count. */
static int draw_some(const struct draw *draw, const struct request *request, struct buf *why)
{
	unsigned long count = 0;
	int err = 0;

	for (size_t i = request->from - 1; i < draw->order.count && count < request->count && !err;
	     i++) {
		const struct draw_item *item = &draw->order.items[i];
		const char *equivalent = draw_equivalent(draw, item);
		cleanup_free char *name = text("sample-%lu-%04zu", request->seed, i + 1);

		describe(item, name, equivalent);
		if (equivalent)
			continue;
		err = write_patch(item, request->folder, name, why);
		count++;
	}
	return err;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Draw mutants of the lines of a kernel that cases reach. Writes a patch for "
		       "each, and prints a line: drawn or equivalent, name, operator, file, line, "
		       "function, the line before, the line after, why it is equivalent; between "
		       "tabs. The same arguments give the same mutants.",
	};
	struct request request = {.from = 1, .count = 1};
	cleanup_draw struct draw draw = {0};
	cleanup_buf struct buf why = BUF_INIT;
	int err;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	err = read_equivalents(request.equivalent, &draw, &why) ?:
	      draw_read(request.source, request.lines, request.seed, &draw, &why) ?:
	      draw_some(&draw, &request, &why);
	if (err)
		fprintf(stderr, "vfiolab: mutant-draw: %s\n", why.data);
	return err || fflush(stdout) ? 2 : 0;
}
