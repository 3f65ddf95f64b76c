// SPDX-License-Identifier: GPL-2.0-only
/* Collects patches: makes a patch from a mail, and maintains the list. */
#include "kernel/tools/lib/series.h"

#include "kernel/tools/lib/series-diff.h"
#include "lab/base/cleanup.h"

#include <string.h>

/* Lines that introduce a file in diffs not made by git, between the message and "---". */
static bool announces(struct span line)
{
	return span_blank(line) || span_starts(line, "Index: ") || span_starts(line, "====") ||
	       span_starts(line, "diff ");
}

/* Returns the message without the lines at its end that introduce the diff. */
static struct span message_of(struct span message)
{
	while (message.len) {
		size_t len = message.len - (message.at[message.len - 1] == '\n');
		const char *newline = memrchr(message.at, '\n', len);
		size_t from = newline ? (size_t)(newline + 1 - message.at) : 0;

		if (!announces((struct span){message.at + from, len - from}))
			break;
		message.len = from;
	}
	return message;
}

/* Moves the first line of PATCH's message to its subject. Uses NAME if there is none. */
static void name_patch(struct patch *patch, const char *name)
{
	cleanup_free char *message = patch->message;
	struct span rest = span_of(message), line = {NULL, 0};

	while (span_blank(line) && span_line(&rest, &line))
		;
	free(patch->subject);
	if (span_blank(line) || span_starts(line, "---")) {
		patch->subject = span_copy(span_of(name));
		patch->message = steal(message);
		return;
	}
	patch->subject = span_copy(span_trim(line));
	patch->message = span_copy(rest);
}

static void read_diff(struct patch *patch, struct span body, bool p0)
{
	cleanup_diff struct diff diff = DIFF_INIT;
	cleanup_buf struct buf why = BUF_INIT;
	int err = diff_read(body, p0, &diff, &why);

	body.len = diff.message;
	patch->message = span_copy(message_of(body));
	if (err)
		patch->broken = buf_steal(&why);
	else if (!diff.file_count)
		patch->broken = text("it has no diff");
	else
		patch->diff = buf_steal(&diff.text);
	patch->files = buf_steal(&diff.files);
}

/* The allocation doubles at every power of two. */
static void append(struct series *series, const struct patch *patch)
{
	size_t count = series->count;

	if (!(count & (count - 1)))
		series->patches =
			realloc(series->patches, (count ? 2 * count : 1) * sizeof(*patch));
	if (!series->patches)
		abort();
	series->patches[series->count++] = *patch;
}

void series_add(struct series *series, struct mail *mail, const char *name, bool p0)
{
	struct patch patch = {
		.subject = steal(mail->subject),
		.from = steal(mail->from),
		.date = steal(mail->date),
	};

	read_diff(&patch, span_of(mail->body), p0);
	if (!*patch.subject)
		name_patch(&patch, name);
	tag_parse(patch.subject, &patch.tag);
	append(series, &patch);
}

static void patch_free(struct patch *patch)
{
	free(patch->subject);
	free(patch->from);
	free(patch->date);
	free(patch->message);
	free(patch->diff);
	free(patch->files);
	free(patch->broken);
}

void series_drop(struct series *series,
		 bool (*drop)(const struct patch *patch, const void *context), const void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < series->count; i++) {
		if (drop(&series->patches[i], context))
			patch_free(&series->patches[i]);
		else
			series->patches[kept++] = series->patches[i];
	}
	series->count = kept;
}

void series_free(struct series *series)
{
	for (size_t i = 0; i < series->count; i++)
		patch_free(&series->patches[i]);
	free(series->patches);
	*series = (struct series)SERIES_INIT;
}

void series_list(const struct series *series, struct buf *out)
{
	for (size_t i = 0; i < series->count; i++) {
		const struct patch *patch = &series->patches[i];
		cleanup_free char *files = strdup(patch->files);

		if (!files)
			abort();
		for (char *at = strchr(files, '\n'); at; at = strchr(at, '\n'))
			*at = at[1] ? ' ' : '\0';
		buf_printf(out, "%zu\t%s\t%s\n", i + 1, patch->subject, files);
	}
}
