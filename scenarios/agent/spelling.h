/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks the needs of scenarios against the vocabulary (lab/base/vocabulary.h). */
#ifndef SCENARIOS_AGENT_SPELLING_H
#define SCENARIOS_AGENT_SPELLING_H

#include "scenarios/lib/scenario.h"

/*
 * Returns "FILE:LINE: error: needs of NAME: ..." for the first need of SCENARIO that is not in the
 * vocabulary or names a DUT driver that is not linked in. Returns NULL if there is none. The caller
 * frees it.
 */
char *spelling_error(const struct scenario *scenario);

#endif
