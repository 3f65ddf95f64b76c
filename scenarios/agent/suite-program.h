/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of suites (lab/base/suite.h) as scenarios: the image has them below SUITES_FOLDER. */
#ifndef SCENARIOS_AGENT_SUITE_PROGRAM_H
#define SCENARIOS_AGENT_SUITE_PROGRAM_H

#include "scenarios/agent/work.h"
#include "scenarios/lib/scenario.h"

#include "lab/base/suite.h"

struct suite_program {
	struct scenario scenario;
	char *name;	  /* SUITE/PROGRAM, also the name of the scenario */
	char *folder;	  /* the suite's, where it is started */
	const char *file; /* its name in FOLDER; part of NAME */
	char *summary;
	struct suite_settings settings;
};

struct suite_programs {
	struct suite_program **items;
	size_t count;
};

/* Add to PROGRAMS those that cases of PLAN run, each once. They live as long as the guest. */
void suite_programs_find(const struct work *plan, struct suite_programs *programs);

/* The scenario NAME: one of PROGRAMS, or one that is linked into the agent. NULL: there is none. */
const struct scenario *suite_scenario(const struct suite_programs *programs, const char *name);

#endif
