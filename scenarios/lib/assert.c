// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/scenario.h"

#include <string.h>

const char *check_bytes(const void *expected, const void *got, size_t len)
{
	const unsigned char *e = expected, *g = got;

	for (size_t i = 0; i < len; i++) {
		if (e[i] != g[i])
			return text("byte 0x%zx: expected 0x%02x, got 0x%02x", i, e[i], g[i]);
	}
	return NULL;
}

enum greatest_test_res scenario_row_failed(const char *name)
{
	greatest_info.msg =
		text("%s: %s", name, greatest_info.msg ? greatest_info.msg : "no reason given");
	return GREATEST_TEST_RES_FAIL;
}
