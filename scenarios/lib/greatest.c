// SPDX-License-Identifier: GPL-2.0-only
/*
 * greatest's own definitions, for all scenarios. Only its assertions are used. They are in a
 * separate file because unit tests have definitions of their own and must not be linked with these.
 */
#include "scenarios/lib/scenario.h"

#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
GREATEST_MAIN_DEFS();
