// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/tap.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/tap-line.h"

#include <ctype.h>
#include <string.h>

static bool may_be_in_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._+:=@~-", c));
}

/* TEXT of LEN bytes as a name: what is between its words becomes one '_'. */
static char *name_of(const char *text_, int len)
{
	cleanup_buf struct buf name = BUF_INIT;

	for (int i = 0; i < len && name.len < TAP_NAME_MAX; i++) {
		if (may_be_in_name(text_[i]))
			buf_add(&name, &text_[i], 1);
		else if (name.len && name.data[name.len - 1] != '_')
			buf_puts(&name, "_");
	}
	while (name.len && name.data[name.len - 1] == '_')
		name.data[--name.len] = '\0';
	return buf_steal(&name);
}

static void complain(struct tap *tap, char *problem)
{
	if (tap->problem)
		free(problem);
	else
		tap->problem = problem;
}

static void test_free(struct tap_test *test)
{
	free(test->name);
	free(test->reason);
}

/* Count TEST, pass it on, and free what it holds. */
static void emit(struct tap *tap, struct tap_test *test)
{
	tap->of[test->outcome]++;
	if (test->outcome == TAP_FAIL && tap->failed.count < TAP_FAILED_MAX)
		list_add(&tap->failed, test->name);
	if (test->outcome == TAP_SKIP && test->reason && !tap->skip)
		tap->skip = text("%s", test->reason);
	tap->test(tap->context, test);
	test_free(test);
}

/* Pass on what waits, if it has no parent. Text that is not known to be TAP yet has to wait. */
static void flush(struct tap *tap)
{
	if (tap->depth > 1 || !tap->is_tap)
		return;
	for (size_t i = 0; i < tap->held.count; i++)
		emit(tap, &tap->held.items[i]);
	tap->held.count = 0;
}

static void hold(struct tap *tap, struct tap_test test)
{
	if (tap->held.count < TAP_HELD_MAX) {
		*array_add(&tap->held) = test;
		return;
	}
	complain(tap, text("more than %u nested results: %s is lost", TAP_HELD_MAX, test.name));
	test_free(&test);
}

/* Check LEVEL, which ends, against its plan. Nested levels need none. NAME: of its parent, or "" */
static void check_plan(struct tap *tap, const struct tap_level *level, const char *name)
{
	bool nested = level != tap->levels;

	if (!level->planned && !nested)
		complain(tap, text("there is no plan: a line 1..%u is missing", level->seen));
	else if (level->planned && level->seen != level->plan)
		complain(tap, text("%s%splanned %u tests, ran %u", name, *name ? ": " : "",
				   level->plan, level->seen));
}

/* End the levels to the right of COLUMN. Returns the index of the first held result in them. */
static size_t close_levels(struct tap *tap, unsigned int column, const char *name)
{
	size_t first = tap->held.count;

	while (tap->depth > 1 && tap->levels[tap->depth - 1].column > column) {
		struct tap_level *top = &tap->levels[tap->depth - 1];

		check_plan(tap, top, name);
		first = top->first;
		tap->depth--;
	}
	if (tap->depth == 1 && tap->levels[0].column > column)
		tap->levels[0].column = column;
	return first;
}

/* The level of lines at COLUMN, begun if necessary; NULL if it is too deep. */
static struct tap_level *level_at(struct tap *tap, unsigned int column)
{
	if (tap->depth && tap->levels[tap->depth - 1].column == column)
		return &tap->levels[tap->depth - 1];
	if (tap->depth == TAP_DEPTH_MAX) {
		complain(tap, text("results are nested more than %u deep", TAP_DEPTH_MAX));
		return NULL;
	}
	tap->levels[tap->depth] = (struct tap_level){.column = column, .first = tap->held.count};
	return &tap->levels[tap->depth++];
}

/* A version, or a second plan: a program that runs others prints several outputs in a row. */
static void begin_again(struct tap *tap, struct tap_level *level)
{
	if (!level->seen && !level->planned)
		return;
	check_plan(tap, level, "");
	level->planned = false;
	level->plan = level->seen = 0;
}

static void take_version(struct tap *tap, const struct tap_line *line)
{
	struct tap_level *level;

	tap->is_tap = true;
	close_levels(tap, line->column, "");
	level = level_at(tap, line->column);
	if (level)
		begin_again(tap, level);
	flush(tap);
}

static void take_plan(struct tap *tap, const struct tap_line *line)
{
	struct tap_level *level;

	tap->is_tap = true;
	close_levels(tap, line->column, "");
	level = level_at(tap, line->column);
	if (level && level->planned)
		begin_again(tap, level);
	if (level) {
		level->planned = true;
		level->plan = line->number;
	}
	if (line->directive == TAP_SKIPPED && !tap->skip)
		tap->skip = text("%s", line->reason);
	flush(tap);
}

static enum tap_outcome outcome_of(const struct tap_line *line)
{
	if (line->directive == TAP_SKIPPED)
		return TAP_SKIP;
	if (line->directive == TAP_TODO)
		return TAP_XFAIL;
	return line->passed && line->directive != TAP_TIMEOUT ? TAP_PASS : TAP_FAIL;
}

static char *reason_of(struct tap *tap, const struct tap_line *line, enum tap_outcome outcome)
{
	if (line->directive == TAP_TIMEOUT)
		return text("timeout%s%s", *line->reason ? ": " : "", line->reason);
	if (*line->reason)
		return text("%s", line->reason);
	return outcome == TAP_FAIL && tap->note ? steal(tap->note) : NULL;
}

/* The selftests put the name of a skipped test behind the directive: "ok 3 # SKIP NAME". */
static char *result_name(const struct tap_line *line)
{
	cleanup_free char *name = name_of(line->text, line->text_len);

	if (!*name && line->directive != TAP_TIMEOUT) {
		free(name);
		name = name_of(line->reason, (int)strlen(line->reason));
	}
	if (*name)
		return steal(name);
	return line->numbered ? text("test-%u", line->number) : text("test");
}

/* Give the held results from FIRST on the name of their parent as well. */
static void adopt(struct tap *tap, size_t first, const char *parent)
{
	for (size_t i = first; i < tap->held.count; i++) {
		struct tap_test *test = &tap->held.items[i];
		char *name = text("%s.%s", parent, test->name);

		if (strlen(name) > TAP_NAME_MAX)
			name[TAP_NAME_MAX] = '\0';
		free(test->name);
		test->name = name;
	}
}

/* Whether there are results from FIRST on, and they say the same as their parent. */
static bool children_agree(const struct tap *tap, size_t first, enum tap_outcome parent)
{
	bool failed = false;

	for (size_t i = first; i < tap->held.count; i++)
		failed |= tap->held.items[i].outcome == TAP_FAIL;
	return first < tap->held.count && failed == (parent == TAP_FAIL);
}

static void take_result(struct tap *tap, const struct tap_line *line)
{
	cleanup_free char *name = result_name(line);
	size_t first = close_levels(tap, line->column, name);
	struct tap_level *level = level_at(tap, line->column);
	enum tap_outcome outcome = outcome_of(line);

	if (!level)
		return;
	level->seen++;
	adopt(tap, first, name);
	if (!children_agree(tap, first, outcome)) {
		char *reason = reason_of(tap, line, outcome);

		hold(tap, (struct tap_test){steal(name), reason, outcome});
	}
	free(steal(tap->note));
	flush(tap);
}

/* Text to the right that looks like a result is one only within TAP. */
static bool is_result(const struct tap *tap, const struct tap_line *line)
{
	if (!tap->depth || line->column <= tap->levels[tap->depth - 1].column)
		return line->numbered || tap->depth;
	return tap->is_tap && line->numbered;
}

/* What the selftests print about each test and in the end is no reason. */
static bool is_chatter(const char *note)
{
	static const char *const words[] = {
		"Starting ", "PASSED:", "FAILED:", "Totals:", "Subtest:", "Planned tests"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(note, words[i], strlen(words[i])))
			return true;
	return *note == ' ' || !*note;
}

static void take_note(struct tap *tap, const char *note)
{
	note += *note == ' ';
	if (!tap->note && !is_chatter(note))
		tap->note = text("%s", note);
}

void tap_line(struct tap *tap, const char *text_)
{
	struct tap_line line;

	tap_line_parse(text_, &line);
	if (line.kind == TAP_VERSION)
		take_version(tap, &line);
	else if (line.kind == TAP_PLAN)
		take_plan(tap, &line);
	else if (line.kind == TAP_RESULT && is_result(tap, &line))
		take_result(tap, &line);
	else if (line.kind == TAP_BAIL_OUT && !tap->bail_out)
		tap->bail_out = text("%s", line.text);
	else if (line.kind == TAP_OTHER && line.text)
		take_note(tap, line.text);
}

unsigned int tap_count(const struct tap *tap)
{
	unsigned int count = 0;

	for (size_t i = 0; i < TAP_OUTCOMES; i++)
		count += tap->of[i];
	return count;
}

/* What is wrong with the output, or NULL. */
static char *failure_of(const struct tap *tap)
{
	cleanup_list struct list parts = {0};
	cleanup_free char *names = list_join(&tap->failed, ", ");
	unsigned int failed = tap->of[TAP_FAIL];

	if (tap->bail_out)
		list_addf(&parts, "Bail out! %s", tap->bail_out);
	if (failed)
		list_addf(&parts, "%u of %u subtests failed: %s%s", failed, tap_count(tap), names,
			  failed > tap->failed.count ? ", ..." : "");
	if (tap->problem && !tap->bail_out)
		list_add(&parts, tap->problem);
	return parts.count ? list_join(&parts, "; ") : NULL;
}

bool tap_end(struct tap *tap, char **fail, char **skip)
{
	*fail = *skip = NULL;
	if (!tap->is_tap)
		return false;
	close_levels(tap, 0, "");
	check_plan(tap, &tap->levels[0], "");
	flush(tap);
	*fail = failure_of(tap);
	if (!*fail && tap_count(tap) == tap->of[TAP_SKIP])
		*skip = text("%s", tap->skip ?: "no test was run");
	return true;
}

void tap_free(struct tap *tap)
{
	for (size_t i = 0; i < tap->held.count; i++)
		test_free(&tap->held.items[i]);
	free(tap->held.items);
	free(tap->bail_out);
	free(tap->problem);
	free(tap->skip);
	free(tap->note);
	list_free(&tap->failed);
	*tap = (struct tap){0};
}
