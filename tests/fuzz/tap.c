// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any bytes as the output of a test program. Memory stays bounded, and each result has
 * a name that a case can have.
 */
#include "lab/base/tap.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void insist(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void take(void *context, const struct tap_test *test)
{
	unsigned int *tests = context;
	size_t len = strlen(test->name);

	insist(len && len <= TAP_NAME_MAX, "a name has 1 to TAP_NAME_MAX bytes");
	for (const char *at = test->name; *at; at++)
		insist(isalnum((unsigned char)*at) || strchr("._+:=@~-", *at),
		       "a name has no other characters");
	insist(test->outcome < TAP_OUTCOMES, "there is an outcome");
	++*tests;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int tests = 0;
	cleanup_tap struct tap tap = {.test = take, .context = &tests};
	cleanup_free char *input = strndup((const char *)data, size);
	cleanup_free char *fail = NULL;
	cleanup_free char *skip = NULL;
	char *rest = input;

	for (char *line; (line = strsep(&rest, "\n"));)
		tap_line(&tap, line);
	if (tap_end(&tap, &fail, &skip)) {
		insist(tests == tap_count(&tap), "each result is passed on");
		insist(!fail || !skip, "it fails or is skipped");
		insist(fail || !tap.of[TAP_FAIL], "a failed test is a failure");
	} else {
		insist(!tests && !fail && !skip, "other text has no results");
	}
	return 0;
}
