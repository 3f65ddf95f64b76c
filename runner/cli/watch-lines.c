// SPDX-License-Identifier: GPL-2.0-only
/* Prints what is news in a pass of vfiolab watch. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/text/page.h"
#include "runner/cli/watch.h"
#include "runner/watch/diagnostics.h"

#include <string.h>
#include <time.h>

/* How many lines of one kind a pass prints. */
#define LINES_MAX 20

/* Print "14:52:03  TEXT" in INK. */
static void print_stamped(enum ink ink, const char *words)
{
	struct page page = page_of(stdout);
	char stamp[16];
	time_t now = time(NULL);

	strftime(stamp, sizeof(stamp), "%H:%M:%S  ", localtime(&now));
	fputs(stamp, stdout);
	page_print(&page, ink, words);
	putchar('\n');
}

/* Print "FAIL    pci interrupt/intx_resends[edu]: REASON". */
static void print_case(enum ink ink, const char *word, const struct record *record, bool reason)
{
	struct page page = page_of(stdout);

	page_print(&page, ink, word);
	printf("%*s%s %s%s%s\n", 8 - (int)strlen(word), "", record->machine, record->name,
	       reason ? ": " : "", reason ? record->result.reason ?: "" : "");
}

static void take_case(struct watch *watch, const struct record *record)
{
	struct watch_tally *tally = &watch->tally;

	/* A pass that is ended early has not run the rest. */
	if (record->result.verdict == VERDICT_MISS)
		return;
	tally->ran++;
	switch (standing_take(&watch->standing, record)) {
	case STAND_FAILED:
		if (++tally->failed <= LINES_MAX)
			print_case(INK_BAD, record_verdict_name(record), record, true);
		break;
	case STAND_FIXED:
		if (++tally->fixed <= LINES_MAX)
			print_case(INK_GOOD, "fixed", record, false);
		break;
	case STAND_SAME:
		break;
	}
}

static bool same_lines(const struct list *a, const struct list *b)
{
	cleanup_free char *left = list_join(a, "\n"), *right = list_join(b, "\n");

	return !strcmp(left, right);
}

static void set_lines(struct list *to, struct list *from)
{
	list_free(to);
	*to = *from;
	*from = (struct list){0};
}

/* Print what the compiler has printed, unless it is what it printed before. Returns if so. */
static bool print_diagnostics(struct watch *watch)
{
	cleanup_list struct list lines = {0};
	cleanup_free char *log = NULL;
	bool news;

	if (!file_read(watch->build_log, &log, NULL))
		diagnostics_find(log, &lines);
	news = lines.count && !same_lines(&lines, &watch->errors);
	for (size_t i = 0; i < lines.count && news; i++)
		puts(lines.items[i]);
	set_lines(&watch->errors, &lines);
	return news;
}

static void take_broken(struct watch *watch)
{
	cleanup_free char *where = NULL;
	bool news = print_diagnostics(watch);

	where = text("does not build%s", !news && watch->was_broken ? ", as before" : "");
	print_stamped(INK_BAD, where);
	/* Errors of kconfig and the like. */
	if (!watch->errors.count)
		printf("see %s\n", watch->build_log);
	watch->was_broken = true;
}

static void add_counts(const struct watch *watch, struct buf *line)
{
	const struct watch_tally *tally = &watch->tally;
	size_t failing = standing_failing(&watch->standing, NULL);

	if (tally->failed)
		buf_printf(line, "%u new failure%s", tally->failed, tally->failed == 1 ? "" : "s");
	if (tally->fixed)
		buf_printf(line, "%s%u fixed", line->len ? ", " : "", tally->fixed);
	if (!line->len)
		buf_puts(line, "nothing new");
	if (failing > tally->failed)
		buf_printf(line, ", %zu still fail%s", failing - tally->failed,
			   failing - tally->failed == 1 ? "s" : "");
}

/* Print the line that ends each pass. */
static void print_end(const struct watch *watch)
{
	const struct watch_tally *tally = &watch->tally;
	const double built = (double)(tally->built_ms - tally->began_ms) / 1000.0;
	const double whole = (double)(now_ms() - tally->began_ms) / 1000.0;
	cleanup_buf struct buf line = BUF_INIT;

	add_counts(watch, &line);
	buf_printf(&line, "; %s; %.1f s, %.1f s of them to build", tally->reach, whole, built);
	if (tally->failed > LINES_MAX)
		buf_printf(&line, "; all failures: %s/" PASSES "/latest", watch->out);
	print_stamped(standing_failing(&watch->standing, NULL) ? INK_BAD : INK_GOOD, line.data);
}

/* The pass ran to its end. */
static void finish(struct watch *watch)
{
	free(watch->since);
	watch->since = steal(watch->tally.made);
	if (watch->tally.made_whole) {
		free(watch->since_whole);
		watch->since_whole = steal(watch->tally.made_whole);
	}
	watch->tally.ended = true;
}

/* BUILT is FOLDER, or FOLDER WHOLE if the whole source was built. */
static void take_built(struct watch *watch, const char *built)
{
	const char *whole = strchr(built, ' ');

	watch->tally.built_ms = now_ms();
	watch->tally.made = text("%.*s", (int)strcspn(built, " "), built);
	watch->tally.made_whole = whole ? text("%s", whole + 1) : NULL;
	/* What is saved from now on begins another pass. */
	list_free(&watch->saves.files);
	watch->saves.unknown = false;
	print_diagnostics(watch);
	watch->was_broken = false;
}

/* Nothing has ever run, so it is the command line that is wrong. */
static void take_error(struct watch *watch, const char *message)
{
	watch->fatal = !watch->since && !watch->standing.count;
	if (watch->fatal)
		fprintf(stderr, "vfiolab: %s\n", message);
	else
		print_stamped(INK_BAD, message);
}

void watch_take_line(struct watch *watch, const struct pass_line *line)
{
	struct watch_tally *tally = &watch->tally;

	switch (line->word) {
	case PASS_BUILT:
		take_built(watch, line->text);
		break;
	case PASS_BROKEN:
		take_broken(watch);
		break;
	case PASS_CASE:
		take_case(watch, &line->record);
		break;
	case PASS_JOB:
		list_add(&tally->jobs, line->text);
		break;
	case PASS_REACH:
		tally->reach = text("%s", line->text);
		print_end(watch);
		finish(watch);
		break;
	case PASS_IDLE:
		print_stamped(INK_PLAIN, "ready: nothing has changed since the last commit");
		finish(watch);
		break;
	case PASS_ERROR:
	case PASS_WORDS:
		take_error(watch, line->text);
	}
	fflush(stdout);
}
