/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether what scenarios say that they need is spelt as the vocabulary has it
 * (lab/base/vocabulary.h).
 */
#ifndef SCENARIOS_AGENT_SPELLING_H
#define SCENARIOS_AGENT_SPELLING_H

#include "scenarios/lib/scenario.h"

/*
 * "FILE:LINE: error: needs of NAME: ...": the first need of SCENARIO that is not in the
 * vocabulary, or that names a DUT driver which was not linked in. NULL if there is none. The caller
 * frees it.
 */
char *spelling_error(const struct scenario *scenario);

#endif
