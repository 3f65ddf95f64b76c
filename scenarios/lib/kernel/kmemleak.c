// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/kmemleak.h"

#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/alloc.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILE_NAME "/sys/kernel/debug/kmemleak"

/*
 * kmemleak does not report younger objects: their only pointer may still be in a register
 * (mm/kmemleak.c, MSECS_MIN_AGE).
 */
#define MIN_AGE_MS 5000

bool kmemleak_available(void)
{
	return !access(FILE_NAME, W_OK);
}

/* A line of a backtrace, "    [<ADDRESS>] FUNCTION+0x.../0x... [MODULE]", without the address. */
static void add_frame(struct leak *leak, const char *line)
{
	const char *bracket = strstr(line, ">] ");
	cleanup_free char *before = leak->stack;

	line = bracket ? bracket + 3 : line + strspn(line, " ");
	leak->stack = *before ? text("%s < %s", before, line) : text("%s", line);
}

/* Parse "(age 12.345s)" in a leak's second line; newer kernels do not print it. */
static int64_t since(const char *line, int64_t read_ms)
{
	const char *age = strstr(line, "(age ");
	unsigned int seconds, ms;

	return age && sscanf(age, "(age %u.%us)", &seconds, &ms) == 2
		       ? read_ms - (int64_t)seconds * 1000 - ms
		       : -1;
}

static struct leak *add_leak(struct leaks *leaks, const char *line)
{
	const char *size = strstr(line, "(size ");

	leaks->items = one_more(leaks->items, leaks->count, sizeof(*leaks->items));
	leaks->items[leaks->count] = (struct leak){
		.bytes = size ? strtoul(size + strlen("(size "), NULL, 10) : 0,
		.since_ms = -1,
		.stack = text("%s", ""),
	};
	return &leaks->items[leaks->count++];
}

void kmemleak_parse(char *report, int64_t read_ms, struct leaks *leaks)
{
	struct leak *leak = NULL;
	bool frames = false;
	char *save = NULL;

	for (char *line = strtok_r(report, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "unreferenced object ", strlen("unreferenced object "))) {
			leak = add_leak(leaks, line);
			frames = false;
		} else if (leak && !strncmp(line, "  comm ", strlen("  comm "))) {
			leak->since_ms = since(line, read_ms);
		} else if (leak && !strncmp(line, "  backtrace", strlen("  backtrace"))) {
			frames = true;
		} else if (frames && *line == ' ') {
			add_frame(leak, line);
		}
	}
}

static int look(struct leaks *leaks)
{
	cleanup_free char *report = NULL;
	int err = value_write(FILE_NAME, "scan");

	if (!err)
		err = file_read(FILE_NAME, &report, NULL);
	leaks_free(leaks);
	if (!err)
		kmemleak_parse(report, now_ms(), leaks);
	return err;
}

/* Wait by the clock: kmemleak reports by age and offers no event. */
static void wait_until(int64_t ms)
{
	struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/*
 * The first scan only records the state: objects that change between scans are in use. A leak of
 * the second scan may just have been moved from one place to another. What the third scan still
 * reports is lost.
 */
int kmemleak_find(struct leaks *leaks)
{
	int64_t settled = now_ms() + MIN_AGE_MS;
	int err = value_write(FILE_NAME, "scan");

	if (err)
		return err;
	wait_until(settled);
	err = look(leaks);
	if (!err && leaks->count)
		err = look(leaks);
	return err ?: value_write(FILE_NAME, "clear");
}

void leaks_free(struct leaks *leaks)
{
	for (size_t i = 0; i < leaks->count; i++)
		free(leaks->items[i].stack);
	free(leaks->items);
	*leaks = (struct leaks){0};
}
