// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/spelling.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "lab/base/nearest.h"
#include "lab/base/vocabulary.h"
#include "scenarios/lib/dut/dut.h"

#include <string.h>

/* Returns an error if no DUT driver meets the need WORD, or NULL. */
static char *driver_error(const struct need *word)
{
	cleanup_list struct list drivers = {0};
	cleanup_free char *name = NULL;

	if (!word->value || word->key_len != strlen("driver") ||
	    memcmp(word->key, "driver", word->key_len))
		return NULL;
	name = strndup(word->value, word->value_len);
	dut_driver_names(&drivers);
	if (list_has(&drivers, name))
		return NULL;
	return text("'driver=%s': no such DUT driver, the nearest is '%s'", name,
		    nearest(&drivers, name));
}

static char *needs_error(const char *needs)
{
	char *error = vocabulary_error(needs, true);
	struct need word;

	for_each_need(word, needs)
	{
		if (!error)
			error = driver_error(&word);
	}
	return error;
}

char *spelling_error(const struct scenario *scenario)
{
	cleanup_free char *error = needs_error(scenario->needs);

	if (!error)
		return NULL;
	return text("%s:%u: error: needs of %s: %s", scenario->file, scenario->line, scenario->name,
		    error);
}
